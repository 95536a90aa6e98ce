"""Ruin and recreate with simulated annealing: the long middle part of the search.

Energies are whole numbers, an unserved visit outweighs any price, and the acceptance test is done in integers, so
equal dice give equal plans on any machine. Source: Kirkpatrick, Gelatt, Vecchi (1983); as in Christiaens & Vanden
Berghe (2020), the temperature falls by a constant factor.
"""

from __future__ import annotations

from math import log
from random import Random

from optimizer.problem import LARGEST_PRICE
from optimizer.search.draft import Draft
from optimizer.search.pool import Pool
from optimizer.search.recreate import Recreate
from optimizer.search.ruin import Ruin
from optimizer.search.states import States
from optimizer.search.watch import Watch

_UNSERVED = LARGEST_PRICE * 10**4
_SCALE = 1024
_LOGS = tuple(round(-_SCALE * log((step + 0.5) / _SCALE)) for step in range(_SCALE))
"""-ln of a uniform draw, in 1024ths: rounded, so that no machine's last bit decides."""
_COOLINGS = 50
_COOL_PERCENT = 91
_PROBES = 16
_MOST_MISSING = 12
_BY_LENGTH, _BY_CHANCE = 3, 6
"""Of ten draws: the first by length, those up to the second by tightness, the rest by chance."""


class Annealing:
    """One run draws from one dice; the states and the pool outlive it."""

    def __init__(self, states: States, dice: Random, pool: Pool, watch: Watch, hopeless: frozenset[int]) -> None:
        self.states, self.dice, self.pool, self.watch = states, dice, pool, watch
        self.tables = states.tables
        self.ruin = Ruin(states.tables, dice)
        self.recreate = Recreate(states, dice, blink=0.02)
        self.open = [visit for visit in range(len(states.tables.places)) if visit not in hopeless]
        self._width = [_width(states, visit) for visit in range(len(states.tables.places))]

    def run(self, draft: Draft, rounds: int, *, heat_percent: int) -> Draft:
        """The best plan met in so many rounds, starting from `draft`, which stays as it is."""
        current = best = draft
        energy = least = energy_of(draft)
        temperature = self._typical_difference(draft) * heat_percent // 100
        step = max(1, rounds // _COOLINGS)
        for number in range(rounds):
            if self.watch.should_stop(best.value):
                break
            if number % step == 0:
                temperature = temperature * _COOL_PERCENT // 100
            trial = self._changed(current)
            if trial is None:
                continue
            reached = energy_of(trial)
            if (reached - energy) * _SCALE >= temperature * _LOGS[int(self.dice.random() * _SCALE)] and (
                reached >= energy
            ):
                continue
            self._remember(trial, current)
            current, energy = trial, reached
            if energy < least:
                best, least = current, energy
        return best

    def _typical_difference(self, draft: Draft) -> int:
        """The median worsening of a few trials: what the temperature is measured in."""
        energy = energy_of(draft)
        worse = []
        for _ in range(_PROBES):
            trial = self._changed(draft)
            if trial is not None and 0 < (difference := energy_of(trial) - energy) < _UNSERVED:
                worse.append(difference)
        return sorted(worse)[len(worse) // 2] if worse else 1

    def _changed(self, draft: Draft) -> Draft | None:
        self.states.forget(draft.routes)
        trial = draft.twin()
        missing = [visit for visit in self.open if visit not in draft.where]
        removed = self.ruin.ruin(trial, missing)
        if removed is None:
            return None
        if len(missing) > _MOST_MISSING:
            missing = self.dice.sample(missing, _MOST_MISSING)
        self.recreate.insert(trial, self._ordered(removed + missing))
        return trial

    def _ordered(self, visits: list[int]) -> list[int]:
        """One of three orders: longest service first, tightest first, or by chance."""
        dice, kind = self.dice, int(self.dice.random() * 10)
        dice.shuffle(visits)
        if kind >= _BY_CHANCE:
            return visits
        classes, service, width = self.states.tables.problem.visits, self.tables.service, self._width
        if kind < _BY_LENGTH:
            return sorted(visits, key=lambda visit: (classes[visit].unserved_class, -max(service[visit])))
        return sorted(visits, key=lambda visit: (classes[visit].unserved_class, width[visit]))

    def _remember(self, trial: Draft, before: Draft) -> None:
        changed = [new.index for new, old in zip(trial.routes, before.routes, strict=True) if new is not old]
        self.pool.add(trial, trial.value, changed)


def energy_of(draft: Draft) -> int:
    """The plan's value as one whole number, in the same order."""
    unserved, price = draft.value
    weight = 0
    for count in unserved:
        weight = weight * (len(draft.classes) + 1) + count
    return weight * _UNSERVED + price


def _width(states: States, visit: int) -> int:
    """Room for choice: seconds of window times routes allowed."""
    windows = states.tables.problem.visits[visit].windows
    return sum(closes - opens + 1 for opens, closes in windows) * len(states.tables.allowed_routes[visit])
