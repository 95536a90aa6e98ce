"""Stories of the clock on a real SQLite store: several of them, one that dies, one that was away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Barrier, Event
from threading import enumerate as threads_alive
from typing import Any

import pytest

from scheduler.clock import ManualClock
from scheduler.domain.plan import Revision
from scheduler.domain.policy import Policy
from scheduler.domain.time import after, at_local
from scheduler.domain.visit import VisitStatus
from scheduler.jobs.agenda import DueSlot, agenda_of
from scheduler.jobs.clock import JobClock
from scheduler.jobs.work import LEASE, Retention, run_slot
from scheduler.ports.planning_work import Claim
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.engine import Store, open_store
from scheduler.store.errors import StoreUnavailable
from scheduler.store.migrations.run import migrate
from scheduler.store.tables import job_run
from scheduler.store.unit_of_work import SqlUnitOfWork
from tests.builders import BRANCH, DAY, ZONE, a_branch, a_day, a_patient, a_plan, a_visit, at
from tests.contracts.store.given import unfit

POLICY = Policy()
NOON = at("12:00")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/rounds.db"
    migrate(url)
    with open_store(url) as opened, opened.unit_of_work() as uow:
        uow.branches.save(a_branch())
        uow.commit()
        yield opened


def a_clock(store: Store, now: datetime, *, owner: str = "clock-1", **facts: Any) -> JobClock:
    return JobClock(**{"open_uow": store.unit_of_work, "clock": ManualClock(now), "policy": POLICY,
                       "owner": owner, **facts})  # fmt: skip


def save_visits(store: Store, *names_and_days: tuple[str, date]) -> None:
    with store.unit_of_work() as uow:
        for name, day in names_and_days:
            uow.patients.save(a_patient(name))
            uow.visits.save(a_visit(name, date=day))
        uow.commit()


def save_draft(store: Store, day: date = DAY, **routes: str) -> None:
    snapshot = a_day(visits=[name.split()[1] for name in routes.values()], date=day)
    with store.unit_of_work() as uow:
        plan = a_plan(snapshot, **routes)
        uow.plans.add(Revision(number=1, plan=plan, caused_by=(), made_at=NOON - timedelta(days=3)))
        uow.commit()


def claims(store: Store, now: datetime) -> list[Claim]:
    found: list[Claim] = []
    with store.unit_of_work() as uow:
        while claim := uow.work.claim(owner="planner", now=now, lease=timedelta(minutes=5)):
            found.append(claim)
        uow.commit()
    return found


def runs(store: Store) -> list[tuple[str, str, int, bool]]:
    with store.unit_of_work(read_only=True) as uow:
        rows = uow.transaction.rows(job_run.select().order_by(job_run.c.job, job_run.c.due))
    return [(row.job, row.due, row.fence, row.finished_at is not None) for row in rows]


ALL_DONE_ONCE = [
    ("publish-evening/north", "2026-03-02", 1, True),
    ("retention", "2026-03-03", 1, True),
    ("roll-horizon/north", "2026-03-03", 1, True),
]


def test_three_clocks_on_one_store_run_each_slot_exactly_once(store: Store) -> None:
    gate = Barrier(3)

    def ask(owner: str) -> list[DueSlot]:
        clock = a_clock(store, NOON, owner=owner)
        gate.wait()
        return clock.tick()

    with ThreadPoolExecutor(3) as pool:
        ran = [slot.run for slots in pool.map(ask, ["a", "b", "c"]) for slot in slots]

    assert sorted(ran) == ["publish-evening/north", "retention", "roll-horizon/north"]
    assert runs(store) == ALL_DONE_ONCE


@pytest.mark.parametrize("odd_night", [date(2026, 3, 8), date(2026, 11, 1)])
def test_three_clocks_one_of_them_two_hours_ahead_run_each_date_once(store: Store, odd_night: date) -> None:
    begins, ends = at("12:00", day=odd_night - timedelta(days=2)), at("12:00", day=odd_night + timedelta(days=2))
    ahead = {owner: timedelta(hours=hours) for owner, hours in (("a", 0), ("b", 2), ("c", 0))}
    clocks = {owner: a_clock(store, begins + ahead[owner], owner=owner) for owner in ahead}

    now = begins
    while now <= ends:
        for owner, clock in clocks.items():
            ticked(clock, at_moment=now + ahead[owner])
        now = after(now, 3600)

    nightly = [(due, fence, is_done) for run, due, fence, is_done in runs(store) if run.startswith("roll-horizon")]
    dates = [(odd_night + timedelta(days=days)).isoformat() for days in range(-2, 3)]
    assert nightly == [(due, 1, True) for due in dates]


def ticked(clock: JobClock, *, at_moment: datetime) -> list[DueSlot]:
    told = clock._clock
    assert isinstance(told, ManualClock)
    told.move_to(at_moment)
    return clock.tick()


class Died(Exception):
    """The process is gone."""


def test_a_slot_whose_process_died_is_done_by_another_when_the_lease_ends(store: Store) -> None:
    opened = 0

    def dies_after_taking_the_slot(*, read_only: bool = False) -> UnitOfWork:
        nonlocal opened
        opened += not read_only
        if opened == 2:
            raise Died
        return store.unit_of_work(read_only=read_only)

    with pytest.raises(Died):
        a_clock(store, NOON, owner="mortal", open_uow=dies_after_taking_the_slot).tick()
    taken = [run for run, _, _, is_done in runs(store) if not is_done]

    early = a_clock(store, NOON + LEASE - timedelta(seconds=1), owner="second").tick()
    late = a_clock(store, NOON + LEASE, owner="third").tick()

    assert len(taken) == 1
    assert taken[0] not in [slot.run for slot in early]
    assert [slot.run for slot in late] == taken
    assert sorted(fence for _, _, fence, _ in runs(store)) == [1, 1, 2]


def test_a_store_that_fails_once_costs_one_slot_a_lease_and_no_other_slot(store: Store, caplog: Any) -> None:
    opened = 0

    def fails_in_the_middle_of_the_first_job(*, read_only: bool = False) -> SqlUnitOfWork:
        nonlocal opened
        opened += not read_only
        if opened == 2:
            raise StoreUnavailable("test")
        return store.unit_of_work(read_only=read_only)

    clock = a_clock(store, NOON, open_uow=fails_in_the_middle_of_the_first_job)

    assert len(clock.tick()) == 2
    assert "job.failed" in caplog.messages
    assert len(ticked(clock, at_moment=NOON + LEASE)) == 1


def test_a_store_that_is_away_costs_a_tick_and_not_the_clock(store: Store, caplog: Any) -> None:
    def is_away(*, read_only: bool = False) -> SqlUnitOfWork:
        del read_only
        raise StoreUnavailable("test")

    assert a_clock(store, NOON, open_uow=is_away).tick() == []
    assert caplog.messages == ["job.store_unavailable"]


def test_what_was_missed_in_three_days_down_is_settled_with_the_newest_slot(store: Store) -> None:
    a_clock(store, NOON).tick()
    with store.unit_of_work() as uow:  # the night of the crash
        uow.job_runs.begin("roll-horizon/north", "2026-03-04", owner="dead", now=at("02:30", day=date(2026, 3, 4)),
                           lease=LEASE)  # fmt: skip
        uow.commit()

    back = a_clock(store, at("12:00", day=date(2026, 3, 6)))
    caught_up, again = back.tick(), back.tick()

    assert [(slot.run, slot.due) for slot in caught_up] == [
        ("publish-evening/north", "2026-03-05"),
        ("retention", "2026-03-06"),
        ("roll-horizon/north", "2026-03-06"),
    ]
    assert again == []
    with store.unit_of_work(read_only=True) as uow:
        assert uow.job_runs.last("roll-horizon/north") == "2026-03-06"


def test_the_night_marks_the_day_that_enters_the_horizon_and_days_without_a_whole_plan(store: Store) -> None:
    entering, planned, half_planned = (DAY + timedelta(days=days) for days in (7, 1, 2))
    beyond = DAY + timedelta(days=8)
    save_visits(store, ("ada", planned), ("ben", half_planned), ("cyd", half_planned), ("dot", entering),
                ("eve", beyond))  # fmt: skip
    save_draft(store, planned, kim="09:00 ada")
    save_draft(store, half_planned, kim="09:00 ben")

    night = at("02:30")
    a_clock(store, night).tick()

    assert [(claim.date, claim.because) for claim in claims(store, night)] == [(half_planned, ()), (entering, ())]


def test_the_evening_tells_tomorrows_draft_and_not_the_day_after(store: Store) -> None:
    tomorrow, later = DAY + timedelta(days=1), DAY + timedelta(days=2)
    save_visits(store, ("ada", tomorrow), ("ben", later))
    save_draft(store, tomorrow, kim="09:00 ada")
    save_draft(store, later, kim="09:00 ben")

    evening = at_local(DAY, time(18), ZONE)
    a_clock(store, evening).tick()

    with store.unit_of_work(read_only=True) as uow:
        told, draft = uow.plans.published(BRANCH, tomorrow), uow.plans.published(BRANCH, later)
        statuses = {visit.id: visit.status for day in (tomorrow, later) for visit in uow.visits.on(BRANCH, day)}
        events = [item.type for item in uow.outbox.unsent(10)]
    assert told is not None
    assert told.published_at == evening
    assert draft is None
    assert statuses == {"ada": VisitStatus.TOLD, "ben": VisitStatus.REQUESTED}
    assert "schedule.published" in events


def test_messages_sent_longer_ago_than_they_are_kept_are_purged(store: Store) -> None:
    tomorrow = DAY + timedelta(days=1)
    save_visits(store, ("ada", tomorrow))
    save_draft(store, tomorrow, kim="09:00 ada")
    a_clock(store, at_local(DAY, time(18), ZONE)).tick()
    with store.unit_of_work() as uow:
        sent = list(uow.outbox.unsent(10))
        uow.outbox.mark_sent(sent[:1], NOON - timedelta(days=8))
        uow.outbox.mark_sent(sent[1:], NOON - timedelta(days=6))
        uow.commit()

    slot = agenda_of(POLICY.planning).next_due([], NOON)
    run_slot(slot, open_uow=store.unit_of_work, now=NOON, owner="x", policy=POLICY,
             retention=Retention(sent_days=7))  # fmt: skip

    with store.unit_of_work() as uow:
        assert uow.outbox.purge(NOON) == len(sent) - 1


def test_dead_letters_are_kept_as_long_as_told_and_those_that_wait_for_good(store: Store) -> None:
    with store.unit_of_work() as uow:
        letters = [uow.dead_letters.add(unfit(bytes([number]))).id for number in range(3)]
        for letter, days in zip(letters, (8, 6), strict=False):
            uow.dead_letters.mark_replayed(letter, NOON - timedelta(days=days))
        uow.commit()

    slot = agenda_of(POLICY.planning).next_due([], NOON)
    run_slot(slot, open_uow=store.unit_of_work, now=NOON, owner="x", policy=POLICY,
             retention=Retention(letter_days=7))  # fmt: skip

    with store.unit_of_work() as uow:
        assert [letter.id for letter in uow.dead_letters.newest(9, waiting=False)] == letters[:0:-1]


def test_a_started_clock_ticks_at_once_and_leaves_no_thread_behind(store: Store) -> None:
    before, asked = set(threads_alive()), Event()

    def noted(*, read_only: bool = False) -> SqlUnitOfWork:
        asked.set()
        return store.unit_of_work(read_only=read_only)

    clock = a_clock(store, NOON, open_uow=noted)
    clock.start()
    assert asked.wait(20)
    clock.stop()
    clock.stop()

    assert runs(store) == ALL_DONE_ONCE
    assert set(threads_alive()) == before


def test_a_clock_with_no_other_work_runs_until_it_is_stopped(store: Store) -> None:
    asked = Event()

    def noted(*, read_only: bool = False) -> SqlUnitOfWork:
        asked.set()
        return store.unit_of_work(read_only=read_only)

    clock = a_clock(store, NOON, open_uow=noted)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(clock.run)
        assert asked.wait(20)
        clock.stop()
        running.result(20)

    assert runs(store) == ALL_DONE_ONCE
