"""The official `dimacs` value and the rules of the VRPTW, from the columns of the file itself.

Shares nothing with the engine's problem or evaluator: arcs are truncated here once more, by decimals. In tenths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import pairwise

from optimizer.benchmarks.family import Verdict
from optimizer.benchmarks.solomon_file import Customer, SolomonFile
from optimizer.solution import Solution, Tour


def judge(file: SolomonFile, solution: Solution) -> Verdict:
    used = [tour for tour in solution.tours if tour.visits]
    numbers = [visit + 1 for tour in used for visit in tour.visits]
    faults = [f"there is no customer {number}" for number in numbers if not 0 < number < len(file.customers)]
    length = 0
    if not faults:
        faults = [*_count_faults(file, len(used), numbers)]
        with localcontext(prec=50):
            for route, tour in enumerate(used):
                faults += [f"route {route}: {fault}" for fault in _route_faults(file, tour)]
                length += _length(file, tour)
    return Verdict(
        value=length / 10,
        is_feasible=not faults,
        faults=tuple(faults),
        parts={"distance": length / 10, "vehicles": float(len(used))},
    )


def arc(one: Customer, other: Customer) -> int:
    """The distance in tenths, truncated."""
    square = Decimal(one.x - other.x) ** 2 + Decimal(one.y - other.y) ** 2
    return int(square.sqrt() * 10)


def _count_faults(file: SolomonFile, routes: int, numbers: list[int]) -> Iterator[str]:
    if routes > file.vehicles:
        yield f"{routes} routes for {file.vehicles} vehicles"
    times = Counter(numbers)
    for customer in file.customers[1:]:
        if times[customer.number] != 1:
            yield f"customer {customer.number} is visited {times[customer.number]} times"


def _route_faults(file: SolomonFile, tour: Tour) -> Iterator[str]:
    depot = file.customers[0]
    here, free, load = depot, 10 * depot.ready, 0
    if len(tour.visits) != len(tour.starts):
        yield f"{len(tour.visits)} customers but {len(tour.starts)} starts"
    for visit, start in zip(tour.visits, tour.starts, strict=False):
        there = file.customers[visit + 1]
        load += there.demand
        if start < free + arc(here, there):
            yield f"customer {there.number}: service starts before the vehicle is there"
        if not 10 * there.ready <= start <= 10 * there.due:
            yield f"customer {there.number}: service starts outside its window"
        here, free = there, start + 10 * there.service
    if free + arc(here, depot) > 10 * depot.due:
        yield "it is back after the depot closes"
    if load > file.capacity:
        yield f"it carries {load}, the capacity is {file.capacity}"


def _length(file: SolomonFile, tour: Tour) -> int:
    way = [file.customers[0], *(file.customers[visit + 1] for visit in tour.visits), file.customers[0]]
    return sum(arc(one, other) for one, other in pairwise(way))
