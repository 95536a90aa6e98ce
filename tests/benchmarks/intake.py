"""How long one event takes to be taken in, and whether other branches slow a branch's planning. SQLite, one process.

    python -m tests.benchmarks.intake --visits 20000 --branches 8

Prints tables for `docs/benchmarks.md`. Times are milliseconds of a stopwatch; nothing is asserted here.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from config.settings import Settings
from scheduler.bootstrap.days import day_reader
from scheduler.bootstrap.process import Rounds, started
from scheduler.clock import ManualClock
from scheduler.domain.branch import Branch
from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, VisitId
from scheduler.domain.visit import Visit, VisitStatus
from scheduler.planning.planner import plan_day
from scheduler.store.migrations.run import migrate
from tests.benchmarks.machine import machine
from tests.benchmarks.people import ZONE, a_case_manager, a_patient

FIRST: Final = date(2026, 3, 2)
NOW: Final = datetime(2026, 3, 2, 6, 0, tzinfo=ZONE)
VISITS_A_DAY: Final = 40
VISITS_A_CASE_MANAGER: Final = 5
LIBRARIES: Final = ("sqlalchemy", "pydantic", "ortools")
SEED: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a database is filled with: `visits` in equal parts over branches, a fixed number each day."""

    visits: int
    branches: int
    visits_a_day: int = VISITS_A_DAY

    @property
    def each(self) -> int:
        return self.visits // self.branches

    @property
    def names(self) -> list[BranchId]:
        return [BranchId(f"branch-{number}") for number in range(self.branches)]

    @property
    def patients(self) -> int:
        return 3 * self.visits_a_day

    def patient_of(self, visit: int) -> int:
        """A patient is visited every third day."""
        return visit % self.patients

    def alone(self) -> Load:
        """The first branch, with no other beside it."""
        return Load(visits=self.each, branches=1, visits_a_day=self.visits_a_day)


def main(words: Sequence[str] | None = None) -> None:
    asked = _asked(words)
    load = Load(visits=asked.visits, branches=asked.branches, visits_a_day=asked.visits_a_day)
    _say(f"{machine(*LIBRARIES)}\n")
    _say(f"{load.visits} visits, {load.branches} branches, {load.visits_a_day} visits a branch-day\n")
    with (
        tempfile.TemporaryDirectory(prefix="rounds-benchmark-") as folder,
        filled(Path(folder) / "all.db", load) as together,
        filled(Path(folder) / "one.db", load.alone()) as alone,
    ):
        planning = _planning(together, alone, load.names[0], repeats=asked.repeats)
        _say(_table(("planning one branch-day", "snapshot, median", "whole, median", "whole, fastest"), planning))
        taken = intake_times(together, load, events=asked.events)
        _say(_table(("taking in one event", "events", "median", "p95", "slowest"), [taken]))


@contextmanager
def filled(path: Path, load: Load) -> Iterator[Rounds]:
    """Rounds on a database of its own. The same branch holds the same facts whatever is beside it."""
    settings = Settings(database_url=f"sqlite:///{path}")
    migrate(settings.database_url)
    with started(settings, clock=ManualClock(NOW), owner="benchmark") as rounds:
        for branch in load.names:
            _fill(rounds, branch, load)
        yield rounds


def _fill(rounds: Rounds, branch: BranchId, load: Load) -> None:
    """In one transaction: filling is not what is measured."""
    chance = Random(f"{SEED}/{branch}")  # noqa: S311
    people = load.visits_a_day // VISITS_A_CASE_MANAGER + 1
    with rounds.store.unit_of_work() as uow:
        uow.branches.save(Branch(id=branch, name=branch, zone=ZONE))
        for number in range(people):
            uow.case_managers.save(a_case_manager(branch, number, chance))
        for number in range(load.patients):
            uow.patients.save(a_patient(branch, number, chance))
        for number in range(load.each):
            uow.visits.save(_visit(branch, number, load, person=number % people))
        uow.commit()


def _visit(branch: BranchId, number: int, load: Load, *, person: int) -> Visit:
    """A third of the days lie behind us: their visits are done, and are the history of those to come."""
    days = load.each // load.visits_a_day + 1
    day = FIRST + timedelta(days=number // load.visits_a_day - days // 3)
    begins = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
    done: dict[str, Any] = {
        "status": VisitStatus.DONE,
        "case_manager": CaseManagerId(f"CM-{person}"),
        "started_at": begins,
        "ended_at": begins + timedelta(minutes=45),
    }
    return Visit(
        id=VisitId(f"V-{number}"),
        branch=branch,
        patient=PatientId(f"P-{load.patient_of(number)}"),
        type="routine",
        date=day,
        minutes=45,
        **(done if day < FIRST else {}),
    )


def intake_times(rounds: Rounds, load: Load, *, events: int) -> tuple[str, ...]:
    """One event, one transaction: requests, changes and cancellations in turn, over all branches."""
    ordered = sorted(_intake_time(rounds, raw) for raw in _events(load, events))
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    name = "batch of 1, requests, changes, cancellations"
    return name, str(events), *map(_ms, (statistics.median(ordered), p95, ordered[-1]))


def _intake_time(rounds: Rounds, raw: bytes) -> float:
    before = time.perf_counter()
    receipt = rounds.intake.take_in(raw, door="benchmark")
    took = time.perf_counter() - before
    if receipt.is_refused:
        raise AssertionError(receipt.problems)
    return took


def _events(load: Load, count: int) -> Iterator[bytes]:
    tomorrow = (FIRST + timedelta(days=1)).isoformat()
    for number in range(count):
        branch, turn = load.names[number % load.branches], number // load.branches
        coming = load.each - 1 - turn // 3
        visit = {"patient": f"P-{load.patient_of(coming)}", "type": "routine", "date": tomorrow}
        kind, data = (
            ("visit.requested", {"id": f"N-{number}", **visit}),
            ("visit.changed", {"id": f"V-{coming}", **visit}),
            ("visit.cancelled", {"visit": f"V-{coming}", "reason": "patient_declined"}),
        )[turn % 3]
        event = {
            "specversion": "1.0",
            "id": f"e-{number}",
            "source": "/benchmark",
            "type": f"rounds.{kind}.v1",
            "time": NOW.isoformat(),
            "branch": branch,
            "data": data,
        }
        yield json.dumps(event).encode()


def _planning(together: Rounds, alone: Rounds, branch: BranchId, *, repeats: int) -> list[tuple[str, ...]]:
    """In turns, so that a busy moment of the machine meets both. The first, untimed one compiles the kernels."""
    day = FIRST + timedelta(days=1)
    plans = {plan_day(_day(rounds, branch, day)).plan for rounds in (together, alone)}
    if len(plans) > 1:
        raise AssertionError("other branches changed a plan")
    rows: dict[str, list[tuple[float, float]]] = {"with all branches present": [], "with that branch alone": []}
    for _ in range(repeats):
        for times, rounds in zip(rows.values(), (together, alone), strict=True):
            times.append(_plan_times(rounds, branch, day))
    return [
        (name, *map(_ms, (statistics.median(s for s, _ in times), *_middle_and_least(times))))
        for name, times in rows.items()
    ]


def _plan_times(rounds: Rounds, branch: BranchId, day: date) -> tuple[float, float]:
    """(snapshot, snapshot and plan with the default effort)."""
    before = time.perf_counter()
    snapshot = _day(rounds, branch, day)
    between = time.perf_counter()
    plan_day(snapshot)
    return between - before, time.perf_counter() - before


def _middle_and_least(times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    whole = [each for _, each in times]
    return statistics.median(whole), min(whole)


def _day(rounds: Rounds, branch: BranchId, day: date) -> Any:
    with rounds.store.unit_of_work(read_only=True) as uow:
        return day_reader(rounds)(uow, branch, day)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--branches", type=int, default=8)
    parser.add_argument("--visits-a-day", type=int, default=VISITS_A_DAY)
    parser.add_argument("--events", type=int, default=600)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args(words)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
