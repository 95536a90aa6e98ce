"""Made-up days: seeded, of the shares of real agencies, and plain ones hold nothing but what every planner knows."""

from __future__ import annotations

from itertools import islice

import pytest

from optimizer.benchmarks.cases import Case
from optimizer.benchmarks.peers import PEERS
from optimizer.timing import timed
from scheduler.bootstrap.days import read_agency
from scheduler.bootstrap.settings import read_settings
from scheduler.files.day_instance import day_case
from scheduler.files.day_model import DayFile, WindowEntry
from scheduler.files.day_writing import day_bytes
from scheduler.files.generated_days import SIZES, Kind, Load, Size, Wanted, days_in_turn, generated_day
from scheduler.files.generated_people import KM_OF_A_DEGREE, MOST_KM

TYPICAL = Size(case_managers=16, visits=72)
EVERY_KIND = [Wanted(size=TYPICAL, kind=kind, load=load, seed=7) for kind in Kind for load in Load]


@pytest.mark.parametrize("wanted", EVERY_KIND, ids=lambda wanted: wanted.name)
def test_equal_wishes_give_equal_bytes_and_another_seed_another_day(wanted: Wanted) -> None:
    once, again = day_bytes(generated_day(wanted)), day_bytes(generated_day(wanted))
    other = Wanted(size=wanted.size, kind=wanted.kind, load=wanted.load, seed=8)

    assert once == again
    assert generated_day(other).visits != generated_day(wanted).visits


@pytest.mark.parametrize("wanted", EVERY_KIND, ids=lambda wanted: wanted.name)
def test_a_day_has_the_size_it_was_asked_for_and_somebody_for_every_visit(wanted: Wanted) -> None:
    problem = case_of(wanted).instance.problem

    assert (len(problem.routes), len(problem.visits)) == (16, 72)
    assert [visit for visit, able in enumerate(problem.allowed) if not able.any()] == []


@pytest.mark.parametrize("load", Load)
def test_three_in_ten_plain_visits_have_half_a_day_and_two_in_ten_two_hours(load: Load) -> None:
    day = generated_day(Wanted(size=Size(case_managers=40, visits=180), load=load))

    lengths = [minutes(window) for visit in day.visits for window in visit.windows]
    assert sum(length > 120 for length in lengths) == 54
    assert lengths.count(120) == 36


def test_everybody_drives_from_home_and_back_within_forty_kilometres() -> None:
    day = generated_day(Wanted(size=TYPICAL))

    homes = [entry.begins_from for entry in day.case_managers] + [patient.home for patient in day.patients]
    north = [place.latitude * KM_OF_A_DEGREE for place in homes if place.latitude is not None]
    assert len({(place.latitude, place.longitude) for place in homes}) == 16 + 72
    assert 10 < max(north) - min(north) <= MOST_KM
    assert all(entry.finishes_at is None for entry in day.case_managers)


def test_every_patient_of_a_plain_day_prefers_somebody_who_may_come() -> None:
    day = generated_day(Wanted(size=TYPICAL))

    problem = case_of(Wanted(size=TYPICAL)).instance.problem
    assert all(len(patient.preferred) == 1 for patient in day.patients)
    for visit in range(72):
        assert (problem.pair_price[visit][problem.allowed[visit]] == 0).sum() == 1


def test_a_plain_day_holds_nothing_that_a_peer_cannot_be_asked() -> None:
    problem = case_of(Wanted(size=TYPICAL)).instance.problem

    assert {peer.name: peer.cannot(problem) for peer in PEERS} == {peer.name: [] for peer in PEERS}


def test_the_value_of_a_plain_day_is_driving_strangers_and_ten_hours_for_each_visit_left_out() -> None:
    case = case_of(Wanted(size=TYPICAL))
    problem = case.instance.problem
    one = next(visit for visit in range(72) if problem.allowed[visit, 0] and problem.pair_price[visit, 0])
    solution = timed(problem, [[one]] + [[]] * 15)
    assert solution is not None

    verdict = case.instance.judge(solution)

    home, patient = problem.routes[0].start_place, problem.visits[one].place
    there_and_back = problem.travel_seconds[0, home, patient] + problem.travel_seconds[0, patient, home]
    assert verdict.is_feasible
    assert verdict.value == there_and_back + 15 * 60 + 71 * 36_000
    assert case.instance.objective == "seconds"
    assert case.value_of(900, 2) == 900 + 72_000


def test_a_full_day_has_pairs_wishes_phone_calls_languages_and_breaks_and_counts_cents() -> None:
    day = generated_day(Wanted(size=Size(case_managers=40, visits=180), kind=Kind.FULL))
    problem = (case := case_of(Wanted(size=Size(case_managers=40, visits=180), kind=Kind.FULL))).instance.problem

    assert {link.kind.value for visit in day.visits for link in visit.links} == {"together", "after"}
    assert any(visit.wished for visit in day.visits)
    assert any(visit.is_remote for visit in day.visits)
    assert any("es" in patient.languages for patient in day.patients)
    assert all(route.breaks for route in problem.routes)
    assert case.instance.objective == "cents"


def test_days_in_turn_go_through_the_sizes_loose_first_and_never_share_a_seed() -> None:
    days = [*days_in_turn(11)]

    assert [day.size for day in islice(days, 5)] == [*SIZES]
    assert [day.load for day in days] == [Load.LOOSE] * 5 + [Load.TIGHT] * 5 + [Load.LOOSE]
    assert len({day.seed for day in days}) == 11


def case_of(wanted: Wanted) -> Case:
    return day_case(day_bytes(generated_day(wanted)), read_agency(read_settings()), name=wanted.name)


def minutes(window: WindowEntry) -> int:
    opens, closes = (int(text[:2]) * 60 + int(text[3:5]) for text in (window.opens, window.closes))
    return closes - opens


def test_the_smallest_day_there_is_is_a_day() -> None:
    day: DayFile = generated_day(Wanted(size=Size(case_managers=1, visits=1), kind=Kind.FULL))

    assert (len(day.case_managers), len(day.visits)) == (1, 1)
