"""Solomon and Gehring & Homberger instances as engine problems, by the `dimacs` convention: total truncated distance.

Everything is counted in tenths: an arc is floor(10 d), times and service are multiplied by ten. Seconds, metres and
cents of the engine are all these tenths. Every route is alike. Reads files; never searches.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import isqrt
from pathlib import Path
from typing import Final

import numpy as np

from optimizer.benchmarks.best_known import best_known
from optimizer.benchmarks.family import Instance
from optimizer.benchmarks.solomon_file import Customer, SolomonFile, read_solomon_file
from optimizer.benchmarks.vrptw_judge import judge
from optimizer.problem import Curve, Measure, Problem, Route, Visit

OBJECTIVE: Final = "dimacs"
TENTHS: Final = 10
BY_THE_TENTH: Final = Curve(steps=((0, 1),))


def read(path: Path) -> Instance:
    """Raises `UnreadableInstance`."""
    file = read_solomon_file(path)
    return Instance(
        family="vrptw",
        name=path.stem,
        objective=OBJECTIVE,
        problem=_problem(file),
        scale=TENTHS,
        constant=0.0,
        judge=partial(judge, file),
        best_known=best_known(path, path.stem, OBJECTIVE),
    )


def _problem(file: SolomonFile) -> Problem:
    depot, customers = file.customers[0], file.customers[1:]
    travel = np.array([_arcs(file.customers)], dtype=np.int64)
    pairs = (len(customers), file.vehicles)
    service = np.array([TENTHS * customer.service for customer in customers], dtype=np.int64)
    return Problem(
        visits=tuple(_visit(place, customer) for place, customer in enumerate(customers, start=1)),
        routes=tuple(_route(vehicle, file.capacity, depot) for vehicle in range(file.vehicles)),
        allowed=np.ones(pairs, dtype=np.bool_),
        pair_price=np.zeros(pairs, dtype=np.int64),
        service_seconds=np.repeat(service[:, None], file.vehicles, axis=1),
        travel_seconds=travel,
        travel_metres=travel.copy(),
    )


def _arcs(places: Sequence[Customer]) -> list[list[int]]:
    return [[isqrt(100 * ((a.x - b.x) ** 2 + (a.y - b.y) ** 2)) for b in places] for a in places]


def _visit(place: int, customer: Customer) -> Visit:
    return Visit(place=place, windows=((TENTHS * customer.ready, TENTHS * customer.due),), points=customer.demand)


def _route(vehicle: int, capacity: int, depot: Customer) -> Route:
    return Route(
        person=vehicle,
        start_place=0,
        end_place=0,
        opens=TENTHS * depot.ready,
        closes=TENTHS * depot.due,
        caps=((Measure.POINTS, capacity),),
        prices=((Measure.DRIVE, BY_THE_TENTH),),
    )
