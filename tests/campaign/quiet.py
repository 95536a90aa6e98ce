"""The same events in an undisturbed world, and how a disturbed one differs from it.

Undisturbed: one process, a database of its own, a clock that stands still; every record of the topic taken in, in
order, and then each day planned once. What is compared, and why no more:

- what became of each event, and every fact: these must be equal to the byte;
- each day's last plan: it must answer every open visit, and leave as few unserved, by priority. Where both plans say
  they are proven to be the best possible and cost differently, one proof is wrong: that is told apart, for it is the
  engine's fault and not that of what happened. Routes are not compared: equally good plans differ, and which one is
  kept depends on the plans between, of which a disturbed world makes others.

What was told, and whom it was told to, is left out of the facts: it follows from the plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from config.settings import Settings
from consumers.bus import Record
from consumers.receipt import Status
from scheduler.bootstrap.planning import planning_desk
from scheduler.bootstrap.process import Rounds, started
from scheduler.clock import ManualClock
from scheduler.domain.ids import BranchId
from scheduler.domain.plan import Plan
from scheduler.domain.visit import Visit, VisitStatus
from scheduler.planning.outcome import Result
from scheduler.planning.service import plan_next
from scheduler.store import tables
from scheduler.store.codec import from_json
from scheduler.store.engine import Store
from scheduler.store.migrations.run import migrate
from tests.campaign.reading import rows

SAID: Final = {Status.APPLIED: "applied", Status.IGNORED: "ignored", Status.REFUSED: "dead"}
STEP: Final = timedelta(seconds=30)
MOST_PLANS: Final = 10_000

Facts: TypeAlias = dict[tuple[str, str, str], object]
Plans: TypeAlias = dict[tuple[BranchId, date], Plan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a world came to. `open_visits` are by branch-day."""

    became: Mapping[str, str]
    facts: Facts
    plans: Plans
    open_visits: Mapping[tuple[str, date], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`differences` are what breaks the promise; the counts say how much was compared."""

    differences: Sequence[str]
    wrong_proofs: Sequence[str]
    days: int
    proven: int
    same_routes: int


def undisturbed(incoming: Sequence[Record], *, policy: Path, now: datetime, home: Path) -> Outcome:
    with _quiet_rounds(policy, now, home) as (rounds, clock):
        became: dict[str, str] = {}
        for record in incoming:
            receipt = rounds.intake.take_in(record.value, door="kafka")
            if receipt.event is not None and receipt.status in SAID:
                became[receipt.event] = SAID[receipt.status]
        _plan_all(rounds, clock)
        return outcome_of(rounds.store, became)


def outcome_of(store: Store, became: Mapping[str, str] | None = None) -> Outcome:
    """`became` is the inbox's word unless it is given."""
    inbox = select(tables.inbox.c.event, tables.inbox.c.status)
    return Outcome(
        became=became if became is not None else {row.event: row.status for row in rows(store, inbox)},
        facts=_facts(store),
        plans=_plans(store),
        open_visits=_open_visits(store),
    )


def compared(disturbed: Outcome, quiet: Outcome) -> Comparison:
    days = sorted({*disturbed.open_visits, *quiet.open_visits})
    pairs = [
        (disturbed.plans[BranchId(branch), day], quiet.plans[BranchId(branch), day])
        for branch, day in days
        if (branch, day) in disturbed.plans and (branch, day) in quiet.plans
    ]
    differences = [
        *_unlike("event", disturbed.became, quiet.became),
        *_unlike("fact", disturbed.facts, quiet.facts),
        *_unanswered("disturbed", disturbed),
        *_unanswered("quiet", quiet),
        *(told for one, other in pairs for told in _worse(one, other)),
    ]
    return Comparison(
        differences=differences,
        wrong_proofs=[told for one, other in pairs for told in _contradicting(one, other)],
        days=len(pairs),
        proven=sum(_is_best(one) and _is_best(other) for one, other in pairs),
        same_routes=sum(one.routes == other.routes for one, other in pairs),
    )


def _unlike(what: str, one: Mapping[Any, object], other: Mapping[Any, object]) -> Iterator[str]:
    for name in sorted({*one, *other}, key=str):
        if one.get(name) != other.get(name):
            yield f"{what} {name} is {one.get(name)!s:.200}, undisturbed {other.get(name)!s:.200}"


def _unanswered(world: str, outcome: Outcome) -> Iterator[str]:
    for (branch, day), wanted in outcome.open_visits.items():
        plan = outcome.plans.get((BranchId(branch), day))
        answered = _answered(plan) if plan else frozenset()
        if wanted != answered:
            yield f"{world}: {branch} {day} is planned for {len(answered)} of {len(wanted)} open visits"


def _answered(plan: Plan) -> frozenset[str]:
    return frozenset({stop.visit for _, stop in plan.stops()} | {each.visit for each in plan.unassigned})


def _worse(one: Plan, other: Plan) -> Iterator[str]:
    if one.solve.unserved != other.solve.unserved:
        yield f"{one.branch} {one.date} leaves {one.solve.unserved} unserved, undisturbed {other.solve.unserved}"


def _contradicting(one: Plan, other: Plan) -> Iterator[str]:
    if _is_best(one) and _is_best(other) and one.totals.price_cents != other.totals.price_cents:
        prices = f"{one.totals.price_cents} and undisturbed {other.totals.price_cents}"
        yield f"{one.branch} {one.date}: {prices} are both said to be the best possible"


def _is_best(plan: Plan) -> bool:
    return plan.solve.gap_percent == 0 and plan.solve.unserved == plan.solve.unserved_bound


@contextmanager
def _quiet_rounds(policy: Path, now: datetime, home: Path) -> Iterator[tuple[Rounds, ManualClock]]:
    settings = Settings(database_url=f"sqlite:///{home / 'quiet.db'}", policy_file=policy)
    migrate(settings.database_url)
    clock = ManualClock(now)
    with started(settings, clock=clock, owner="quiet") as rounds:
        yield rounds, clock


def _plan_all(rounds: Rounds, clock: ManualClock) -> None:
    clock.move_to(clock.now() + STEP)
    desk = planning_desk(rounds)
    for _ in range(MOST_PLANS):
        result = plan_next(rounds.store.unit_of_work, clock, desk).result
        if result is Result.IDLE:
            return
        if result is Result.FAILED:
            raise AssertionError("an undisturbed day could not be planned")
    raise AssertionError(f"not planned after {MOST_PLANS} plans")


def _facts(store: Store) -> Facts:
    found: Facts = {}
    for table in (tables.branch, tables.patient, tables.case_manager, tables.care_plan):
        branch = table.c.get("branch", table.c.id)
        for row in rows(store, select(branch.label("branch"), table.c.id, table.c.body)):
            found[table.name, row.branch, row.id] = row.body
    for visit in _visits(store):
        found["visit", visit.branch, visit.id] = _as_sent(visit)
    return found


def _as_sent(visit: Visit) -> Visit:
    return replace(visit, told=None, status=VisitStatus.REQUESTED if visit.is_open else visit.status)


def _open_visits(store: Store) -> dict[tuple[str, date], frozenset[str]]:
    found: dict[tuple[str, date], set[str]] = {}
    for visit in _visits(store):
        if visit.is_open:
            found.setdefault((visit.branch, visit.date), set()).add(visit.id)
    return {where: frozenset(names) for where, names in found.items()}


def _visits(store: Store) -> Iterator[Visit]:
    for row in rows(store, select(tables.visit.c.body)):
        yield from_json(Visit, row.body)


def _plans(store: Store) -> Plans:
    """The newest revision of each branch-day."""
    table = tables.plan_revision
    found = rows(store, select(table.c.body).order_by(table.c.branch, table.c.day, table.c.number))
    plans = (from_json(Plan, row.body) for row in found)
    return {(plan.branch, plan.date): plan for plan in plans}
