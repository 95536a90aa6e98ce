"""`rounds run`: the main job from a file. Events in, plans made, itineraries and schedule events out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from consumers.jsonl import JsonlWriter, read_lines
from consumers.receipt import Receipt, Status
from consumers.relay import Relay
from scheduler.bootstrap.days import day_reader
from scheduler.bootstrap.planning import planning_desk
from scheduler.bootstrap.process import Rounds, started
from scheduler.bootstrap.settings import read_settings
from scheduler.cli.output import Exit, console, notes, say_json, speaking_of_errors
from scheduler.cli.progress import get_ready
from scheduler.cli.simulated import EPOCH, SimulatedDays
from scheduler.clock import ManualClock
from scheduler.domain.day import Day
from scheduler.domain.plan import Revision
from scheduler.planning.outcome import Outcome, Result
from scheduler.store.migrations.run import migrate
from web.exports.bundle import write_bundle

DATABASE = "run.db"
PUBLISHED = "published.jsonl"
REFUSED = "refused.jsonl"


def register(app: typer.Typer) -> None:
    app.command(epilog="Example: rounds run monday.jsonl --out out/monday")(run)


def run(
    events: Annotated[Path, typer.Argument(metavar="EVENTS.jsonl", help="CloudEvents, one a line, in order of time.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for plans, itineraries and events.")],
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Take in a file of events, plan, publish. The same file gives the same published bytes, on any machine."""
    with speaking_of_errors(as_json=as_json), events.open("rb") as stream, fresh_rounds(out) as (rounds, clock):
        get_ready(notes)
        tally = Tally()
        days = SimulatedDays(rounds, clock, planning_desk(rounds), on_outcome=tally.planned)
        lines = list(read_lines(stream))
        with Progress(console=notes, transient=True, disable=not notes.is_terminal) as bar:
            receipts = days.live_through([line.raw for line in lines])
            for line, receipt in zip(lines, bar.track(receipts, total=len(lines), description="events"), strict=True):
                tally.taken_in(receipt, line=line.number)
        days.settle()
        days.publish_drafts()
        relay_to_file(rounds, out / PUBLISHED)
        plans = write_plans(rounds, out)
        _write_refused(out / REFUSED, tally.refused)
        _say(tally, plans, out, as_json=as_json)
        if tally.refused or tally.failed:
            raise typer.Exit(Exit.FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """`line` is the line of the file, from 1."""

    receipt: Receipt
    line: int | None

    def said(self) -> dict[str, Any]:
        receipt = self.receipt
        problems = [asdict(problem) for problem in receipt.problems]
        return {"line": self.line, "event": receipt.event, "letter": receipt.letter, "problems": problems}


@dataclass(slots=True)
class Tally:
    """What happened in a run, counted."""

    receipts: Counter[Status] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    unplanned: dict[tuple[str | None, date | None], Outcome] = field(default_factory=dict)

    def taken_in(self, receipt: Receipt, *, line: int | None = None) -> None:
        self.receipts[receipt.status] += 1
        if receipt.is_refused:
            self.refused.append(Refused(receipt=receipt, line=line))

    def planned(self, outcome: Outcome) -> None:
        """A day that failed and was planned later is no failure."""
        self.unplanned.pop((outcome.branch, outcome.date), None)
        if outcome.result is Result.FAILED:
            self.unplanned[outcome.branch, outcome.date] = outcome

    @property
    def failed(self) -> list[Outcome]:
        return list(self.unplanned.values())


@contextmanager
def fresh_rounds(out: Path) -> Iterator[tuple[Rounds, ManualClock]]:
    """Rounds on a database of its own in `out`, made anew: all it will hold follows from the events."""
    out.mkdir(parents=True, exist_ok=True)
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", PUBLISHED, REFUSED):
        (out / name).unlink(missing_ok=True)
    settings = read_settings().model_copy(
        update={"database_url": f"sqlite:///{out / DATABASE}", "database_password": None}
    )
    migrate(settings.database_url)
    clock = ManualClock(EPOCH)
    with started(settings, clock=clock, owner="run") as rounds:
        yield rounds, clock


def relay_to_file(rounds: Rounds, path: Path) -> None:
    """Everything the outbox holds, in order."""
    relay = Relay(
        open_unit_of_work=rounds.store.unit_of_work,
        open_writer=lambda: JsonlWriter(path),
        clock=rounds.clock,
        owner=rounds.owner,
        topic=rounds.settings.kafka_schedule_topic,
        sleep=_never,
    )
    path.touch()
    try:
        while relay.turn():
            pass
    finally:
        relay.close()


def _never(_: timedelta) -> None:
    raise AssertionError("a relay that is turned by hand does not wait")


def write_plans(rounds: Rounds, out: Path) -> list[tuple[Revision, Day]]:
    """The plan people were told of every branch-day, each in a folder of its own."""
    plans = list(told_plans(rounds))
    for revision, day in plans:
        folder = out / revision.plan.branch / revision.plan.date.isoformat()
        write_bundle(folder, day, revision.plan, revision=revision.number, made_at=revision.made_at)
    return plans


def told_plans(rounds: Rounds) -> Iterator[tuple[Revision, Day]]:
    read_day = day_reader(rounds)
    with rounds.store.unit_of_work(read_only=True) as uow:
        for branch in uow.branches.all():
            for day in uow.plans.days(branch.id):
                revision = uow.plans.published(branch.id, day)
                if revision is not None:
                    yield revision, read_day(uow, branch.id, day)


def _write_refused(path: Path, refused: list[Refused]) -> None:
    if refused:
        lines = (json.dumps(each.said()) for each in refused)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _say(tally: Tally, plans: list[tuple[Revision, Day]], out: Path, *, as_json: bool) -> None:
    said: dict[str, Any] = {
        "events": {status.value: tally.receipts[status] for status in Status},
        "plans": [
            {
                "branch": revision.plan.branch,
                "date": revision.plan.date.isoformat(),
                "revision": revision.number,
                "served": revision.plan.totals.served,
                "unassigned": revision.plan.totals.unassigned,
            }
            for revision, _ in plans
        ],
        "failed": [{"branch": o.branch, "date": o.date, "code": o.code} for o in tally.failed],
        "refused": [each.said() for each in tally.refused],
        "out": str(out),
    }
    if as_json:
        say_json(said)
        return
    counted = ", ".join(f"{count} {status.value}" for status, count in tally.receipts.items())
    console.print(f"events: {counted or 'none'}", highlight=False)
    for plan in said["plans"]:
        console.print(
            "{branch} {date}: revision {revision}, {served} served, {unassigned} unassigned".format(**plan),
            highlight=False,
            markup=False,
        )
    for refused in tally.refused:
        for problem in refused.receipt.problems:
            told = f"line {refused.line}: refused {refused.receipt.event or '(no id)'}: {problem}"
            notes.print(told, style="yellow", highlight=False, markup=False)
    for outcome in tally.failed:
        notes.print(f"no plan for {outcome.branch} {outcome.date}: {outcome.code}", style="red", highlight=False)
    console.print(f"written to {out}", highlight=False, markup=False)
