"""A plan: who drives where, when, for one branch and day; and the numbered revisions of it. Immutable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.ids import BranchId, CaseManagerId, EventId, PatientId, ShiftId, VisitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One visit of a route. `arrives` is at the place (a remote visit: where the case manager then is)."""

    visit: VisitId
    patient: PatientId
    arrives: datetime
    starts: datetime
    ends: datetime
    drive_seconds: int
    drive_metres: int
    is_frozen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTime:
    """A break, taken on arrival at stop number `before` (0-based), or after the last stop."""

    before: int
    starts: datetime
    ends: datetime
    is_paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one case manager does in one shift. `leaves` and `returns` are the shift's places."""

    shift: ShiftId
    case_manager: CaseManagerId
    leaves: datetime
    returns: datetime
    stops: tuple[Stop, ...]
    breaks: tuple[BreakTime, ...] = ()
    home_seconds: int = 0
    home_metres: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a visit could not be given to a case manager (or, with none named, to anybody)."""

    code: str
    sentence: str
    case_manager: CaseManagerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    visit: VisitId
    patient: PatientId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over the routes. Seconds, metres, cents. Continuity is a share of stops, in per mille."""

    served: int
    unassigned: int
    drive_seconds: int
    drive_metres: int
    wait_seconds: int
    overtime_seconds: int
    late_seconds: int
    continuity_per_mille: int
    price_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveRecord:
    """How the plan came about, enough to make it again, and how good it is proven to be.

    Equal inputs, seed and effort (`effort_rounds`, `bound_rounds`, `threads`, `gap_asked_percent`) give equal bytes,
    unless time or a person stopped the search. `effort_rounds` None: only the time was limited.

    `unserved` counts by priority, urgent first. Proven are: no plan leaves fewer unserved than `unserved_bound`, the
    first priority that differs deciding; none that leaves exactly as many unserved as this one costs less than
    `bound_cents`. None says that nothing was proven. `gap_percent` is the price above that bound, rounded up to a
    hundredth.
    """

    engine: str
    seed: int
    effort_rounds: int | None
    rounds: int
    stopped_by: str
    travel: str
    input_digest: str
    bound_cents: int | None = None
    unserved: tuple[int, ...] = ()
    unserved_bound: tuple[int, ...] | None = None
    gap_percent: float | None = None
    bound_rounds: int = 0
    threads: int = 1
    gap_asked_percent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    branch: BranchId
    date: dt.date
    zone: str
    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    totals: Totals
    solve: SolveRecord

    def stops(self) -> Iterator[tuple[Route, Stop]]:
        for route in self.routes:
            for stop in route.stops:
                yield route, stop

    def where(self, visit: VisitId) -> tuple[Route, Stop] | None:
        return next(((route, stop) for route, stop in self.stops() if stop.visit == visit), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Revision `number` of a branch-day. `published_at` is when people were told; None is a draft.

    `caused_by` are the events since the revision before it.
    """

    number: int
    plan: Plan
    caused_by: tuple[EventId, ...]
    made_at: datetime
    published_at: datetime | None = None
