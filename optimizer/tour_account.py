"""One tour, walked stop by stop: what it adds up to and which hard limits it breaks.

Part of the independent evaluator: reads the problem's own arrays, shares no code with timing or search.
Works in whole seconds, metres and cents. Never changes a start: it judges the times it is given.

Readings the problem leaves open, settled here:
- A route that serves nobody breaks no limit: what the part behind has used up is nobody's choice any more.
- A departed route is away from `departed` on: that is where `PAID` and the span for breaks begin, and where
  `IDLE` stops counting "before leaving". Standing at the start place from `opens` to `leaves` is a wait.
- A wait is all time at a stop that is neither break nor service, also the time before a break begins. Only the one
  between a break that `frees_first_wait` and the first stop is none; it counts as `IDLE` all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.evaluation import Fault
from optimizer.limits import Limit
from optimizer.problem import NEVER, NO_PLACE, Measure, Problem
from optimizer.solution import BreakTaken, Tour


@dataclass(slots=True)
class TourAccount:
    """The running sums of one tour. `used` is false for a route that has not departed and serves nobody."""

    used: bool
    measures: list[int]
    faults: list[Fault] = field(default_factory=list)
    pairs: int = 0
    starts: int = 0
    breaks: int = 0


def tour_account(problem: Problem, index: int, tour: Tour) -> TourAccount:
    route = problem.routes[index]
    account = TourAccount(bool(tour.visits) or route.departed is not None, [0] * len(Measure))
    for measure, amount in route.base:
        account.measures[measure] += amount
    if account.used:
        _Walk(problem, index, tour, account).run()
    else:
        account.measures[Measure.IDLE] += max(0, route.shift[1] - route.shift[0])
    if not tour.visits:
        account.faults.clear()
    return account


class _Walk:
    """Follows the tour from its start place to its end place."""

    def __init__(self, problem: Problem, index: int, tour: Tour, account: TourAccount) -> None:
        self.problem, self.index, self.tour, self.account = problem, index, tour, account
        self.route = problem.routes[index]
        self.place = self.route.start_place
        self.clock = tour.leaves
        self.waits_freely = False
        self.free_wait = 0

    def run(self) -> None:
        if self.tour.leaves < self.route.opens:
            self._fault(Limit.OPENS, None, f"leaves at {self.tour.leaves}, opens at {self.route.opens}")
        if self.route.departed is not None:
            self._add(Measure.WAIT, max(0, self.tour.leaves - self.route.opens))
        for position, (visit, start) in enumerate(zip(self.tour.visits, self.tour.starts, strict=True)):
            self._drive_to(self.problem.visits[visit].place, visit)
            self._take_breaks(position)
            self._serve(visit, start)
        self._take_breaks(len(self.tour.visits))
        self._drive_to(self.route.end_place, None)
        self._come_home()
        self._check_breaks()
        self._check_caps()

    def _drive_to(self, place: int, visit: int | None) -> None:
        if place == NO_PLACE:
            return
        seconds = int(self.problem.travel_seconds[self.route.profile, self.place, place])
        if seconds >= NEVER:
            self._fault(Limit.UNREACHABLE, visit, f"no way from place {self.place} to {place}")
        self.clock += seconds
        self._add(Measure.DRIVE, seconds)
        self._add(Measure.METRES, int(self.problem.travel_metres[self.route.profile, self.place, place]))
        self.place = place

    def _take_breaks(self, position: int) -> None:
        here = [taken for taken in self.tour.breaks if taken.before == position]
        for taken in sorted(here, key=lambda taken: taken.starts):
            pause = self.route.breaks[taken.which]
            if not pause.opens <= taken.starts <= pause.closes:
                self._fault(Limit.BREAK, None, f"break {taken.which} starts at {taken.starts}, out of its window")
            if taken.starts < self.clock:
                self._fault(Limit.BREAK, None, f"break {taken.which} starts before the case manager is free")
            if pause.needs_next_stop and position == len(self.tour.visits):
                self._fault(Limit.BREAK, None, f"break {taken.which} is taken after the last stop")
            self._add(Measure.WAIT, max(0, taken.starts - self.clock))
            self.clock = taken.starts + pause.seconds
            self.waits_freely = pause.frees_first_wait and position == 0 and self.route.departed is None

    def _serve(self, visit: int, start: int) -> None:
        facts = self.problem.visits[visit]
        if start < self.clock:
            self._fault(Limit.TRAVEL, visit, f"starts at {start}, there at {self.clock}")
        if not any(opens <= start <= closes for opens, closes in facts.windows):
            self._fault(Limit.WINDOW, visit, f"starts at {start}, outside every window")
        if not self.problem.allowed[visit, self.index]:
            self._fault(Limit.ALLOWED, visit, "this route may not carry it")
        if self.waits_freely:
            self.free_wait, self.waits_freely = max(0, start - self.clock), False
        else:
            self._add(Measure.WAIT, max(0, start - self.clock))
        self.clock = start + int(self.problem.service_seconds[visit, self.index])
        if self.clock > facts.latest_end:
            self._fault(Limit.LATEST_END, visit, f"ends at {self.clock}, latest {facts.latest_end}")
        self._add(Measure.VISITS, 1)
        self._add(Measure.POINTS, facts.points)
        self.account.pairs += int(self.problem.pair_price[visit, self.index])
        self.account.starts += sum(price(start) for price in facts.start_prices)
        late = max((price.lateness(start) for price in facts.start_prices), default=0)
        self.account.measures[Measure.LATENESS] = max(self.account.measures[Measure.LATENESS], late)

    def _come_home(self) -> None:
        route, returns = self.route, self.clock
        if self.tour.returns != returns:
            self._fault(Limit.TRAVEL, None, f"returns at {self.tour.returns}, but drives home until {returns}")
        if returns > route.closes:
            self._fault(Limit.CLOSES, None, f"returns at {returns}, closes at {route.closes}")
        self._add(Measure.PAID, returns - self.left - self._unpaid())
        self._add(Measure.LATE_RETURN, max(0, returns - route.soft_closes))
        opens, closes = route.shift
        before = max(0, min(self.left, closes) - opens)
        after = max(0, closes - max(returns, opens))
        waits = self.account.measures[Measure.WAIT] - sum(n for m, n in route.base if m is Measure.WAIT)
        self._add(Measure.IDLE, before + waits + self.free_wait + after)

    def _check_breaks(self) -> None:
        whiches = [taken.which for taken in self.tour.breaks]
        for which in {which for which in whiches if whiches.count(which) > 1}:
            self._fault(Limit.BREAK, None, f"break {which} is taken twice")
        for which, pause in enumerate(self.route.breaks):
            if which in whiches or self.clock - self.left <= pause.after:
                continue
            if pause.missed_price == NEVER:
                self._fault(Limit.BREAK, None, f"break {which} is missed")
            else:
                self.account.breaks += pause.missed_price

    def _check_caps(self) -> None:
        for measure, limit in self.route.caps:
            if (amount := self.account.measures[measure]) > limit:
                self._fault(Limit.CAP, None, f"{measure.name.lower()} is {amount}, the cap {limit}")

    @property
    def left(self) -> int:
        """When the case manager left to work: earlier than `leaves` once the day has begun."""
        return self.tour.leaves if self.route.departed is None else self.route.departed

    def _unpaid(self) -> int:
        def is_unpaid(taken: BreakTaken) -> bool:
            return not self.route.breaks[taken.which].is_paid

        return sum(self.route.breaks[taken.which].seconds for taken in self.tour.breaks if is_unpaid(taken))

    def _add(self, measure: Measure, amount: int) -> None:
        self.account.measures[measure] += amount

    def _fault(self, limit: Limit, visit: int | None, detail: str) -> None:
        self.account.faults.append(Fault(code=limit.value, route=self.index, visit=visit, detail=detail))
