"""The problem in the making: rules fill in the engine's seven primitives, speaking of visits and shifts.

The one translator between people and integers: seconds are elapsed seconds from the day's local midnight
(right across a daylight-saving change), points hundredths, prices whole cents. Remembers which rule forbade
which pair, so that a person can be told. `build` hands over an `optimizer.Problem`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np

from optimizer.problem import (
    NEVER,
    Alike,
    BoolArray,
    Break,
    Curve,
    IntArray,
    Measure,
    Problem,
    Relation,
    Route,
    StartPrice,
    WorstPrice,
)
from optimizer.problem import Visit as EngineVisit
from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import PlaceId, ShiftId, VisitId
from scheduler.domain.people import TravelProfile
from scheduler.domain.plan import BreakTime
from scheduler.domain.time import after, seconds_between
from scheduler.domain.visit import Visit
from scheduler.planning.decided import LINK_CODE, follow
from scheduler.planning.freeze import Frozen
from scheduler.planning.impossible import impossible_visits
from scheduler.planning.matrices import travel_arrays

__all__ = ["HOUR", "LINK_CODE", "ProblemDraft", "hourly"]

HOUR = 3600


def hourly(cents: int, *, beyond: int = 0) -> Curve:
    """A price of `cents` an hour for the seconds beyond `beyond`."""
    return Curve(steps=((beyond, cents),), per=HOUR) if cents else Curve(steps=())


@dataclass(slots=True)
class ProblemDraft:
    """Starts with everything allowed and free; each rule narrows and prices it. Not thread-safe.

    `translation.start_draft` makes one. `visits` and `shifts` are what the engine may decide about; `frozen` is
    what is decided already; `impossible` has the codes of visits no search could serve.
    """

    day: Day
    visits: tuple[Visit, ...]
    shifts: tuple[Shift, ...]
    frozen: Frozen
    places: Mapping[PlaceId, int]
    profiles: tuple[TravelProfile, ...]
    reasons: dict[tuple[VisitId, ShiftId], list[str]] = field(default_factory=dict)
    impossible: dict[VisitId, str] = field(default_factory=dict)
    _engine_visits: list[EngineVisit] = field(default_factory=list)
    _routes: list[Route] = field(default_factory=list)
    _relations: list[Relation] = field(default_factory=list)
    _worst: list[WorstPrice] = field(default_factory=list)
    _visit_index: Mapping[VisitId, int] = field(init=False)
    _shift_index: Mapping[ShiftId, int] = field(init=False)
    _breaks_taken: dict[ShiftId, list[BreakTime]] = field(init=False)
    _pair_price: IntArray = field(init=False)
    _service: IntArray = field(init=False)

    def __post_init__(self) -> None:
        pairs = (len(self.visits), len(self.shifts))
        self._visit_index = {visit.id: index for index, visit in enumerate(self.visits)}
        self._shift_index = {shift.id: index for index, shift in enumerate(self.shifts)}
        self._breaks_taken = {shift: list(prefix.breaks) for shift, prefix in self.frozen.prefixes.items()}
        self._pair_price = np.zeros(pairs, dtype=np.int64)
        self._service = np.zeros(pairs, dtype=np.int64)
        self._service[:] = np.array([60 * visit.minutes for visit in self.visits], dtype=np.int64)[:, None]

    # -- what rules say -------------------------------------------------------------------------------

    def forbid(self, visit: Visit, shift: Shift, *, because: str) -> None:
        """Primitive 1: this shift may never carry this visit."""
        if visit.id in self._visit_index and shift.id in self._shift_index:
            codes = self.reasons.setdefault((visit.id, shift.id), [])
            if because not in codes:
                codes.append(because)

    def price_pair(self, visit: Visit, shift: Shift, cents: int) -> None:
        """Primitive 2: what it costs that this shift carries this visit. Added to what others said."""
        if visit.id in self._visit_index and shift.id in self._shift_index:
            self._pair_price[self._visit_index[visit.id], self._shift_index[shift.id]] += cents

    def service_seconds(self, visit: Visit, shift: Shift, seconds: int) -> None:
        """Service time when it depends on who does it; the visit's minutes are the default."""
        if visit.id in self._visit_index and shift.id in self._shift_index:
            self._service[self._visit_index[visit.id], self._shift_index[shift.id]] = seconds

    def narrow(
        self,
        visit: Visit,
        windows: Iterable[tuple[datetime, datetime]],
        *,
        latest_end: datetime | None = None,
    ) -> None:
        """Primitive 3: hard windows on the start, cut with those said before.

        `is_impossible` tells that none is left. A window that closes before the day begins is no window.
        """
        if visit.id not in self._visit_index:
            return
        midnight = self.day.bounds[0]
        self.cut(visit, [(self.second(a), self.second(b)) for a, b in windows if b >= midnight])
        if latest_end is not None:
            self._set(visit, latest_end=min(self._at(visit).latest_end, self.second(latest_end)))

    def cut(self, visit: Visit, said: Iterable[tuple[int, int]]) -> None:
        """As `narrow`, in seconds."""
        known = self._at(visit).windows
        left = ((max(a, c), min(b, d)) for a, b in known for c, d in said)
        self._set(visit, windows=_disjoint(sorted(pair for pair in left if pair[0] <= pair[1])))

    def price_start(self, visit: Visit, price: StartPrice) -> None:
        """Primitive 3: a price for starting early or late, added to the others."""
        if visit.id in self._visit_index:
            self._set(visit, start_prices=(*self._at(visit).start_prices, price))

    def unserved_class(self, visit: Visit, rank: int) -> None:
        if visit.id in self._visit_index:
            self._set(visit, unserved_class=rank)

    def route_price(self, shift: Shift, measure: Measure, curve: Curve) -> None:
        """Primitive 4: a price on what the route adds up to, added to the others."""
        if shift.id in self._shift_index and curve.steps:
            self._change(shift, lambda r: replace(r, prices=(*r.prices, (measure, curve))))

    def cap(self, shift: Shift, measure: Measure, limit: int) -> None:
        """Primitive 4: a hard limit on what the route adds up to."""
        if shift.id in self._shift_index:
            self._change(shift, lambda r: replace(r, caps=(*r.caps, (measure, limit))))

    def add_break(self, shift: Shift, pause: Break) -> None:
        """A break the shift needs, unless it was taken already or can no longer be taken."""
        if shift.id in self._shift_index and not self._is_behind(shift, pause):
            self._change(shift, lambda r: replace(r, breaks=(*r.breaks, pause)))

    def close_route(self, shift: Shift, *, closes: datetime, soft_closes: datetime) -> None:
        """When the case manager must be back at the latest, and from when on it is late."""
        if shift.id in self._shift_index:
            hard, soft = self.second(closes), self.second(soft_closes)
            self._change(shift, lambda r: replace(r, closes=max(r.opens, hard), soft_closes=soft))

    def relate(self, first: Visit, second: Visit, *, min_gap: int | None = None, max_gap: int | None = None,
               people: Alike = Alike.ANY, both_or_none: bool = False) -> None:  # fmt: skip
        """Primitive 6: gaps in seconds between the two starts.

        When only one of the two is free, the other's decided time and person become limits of the free one.
        """
        if self.is_free(first) and self.is_free(second):
            a, b = self._visit_index[first.id], self._visit_index[second.id]
            self._relations.append(
                Relation(first=a, second=b, min_gap=min_gap, max_gap=max_gap, people=people, both_or_none=both_or_none)
            )
        elif self.is_free(second):
            follow(self, second, first, (min_gap, max_gap), people, both_or_none=both_or_none)
        elif self.is_free(first):
            turned = (None if max_gap is None else -max_gap, None if min_gap is None else -min_gap)
            follow(self, first, second, turned, people, both_or_none=both_or_none)

    def exclude(self, first: Visit, second: Visit, *, because: str) -> None:
        """Primitive 6: at most one of the two is served on this day; one that is decided shuts out the other."""
        if self.is_free(first) and self.is_free(second):
            a, b = self._visit_index[first.id], self._visit_index[second.id]
            self._relations.append(Relation(first=a, second=b, days=Alike.DIFFERENT))
            return
        for free, decided in ((first, second), (second, first)):
            if self.is_free(free) and self.frozen.stop(decided.id) is not None:
                for shift in self.shifts:
                    self.forbid(free, shift, because=because)

    def price_worst(self, measure: Measure, curve: Curve) -> None:
        """Primitive 7."""
        if curve.steps:
            self._worst.append(WorstPrice(measure=measure, curve=curve))

    # -- what rules may ask ---------------------------------------------------------------------------

    def second(self, moment: datetime) -> int:
        """Elapsed seconds from the day's local midnight, never before it."""
        return max(0, seconds_between(self.day.bounds[0], moment))

    def moment(self, second: int) -> datetime:
        return after(self.day.bounds[0], second)

    def is_free(self, visit: Visit) -> bool:
        """The engine may still decide about it; frozen, begun and unplaced visits it may not."""
        return visit.id in self._visit_index

    def is_impossible(self, visit: Visit) -> bool:
        """It is free, but no start is left that keeps every hard window."""
        return self.is_free(visit) and not self._at(visit).windows

    def pair_cents(self, visit: Visit, shift: Shift) -> int:
        """What the rules so far ask for this pair."""
        return int(self._pair_price[self._visit_index[visit.id], self._shift_index[shift.id]])

    def start_prices(self, visit: Visit) -> tuple[StartPrice, ...]:
        """What the rules so far ask for early and late starts."""
        return self._at(visit).start_prices

    # -- what the planner gives and takes -------------------------------------------------------------

    def open_with(self, *, visits: Iterable[EngineVisit], routes: Iterable[Route]) -> None:
        """The engine's side of `visits` and `shifts`, in their order, before any rule has spoken."""
        self._engine_visits, self._routes = list(visits), list(routes)

    def build(self) -> Problem:
        """The engine's problem. Visits in `impossible` keep their place in it, with no route allowed."""
        pairs = [(r.first, r.second) for r in self._relations if r.both_or_none]
        alone = [(self.visits[first].id, self.visits[second].id) for first, second in pairs]
        self.impossible |= impossible_visits(self, alone)
        seconds, metres = travel_arrays(self.day.travel, self.profiles, tuple(self.places))
        return Problem(
            visits=tuple(v if v.windows else replace(v, windows=((0, 0),)) for v in self._engine_visits),
            routes=tuple(self._routes),
            allowed=self._allowed(),
            pair_price=self._pair_price.copy(),
            service_seconds=self._service.copy(),
            travel_seconds=seconds,
            travel_metres=metres,
            relations=tuple(self._relations),
            worst_prices=tuple(self._worst),
        )

    def visit_number(self, visit: VisitId) -> int | None:
        """Its index in the problem."""
        return self._visit_index.get(visit)

    def shift_number(self, shift: ShiftId) -> int | None:
        return self._shift_index.get(shift)

    # -- inside ---------------------------------------------------------------------------------------

    def _is_behind(self, shift: Shift, pause: Break) -> bool:
        taken = self._breaks_taken.get(shift.id, [])
        for had in taken:
            if pause.opens <= self.second(had.starts) <= pause.closes:
                taken.remove(had)
                return True
        is_hard = pause.missed_price == NEVER
        return is_hard and pause.closes < self._routes[self._shift_index[shift.id]].opens

    def _allowed(self) -> BoolArray:
        allowed = np.ones((len(self.visits), len(self.shifts)), dtype=np.bool_)
        for visit, shift in self.reasons:
            allowed[self._visit_index[visit], self._shift_index[shift]] = False
        for visit in self.impossible:
            allowed[self._visit_index[visit], :] = False
        return allowed

    def _at(self, visit: Visit) -> EngineVisit:
        return self._engine_visits[self._visit_index[visit.id]]

    def _set(self, visit: Visit, **changes: Any) -> None:
        index = self._visit_index[visit.id]
        self._engine_visits[index] = replace(self._engine_visits[index], **changes)

    def _change(self, shift: Shift, change: Callable[[Route], Route]) -> None:
        index = self._shift_index[shift.id]
        self._routes[index] = change(self._routes[index])


def _disjoint(windows: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Windows in order of opening, with those that meet made one."""
    merged: list[tuple[int, int]] = []
    for opens, closes in windows:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return tuple(merged)
