from __future__ import annotations

from datetime import date

import pytest

from scheduler.domain.generated_visit import GeneratedVisit
from scheduler.domain.ids import VisitId
from scheduler.domain.obligations import Obligation, oblige
from scheduler.domain.order_changes import Difference, difference, make_up
from scheduler.domain.orders import parse_order
from scheduler.domain.visit_days import VisitDays

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
SUN, MON, TUE, WED, THU, FRI, SAT = (date(2026, 1, day) for day in range(4, 11))
NEXT_MON, NEXT_THU = date(2026, 1, 12), date(2026, 1, 15)
ONE_WEEK = VisitDays(starts=SUN, ends=SAT, allowed_weekdays=MONDAY_TO_FRIDAY)


def a_visit(day: date, ordinal: int = 1, *, is_told: bool = False, is_fixed: bool = False) -> GeneratedVisit:
    week = ONE_WEEK.week_of(day)
    return GeneratedVisit(
        visit=VisitId(f"visit-{day:%a}-{ordinal}"),
        key=f"order-7/{week}/{ordinal}",
        week_starts=week,
        date=day,
        is_told=is_told,
        is_fixed=is_fixed,
    )


def owed_on(*days: date) -> list[Obligation]:
    return [
        Obligation(order_key="order-7", week_starts=ONE_WEEK.week_of(day), ordinal=n, date=day, days_apart=1)
        for n, day in enumerate(days, 1)
    ]


def spoken(found: Difference) -> dict[str, list[str]]:
    """The difference in weekdays: {"move": ["Wed to Thu"]}."""
    parts = {
        "keep": [f"{visit.date:%a}" for visit in found.keep],
        "move": [f"{move.visit.date:%a} to {move.to.date:%a}" for move in found.move],
        "add": [f"{added.date:%a}" for added in found.add],
        "drop": [f"{visit.date:%a}" for visit in found.drop],
    }
    return {part: days for part, days in parts.items() if days}


def test_nothing_changes_when_every_visit_is_on_a_wanted_day() -> None:
    found = difference([a_visit(MON, 1), a_visit(THU, 2)], owed_on(MON, THU))

    assert found.is_empty
    assert spoken(found) == {"keep": ["Mon", "Thu"]}


def test_without_visits_everything_wanted_is_added() -> None:
    assert spoken(difference([], owed_on(MON, THU))) == {"add": ["Mon", "Thu"]}


def test_without_an_order_everything_movable_is_dropped() -> None:
    visits = [a_visit(MON, 1, is_fixed=True), a_visit(THU, 2)]

    assert spoken(difference(visits, [])) == {"keep": ["Mon"], "drop": ["Thu"]}


def test_one_day_that_differs_is_one_move_and_not_a_drop_and_an_addition() -> None:
    found = difference([a_visit(MON, 1), a_visit(WED, 2)], owed_on(MON, THU))

    assert spoken(found) == {"keep": ["Mon"], "move": ["Wed to Thu"]}


def test_a_visit_never_moves_to_another_work_week() -> None:
    found = difference([a_visit(MON)], owed_on(NEXT_MON))

    assert spoken(found) == {"add": ["Mon"], "drop": ["Mon"]}
    assert found.add[0].date == NEXT_MON


def test_of_two_visits_on_one_day_the_told_one_is_kept() -> None:
    found = difference([a_visit(MON, 1), a_visit(MON, 2, is_told=True)], owed_on(MON))

    assert [visit.is_told for visit in found.keep] == [True]
    assert [visit.is_told for visit in found.drop] == [False]


def test_the_untold_visit_is_dropped_and_the_told_one_moved_when_neither_day_is_wanted() -> None:
    found = difference([a_visit(TUE, 1), a_visit(WED, 2, is_told=True)], owed_on(MON))

    assert spoken(found) == {"move": ["Wed to Mon"], "drop": ["Tue"]}


def test_a_told_visit_goes_further_rather_than_be_dropped_for_an_untold_one() -> None:
    found = difference([a_visit(MON, 1, is_told=True), a_visit(THU, 2)], owed_on(FRI))

    assert spoken(found) == {"move": ["Mon to Fri"], "drop": ["Thu"]}


def test_of_equal_visits_the_nearer_one_moves() -> None:
    assert spoken(difference([a_visit(MON, 1), a_visit(THU, 2)], owed_on(FRI))) == {
        "move": ["Thu to Fri"],
        "drop": ["Mon"],
    }


def test_changes_to_told_visits_come_last() -> None:
    visits = [a_visit(MON, 1, is_told=True), a_visit(NEXT_MON, 1)]

    found = difference(visits, owed_on(TUE, date(2026, 1, 13)))

    assert [move.visit.is_told for move in found.move] == [False, True]


def test_moves_are_as_short_as_can_be() -> None:
    found = difference([a_visit(MON, 1), a_visit(FRI, 2)], owed_on(THU, TUE))

    assert spoken(found) == {"move": ["Mon to Tue", "Fri to Thu"]}


def test_a_fixed_visit_on_another_day_answers_for_the_nearest_obligation() -> None:
    found = difference([a_visit(TUE, 1, is_fixed=True)], owed_on(MON, THU))

    assert spoken(found) == {"keep": ["Tue"], "add": ["Thu"]}


def test_a_fixed_visit_more_than_wanted_pushes_out_the_visit_nearest_to_it() -> None:
    visits = [a_visit(MON, 1), a_visit(TUE, 2, is_fixed=True), a_visit(THU, 3)]

    assert spoken(difference(visits, owed_on(MON, THU))) == {"keep": ["Tue", "Thu"], "drop": ["Mon"]}


def test_an_added_obligation_never_reuses_the_key_of_a_visit_that_was() -> None:
    visits = [a_visit(MON, 1), a_visit(THU, 3)]

    found = difference(visits, owed_on(SUN, MON, THU), retired={"order-7/2026-01-04/2"})

    assert [added.key for added in found.add] == ["order-7/2026-01-04/4"]


@pytest.mark.parametrize(
    ("before", "after", "spoken_difference"),
    [
        ("2w1", "2w1", {"keep": ["Mon", "Thu"]}),
        ("3w1", "2w1", {"keep": ["Mon", "Fri"], "drop": ["Wed"]}),
        ("2w1", "1w1", {"keep": ["Mon"], "drop": ["Thu"]}),
        ("1w1", "2w1", {"keep": ["Mon"], "add": ["Thu"]}),
        ("2w1", "3w1", {"keep": ["Mon"], "move": ["Thu to Wed"], "add": ["Fri"]}),
        ("2w1", "5w1", {"keep": ["Mon", "Thu"], "add": ["Tue", "Wed", "Fri"]}),
    ],
)
def test_a_changed_frequency_changes_as_few_visits_as_the_spacing_allows(
    before: str, after: str, spoken_difference: dict[str, list[str]]
) -> None:
    first = oblige(parse_order(before), order_key="order-7", days=ONE_WEEK)
    visits = [a_visit(obligation.date, obligation.ordinal) for obligation in first.due]

    wanted = oblige(parse_order(after), order_key="order-7", days=ONE_WEEK, existing=visits)

    assert spoken(difference(visits, wanted.due)) == spoken_difference


def test_a_missed_visit_is_made_up_on_the_next_open_day_away_from_the_others() -> None:
    missed, other = a_visit(MON, 1), a_visit(THU, 2)

    assert make_up(missed, others=[missed, other], days=ONE_WEEK, days_apart=2) == TUE


def test_a_missed_visit_with_no_spaced_day_left_in_its_week_stays_missed() -> None:
    missed, others = a_visit(MON, 1), [a_visit(WED, 2), a_visit(FRI, 3)]

    assert make_up(missed, others=others, days=ONE_WEEK, days_apart=2) is None
    assert make_up(missed, others=others, days=ONE_WEEK, days_apart=1) == TUE


def test_a_missed_visit_is_not_made_up_after_its_week_or_in_the_past() -> None:
    on_friday = VisitDays(starts=SUN, ends=NEXT_THU, allowed_weekdays=MONDAY_TO_FRIDAY, not_before=FRI)

    assert make_up(a_visit(FRI), others=[], days=on_friday, days_apart=1) is None
    assert make_up(a_visit(MON), others=[], days=on_friday, days_apart=1) == FRI
