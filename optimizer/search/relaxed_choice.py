"""Which of the relaxed routes to drive, said as rows of whole numbers: like `Choice`, but each at its relaxed cost.

No plan made of these routes costs less than the best choice of them, whatever its orders and times: so this proves
something also where the cheapest order of a set of visits is not known to be listed. Fine costs; knows no solver.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.bound.listed import Listed
from optimizer.bound.rows import Row as GoalRow
from optimizer.search.choice import Row


class RelaxedChoice:
    """Variables are yes or no: paths in order, then every open visit left out, then a plan that is not listed.

    With that last one there is always a choice, and what is proven holds for every plan.
    """

    def __init__(self, listed: Listed) -> None:
        self._goal, self._paths = listed.goal, listed.paths
        left = [cost * listed.scale for cost in self._goal.left_costs.values()]
        self.costs = [*(path.cost for path in self._paths), *left, listed.elsewhere]

    def rows(self) -> Iterator[Row]:
        for number, group in enumerate(self._goal.groups):
            yield Row([(at, 1) for at, path in enumerate(self._paths) if path.group == number], 0, len(group.routes))
        leaves = {visit: len(self._paths) + at for at, visit in enumerate(self._goal.left_costs)}
        for row in self._goal.rows:
            terms = [*self._served(row), *((leaves[visit], times) for visit, times in row.left.items())]
            if row.is_exact and row.served:
                terms.append((len(self.costs) - 1, row.most))
            least = row.most if row.is_exact else sum(min(0, factor) for _, factor in terms)
            yield Row(terms, least, row.most)

    def _served(self, row: GoalRow) -> Iterator[tuple[int, int]]:
        for at, path in enumerate(self._paths):
            if row.groups is None or path.group in row.groups:
                factor = sum(row.served.get(stop, 0) for stop in path.stops)
                if factor:
                    yield at, factor
