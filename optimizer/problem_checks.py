"""Every fault that makes a `Problem` unusable, found at once. Knows nothing of search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimizer import problem_sums
from optimizer.problem import LARGEST_PRICE, NEVER, NO_PLACE, Break, Curve, Measure, Relation, Route, Visit

if TYPE_CHECKING:
    from optimizer.problem import Problem


def faults(problem: Problem) -> Iterator[str]:
    """Of each part by itself; and only when there are none, of what the parts add up to."""
    found = tuple(chain(_shapes(problem), _parts(problem)))
    yield from found or problem_sums.faults(problem)


def _parts(problem: Problem) -> Iterator[str]:
    places = problem.travel_seconds.shape[-1] if problem.travel_seconds.ndim == 3 else 0
    profiles = problem.travel_seconds.shape[0] if problem.travel_seconds.ndim == 3 else 0
    for index, visit in enumerate(problem.visits):
        yield from (f"visit {index}: {fault}" for fault in chain(_range(visit), _visit(visit, places)))
    for index, route in enumerate(problem.routes):
        yield from (f"route {index}: {fault}" for fault in chain(_range(route), _route(route, places, profiles)))
    for index, relation in enumerate(problem.relations):
        found = chain(_range(relation), _relation(relation, len(problem.visits)))
        yield from (f"relation {index}: {fault}" for fault in found)
    for index, worst in enumerate(problem.worst_prices):
        yield from (f"worst price {index}: {fault}" for fault in chain(_range(worst), _curve(worst.curve)))


def _range(part: object) -> Iterator[str]:
    yield from (f"{number} is out of range" for number in _numbers(part) if abs(number) > LARGEST_PRICE)


def _numbers(part: object) -> Iterator[int]:
    """Every whole number in a visit, a route, a relation, and in what these hold."""
    if isinstance(part, int):
        yield part
    elif isinstance(part, tuple):
        yield from chain.from_iterable(map(_numbers, part))
    elif is_dataclass(part):
        yield from chain.from_iterable(_numbers(getattr(part, field.name)) for field in fields(part))


def _shapes(problem: Problem) -> Iterator[str]:
    pairs = (len(problem.visits), len(problem.routes))
    for name in ("allowed", "pair_price", "service_seconds"):
        array = getattr(problem, name)
        if array.shape != pairs:
            yield f"{name} has shape {array.shape}, but there are {pairs[0]} visits and {pairs[1]} routes"
    seconds, metres = problem.travel_seconds, problem.travel_metres
    if seconds.ndim != 3 or seconds.shape[1:] != seconds.shape[1:][::-1] or seconds.shape != metres.shape:
        yield f"travel arrays must both be [profiles, places, places], not {seconds.shape} and {metres.shape}"
    for name in ("service_seconds", "travel_seconds", "travel_metres"):
        array = getattr(problem, name)
        if array.size and (array.min() < 0 or array.max() > NEVER):
            yield f"{name} must lie between 0 and {NEVER}"
    if problem.allowed.dtype != np.bool_:
        yield "allowed must hold booleans"
    prices = problem.pair_price
    if prices.size and not -LARGEST_PRICE <= prices.min() <= prices.max() <= LARGEST_PRICE:
        yield f"pair_price passes {LARGEST_PRICE} cents"


def _visit(visit: Visit, places: int) -> Iterator[str]:
    if visit.place != NO_PLACE and not 0 <= visit.place < places:
        yield f"place {visit.place} is not one of {places}"
    if not visit.windows:
        yield "it has no window"
    if any(opens > closes or opens < 0 or closes > NEVER for opens, closes in visit.windows):
        yield "a window closes before it opens, or lies outside the horizon"
    if any(left[1] >= right[0] for left, right in pairwise(visit.windows)):
        yield "windows must be in order and disjoint"
    if not 0 <= visit.unserved_class < 100:
        yield f"unserved class {visit.unserved_class} is not between 0 and 99"
    if visit.unserved_price is not None and not 0 <= visit.unserved_price <= LARGEST_PRICE:
        yield f"its unserved price must lie between 0 and {LARGEST_PRICE}"
    for price in visit.start_prices:
        yield from _curve(price.early)
        yield from _curve(price.late)


def _route(route: Route, places: int, profiles: int) -> Iterator[str]:
    if not (0 <= route.start_place < places and 0 <= route.end_place < places):
        yield f"start place {route.start_place} or end place {route.end_place} is not one of {places}"
    if not 0 <= route.profile < profiles:
        yield f"profile {route.profile} is not one of {profiles}"
    if not 0 <= route.opens <= route.closes <= NEVER:
        yield "it must open at or after 0 and close after it opens"
    if any(measure is Measure.LATENESS for measure, _ in (*route.caps, *route.prices, *route.base)):
        yield "lateness belongs to visits, not to a route"
    if not 0 <= route.unused_price <= LARGEST_PRICE:
        yield f"its unused price must lie between 0 and {LARGEST_PRICE}"
    for pause in route.breaks:
        yield from _break(pause)
    for _, curve in route.prices:
        yield from _curve(curve)


def _break(pause: Break) -> Iterator[str]:
    if pause.closes < pause.opens or pause.seconds < 0 or pause.missed_price < 0:
        yield "a break closes before it opens, or its length or price is negative"


def _relation(relation: Relation, visits: int) -> Iterator[str]:
    if relation.first == relation.second:
        yield f"visit {relation.first} is related to itself"
    if not (0 <= relation.first < visits and 0 <= relation.second < visits):
        yield f"visits {relation.first} and {relation.second} are not both among {visits}"
    gaps = (relation.min_gap, relation.max_gap)
    if gaps[0] is not None and gaps[1] is not None and gaps[0] > gaps[1]:
        yield f"the least gap {gaps[0]} is over the largest {gaps[1]}"


def _curve(curve: Curve) -> Iterator[str]:
    if curve.per < 1:
        yield "a curve is priced per less than one unit"
    if any(left[0] >= right[0] for left, right in pairwise(curve.steps)) or any(s[0] < 0 for s in curve.steps):
        yield "a curve's steps must rise from 0"
    if any(not 0 <= rate <= LARGEST_PRICE for _, rate in curve.steps):
        yield f"a curve's rate must lie between 0 and {LARGEST_PRICE}"
    elif curve.steps and problem_sums.undivided(curve, curve.steps[-1][0]) >= problem_sums.LARGEST_SUM:
        yield f"a curve's price passes {problem_sums.LARGEST_SUM} before its last step"
