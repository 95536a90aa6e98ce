"""Compiles an order into obligations: visits owed in a work week, each with a day chosen by rule.

The order's week 1 is the work week that contains the episode's first day. A phase starts in the work week
after the one in which the phase before it ends. As-needed visits are never scheduled. What cannot be placed
is a `Shortfall`, never an error and never a visit in another week.

Pure: the same arguments give the same obligations with the same keys, so a replay makes the same visits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import assert_never

from scheduler.domain.day_spreading import WeekToFill, days_apart, spread
from scheduler.domain.generated_visit import GeneratedVisit
from scheduler.domain.order_phases import Daily, EveryWeeks, Phase, Weekly
from scheduler.domain.orders import Order
from scheduler.domain.visit_days import DAY, WEEK, VisitDays, days_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """The `ordinal`-th visit owed in one work week, and the day the rule gives it.

    `days_apart` is the least distance in days to the other visits of the week.
    """

    order_key: str
    week_starts: date
    ordinal: int
    date: date
    days_apart: int

    @property
    def key(self) -> str:
        """Stable name to derive the visit's id from: order, week, ordinal. The day is no part of it."""
        return f"{self.order_key}/{self.week_starts.isoformat()}/{self.ordinal}"

    def renumbered(self, ordinal: int) -> Obligation:
        return replace(self, ordinal=ordinal)


class ShortfallReason(StrEnum):
    """Why a week could not take all its visits; the value reads after "because"."""

    EPISODE_OVER = "the episode ends before this week"
    PART_WEEK = "only a part of this week belongs to the episode"
    PAST = "a part of this week is over"
    CLOSED_DAYS = "too few days of this week are open for visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Visits the order asks for in a week that have no day there."""

    week_starts: date
    ordered: int
    placed: int
    reason: ShortfallReason

    def __str__(self) -> str:
        week = f"Week of {self.week_starts.isoformat()}"
        return f"{week}: {self.placed} of {self.ordered} visits have a day, because {self.reason}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligations:
    """What an order owes, by date, and what it cannot give, by week."""

    due: tuple[Obligation, ...]
    shortfalls: tuple[Shortfall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """What the order wants of one work week. `run`: on these very days, because they are daily."""

    week: date
    visits: int
    run: tuple[date, ...] = ()

    @property
    def days_apart(self) -> int:
        return 1 if self.run else days_apart(self.visits)


def oblige(order: Order, *, order_key: str, days: VisitDays, existing: Sequence[GeneratedVisit] = ()) -> Obligations:
    """Give every visit the order asks for a day.

    `order_key` names the order for good and is unique among all orders of all care plans. Give the visits
    generated before as `existing`: their days are kept wherever the order and the spacing allow it, so that
    `order_changes.difference` is the least possible. Weeks that are history (`VisitDays`) owe nothing.
    """
    due: list[Obligation] = []
    shortfalls: list[Shortfall] = []
    habit = Counter([days.starts.weekday()])
    for demand in _demands(order, days):
        if days.is_history(demand.week):
            continue
        placed = _placed(demand, days, existing, _last_before(demand.week, due, existing), habit)
        due += [
            Obligation(
                order_key=order_key,
                week_starts=demand.week,
                ordinal=ordinal,
                date=day,
                days_apart=demand.days_apart,
            )
            for ordinal, day in enumerate(placed, 1)
        ]
        habit.update(day.weekday() for day in placed)
        if len(placed) < demand.visits:
            shortfalls.append(_shortfall(demand, len(placed), days))
    return Obligations(due=tuple(due), shortfalls=tuple(shortfalls))


def _demands(order: Order, days: VisitDays) -> Iterator[_Demand]:
    week = days.week_of(days.starts)
    for phase in order.phases:
        demands = list(_demands_of(phase, week, days))
        yield from demands
        week = max(week + phase.weeks * WEEK, demands[-1].week + WEEK)


def _demands_of(phase: Phase, week: date, days: VisitDays) -> Iterator[_Demand]:
    match phase:
        case Weekly():
            for n in range(phase.weeks):
                yield _Demand(week=week + n * WEEK, visits=phase.most)
        case EveryWeeks():
            for n in range(phase.times):
                yield _Demand(week=week + n * phase.every_weeks * WEEK, visits=1)
        case Daily():
            first = days.first_allowed(max(week, days.starts))
            run = [first + n * DAY for n in range(phase.days)]
            for run_week, group in groupby(run, key=days.week_of):
                of_week = tuple(group)
                yield _Demand(week=run_week, visits=len(of_week), run=of_week)
        case _:
            assert_never(phase)


def _placed(
    demand: _Demand,
    days: VisitDays,
    existing: Sequence[GeneratedVisit],
    previous: date | None,
    habit: Mapping[int, int],
) -> tuple[date, ...]:
    of_week = [visit for visit in existing if visit.week_starts == demand.week]
    if demand.run:
        held = {visit.date for visit in of_week if visit.is_fixed}
        return tuple(day for day in demand.run if days.is_open(day) or day in held)
    return spread(
        WeekToFill(
            visits=demand.visits,
            open_days=days.open_days(demand.week),
            existing=of_week,
            previous=previous,
            habit=habit,
        )
    )


def _last_before(week: date, due: Sequence[Obligation], existing: Sequence[GeneratedVisit]) -> date | None:
    owed = (obligation.date for obligation in due)
    stood = (visit.date for visit in existing if visit.is_fixed)
    return max((day for day in (*owed, *stood) if day < week), default=None)


def _shortfall(demand: _Demand, placed: int, days: VisitDays) -> Shortfall:
    return Shortfall(week_starts=demand.week, ordered=demand.visits, placed=placed, reason=_reason(demand.week, days))


def _reason(week: date, days: VisitDays) -> ShortfallReason:
    if week > days.ends:
        return ShortfallReason.EPISODE_OVER
    if not all(days.is_ordered(day) for day in days_of(week)):
        return ShortfallReason.PART_WEEK
    if days.not_before is not None and days.not_before > week:
        return ShortfallReason.PAST
    return ShortfallReason.CLOSED_DAYS
