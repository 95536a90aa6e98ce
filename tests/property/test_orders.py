"""Orders drawn at random: notation, spreading and the least difference hold what their documents promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from scheduler.domain.generated_visit import GeneratedVisit
from scheduler.domain.ids import VisitId
from scheduler.domain.obligations import Obligation, oblige
from scheduler.domain.order_changes import Difference, difference
from scheduler.domain.order_phases import AsNeeded, Daily, EveryWeeks, Phase, Weekly
from scheduler.domain.orders import Order, OrderSyntaxError, parse_order
from scheduler.domain.visit_days import VisitDays, days_of

FIRST_SUNDAY = date(2026, 1, 4)

weekly = st.builds(
    lambda least, more, weeks: Weekly(least=least, most=min(21, least + more), weeks=weeks),
    st.integers(1, 21),
    st.integers(0, 3),
    st.integers(1, 8),
)
every_weeks = st.builds(EveryWeeks, every_weeks=st.integers(1, 4), times=st.integers(1, 3))
daily = st.builds(Daily, days=st.integers(1, 14))
phase_lists = st.lists(weekly | every_weeks | daily, min_size=1, max_size=4).map(tuple)
symptoms = st.sampled_from(["pain", "wound leakage", "fever, chills or 2 falls", "Schmerz an der Hüfte"])
as_needed = st.builds(AsNeeded, cap=st.integers(1, 20), symptom=symptoms)
disciplines = st.none() | st.sampled_from(["SN", "PT", "CM"])
orders = st.builds(Order, text=st.just(""), discipline=disciplines, phases=phase_lists, as_needed=st.none() | as_needed)

open_days = st.builds(
    lambda first, length, week_starts_on, allowed, closed: VisitDays(
        starts=FIRST_SUNDAY + timedelta(days=first),
        ends=FIRST_SUNDAY + timedelta(days=first + length),
        week_starts_on=week_starts_on,
        allowed_weekdays=allowed,
        avoid={FIRST_SUNDAY + timedelta(days=day) for day in closed},
    ),
    st.integers(0, 13),
    st.integers(0, 69),
    st.integers(0, 6),
    st.frozensets(st.integers(0, 6)),
    st.frozensets(st.integers(0, 60), max_size=8),
)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, Order]:
    """An order, and one of the many ways to write it."""
    order = draw(orders)
    parts = [order.discipline or "", draw(_spelled(order.phases[0]))]
    for phase in order.phases[1:]:
        parts += [draw(st.sampled_from(["", ",", " then", ", then"])), draw(_spelled(phase))]
    text = " ".join(parts)
    text = draw(st.sampled_from([text, text.upper(), text.lower()]))
    return (f"{text}, then {order.as_needed}" if order.as_needed else text), order


def _spelled(phase: Phase) -> st.SearchStrategy[str]:
    match phase:
        case Weekly(least=least, most=most, weeks=weeks):
            visits = str(least) if least == most else f"{least}-{most}"
            return st.sampled_from(
                [f"{visits}w{weeks}", f"{visits}wk{weeks}", f"{visits}x/wk x {weeks} wks", f"{visits}/wkx{weeks}"]
            )
        case EveryWeeks(every_weeks=every, times=times):
            return st.sampled_from([f"q{every}w x{times}", f"q {every} wks x {times}"])
        case Daily(days=days):
            return st.sampled_from([f"daily x{days}", f"dailyx{days}", f"daily x {days} days"])


def generated(obligations: Sequence[Obligation], marks: Iterable[tuple[bool, bool]] = ()) -> list[GeneratedVisit]:
    """The visits made from obligations; `marks` says which are told and which are fixed."""
    marked = list(marks) or [(False, False)]
    return [
        GeneratedVisit(
            visit=VisitId(obligation.key),
            key=obligation.key,
            week_starts=obligation.week_starts,
            date=obligation.date,
            is_told=marked[n % len(marked)][0],
            is_fixed=marked[n % len(marked)][1],
        )
        for n, obligation in enumerate(obligations)
    ]


def carried_out(found: Difference) -> Counter[date]:
    kept = [visit.date for visit in found.keep]
    return Counter([*kept, *(move.to.date for move in found.move), *(added.date for added in found.add)])


def changes(found: Difference) -> int:
    return len(found.move) + len(found.add) + len(found.drop)


def is_spaced(days: Sequence[date], apart: int) -> bool:
    return all((later - earlier).days >= apart for earlier, later in pairwise(days))


@given(spellings())
def test_every_spelling_of_an_order_parses_to_that_order(spelling: tuple[str, Order]) -> None:
    text, order = spelling

    assert parse_order(text) == order


@given(orders)
def test_the_canonical_notation_parses_back_to_the_same_order(order: Order) -> None:
    assert parse_order(str(order)) == order
    assert str(parse_order(str(order))) == str(order)


@given(
    st.text(max_size=40)
    | st.text(alphabet="0123456789wkxqdW /-,\u2013\u00d7", max_size=20)
    | st.lists(
        st.sampled_from(["2", "w", "wk", "/wk", "x", "q", "daily", "PRN", "for", "then", ",", "SN", " ", "pain"]),
        max_size=12,
    ).map("".join)
)
def test_any_text_is_an_order_or_an_error_at_one_of_its_characters(text: str) -> None:
    position = _refused_at(text)

    if position is None:
        assert parse_order(str(parse_order(text))) == parse_order(text)
    else:
        assert 1 <= position <= len(text) + 1


def _refused_at(text: str) -> int | None:
    try:
        parse_order(text)
    except OrderSyntaxError as error:
        return error.position
    return None


@given(orders, open_days)
def test_every_week_accounts_for_every_visit_ordered(order: Order, days: VisitDays) -> None:
    found = oblige(order, order_key="order-7", days=days)

    placed = Counter(obligation.week_starts for obligation in found.due)
    missing = {short.week_starts: short.ordered - short.placed for short in found.shortfalls}
    ordered = sum(_visits(phase) for phase in order.phases)
    assert placed.total() + sum(missing.values()) == ordered
    assert all(placed[short.week_starts] == short.placed < short.ordered for short in found.shortfalls)


def _visits(phase: Phase) -> int:
    match phase:
        case Weekly():
            return phase.most * phase.weeks
        case EveryWeeks():
            return phase.times
        case Daily():
            return phase.days


@given(orders, open_days)
def test_visits_fall_on_open_days_of_their_week_as_far_apart_as_ordered(order: Order, days: VisitDays) -> None:
    found = oblige(order, order_key="order-7", days=days)

    assert all(days.is_open(obligation.date) for obligation in found.due)
    assert all(days.week_of(obligation.date) == obligation.week_starts for obligation in found.due)
    assert len({obligation.key for obligation in found.due}) == len(found.due)
    for earlier, later in pairwise(found.due):
        if earlier.week_starts == later.week_starts:
            assert (later.date - earlier.date).days >= later.days_apart
            assert later.ordinal == earlier.ordinal + 1


@given(st.integers(1, 7), open_days)
def test_a_week_falls_short_only_when_no_larger_set_of_days_fits(visits: int, days: VisitDays) -> None:
    order = Order(text="", phases=(Weekly(least=visits, most=visits, weeks=1),))

    found = oblige(order, order_key="order-7", days=days)

    open_ones = days.open_days(days.week_of(days.starts))
    apart = 2 if visits in (2, 3) else 1
    fitting = [size for size in range(visits + 1) if any(is_spaced(c, apart) for c in combinations(open_ones, size))]
    assert len(found.due) == max(fitting)


@given(st.integers(1, 21), open_days)
def test_more_than_seven_a_week_load_no_day_beyond_its_even_share(visits: int, days: VisitDays) -> None:
    order = Order(text="", phases=(Weekly(least=visits, most=visits, weeks=2),))

    found = oblige(order, order_key="order-7", days=days)

    per_day = Counter(obligation.date for obligation in found.due)
    assert all(count <= -(-visits // 7) for count in per_day.values())


@given(st.integers(1, 3), st.integers(0, 6), st.integers(2, 9))
def test_whole_weeks_with_every_day_open_repeat_their_weekdays(visits: int, weekday: int, weeks: int) -> None:
    starts = FIRST_SUNDAY + timedelta(days=weekday)
    days = VisitDays(starts=starts, ends=starts + timedelta(days=69), week_starts_on=starts.weekday())
    order = Order(text="", phases=(Weekly(least=visits, most=visits, weeks=weeks),))

    due = [obligation.date for obligation in oblige(order, order_key="order-7", days=days).due]

    assert due[0] == starts
    assert due[visits:] == [day + timedelta(days=7) for day in due[:-visits]]
    assert is_spaced(due, 2)


@given(orders, open_days)
def test_an_unchanged_order_compiled_against_its_own_visits_changes_nothing(order: Order, days: VisitDays) -> None:
    first = oblige(order, order_key="order-7", days=days)
    visits = generated(first.due)

    again = oblige(order, order_key="order-7", days=days, existing=visits)

    assert again == first
    assert difference(visits, again.due).is_empty


@given(orders, orders, open_days, st.lists(st.tuples(st.booleans(), st.booleans()), max_size=7))
def test_a_difference_carried_out_gives_what_is_wanted_and_touches_nothing_fixed(
    before: Order, after: Order, days: VisitDays, marks: list[tuple[bool, bool]]
) -> None:
    visits = generated(oblige(before, order_key="order-7", days=days).due, marks)
    wanted = oblige(after, order_key="order-7", days=days, existing=visits).due

    found = difference(visits, wanted)

    fixed = {visit.visit for visit in visits if visit.is_fixed}
    assert fixed <= {visit.visit for visit in found.keep}
    assert len(found.keep) + len(found.move) + len(found.drop) == len(visits)
    _assert_weeks_hold_what_is_wanted(visits, wanted, found)
    spent = {visit.key for visit in visits}
    assert len({added.key for added in found.add} - spent) == len(found.add)


def _assert_weeks_hold_what_is_wanted(
    visits: Sequence[GeneratedVisit], wanted: Sequence[Obligation], found: Difference
) -> None:
    held = carried_out(found)
    fixed_days = Counter(visit.date for visit in visits if visit.is_fixed)
    wanted_days = Counter(obligation.date for obligation in wanted)
    assert held - fixed_days <= wanted_days
    for week in {visit.week_starts for visit in visits} | {obligation.week_starts for obligation in wanted}:
        in_week = sum(held[day] for day in days_of(week))
        assert in_week == max(
            sum(wanted_days[day] for day in days_of(week)), sum(fixed_days[day] for day in days_of(week))
        )


one_week_visits = st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.booleans()), max_size=6).map(
    lambda drawn: [_one_week_visit(n, *marks) for n, marks in enumerate(drawn, 1)]
)
one_week_owed = st.lists(st.integers(0, 6), max_size=6).map(
    lambda drawn: [
        Obligation(
            order_key="order-7",
            week_starts=FIRST_SUNDAY,
            ordinal=n,
            date=FIRST_SUNDAY + timedelta(days=day),
            days_apart=0,
        )
        for n, day in enumerate(sorted(drawn), 1)
    ]
)


def _one_week_visit(ordinal: int, day: int, is_told: bool, is_fixed: bool) -> GeneratedVisit:
    return GeneratedVisit(
        visit=VisitId(f"visit-{ordinal}"),
        key=f"order-7/{FIRST_SUNDAY}/{ordinal}",
        week_starts=FIRST_SUNDAY,
        date=FIRST_SUNDAY + timedelta(days=day),
        is_told=is_told,
        is_fixed=is_fixed,
    )


@given(one_week_visits, one_week_owed)
def test_no_matching_of_visits_and_days_changes_fewer_visits(
    visits: list[GeneratedVisit], owed: list[Obligation]
) -> None:
    found = difference(visits, owed)

    fixed = Counter(visit.date for visit in visits if visit.is_fixed)
    movable = Counter(visit.date for visit in visits if not visit.is_fixed)
    room = max(0, len(owed) - fixed.total())
    on_a_wanted_day = (movable & (Counter(o.date for o in owed) - fixed)).total()
    assert changes(found) == max(movable.total(), room) - min(room, on_a_wanted_day)


@given(one_week_visits, st.integers(1, 7), st.frozensets(st.integers(0, 6)))
def test_no_allowed_choice_of_days_changes_fewer_told_visits_or_else_fewer_visits(
    visits: list[GeneratedVisit], per_week: int, allowed: frozenset[int]
) -> None:
    visits = [visit for visit in visits if not visit.is_fixed]
    assume(len({visit.date for visit in visits}) == len(visits))
    days = VisitDays(starts=FIRST_SUNDAY, ends=FIRST_SUNDAY + timedelta(days=6), allowed_weekdays=allowed)
    order = Order(text="", phases=(Weekly(least=per_week, most=per_week, weeks=1),))

    wanted = oblige(order, order_key="order-7", days=days, existing=visits).due
    found = difference(visits, wanted)

    told = sum(visit.is_told for visit in visits)
    told_kept = sum(visit.is_told for visit in found.keep)
    apart = 2 if per_week in (2, 3) else 1
    choices = [
        (told - sum(v.is_told and v.date in c for v in visits), _changes_towards(c, visits))
        for c in combinations(days.open_days(FIRST_SUNDAY), len(wanted))
        if is_spaced(c, apart)
    ]
    assert (told - told_kept, changes(found)) == min(choices)


def _changes_towards(chosen: Sequence[date], visits: Sequence[GeneratedVisit]) -> int:
    return max(len(chosen), len(visits)) - sum(visit.date in chosen for visit in visits)
