"""`rounds bench`: the engine, and its peers, on public instances and home-health days; and the report of such runs.

Each run is a row, judged by its family's official objective. Rows go to standard output, progress to standard error.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from optimizer.benchmarks.report import report, written_into
from optimizer.benchmarks.rows import read_lines, read_rows
from scheduler.cli.bench_runs import Asking, cases_of, run_all, speaking_of_benchmarks
from scheduler.cli.bench_table import closed_by, show_generated
from scheduler.cli.output import console, say_json
from scheduler.domain.errors import Invalid
from scheduler.files.day_writing import day_bytes
from scheduler.files.generated_days import SIZES, Kind, Size, days_in_turn, generated_day

Files = Annotated[list[Path], typer.Argument(metavar="FILES…", help="Files, folders or patterns.", show_default=False)]
MaybeFiles = Annotated[
    list[Path] | None, typer.Argument(metavar="FILES…", help="Files, folders or patterns.", show_default=False)
]
Seconds = Annotated[float, typer.Option(min=0.01, help="Search seconds of each run.")]
Rounds = Annotated[int | None, typer.Option(min=1, help="At most so many rounds; else as many as fit.")]
BoundRounds = Annotated[int, typer.Option(min=0, help="At most so many rounds of pricing for the bound.")]
Threads = Annotated[int, typer.Option(min=1, max=256, help="Of the engine, and of peers that know threads.")]
Seeds = Annotated[int, typer.Option(min=1, help="Seeds 1 to so many, each a run.")]
Peers = Annotated[str, typer.Option(help="Beside it: pyvrp, ortools, vroom; with commas.")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Rows are added here; those in it are not run again.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Measure the engine, and its peers, on public instances and days.", no_args_is_help=True)
    group.command(epilog="Example: rounds bench hhcrsp bench/hhcrsp/mankowska --seconds 10 --seeds 3")(hhcrsp)
    group.command(epilog="Example: rounds bench uhhc bench/hhcrsp/uhhc/i-100.json --seconds 60")(uhhc)
    group.command(epilog="Example: rounds bench vrptw 'bench/vrptw/R1*.txt' --peers pyvrp")(vrptw)
    group.command(epilog="Example: rounds bench day --generate 10 --out days && rounds bench day days")(day)
    group.command("report", epilog="Example: rounds bench report runs.jsonl --write docs/benchmarks.md")(make_report)
    app.add_typer(group, name="bench")


def hhcrsp(
    files: Files,
    seconds: Seconds = 10.0,
    rounds: Rounds = None,
    bound_rounds: BoundRounds = 0,
    threads: Threads = 1,
    seeds: Seeds = 1,
    peers: Peers = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Home health care routing and scheduling: distance, lateness and worst lateness, a third each."""
    _bench("hhcrsp", files, Asking.of(seconds, rounds, bound_rounds, threads, seeds, peers), out, as_json)


def uhhc(
    files: Files,
    seconds: Seconds = 10.0,
    rounds: Rounds = None,
    bound_rounds: BoundRounds = 0,
    threads: Threads = 1,
    seeds: Seeds = 1,
    peers: Peers = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The richer home health care set: lunch, several windows, preferences, idle time, by its own weights."""
    _bench("uhhc", files, Asking.of(seconds, rounds, bound_rounds, threads, seeds, peers), out, as_json)


def vrptw(
    files: Files,
    seconds: Seconds = 10.0,
    rounds: Rounds = None,
    bound_rounds: BoundRounds = 0,
    threads: Threads = 1,
    seeds: Seeds = 1,
    peers: Peers = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Vehicle routing with time windows, by distance truncated to tenths (the convention of DIMACS)."""
    _bench("vrptw", files, Asking.of(seconds, rounds, bound_rounds, threads, seeds, peers), out, as_json)


def day(
    files: MaybeFiles = None,
    generate: Annotated[int, typer.Option(min=0, help="Write so many made-up days into the folder --out.")] = 0,
    sizes: Annotated[str, typer.Option(help="Case managers x visits, with commas; in turn.")] = "",
    kind: Annotated[Kind, typer.Option(help="Plain: what every peer can be asked. Full: all rules.")] = Kind.PLAIN,
    first_seed: Annotated[int, typer.Option(min=0, help="Seed of the first made-up day.")] = 1,
    seconds: Seconds = 10.0,
    rounds: Rounds = None,
    bound_rounds: BoundRounds = 0,
    threads: Threads = 1,
    seeds: Seeds = 1,
    peers: Peers = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Day files through the product's own rules; or, with --generate, made-up days to measure on, loose and tight."""
    if bool(generate) == bool(files):
        raise typer.BadParameter("give day files, or --generate with a number, and not both")
    if generate:
        with speaking_of_benchmarks(as_json=as_json):
            show_generated(_generated(generate, _sizes(sizes), kind, first_seed, out), as_json=as_json)
    else:
        asking = Asking.of(seconds, rounds, bound_rounds, threads, seeds, peers)
        _bench("day", files or [], asking, out, as_json)


def make_report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUNS…", help="Files of rows, as --out or --json gives them.")],
    write: Annotated[Path | None, typer.Option(help="The document whose marked part is replaced.")] = None,
    as_json: AsJson = False,
) -> None:
    """The tables of what must be reached, what was measured, and the peers beside it, from rows of runs."""
    with speaking_of_benchmarks(as_json=as_json):
        said = [line for path in runs for line in read_lines(path)]
        text = report(read_rows(runs), [line for line in said if "measure" in line])
        if write is not None:
            write.write_text(written_into(write.read_text(encoding="utf-8"), text, name=write.name), encoding="utf-8")
        if as_json:
            say_json({"written": str(write) if write else None, "report": text})
        elif write is None:
            typer.echo(text)
        else:
            console.print(f"written to {write}", highlight=False, markup=False)


def _bench(family: str, files: Sequence[Path], asking: Asking, out: Path | None, as_json: bool) -> None:
    with speaking_of_benchmarks(as_json=as_json):
        closed_by(run_all(cases_of(family, files), asking, out=out, as_json=as_json), as_json=as_json)


class UnknownSize(Invalid):
    """A size of made-up days is two whole numbers from 1 to 2,000."""

    code = "bench.size"
    remedy = "Write sizes as 16x72: case managers, x, visits."

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is no size of a day.")


class NoFolder(Invalid):
    """Made-up days need a folder to be written to."""

    code = "bench.no_folder"
    remedy = "Name it with --out."

    def __init__(self) -> None:
        super().__init__("There is no folder for the made-up days.")


def _sizes(text: str) -> tuple[Size, ...]:
    return tuple(_size(part.strip()) for part in text.split(",")) if text else SIZES


def _size(text: str) -> Size:
    numbers = text.lower().split("x")
    if len(numbers) != 2 or not all(number.isascii() and number.isdigit() for number in numbers):
        raise UnknownSize(text)
    people, visits = map(int, numbers)
    if not (1 <= people <= 2000 and 1 <= visits <= 2000):
        raise UnknownSize(text)
    return Size(case_managers=people, visits=visits)


def _generated(count: int, sizes: Sequence[Size], kind: Kind, first_seed: int, out: Path | None) -> list[Path]:
    if out is None:
        raise NoFolder
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for wanted in days_in_turn(count, sizes=sizes, kind=kind, first_seed=first_seed):
        path = out / f"{wanted.name}.day.json"
        path.write_bytes(day_bytes(generated_day(wanted)))
        written.append(path)
    return written
