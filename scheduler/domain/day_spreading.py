"""Chooses the days of one work week's visits by rule: far apart, even, and the same weekdays every week.

Tries every set of days (at most 35) and takes the best by a fixed list of wishes, so the answer depends on
nothing but its arguments. Distances are in days. Optimisation may choose other days later; this is the rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, pairwise
from typing import TypeAlias

from scheduler.domain.generated_visit import GeneratedVisit

DAYS_A_WEEK = 7
MOST_ON_ALTERNATE_DAYS = 3

_Wishes: TypeAlias = tuple[int, int, bool, int, int, tuple[date, ...]]


def days_apart(visits: int) -> int:
    """How far apart the visits of a week must be: 2 is "not on adjacent days", 0 allows two on one day.

    Two a week are not on adjacent days, three are on alternate days, and only an order of more than seven
    puts two visits on one day.
    """
    if visits > DAYS_A_WEEK:
        return 0
    return 2 if 1 < visits <= MOST_ON_ALTERNATE_DAYS else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekToFill:
    """`visits` ordered in one week that has `open_days`.

    `existing` visits of the week are held on to where the rules allow; fixed ones stay even on closed days.
    `previous` is the day of the last visit before this week; `habit` counts the weekdays used so far.
    """

    visits: int
    open_days: Sequence[date]
    existing: Sequence[GeneratedVisit] = ()
    previous: date | None = None
    habit: Mapping[int, int] = field(default_factory=dict)


def spread(week: WeekToFill) -> tuple[date, ...]:
    """The days of the week's visits in order; fewer than ordered when no more fit.

    Wishes, the first the strongest: visits already told keep their day, then other existing ones; not right
    after the last visit of the week before; even gaps, as if the week went round; the weekdays of habit;
    early in the week.
    """
    chosen = sorted(visit.date for visit in week.existing if visit.is_fixed)[: week.visits]
    most_per_day = -(-week.visits // DAYS_A_WEEK)
    for layer in range(1, most_per_day + 1):
        room = [day for day in week.open_days if chosen.count(day) < layer]
        chosen.extend(_best_layer(week, room, chosen, layer))
    return tuple(sorted(chosen))


def _best_layer(week: WeekToFill, room: Sequence[date], chosen: Sequence[date], layer: int) -> tuple[date, ...]:
    """The largest and then best set of different days from `room`, beside the days already chosen.

    A day's second visit belongs to the second layer: each layer is spread evenly for itself.
    """
    apart = days_apart(week.visits)
    told = _untaken(week, chosen, is_told=True)
    untold = _untaken(week, chosen, is_told=False)
    of_layer = {day for day in chosen if chosen.count(day) >= layer}

    def wishes(days: tuple[date, ...]) -> _Wishes:
        taken = sorted([*of_layer, *days])
        return (
            -sum(day in told for day in days),
            -sum(day in untold for day in days),
            _follows_closely(week, taken[0]),
            _unevenness(taken),
            -sum(week.habit.get(day.weekday(), 0) for day in taken),
            days,
        )

    for size in range(min(week.visits - len(chosen), len(room)), 0, -1):
        # A visit done a day late must not cost the patient the next one: rather than lose an existing visit,
        # leave it close to the fixed one.
        for pardoned in (set(), told | untold):
            sets = (days for days in combinations(room, size) if _is_spaced(days, chosen, apart, pardoned))
            if (best := min(sets, key=wishes, default=None)) is not None:
                return best
    return ()


def _untaken(week: WeekToFill, chosen: Iterable[date], *, is_told: bool) -> set[date]:
    """Days on which a movable existing visit still waits for a place."""
    fixed = Counter(visit.date for visit in week.existing if visit.is_fixed)
    placed = Counter(chosen) - fixed
    movable = [visit for visit in week.existing if not visit.is_fixed]
    told = Counter(visit.date for visit in movable if visit.is_told)
    if is_told:
        return set(told - placed)
    untold = Counter(visit.date for visit in movable if not visit.is_told)
    return set(untold - (placed - told))


def _is_spaced(days: Sequence[date], chosen: Sequence[date], apart: int, pardoned: Collection[date]) -> bool:
    # Chosen days are not compared with each other: fixed visits may be as close as they are.
    strict = [day for day in days if day not in pardoned]
    within = all((later - earlier).days >= apart for earlier, later in pairwise(days))
    return within and all(abs((day - other).days) >= apart for day in strict for other in chosen)


def _follows_closely(week: WeekToFill, first: date) -> bool:
    restful = 2 if week.visits <= MOST_ON_ALTERNATE_DAYS else 1
    return week.previous is not None and (first - week.previous).days < restful


def _unevenness(days: Sequence[date]) -> int:
    around = DAYS_A_WEEK - (days[-1] - days[0]).days
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return sum(gap * gap for gap in [*gaps, around])
