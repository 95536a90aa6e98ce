"""A plan that may not stand is never saved, and a day is never lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any, NoReturn

import pytest

from optimizer.answer import Answer, StoppedBy
from optimizer.errors import EngineError
from optimizer.problem import Problem
from optimizer.search.solve import solve
from optimizer.travel.provider import Point, Profile, TravelTable
from scheduler.domain.plan import Revision
from scheduler.planning.by_insertion import NoTimetable
from scheduler.planning.outcome import Result
from scheduler.planning.record import INSERTION
from scheduler.planning.service import LEASE
from scheduler.planning.worker import PlanningLoop
from scheduler.store.unit_of_work import SqlUnitOfWork
from tests.builders import BRANCH, a_visit, window
from tests.scenarios.replanning.office import Office, TenMinutesApart

WAITS = [timedelta(seconds=30), timedelta(seconds=60), timedelta(hours=1)]


def an_hour_late(problem: Problem, **options: Any) -> Answer:
    """An engine whose plans break every narrow window."""
    answer = solve(problem, **options)
    tours = (
        replace(tour, starts=tuple(start + 3600 for start in tour.starts), returns=tour.returns + 3600)
        for tour in answer.solution.tours
    )
    return replace(answer, solution=replace(answer.solution, tours=tuple(tours)))


def after(meanwhile: Callable[[], None]) -> Callable[..., Answer]:
    """An engine that takes so long that something happens."""

    def search(problem: Problem, **options: Any) -> Answer:
        meanwhile()
        return solve(problem, **options)

    return search


def test_a_plan_that_breaks_a_hard_rule_is_not_saved_and_the_one_before_stays(office: Office) -> None:
    told = office.told_day(a_visit("ada", windows=(window("09:00", "09:15"),)))
    office.search = an_hour_late
    office.at("07:00")
    office.request(a_visit("ben", windows=(window("11:00", "11:15"),)))
    outcome = office.plan()

    assert (outcome.result, outcome.code) == (Result.FAILED, "window.closed")
    assert office.head().plan == told
    assert office.sent() == []


def test_each_failure_waits_longer_and_the_third_is_for_a_person(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.search = an_hour_late
    office.request(a_visit("ada", windows=(window("09:00", "09:15"),)))
    office.at("09:10", days_before=1)
    with caplog.at_level(logging.WARNING, logger="scheduler.planning.service"):
        for wait in WAITS:
            assert office.plan().result is Result.FAILED
            office.clock.time += wait - timedelta(seconds=1)
            assert office.plan().result is Result.IDLE, f"not before {wait}"
            office.clock.time += timedelta(seconds=1)

    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.WARNING, logging.ERROR]
    office.search = None
    assert office.plan().result is Result.PLANNED, "an hour later it is tried again"


def test_a_broken_engine_is_answered_by_insertion(office: Office) -> None:
    def broken(problem: Problem, **_: Any) -> Answer:
        raise EngineError(f"{len(problem.visits)} visits are too many")

    office.search = broken
    office.request("ada", "ben")
    office.at("09:10", days_before=1)

    assert office.plan().result is Result.PLANNED
    assert office.head().plan.solve.engine == INSERTION
    assert set(office.who()) == {"ada", "ben"}


def test_where_not_even_insertion_finds_a_plan_the_one_before_stays_and_the_log_says_why(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(problem: Problem, **_: Any) -> Answer:
        raise EngineError(f"{len(problem.visits)} visits are too many")

    def nothing_fits(problem: Problem, start: object) -> NoReturn:
        del problem, start
        raise NoTimetable

    told = office.told_day("ada")
    office.search = broken
    monkeypatch.setattr("scheduler.planning.search.by_insertion", nothing_fits)
    office.at("07:00")
    office.request("ben")
    with caplog.at_level(logging.WARNING, logger="scheduler.planning.service"):
        outcome = office.plan()

    assert (outcome.result, outcome.code) == (Result.FAILED, "engine.no_timetable")
    assert office.head().plan == told
    assert office.sent() == []
    assert [(record.message, vars(record).get("code")) for record in caplog.records] == [
        ("engine.failed", None),
        ("plan.refused", "engine.no_timetable"),
    ]


def test_a_planner_that_is_told_to_end_ends_its_search_saves_nothing_and_hands_the_day_back(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    stop, rounds = Event(), list[int]()

    def endless(problem: Problem, **options: Any) -> Answer:
        """A search that ends only when it is cancelled."""
        stop.set()  # SIGTERM, say
        while not options["is_cancelled"]():
            rounds.append(1)
            assert len(rounds) < 3, "it was told to end"
        return replace(solve(problem, **options), stopped_by=StoppedBy.CANCELLED)

    told = office.told_day("ada")
    office.search = endless
    office.at("07:00")
    office.request("ben")
    loop = PlanningLoop(open_uow=office.store.unit_of_work, clock=office.clock, desk=office.desk, sleep=lambda _: None)
    with caplog.at_level(logging.INFO, logger="scheduler.planning.service"):
        outcome = loop.turn(stop)

    assert outcome is not None
    assert outcome.result is Result.STOPPED
    assert office.head().plan == told
    assert office.sent() == []
    assert [record.message for record in caplog.records] == ["plan.stopped"]

    office.search = None
    assert office.plan().result is Result.PUBLISHED, "the next planner need not wait"
    assert set(office.who()) == {"ada", "ben"}


def test_news_that_comes_while_planning_is_planned_next(office: Office) -> None:
    office.search = after(lambda: office.request("ben"))
    office.request("ada")
    office.at("09:10", days_before=1)
    assert office.plan().result is Result.PLANNED
    assert set(office.who()) == {"ada"}

    office.search = None
    office.clock.time += timedelta(minutes=5)
    assert office.plan().result is Result.PLANNED
    assert set(office.who()) == {"ada", "ben"}


def test_a_visit_that_is_cancelled_while_planning_is_not_told(office: Office) -> None:
    office.told_day("ada")
    office.at("07:00")
    office.request("ben")
    office.search = after(lambda: office.cancel("ada"))

    assert office.plan().result is Result.OVERTAKEN
    assert office.sent() == []

    office.search = None
    assert office.plan().result is Result.PUBLISHED
    assert set(office.who()) == {"ben"}


def test_a_revision_saved_by_somebody_else_is_not_written_over(office: Office) -> None:
    office.told_day("ada")
    theirs = office.head()

    def dispatcher_saves() -> None:
        with office.store.unit_of_work() as uow:
            uow.plans.add(
                Revision(number=theirs.number + 1, plan=theirs.plan, caused_by=(), made_at=office.clock.now())
            )
            uow.commit()

    office.at("07:00")
    office.request("ben")
    office.search = after(dispatcher_saves)

    assert office.plan().result is Result.OVERTAKEN
    assert office.head().number == theirs.number + 1

    office.search = None
    assert office.plan().result is Result.PUBLISHED
    assert office.head().number == theirs.number + 2


def test_a_planner_that_lost_its_lease_writes_nothing(office: Office) -> None:
    def another_takes_over() -> None:
        office.clock.time += LEASE
        with office.store.unit_of_work() as uow:
            assert uow.work.claim(owner="planner-2", now=office.clock.now(), lease=LEASE) is not None
            uow.commit()

    office.search = after(another_takes_over)
    office.request("ada")
    office.at("09:10", days_before=1)

    assert office.plan().result is Result.OVERTAKEN
    with office.store.unit_of_work(read_only=True) as uow:
        assert uow.plans.head(BRANCH, office.day) is None


def test_a_search_that_takes_long_keeps_its_lease(office: Office) -> None:
    def search(problem: Problem, **options: Any) -> Answer:
        answer = solve(problem, **{**options, "on_progress": None})
        for _ in range(6):
            office.clock.time += LEASE / 2
            options["on_progress"](None)
        return answer

    office.search = search
    office.request("ada")
    office.at("09:10", days_before=1)

    assert office.plan().result is Result.PLANNED


def test_a_fault_nobody_foresaw_hands_the_day_back(office: Office) -> None:
    class Broken:
        name = "broken/1"

        def table(self, points: object, profile: object) -> object:
            raise RuntimeError(f"{profile} {points}")

    working, office.provider = office.provider, Broken()
    office.request("ada")
    office.at("09:10", days_before=1)
    with pytest.raises(RuntimeError, match="car"):
        office.plan()

    office.provider = working
    assert office.plan().result is Result.IDLE
    office.clock.time += timedelta(seconds=30)
    assert office.plan().result is Result.PLANNED


@pytest.fixture
def transactions(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Those that are open now."""
    opened: set[int] = set()
    enter, leave = SqlUnitOfWork.__enter__, SqlUnitOfWork.__exit__

    def entered(self: SqlUnitOfWork) -> SqlUnitOfWork:
        opened.add(id(self))
        return enter(self)

    def left(self: SqlUnitOfWork, *error: Any) -> None:
        opened.discard(id(self))
        leave(self, *error)

    monkeypatch.setattr(SqlUnitOfWork, "__enter__", entered)
    monkeypatch.setattr(SqlUnitOfWork, "__exit__", left)
    return opened


def test_neither_travel_nor_the_search_is_waited_for_with_a_transaction_open(
    office: Office, transactions: set[int]
) -> None:
    open_at: dict[str, int] = {}

    class Watched(TenMinutesApart):
        def table(self, points: Sequence[Point], profile: Profile) -> TravelTable:
            open_at["travel"] = len(transactions)
            return super().table(points, profile)

    def search(problem: Problem, **options: Any) -> Answer:
        open_at["search"] = len(transactions)
        return solve(problem, **options)

    office.provider, office.search = Watched(), search
    office.request("ada")
    office.at("09:10", days_before=1)

    assert office.plan().result is Result.PLANNED
    assert open_at == {"travel": 0, "search": 0}
