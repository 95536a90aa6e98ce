"""The proven lower bound of a problem, improved round by round. Cents; counted work, no clock of its own.

First how many visits of each class must stay unserved, class by class, then the least price given that. Every plan
keeps to more than the relaxed problem asks for, so what is proven for the relaxed one holds for all plans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from optimizer.bound.cases import RouteGroup, route_groups
from optimizer.bound.exactness import is_exact
from optimizer.bound.level import Goal, Level, Pace
from optimizer.bound.listed import Listed
from optimizer.bound.master import Path
from optimizer.bound.near import nearest
from optimizer.bound.pricing import LABELS, ShouldStop
from optimizer.bound.rows import Row, class_row, counted, relation_rows, visit_rows
from optimizer.bound.scale import fine_scale
from optimizer.kernel.column import Column
from optimizer.problem import Problem
from optimizer.route_timing import schedule
from optimizer.search.possible import hopeless_visits
from optimizer.tables import tables_of

_NEAR = 10
_MOST_COLUMNS = 60_000
_NARROWEST, _WIDEST = 0.001, 0.05
_WORTHWHILE = 0.5
"""The share of a price that the bound of an easier problem must still be able to reach: what is below tells nobody
anything, and takes most of the time."""


class LowerBound:
    """Column generation. `threads` never changes a result; `labels` limits the work, and memory, of one round.

    `for_heavier`: the problem only stands for a heavier one, whose routes are compared by other prices.
    """

    def __init__(self, problem: Problem, *, threads: int = 1, labels: int = LABELS, for_heavier: bool = False) -> None:
        self.problem, self.threads, self.labels, self._for_heavier = problem, threads, labels, for_heavier
        self._compares_orders = is_exact(problem) and not for_heavier
        self.hopeless = hopeless_visits(tables_of(problem))
        self.open = [visit for visit in range(len(problem.visits)) if visit not in self.hopeless]
        self._scale = fine_scale(problem)
        self._near = nearest(problem, _NEAR)
        self._added: dict[tuple[int, tuple[int, ...]], Column] = {}
        self._least = [len(counted(problem, sorted(self.hopeless), c)) for c in range(problem.classes)]
        self._level: Level | None = None
        self._level_class = -1
        self._unserved: tuple[int, ...] = ()
        self._bound: int | None = None
        self._is_converged = self._is_priced = False
        self._price = 0
        self._complete_below: int | None = None
        self._every: list[Path] = []
        self._share = _NARROWEST

    @property
    def bound(self) -> int | None:
        """A proven lower bound of the price of every plan that leaves as few visits unserved as asked for last."""
        return self._bound

    @property
    def unserved_bound(self) -> tuple[int, ...]:
        """Proven, in the order of classes: no plan leaves fewer unserved."""
        return tuple(self._least)

    @property
    def holds_an_optimum(self) -> bool:
        """Is every best plan made of `columns`? Asked with the price known last."""
        return self.complete_below is not None and self._price <= self.complete_below

    @property
    def complete_below(self) -> int | None:
        """Every plan of at most this price is made of `columns`; nothing is known where timing is not exact."""
        if self._complete_below is None or self._level is None:
            return None
        each_alone = all(len(group.routes) == 1 for group in self._level.groups)  # else columns name one route of many
        return self._complete_below if each_alone and self._compares_orders else None

    @property
    def listed(self) -> Listed | None:
        """The relaxed routes of all plans up to some price, the highest for which they were few enough."""
        if self._complete_below is None or self._level is None:
            return None
        rests = self._level.rests + self._price_of_hopeless() * self._scale
        return Listed(goal=self._level.goal, paths=self._every, below=self._complete_below, rests=rests)

    @property
    def is_converged(self) -> bool:
        """No further round will raise the bound."""
        return self._is_converged

    def add(self, columns: Iterable[Column]) -> None:
        """Take in routes from elsewhere, with exact prices."""
        for column in columns:
            if column.stops:
                self._added.setdefault((column.route, column.stops), column)
        if self._level is not None:
            self._offer(self._level)

    def improve(self, unserved: tuple[int, ...], price: int, *, rounds: int, should_stop: ShouldStop) -> None:
        """Spend at most so many rounds of pricing, knowing a plan with these unserved visits and this price."""
        if unserved != self._unserved:
            self._unserved, self._level, self._is_converged = unserved, None, False
            self._is_priced = False
            self._every, self._complete_below, self._share = [], None, _NARROWEST
        elif self._is_priced and price < self._price:
            self._is_converged = self.holds_an_optimum  # what were too many routes may be few enough now
        self._price = price
        for _ in range(rounds):
            if self._is_converged or should_stop():
                return
            if not self._round(price, should_stop):
                return

    def _round(self, price: int, should_stop: ShouldStop) -> bool:
        """One round of the level at hand; false when it was stopped."""
        if self._level is None:
            self._level_class = self._next_class(-1)
            self._level = self._begun(price)
        if self._is_priced:
            return self._enumerate(self._level, price, should_stop)
        pace = self._level.round(should_stop)
        if pace is Pace.STOPPED:
            return False
        self._take_over(self._level)
        is_settled = pace in {Pace.SETTLED, Pace.TOO_LARGE}
        if self._level_class < self.problem.classes:
            reached = self._least[self._level_class] >= self._unserved[self._level_class]
            if reached or is_settled:
                self._level_class = self._next_class(self._level_class) if reached else self.problem.classes
                self._level = self._begun(price)
        elif is_settled or (self._bound is not None and self._bound >= price):
            self._is_priced = True
        elif self._for_heavier and self._level.reach < _WORTHWHILE * (price - self._price_of_hopeless()):
            self._is_converged = True
        return True

    def _enumerate(self, level: Level, price: int, should_stop: ShouldStop) -> bool:
        """Every route of the plans close to the bound: of more plans each time, as long as they are few enough."""
        bound = level.bound or 0
        rests = self._price_of_hopeless()
        whole = (price - rests) * self._scale - bound
        gap = min(whole, int(self._share * abs(bound))) + 1
        paths = level.every_path(gap, most=_MOST_COLUMNS, should_stop=should_stop)
        if paths is None and should_stop():
            return False
        if paths is not None:
            self._share *= 2
            self._every, self._complete_below = paths, (bound + gap - 1) // self._scale + rests
        self._is_converged = paths is None or gap > whole or self._share > _WIDEST
        return True

    def _next_class(self, after: int) -> int:
        """The next class of which more may be served than the incumbent does; their number when there is none."""
        classes = range(after + 1, self.problem.classes)
        return next((c for c in classes if self._least[c] < self._unserved[c]), self.problem.classes)

    def _begun(self, price: int) -> Level:
        """The level of the class at hand, or that of the price."""
        of_class = self._level_class if self._level_class < self.problem.classes else None
        groups = route_groups(self.problem, frozenset(self.open), scale=self._scale, free=of_class is not None)
        left_costs = dict.fromkeys(self.open, 0)
        if of_class is None:
            left_costs = {visit: self.problem.visits[visit].unserved_price or 0 for visit in self.open}
        else:
            left_costs.update(dict.fromkeys(counted(self.problem, self.open, of_class), 1))
        rows: list[Row] = [*visit_rows(self.open), *self._class_rows(of_class)]
        rows += relation_rows(self.problem, frozenset(self.open), groups)
        dear = 2.0 if of_class is not None else 4.0 * (abs(price) + 1) / (len(self.open) + 1)
        goal = Goal(groups=groups, rows=rows, left_costs=left_costs, scale=self._scale)
        level = Level(goal, self._near, threads=self.threads, labels=self.labels, dear=dear)
        self._offer(level)
        return level

    def _class_rows(self, of_class: int | None) -> list[Row]:
        """At most as many unserved as the incumbent has, class by class, as long as fewer were proven impossible."""
        rows = []
        for unserved_class, most in enumerate(self._unserved):
            if unserved_class == of_class:
                break
            hopeless = len(counted(self.problem, sorted(self.hopeless), unserved_class))
            rows.append(class_row(self.problem, self.open, unserved_class, most - hopeless))
            if self._least[unserved_class] < most:
                break
        return rows

    def _take_over(self, level: Level) -> None:
        proven = level.bound_cents
        if proven is None:
            return
        if self._level_class < self.problem.classes:
            hopeless = len(counted(self.problem, sorted(self.hopeless), self._level_class))
            self._least[self._level_class] = max(self._least[self._level_class], proven + hopeless)
            return
        proven += self._price_of_hopeless()
        self._bound = proven if self._bound is None else max(self._bound, proven)

    def _price_of_hopeless(self) -> int:
        """Cents that every plan pays for visits nobody can serve."""
        return sum(self.problem.visits[visit].unserved_price or 0 for visit in self.hopeless)

    def _offer(self, level: Level) -> None:
        number_of = {route: number for number, group in enumerate(level.groups) for route in group.routes}
        level.add(self._path(level.groups, number_of[column.route], column) for column in self._added.values())

    def _path(self, groups: Sequence[RouteGroup], number: int, column: Column) -> Path:
        cost = 0
        if self._level_class >= self.problem.classes:
            cost = column.price * self._scale - groups[number].rest
        return Path(group=number, stops=column.stops, cost=cost)

    def columns(self, limit: int) -> list[Column]:
        """The most useful routes priced so far, with exact prices."""
        level = self._level
        if level is None or self._level_class < self.problem.classes:
            return []
        tables = tables_of(self.problem)
        found: list[Column] = []
        for path in level.most_useful(self._every):
            if len(found) >= limit:
                break
            if len(set(path.stops)) < len(path.stops):
                continue
            for route in level.groups[path.group].routes[:1]:
                timed = schedule(tables, tables.routes[route], path.stops)
                if timed is not None:
                    found.append(Column(route, path.stops, timed.price))
        return found
