"""From a day to the engine's problem, and from its solution back to a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from optimizer.evaluate import evaluate
from optimizer.problem import NEVER, NO_PLACE, Alike, Break, Measure
from optimizer.solution import Solution, Tour
from optimizer.timing import timed
from scheduler.domain.ids import CaseManagerId
from scheduler.domain.people import Hold, TravelProfile
from scheduler.domain.time import seconds_between
from scheduler.domain.visit import VisitStatus
from scheduler.planning.decided import PARTNER_CODE
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.impossible import NO_START_CODE
from scheduler.planning.tours import routes_of, solution_of
from scheduler.planning.translation import held_back, start_draft
from tests.builders import (
    DAY,
    ZONE,
    a_case_manager,
    a_day,
    a_patient,
    a_place,
    a_plan,
    a_shift,
    a_visit,
    at,
    clock_of,
    given_travel,
)

SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # New York springs forward and falls back at 02:00
HOUR = 3600


def served(draft: ProblemDraft, *orders: tuple[int, ...]) -> Solution:
    solution = timed(draft.build(), orders)
    assert solution is not None
    return solution


def test_seconds_run_from_local_midnight() -> None:
    assert start_draft(a_day(visits=["ada"])).second(at("08:00")) == 8 * HOUR


@pytest.mark.parametrize(("day", "eight_o_clock", "length"), [(DAY, 8, 24), (SPRING, 7, 23), (AUTUMN, 9, 25)])
def test_a_night_that_loses_or_gains_an_hour_is_counted_as_it_passes(
    day: date, eight_o_clock: int, length: int
) -> None:
    shift = a_shift("kim", day=day)
    draft = start_draft(a_day(visits=[a_visit("ada", date=day)], shifts=[shift], date=day))

    assert draft.second(shift.starts) == eight_o_clock * HOUR
    assert draft.build().visits[0].windows == ((0, length * HOUR),)
    assert clock_of(draft.moment(eight_o_clock * HOUR)) == "08:00"


@pytest.mark.parametrize("day", [DAY, SPRING, AUTUMN])
def test_times_come_back_from_the_engine_on_the_local_clock(day: date) -> None:
    draft = start_draft(a_day(visits=[a_visit("ada", date=day)], shifts=[a_shift("kim", day=day)], date=day))
    route = routes_of(draft, draft.build(), served(draft, (0,)))[0]

    stop = route.stops[0]
    times = [route.leaves, stop.arrives, stop.starts, stop.ends, route.returns]
    assert [clock_of(moment) for moment in times] == ["08:00", "08:10", "08:10", "08:55", "09:05"]
    assert stop.starts.tzinfo is ZONE


def test_a_shift_over_the_lost_hour_is_an_hour_shorter() -> None:
    shift = a_shift("kim", "01:00-05:00", day=SPRING)
    draft = start_draft(a_day(visits=[a_visit("ada", date=SPRING)], shifts=[shift], date=SPRING))
    route = draft.build().routes[0]

    assert route.closes - route.opens == 3 * HOUR


def test_nobody_is_sent_anywhere_before_now() -> None:
    draft = start_draft(a_day(visits=["ada"], now=at("10:00")))
    problem = draft.build()

    assert problem.routes[0].opens == 10 * HOUR
    assert problem.visits[0].windows == ((10 * HOUR, 24 * HOUR),)


def test_the_engine_sees_only_what_comes_after_the_frozen_stops() -> None:
    planned = a_plan(a_day(visits=["ada", "ben"]), kim="08:10 ada, 12:00 ben")
    ada = a_visit("ada", status=VisitStatus.UNDER_WAY, case_manager=CaseManagerId("kim"), started_at=at("08:10"))
    draft = start_draft(a_day(visits=[ada, "ben"], current=planned, now=at("08:30")))
    problem = draft.build()
    route, base = problem.routes[0], dict(problem.routes[0].base)

    assert [visit.id for visit in draft.visits] == ["ben"]
    assert route.departed == 8 * HOUR
    assert route.opens == 8 * HOUR + 55 * 60
    assert route.start_place == draft.places[a_place("ada").id]
    assert (base[Measure.VISITS], base[Measure.POINTS], base[Measure.DRIVE]) == (1, 100, 600)


def test_the_engine_counts_paid_time_and_driving_over_the_whole_day() -> None:
    planned = a_plan(a_day(visits=["ada", "ben"]), kim="08:10 ada, 12:00 ben")
    ada = a_visit("ada", status=VisitStatus.UNDER_WAY, case_manager=CaseManagerId("kim"), started_at=at("08:10"))
    draft = start_draft(a_day(visits=[ada, "ben"], current=planned, now=at("08:30")))
    solution = served(draft, (0,))
    judged = evaluate(draft.build(), solution)
    route = routes_of(draft, draft.build(), solution)[0]

    assert judged.of(0, Measure.PAID) == seconds_between(route.leaves, route.returns)
    assert judged.of(0, Measure.DRIVE) == route.home_seconds + sum(stop.drive_seconds for stop in route.stops)
    assert judged.of(0, Measure.VISITS) == 2


LUNCH = Break(opens=11 * HOUR, closes=14 * HOUR, seconds=1800, missed_price=NEVER)


def an_afternoon(*breaks: Break) -> ProblemDraft:
    """Ada and Ben are done, with one lunch between or after them; Cyd is still to come."""
    whole = a_day(visits=["ada", "ben"])
    draft = start_draft(whole)
    draft.add_break(whole.shifts[0], LUNCH)
    morning = routes_of(draft, draft.build(), served(draft, (0, 1)))[0]
    assert len(morning.breaks) == 1
    done = [
        replace(
            visit,
            status=VisitStatus.DONE,
            case_manager=CaseManagerId("kim"),
            started_at=stop.starts,
            ended_at=stop.ends,
        )
        for visit, stop in zip(whole.visits, morning.stops, strict=True)
    ]
    now = max(morning.breaks[0].ends, morning.stops[-1].ends)
    plan = replace(a_plan(whole), routes=(morning,))
    later = start_draft(a_day(visits=[*done, "cyd"], current=plan, now=now))
    for pause in breaks:
        later.add_break(whole.shifts[0], pause)
    return later


def test_a_break_already_taken_is_not_asked_for_again() -> None:
    draft = an_afternoon(LUNCH)

    assert draft.build().routes[0].breaks == ()


def test_a_break_taken_once_does_not_stand_for_two() -> None:
    draft = an_afternoon(LUNCH, LUNCH)

    assert draft.build().routes[0].breaks == (LUNCH,)


def test_a_break_already_taken_stays_in_the_plan_and_out_of_paid_time() -> None:
    draft = an_afternoon(LUNCH)
    problem, solution = draft.build(), served(draft, (0,))
    route = routes_of(draft, problem, solution)[0]
    whole = seconds_between(route.leaves, route.returns)

    assert len(route.breaks) == 1
    assert evaluate(problem, solution).of(0, Measure.PAID) == whole - LUNCH.seconds


def test_a_break_that_must_be_taken_and_no_longer_can_does_not_end_the_day() -> None:
    draft = an_afternoon(LUNCH, Break(opens=7 * HOUR, closes=8 * HOUR, seconds=600, missed_price=NEVER))

    assert draft.build().routes[0].breaks == ()


def test_no_way_between_two_places_is_never() -> None:
    draft = start_draft(a_day(visits=["ada", "ben"], travel=given_travel({("ada", "ben"): None})))
    problem = draft.build()
    ada, ben = (draft.places[a_place(name).id] for name in ("ada", "ben"))

    assert problem.travel_seconds[0, ada, ben] == problem.travel_metres[0, ada, ben] == NEVER


def test_each_way_of_travelling_has_its_own_matrix() -> None:
    walker = a_shift(a_case_manager("lee", profile=TravelProfile.WALKING))
    problem = start_draft(a_day(visits=["ada"], shifts=["kim", walker])).build()

    assert problem.travel_seconds.shape[0] == 2
    assert {route.profile for route in problem.routes} == {0, 1}


def test_a_remote_visit_has_no_place_and_no_drive() -> None:
    draft = start_draft(a_day(visits=["ada", a_visit("ben", is_remote=True)]))
    assert draft.build().visits[1].place == NO_PLACE

    stops = routes_of(draft, draft.build(), served(draft, (0, 1)))[0].stops
    assert [stop.drive_seconds for stop in stops] == [600, 0]


def test_a_visit_without_a_known_address_is_kept_from_the_engine() -> None:
    day = a_day(visits=["ada", "ben"], patients=[a_patient("ada", home=a_place("ada", is_found=False))])
    reason = held_back(day, day.visits[0])

    assert [visit.id for visit in start_draft(day).visits] == ["ben"]
    assert reason is not None
    assert reason.code == "place.needs_address"


def test_a_patient_away_is_kept_from_the_engine() -> None:
    day = a_day(visits=["ada"], patients=[a_patient("ada", holds=(Hold(starts=DAY),))])
    reason = held_back(day, day.visits[0])

    assert start_draft(day).visits == ()
    assert reason is not None
    assert reason.code == "patient.on_hold"


def test_narrowing_cuts_what_was_said_before() -> None:
    day = a_day(visits=["ada"])
    draft = start_draft(day)
    draft.narrow(day.visits[0], [(at("09:00"), at("11:00")), (at("13:00"), at("15:00"))])
    draft.narrow(day.visits[0], [(at("10:00"), at("14:00"))])

    assert draft.build().visits[0].windows == ((10 * HOUR, 11 * HOUR), (13 * HOUR, 14 * HOUR))


def test_a_visit_without_a_start_left_is_impossible_and_takes_its_partner_with_it() -> None:
    day = a_day(visits=["ada", "ben", "cyd"], shifts=["kim", "lee"])
    ada, ben, cyd = day.visits
    draft = start_draft(day)
    draft.narrow(ada, [(at("08:00"), at("09:00"))])
    draft.narrow(ada, [(at("10:00"), at("11:00"))])
    draft.relate(ada, ben, people=Alike.DIFFERENT, both_or_none=True)
    problem = draft.build()

    assert draft.is_impossible(ada)
    assert draft.impossible == {ada.id: NO_START_CODE, ben.id: PARTNER_CODE}
    assert not problem.allowed[:2].any()
    assert problem.allowed[2].all()
    assert not draft.is_impossible(cyd)


def a_day_with_ada_begun_at_nine() -> ProblemDraft:
    ada = a_visit("ada", status=VisitStatus.UNDER_WAY, case_manager=CaseManagerId("kim"), started_at=at("09:00"))
    return start_draft(a_day(visits=[ada, "ben"], shifts=["kim", "lee"], now=at("09:10")))


@pytest.mark.parametrize(("ada_first", "window"), [(True, (11, 12)), (False, (9, 9))])
def test_a_gap_to_a_visit_that_has_begun_becomes_a_window(*, ada_first: bool, window: tuple[int, int]) -> None:
    draft = a_day_with_ada_begun_at_nine()
    ada, ben = draft.day.visits
    if ada_first:
        draft.relate(ada, ben, min_gap=2 * HOUR, max_gap=3 * HOUR)
        assert draft.build().visits[0].windows == ((window[0] * HOUR, window[1] * HOUR),)
    else:
        draft.relate(ben, ada, min_gap=2 * HOUR)
        assert draft.is_impossible(ben), "two hours before nine has passed"


@pytest.mark.parametrize(("people", "allowed"), [(Alike.SAME, [True, False]), (Alike.DIFFERENT, [False, True])])
def test_who_began_a_visit_decides_who_may_serve_the_linked_one(people: Alike, allowed: list[bool]) -> None:
    draft = a_day_with_ada_begun_at_nine()
    draft.relate(*draft.day.visits, people=people)

    assert draft.build().allowed[0].tolist() == allowed


def test_the_current_plan_is_a_start_for_the_search() -> None:
    day = a_day(visits=["ada", "ben"], shifts=["kim", "lee"])
    draft = start_draft(day)
    start = solution_of(draft, draft.build(), a_plan(day, kim="09:00 ada, 10:30 ben"))

    assert start.tours[0].visits == (0, 1)
    assert start.tours[0].starts == (9 * HOUR, 10 * HOUR + 1800)
    assert start.tours[1] == Tour()
    assert evaluate(draft.build(), start).is_feasible


def test_a_plan_survives_the_way_to_the_engine_and_back() -> None:
    day = a_day(visits=["ada", "ben", "cyd"], shifts=["kim", "lee"])
    draft = start_draft(day)
    draft.add_break(day.shifts[0], Break(opens=9 * HOUR, closes=14 * HOUR, seconds=1800))
    problem = draft.build()
    solution = served(draft, (2, 0), (1,))
    plan = replace(a_plan(day), routes=routes_of(draft, problem, solution))

    assert solution_of(draft, problem, plan) == solution


def test_what_the_engine_was_given_cannot_be_changed_afterwards() -> None:
    problem = start_draft(a_day(visits=["ada"])).build()

    with pytest.raises(ValueError, match="read-only"):
        problem.pair_price[0, 0] = np.int64(1)
