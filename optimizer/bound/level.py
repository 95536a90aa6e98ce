"""One goal of the bound (unserved visits of a class, or the price): routes are priced until nothing better is left.

Prices of rows are rounded to whole fine costs before they are used, and the bound is added up from them in whole
numbers: whatever the linear programme did, it is a proof. Sources: Lasdon (1970), "Optimization Theory for Large
Systems": the Lagrangian bound. Pessoa, Sadykov, Uchoa, Vanderbeck (2018), "Automation and Combination of Linear-
Programming Based Stabilization Techniques in Column Generation", INFORMS Journal on Computing 30(2): smoothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

import numpy as np

from optimizer.bound.cases import RouteGroup
from optimizer.bound.cuts import Cut, broken_cuts, cut_penalties, cut_words, times_met
from optimizer.bound.master import Master, Mix, Path
from optimizer.bound.near import allows, memory_of, remember_cycles
from optimizer.bound.pricing import Finding, Pricing, Quest, ShouldStop
from optimizer.bound.rows import Row
from optimizer.kernel.packed import Int64
from optimizer.problem import BoolArray

_SMOOTHING = 0.75
_PATHS = 24
_LARGEST_PRICE = 2**50
_SHARE = 1e-6
_MISSING = 1e-6
_CLOSE = 3e-4
_MOST_NEAR = 40
_NEW_CUTS, _MOST_CUTS = 15, 120


class Pace(Enum):
    """What a round came to."""

    FOUND = "found"
    SETTLED = "settled"
    STOPPED = "stopped"
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is minimised: routes by their group's costs, and what each unserved visit costs (cents)."""

    groups: Sequence[RouteGroup]
    rows: Sequence[Row]
    left_costs: Mapping[int, int]
    scale: int


class Level:
    """`bound` is proven, in fine costs."""

    def __init__(self, goal: Goal, near: BoolArray, *, threads: int, labels: int, dear: float) -> None:
        self.goal, self.near = goal, near
        self.groups, self.scale = goal.groups, goal.scale
        self.master = Master(
            goal.rows, [len(group.routes) for group in goal.groups], goal.left_costs, scale=goal.scale, dear=dear
        )
        self.dear = dear
        self.pricing = Pricing(goal.groups, threads=threads, labels=labels)
        self.bound: int | None = None
        self.mix: Mix | None = None
        self.rests = sum(len(group.routes) * group.rest for group in goal.groups)
        # Until something is known, every visit is worth the same.
        self._center = np.array([dear / 4 if row.is_exact and row.served else 0.0 for row in goal.rows])
        self._proof: tuple[Int64, list[int]] | None = None
        self._smoothing = _SMOOTHING
        self._is_exact = False
        self.remember()

    def remember(self) -> None:
        """Take over what is remembered now; known routes that it forbids go."""
        self._memories = [memory_of(group, self.near) for group in self.groups]
        paths = enumerate(self.master.paths)
        self.master.drop([number for number, path in paths if not allows(self.near, path.stops)])

    def add(self, paths: Iterable[Path]) -> int:
        return self.master.add(paths)

    def round(self, should_stop: ShouldStop) -> Pace:
        """Price once: quickly where that finds something, else so that it proves a bound."""
        mix = self.master.solve()
        if mix is None:
            return Pace.TOO_LARGE
        self.mix = mix
        prices = self._rounded(mix)
        quests = self._quests(prices)
        findings = self.pricing.run(quests, exact=self._is_exact, most=_PATHS, should_stop=should_stop)
        if findings is None:
            return Pace.STOPPED
        if any(finding is not None and finding.is_full for finding in findings):
            return Pace.TOO_LARGE
        least = [0 if finding is None else finding.least for finding in findings]
        proven = [cost for cost in least if cost is not None]
        added = self._take_in(findings)
        if len(proven) < len(least):
            self._center = prices / self.scale
            self._is_exact = not added
            return Pace.FOUND
        if self._prove(prices, proven) or not self._is_exact:
            self._center = prices / self.scale
        self._is_exact = True
        if self._is_close(mix) and (self._is_dearer(mix) or self._grow(mix)):
            return Pace.FOUND
        return Pace.FOUND if added else self._nothing_new(mix)

    def _is_close(self, mix: Mix) -> bool:
        """Is the bound so near to the best mix that better memory helps more than better prices?"""
        if self.bound is None:
            return False
        return mix.value * self.scale + self.rests - self.bound < _CLOSE * abs(self.bound)

    def _nothing_new(self, mix: Mix) -> Pace:
        if self._smoothing > 0:
            self._smoothing = self._smoothing / 2 if self._smoothing > 0.2 else 0.0
            return Pace.FOUND
        self._smoothing = _SMOOTHING
        return Pace.FOUND if self._is_dearer(mix) or self._grow(mix) else Pace.SETTLED

    def _is_dearer(self, mix: Mix) -> bool:
        """Visits that no route serves get dearer; are there any?"""
        if mix.missing <= _MISSING:
            return False
        self.dear *= 2
        self.master.make_absence_dearer(self.dear)
        return True

    def _grow(self, mix: Mix) -> bool:
        """Remember what the best mix serves twice, then cut it off; is there anything new?"""
        paths = zip(self.master.paths, mix.shares.tolist(), strict=False)
        taken = [(path.stops, share) for path, share in paths if share > _SHARE]
        if remember_cycles(self.near, [stops for stops, _ in taken], _MOST_NEAR):
            self.remember()
            return True
        room = min(_NEW_CUTS, _MOST_CUTS - len(self.master.cuts))
        cuts = broken_cuts(len(self.near), taken, self.master.cuts, room) if room > 0 and taken else []
        self.master.cut(cuts)
        return bool(cuts)

    def _take_in(self, findings: Sequence[Finding | None]) -> int:
        return sum(self.master.add(finding.paths) for finding in findings if finding is not None)

    def _rounded(self, mix: Mix) -> Int64:
        found = np.concatenate((mix.prices, mix.cuts))
        smoothed = found.copy()
        known = len(self._center)  # cuts that came since have no past
        smoothed[:known] = self._smoothing * self._center + (1.0 - self._smoothing) * found[:known]
        limit = float(_LARGEST_PRICE)
        prices = np.rint(np.clip(smoothed * self.scale, -limit, limit)).astype(np.int64)
        for number, row in enumerate(self.goal.rows):
            if not row.is_exact:
                prices[number] = min(0, int(prices[number]))
        rows = len(self.goal.rows)
        prices[rows:] = np.minimum(prices[rows:], 0)
        return prices

    def _priced_cuts(self, prices: Int64) -> list[tuple[Cut, int]]:
        """The cuts that cost anything, with their prices."""
        priced = zip(self.master.cuts, prices[len(self.goal.rows) :].tolist(), strict=False)
        return [(cut, price) for cut, price in priced if price < 0]

    def _reduced_costs(self, prices: Int64, paths: Sequence[Path]) -> list[int]:
        worth = [found.tolist() for found in self._worth(prices)]
        cuts_of: dict[int, list[tuple[Cut, int]]] = {}
        for cut, price in self._priced_cuts(prices):
            for visit in cut:
                cuts_of.setdefault(visit, []).append((cut, price))
        costs = []
        for path in paths:
            mine = worth[path.group]
            cost = path.cost - sum(mine[stop] for stop in path.stops)
            if cuts_of:
                met = {cut: price for stop in path.stops for cut, price in cuts_of.get(stop, ())}
                cost -= sum(price * times_met(cut, path.stops) for cut, price in met.items())
            costs.append(cost)
        return costs

    def _quests(self, prices: Int64) -> list[Quest | None]:
        worth = self._worth(prices)
        thresholds = self._thresholds(prices)
        priced = self._priced_cuts(prices)
        cuts, penalties = [cut for cut, _ in priced], cut_penalties([price for _, price in priced])
        return [
            Quest(
                profit=worth[number][list(group.visits)],
                memory=self._memories[number],
                cuts=cut_words(group, cuts),
                penalties=penalties,
                threshold=thresholds[number],
            )
            if group.visits
            else None
            for number, group in enumerate(self.groups)
        ]

    def _worth(self, prices: Int64) -> list[Int64]:
        """By group: what serving each visit is worth."""
        visits = len(self.near)
        common = np.zeros(visits, dtype=np.int64)
        own: list[Int64] = [np.zeros(visits, dtype=np.int64) for _ in self.groups]
        for price, row in zip(prices, self.goal.rows, strict=False):
            for visit, times in row.served.items():
                if row.groups is None:
                    common[visit] += times * price
                else:
                    for number in row.groups:
                        own[number][visit] += times * price
        return [common + mine for mine in own]

    def _thresholds(self, prices: Int64) -> list[int]:
        """By group: the least reduced cost among the routes known, at most 0."""
        least = [0] * len(self.groups)
        for path, cost in zip(self.master.paths, self._reduced_costs(prices, self.master.paths), strict=True):
            least[path.group] = min(least[path.group], cost)
        return least

    def _prove(self, prices: Int64, least: Sequence[int]) -> bool:
        """The Lagrangian bound at these prices, in whole numbers; is it better than known?"""
        total = self.rests
        left = {visit: cost * self.scale for visit, cost in self.goal.left_costs.items()}
        for price, row in zip(prices.tolist(), self.goal.rows, strict=False):
            total += price * row.most
            for visit, times in row.left.items():
                left[visit] -= times * price
        total += sum(price for _, price in self._priced_cuts(prices))
        total += sum(min(0, cost) for cost in left.values())
        total += sum(len(group.routes) * min(0, cost) for group, cost in zip(self.groups, least, strict=True))
        if self.bound is not None and total <= self.bound:
            return False
        self.bound, self._proof = total, (prices, list(least))
        return True

    def every_path(self, gap: int, *, most: int, should_stop: ShouldStop) -> list[Path] | None:
        """All routes of plans that cost less than `gap` (fine) beyond the bound; nothing when they are too many."""
        if self._proof is None:
            return None
        prices, least = self._proof
        everything = np.ones_like(self.near)
        quests = [
            None if quest is None else replace(quest, memory=memory_of(group, everything), threshold=gap + min(0, cost))
            for group, quest, cost in zip(self.groups, self._quests(prices), least, strict=True)
        ]
        return self.pricing.every(quests, most=most, should_stop=should_stop)

    @property
    def reach(self) -> float:
        """Cents: without new cuts, no bound will be above this."""
        return inf if self.mix is None else self.mix.value + self.rests / self.scale

    @property
    def bound_cents(self) -> int | None:
        return None if self.bound is None else -(-self.bound // self.scale)

    def most_useful(self, every: Sequence[Path]) -> list[Path]:
        """The routes known and these, those of the best mix first, then by reduced cost."""
        paths = [*self.master.paths, *every]
        if self.mix is None:
            return list(paths)
        prices = self._rounded(self.mix)
        shares = [*self.mix.shares.tolist(), *[0.0] * len(paths)]
        costs = self._reduced_costs(prices, paths)
        keys = [(shares[number] < _SHARE, cost, number) for number, cost in enumerate(costs)]
        return [paths[number] for _, _, number in sorted(keys)]
