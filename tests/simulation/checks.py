"""What must be true when a night is over and everything has come to rest, whatever happened in it.

Nothing is lost and nothing done twice, by the ledger; the facts are those of the same events told once, in order and
in peace; every open day is planned, told where it was time, keeps every hard rule and serves as many visits as the
peaceful one; whoever reads the schedule ends up with what the database says was told.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from scheduler.domain.branch import Branch
from scheduler.domain.plan import Plan, Revision
from scheduler.domain.violation import Severity
from scheduler.planning.check import violations
from scheduler.planning.publish import publish_moment
from scheduler.planning.snapshot import take_snapshot
from scheduler.store.audit_check import verify_audit
from scheduler.store.engine import Store
from tests.ledger import Decided, Held, Ledger, findings
from tests.simulation.roles import AGENCY, EVENTS, SCHEDULE
from tests.simulation.world import World

FACTS = ("branch", "patient", "case_manager")
LATEST = timedelta(minutes=45)
FREE = ("requested", "planned", "told")


def wrongs(world: World, ledger: Ledger, peaceful: Store) -> Iterator[str]:
    """Everything that is wrong, in words; nothing when all is well."""
    yield from map(str, findings(ledger))
    yield from _not_at_rest(world)
    yield from _other_facts(world.store, peaceful)
    yield from _bad_plans(world, peaceful)
    yield from _late(world)
    yield from _misled_readers(world)
    yield from _tried_again(world)
    yield from _broken_chains(world)


def ledger_of(world: World) -> Ledger:
    effects = Counter(f"{row.branch} {row.action} {row.object}" for row in _rows(world.store, AUDIT))
    decided = [
        Decided(event=row.id, key=row.key, about=f"{row.type} {row.subject} {row.id}", is_sent=row.sent_at is not None)
        for row in _rows(world.store, "SELECT * FROM outbox ORDER BY seq")
    ]
    return Ledger(
        sent=world.sent,
        incoming=[
            Held(
                event=world.name_of(record.value),
                key=record.key or "",
                partition=record.partition,
                offset=record.offset,
            )
            for record in world.bus.records(EVENTS)
        ],
        taken=_taken(world),
        effects=effects,
        decided=decided,
        published=[
            Held(event=json.loads(record.value or b"{}")["id"], key=record.key or "")
            for record in world.bus.records(SCHEDULE)
        ],
    )


AUDIT = "SELECT branch, action, object FROM audit WHERE actor LIKE 'kafka %' OR actor LIKE 'replay %'"


def _taken(world: World) -> dict[str, str]:
    """By the inbox; what has no id of its own there, by its dead letter."""
    taken = {row.event: row.status for row in _rows(world.store, "SELECT event, status FROM inbox")}
    for row in _rows(world.store, "SELECT raw FROM dead_letter"):
        taken.setdefault(world.name_of(row.raw), "dead")
    return taken


def _not_at_rest(world: World) -> Iterator[str]:
    for row in _rows(world.store, "SELECT * FROM branch_work WHERE dirty_seq > solved_seq"):
        yield f"{row.branch} {row.day} is still dirty: {row.last_error}, {row.attempts} attempts"
    for row in _rows(world.store, "SELECT * FROM job_run WHERE finished_at IS NULL"):
        yield f"{row.job} {row.due} was begun and never finished"
    for row in _rows(world.store, "SELECT event, status FROM inbox WHERE status = 'claimed'"):
        yield f"{row.event} is still {row.status}"


def _tried_again(world: World) -> Iterator[str]:
    """A record is refused once, however often it is delivered; whoever sends the event again makes another record."""
    sent = Counter(record.value for record in world.bus.records(EVENTS))
    for row in _rows(world.store, "SELECT raw, times FROM dead_letter WHERE door = 'kafka'"):
        if row.times > sent[row.raw]:
            yield f"{world.name_of(row.raw)} was sent {sent[row.raw]} times, and refused {row.times} times"


def _other_facts(store: Store, peaceful: Store) -> Iterator[str]:
    for table in FACTS:
        mine, theirs = (_facts(each, table) for each in (store, peaceful))
        yield from (f"{table} {name} is {mine.get(name)}, not {theirs.get(name)}" for name in _unlike(mine, theirs))
    mine, theirs = (_visits(each) for each in (store, peaceful))
    yield from (f"visit {name} is {mine.get(name)}, not {theirs.get(name)}" for name in _unlike(mine, theirs))


def _facts(store: Store, table: str) -> dict[str, Any]:
    rows = _rows(store, f"SELECT * FROM {table}")  # noqa: S608 - names of ours
    return {f"{getattr(row, 'branch', '')}/{row.id}": json.loads(row.body) for row in rows}


def _visits(store: Store) -> dict[str, Any]:
    """What was asked for, not what was planned or told. A visit that is off counts as off, whatever it was before."""
    found = {}
    for row in _rows(store, "SELECT * FROM visit"):
        if row.status == "cancelled":
            found[row.id] = row.status
            continue
        needs = {name: value for name, value in json.loads(row.body).items() if name not in {"told", "status"}}
        found[row.id] = [str(row.day), row.patient, "open" if row.status in FREE else row.status, needs]
    return found


def _unlike(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    return sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))


def _bad_plans(world: World, peaceful: Store) -> Iterator[str]:
    for branch, day in _open_days(world.store):
        mine, theirs = (_head(each, branch, day) for each in (world.store, peaceful))
        if mine is None or theirs is None:
            yield f"{branch.id} {day} has no plan"
            continue
        if len(mine.plan.unassigned) != len(theirs.plan.unassigned):
            yield f"{branch.id} {day} leaves {len(mine.plan.unassigned)} visits, not {len(theirs.plan.unassigned)}"
        if mine.published_at is None and publish_moment(day, branch.zone, world.policy) <= world.stage.now:
            yield f"{branch.id} {day} was never told"
        yield from _violations(world, branch, day, mine.plan)


def _open_days(store: Store) -> list[tuple[Branch, date]]:
    with store.unit_of_work(read_only=True) as uow:
        return [
            (branch, day)
            for branch in uow.branches.all()
            for day in uow.visits.days_with_open_visits(branch.id, date(2026, 1, 1), date(2027, 1, 1))
        ]


def _head(store: Store, branch: Branch, day: date) -> Revision | None:
    with store.unit_of_work(read_only=True) as uow:
        return uow.plans.head(branch.id, day)


def _violations(world: World, branch: Branch, day: date, plan: Plan) -> Iterator[str]:
    with world.store.unit_of_work(read_only=True) as uow:
        snapshot = take_snapshot(
            uow,
            branch.id,
            day,
            policy=world.policy,
            visit_types=AGENCY.visit_types,
            travel_provider=AGENCY.travel,
            now=world.stage.now,
        )
    found = violations(snapshot, plan)
    yield from (f"{branch.id} {day}: {each.code}" for each in found if each.severity is Severity.HARD)


def _late(world: World) -> Iterator[str]:
    """Outages, freezes and naps of a night make minutes; a lease that a wrong clock gave makes hours."""
    for row in _rows(world.store, "SELECT id, type, at FROM outbox"):
        wait = world.told_at.get(row.id, world.stage.now) - datetime.fromisoformat(row.at)
        if abs(wait) > LATEST:
            yield f"{row.type} {row.id} was told {wait} after it was decided"


def _misled_readers(world: World) -> Iterator[str]:
    """A reader keeps, of each itinerary, the newest revision."""
    read: dict[tuple[str, str, str], tuple[int, Any]] = {}
    for record in world.bus.records(SCHEDULE):
        said = json.loads(record.value or b"{}")
        if said["type"] == "rounds.itinerary.published.v1":
            data = said["data"]
            key = (data["branch"], data["date"], data["case_manager"])
            stops = [(stop["visit"], datetime.fromisoformat(stop["starts"])) for stop in data["stops"]]
            read[key] = max(read.get(key, (0, [])), (data["revision"], stops), key=lambda pair: pair[0])
    for key, told in _told(world.store).items():
        known = read.get(key, (0, []))[1]
        if known != told:
            yield f"a reader believes {known} of {key}, and the database told {told}"


def _told(store: Store) -> dict[tuple[str, str, str], list[tuple[str, datetime]]]:
    told = {}
    with store.unit_of_work(read_only=True) as uow:
        for branch in uow.branches.all():
            for day in uow.plans.days(branch.id):
                revision = uow.plans.published(branch.id, day)
                for route in revision.plan.routes if revision else ():
                    key = (str(branch.id), day.isoformat(), str(route.case_manager))
                    told[key] = [(str(stop.visit), stop.starts) for stop in route.stops]
    return told


def _broken_chains(world: World) -> Iterator[str]:
    yield from (f"audit: {broken.sentence}" for broken in verify_audit(world.store).breaks)
    numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    causes: Counter[tuple[str, str, str]] = Counter()
    for row in _rows(world.store, "SELECT branch, day, number, caused_by FROM plan_revision ORDER BY number"):
        numbers[row.branch, row.day].append(row.number)
        causes.update((row.branch, row.day, event) for event in json.loads(row.caused_by))
    for about, found in numbers.items():
        if found != list(range(1, len(found) + 1)):
            yield f"{about} has the revisions {found}"
    yield from (f"{about} caused {count} revisions" for about, count in causes.items() if count > 1)
    slots = Counter((row.job, row.due) for row in _rows(world.store, "SELECT job, due FROM job_run"))
    yield from (f"{slot} was run {count} times" for slot, count in slots.items() if count > 1)


def _rows(store: Store, query: str) -> Sequence[Any]:
    with store.reader.connect() as connection:
        return connection.execute(text(query)).all()
