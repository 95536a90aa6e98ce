"""The verdict of the independent evaluator on a solution. Values only; `evaluate` makes them."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.problem import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A hard limit broken. `code` names the primitive, `route` and `visit` are indexes where they apply."""

    code: str
    route: int | None = None
    visit: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Whole cents by primitive."""

    pairs: int = 0
    starts: int = 0
    routes: int = 0
    breaks: int = 0
    worst: int = 0
    unserved: int = 0

    @property
    def total(self) -> int:
        return self.pairs + self.starts + self.routes + self.breaks + self.worst + self.unserved


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`unserved` counts visits by priority class, but those that have a price of their own for it.

    `measures` has one row per route, in `Measure` order.
    """

    faults: tuple[Fault, ...]
    unserved: tuple[int, ...]
    price: Price
    measures: tuple[tuple[int, ...], ...]

    @property
    def is_feasible(self) -> bool:
        return not self.faults

    @property
    def value(self) -> tuple[tuple[int, ...], int]:
        """What the engine minimises, in this order: unserved visits by class, then the price."""
        return self.unserved, self.price.total

    def of(self, route: int, measure: Measure) -> int:
        return self.measures[route][measure]
