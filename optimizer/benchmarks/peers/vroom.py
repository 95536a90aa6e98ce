"""VROOM at its highest exploration level, on as many threads as allowed. One cost matrix for each kind of route.

It stops by itself, not by the clock: its time is what it took, up to `PATIENCE` times the seconds the others had.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import numpy as np

from optimizer.benchmarks.peers import beyond
from optimizer.benchmarks.peers.asked import Asked, Fleet, Orders
from optimizer.benchmarks.peers.peer import ALL_THREADS, Allowance
from optimizer.problem import NEVER, Problem

EXPLORATION: Final = 5
PATIENCE: Final = 10
_MOST: Final = 2**31 - 1
_PRIORITIES: Final = 100


class Vroom:
    """It knows several windows, and priorities where visits may be left out."""

    name = "vroom"
    library = "pyvroom"
    cores = ALL_THREADS

    def cannot(self, problem: Problem) -> list[str]:
        return [
            *beyond.not_asked(problem),
            *beyond.told(
                {
                    "late prices": beyond.has_late_prices(problem),
                    "breaks": beyond.has_breaks(problem),
                }
            ),
        ]

    def orders(self, asked: Asked, allowance: Allowance) -> Orders:
        import vroom  # noqa: PLC0415 - an optional extra
        from vroom import _vroom  # noqa: PLC0415 - its errors are exported nowhere else

        orders: Orders = [[] for _ in asked.problem.routes]
        if not asked.visits:
            return orders  # it refuses to be asked nothing
        asking = vroom.Input()
        dearest = max(_dearest(fleet, asked) for fleet in asked.fleets)
        shrink = -(-dearest * (len(asked.visits) + len(asked.problem.routes)) // _MOST)
        for number, fleet in enumerate(asked.fleets):
            asking.set_durations_matrix(str(number), np.minimum(fleet.seconds, _MOST))
            asking.set_costs_matrix(str(number), np.minimum(fleet.cost, dearest) // max(1, shrink))
            asking.add_vehicle([_vehicle(vroom, asked, fleet, number, route) for route in fleet.routes])
        asking.add_job([_job(vroom, asked, position) for position in range(len(asked.visits))])
        patience = timedelta(seconds=PATIENCE * allowance.seconds)
        try:
            found = asking.solve(exploration_level=EXPLORATION, nb_threads=allowance.threads, timeout=patience)
        except (_vroom.VroomInputException, _vroom.VroomInternalException) as error:
            raise ValueError(error) from error
        steps = found.routes
        for vehicle, kind, job in zip(steps["vehicle_id"], steps["type"], steps["id"], strict=True):
            if kind == "job":
                orders[int(vehicle)].append(asked.visits[int(job)])
        return orders


def _dearest(fleet: Fleet, asked: Asked) -> int:
    """Of what is not barred: who may not serve whom is told by skills, and all costs together must fit 32 bits."""
    return int(fleet.cost.max(initial=1, where=fleet.cost < asked.barred))


def _vehicle(vroom: Any, asked: Asked, fleet: Fleet, number: int, route: int) -> Any:
    able = {position for position, visit in enumerate(asked.visits) if asked.problem.allowed[visit, route]}
    return vroom.Vehicle(
        id=route,
        start=fleet.start,
        end=fleet.end,
        profile=str(number),
        capacity=[min(most, _MOST) for most in fleet.most],
        skills=able,
        time_window=vroom.TimeWindow(fleet.opens, fleet.closes),
    )


def _job(vroom: Any, asked: Asked, position: int) -> Any:
    visit = asked.visits[position]
    rank = asked.problem.visits[visit].unserved_class
    return vroom.Job(
        id=position,
        location=asked.terminals + position,
        delivery=list(asked.load(visit)),
        skills={position},
        priority=max(0, _PRIORITIES - rank) if beyond.has_classes(asked.problem) else 0,
        time_windows=[vroom.TimeWindow(opens, min(closes, NEVER)) for opens, closes in asked.windows(visit)],
    )
