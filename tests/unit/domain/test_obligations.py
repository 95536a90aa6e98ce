from __future__ import annotations

from datetime import date, timedelta

import pytest

from scheduler.domain.generated_visit import GeneratedVisit
from scheduler.domain.ids import VisitId
from scheduler.domain.obligations import Obligations, ShortfallReason, oblige
from scheduler.domain.orders import parse_order
from scheduler.domain.visit_days import InvalidVisitDays, VisitDays

SUNDAY = date(2026, 1, 4)
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)


def january(day: int) -> date:
    return date(2026, 1, day)


def owed(notation: str, days: VisitDays, *existing: GeneratedVisit) -> Obligations:
    return oblige(parse_order(notation), order_key="order-7", days=days, existing=existing)


def weekdays(obligations: Obligations) -> str:
    """The days by week: "Mon Thu | Mon Thu"."""
    weeks: dict[date, list[str]] = {}
    for obligation in obligations.due:
        weeks.setdefault(obligation.week_starts, []).append(f"{obligation.date:%a}")
    return " | ".join(" ".join(days) for days in weeks.values())


def an_episode(
    starts: date = SUNDAY, *, allowed: tuple[int, ...] = MONDAY_TO_FRIDAY, avoid: tuple[date, ...] = ()
) -> VisitDays:
    return VisitDays(starts=starts, ends=starts + timedelta(days=59), allowed_weekdays=allowed, avoid=frozenset(avoid))


def a_visit(day: date, *, is_told: bool = False, is_fixed: bool = False) -> GeneratedVisit:
    week = an_episode().week_of(day)
    name = f"visit-{day}"
    return GeneratedVisit(visit=VisitId(name), key=name, week_starts=week, date=day, is_told=is_told, is_fixed=is_fixed)


@pytest.mark.parametrize(
    ("notation", "days"),
    [
        ("1w2", "Mon | Mon"),
        ("2w2", "Mon Thu | Mon Thu"),
        ("3w2", "Mon Wed Fri | Mon Wed Fri"),
        ("2-3w1", "Mon Wed Fri"),
        ("4w1", "Mon Tue Wed Fri"),
        ("5w1", "Mon Tue Wed Thu Fri"),
        ("8w1", "Mon Mon Tue Wed Wed Thu Fri Fri"),
        ("2w1 1w1", "Mon Thu | Mon"),
        ("q2w x3", "Mon | Mon | Mon"),
        ("daily x5", "Mon Tue Wed Thu Fri"),
    ],
)
def test_visits_of_a_week_are_spread_by_rule_over_the_allowed_days(notation: str, days: str) -> None:
    obligations = owed(notation, an_episode(january(5)))

    assert weekdays(obligations) == days
    assert obligations.shortfalls == ()


def test_an_order_over_all_seven_days_keeps_its_weekdays_and_its_distance_across_weeks() -> None:
    assert weekdays(owed("3w3", an_episode(allowed=()))) == "Sun Tue Thu | Sun Tue Thu | Sun Tue Thu"


def test_the_weekday_of_the_start_of_care_becomes_the_weekday_of_a_weekly_visit() -> None:
    assert weekdays(owed("1w3", an_episode(january(7)))) == "Wed | Wed | Wed"


def test_week_one_is_the_work_week_that_contains_the_first_day() -> None:
    on_saturday = owed("1w2", an_episode(january(10), allowed=()))
    with_monday_weeks = VisitDays(starts=january(11), ends=january(31), week_starts_on=0)

    assert [o.week_starts for o in on_saturday.due] == [january(4), january(11)]
    assert [o.week_starts for o in owed("1w2", with_monday_weeks).due] == [january(5), january(12)]


def test_every_second_week_skips_the_weeks_between_and_its_own_after_the_last() -> None:
    weeks = [o.week_starts for o in owed("q2w x2 1w1", an_episode()).due]

    assert weeks == [january(4), january(18), date(2026, 2, 1)]


def test_a_part_week_takes_what_fits_with_spacing_and_says_what_does_not() -> None:
    obligations = owed("3w2", an_episode(january(8)))

    assert weekdays(obligations) == "Thu | Mon Wed Fri"
    [shortfall] = obligations.shortfalls
    assert (shortfall.ordered, shortfall.placed, shortfall.reason) == (3, 1, ShortfallReason.PART_WEEK)
    assert str(shortfall) == (
        "Week of 2026-01-04: 1 of 3 visits have a day, because only a part of this week belongs to the episode."
    )


def test_weeks_after_the_episode_owe_nothing_and_say_so() -> None:
    obligations = owed("1w3", VisitDays(starts=january(4), ends=january(17)))

    assert [o.week_starts for o in obligations.due] == [january(4), january(11)]
    assert [s.reason for s in obligations.shortfalls] == [ShortfallReason.EPISODE_OVER]


def test_two_visits_are_not_put_on_adjacent_days_even_when_one_must_stay_out() -> None:
    obligations = owed("2w1", an_episode(avoid=(january(5), january(6), january(7))))

    assert weekdays(obligations) == "Thu"
    assert [s.reason for s in obligations.shortfalls] == [ShortfallReason.CLOSED_DAYS]


def test_seven_a_week_never_put_two_visits_on_one_day() -> None:
    obligations = owed("7w1", an_episode())

    assert weekdays(obligations) == "Mon Tue Wed Thu Fri"
    assert [(s.ordered, s.placed) for s in obligations.shortfalls] == [(7, 5)]


def test_an_avoided_day_moves_only_its_own_week() -> None:
    assert weekdays(owed("2w3", an_episode(avoid=(january(12),)))) == "Mon Thu | Tue Fri | Mon Thu"


def test_the_weekdays_visited_most_are_kept_among_even_choices() -> None:
    assert weekdays(owed("2w3", an_episode(january(7)))) == "Wed Fri | Mon Fri | Mon Fri"


def test_a_week_does_not_open_right_after_the_last_visit_of_the_week_before() -> None:
    on_saturdays = an_episode(january(10), allowed=(), avoid=(january(17),))

    assert weekdays(owed("1w2", on_saturdays)) == "Sat | Mon"


def test_a_visit_done_in_a_week_that_is_history_still_keeps_its_distance() -> None:
    days = VisitDays(starts=SUNDAY, ends=january(31), not_before=january(11))

    assert weekdays(owed("1w2", days, a_visit(january(10), is_fixed=True))) == "Mon"


def test_a_daily_run_counts_the_days_that_are_done() -> None:
    days = VisitDays(starts=january(5), ends=january(31), not_before=january(7))
    done = [a_visit(january(5), is_fixed=True), a_visit(january(6), is_fixed=True)]

    obligations = owed("daily x5", days, *done)

    assert weekdays(obligations) == "Mon Tue Wed Thu Fri"
    assert obligations.shortfalls == ()


def test_a_daily_run_does_not_shift_past_a_closed_day() -> None:
    obligations = owed("daily x5", an_episode(january(7)))

    assert weekdays(obligations) == "Wed Thu Fri"
    assert [(s.week_starts, s.ordered, s.placed) for s in obligations.shortfalls] == [
        (january(4), 4, 3),
        (january(11), 1, 0),
    ]


def test_the_phase_after_a_daily_run_starts_in_the_work_week_after_the_runs_last_day() -> None:
    obligations = owed("daily x5 1w1", an_episode(january(7), allowed=()))

    assert weekdays(obligations) == "Wed Thu Fri Sat | Sun | Wed"
    assert obligations.due[-1].week_starts == january(18)


def test_as_needed_visits_are_never_scheduled() -> None:
    assert owed("PRN x2 for pain", an_episode()).due == ()


def test_the_key_of_an_obligation_names_order_week_and_ordinal_but_not_the_day() -> None:
    keys = [o.key for o in owed("2w1", an_episode()).due]
    other_days = [o.key for o in owed("2w1", an_episode(avoid=(january(5),))).due]

    assert keys == other_days == ["order-7/2026-01-04/1", "order-7/2026-01-04/2"]


def test_existing_visits_hold_their_days_where_the_spacing_allows_it() -> None:
    existing = [a_visit(january(5)), a_visit(january(7)), a_visit(january(9))]

    assert weekdays(owed("2w1", an_episode(), *existing)) == "Mon Fri"


def test_a_told_visit_holds_its_day_against_untold_ones() -> None:
    existing = [a_visit(january(6)), a_visit(january(7), is_told=True), a_visit(january(8))]

    assert weekdays(owed("2w1", an_episode(), *existing)) == "Mon Wed"


def test_a_second_visit_on_a_day_is_held_like_a_first() -> None:
    done, told = a_visit(january(6), is_fixed=True), a_visit(january(6), is_told=True)

    assert weekdays(owed("8w1", an_episode())) == "Mon Mon Tue Wed Wed Thu Fri Fri"
    assert weekdays(owed("8w1", an_episode(), done, told)) == "Mon Mon Tue Tue Wed Thu Fri Fri"


def test_a_visit_that_is_done_counts_and_the_rest_is_laid_around_it() -> None:
    done_on_saturday = a_visit(january(10), is_fixed=True)

    assert weekdays(owed("2w1", an_episode(), done_on_saturday)) == "Tue Sat"


def test_a_visit_done_a_day_late_does_not_push_the_next_one_out_of_the_week() -> None:
    late = a_visit(january(6), is_fixed=True)
    next_ones = [a_visit(january(7), is_told=True), a_visit(january(9), is_told=True)]

    assert weekdays(owed("3w1", an_episode(), late, *next_ones)) == "Tue Wed Fri"
    assert weekdays(owed("3w1", an_episode(), late)) == "Tue Fri"


def test_days_that_are_over_take_no_visit_and_weeks_that_are_over_owe_none() -> None:
    days = VisitDays(starts=SUNDAY, ends=january(31), allowed_weekdays=MONDAY_TO_FRIDAY, not_before=january(14))
    obligations = owed("3w3", days, a_visit(january(12), is_fixed=True))

    assert weekdays(obligations) == "Mon Wed Fri | Mon Wed Fri"
    assert obligations.due[0].week_starts == january(11)
    assert [s.reason for s in owed("3w3", days).shortfalls] == [ShortfallReason.PAST]


def test_an_episode_cannot_end_before_it_starts() -> None:
    with pytest.raises(InvalidVisitDays, match="ends on 2026-01-03, before it starts on 2026-01-04"):
        VisitDays(starts=january(4), ends=january(3))


def test_a_weekday_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidVisitDays, match="not one of 0 to 6"):
        VisitDays(starts=january(4), ends=january(4), allowed_weekdays=(7,))
