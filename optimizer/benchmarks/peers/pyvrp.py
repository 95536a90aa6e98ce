"""PyVRP, an iterated local search on one core. Each kind of route has a cost matrix of its own."""

from __future__ import annotations

from typing import Any, Final

from optimizer.benchmarks.peers import beyond
from optimizer.benchmarks.peers.asked import Asked, Fleet, Orders
from optimizer.benchmarks.peers.peer import ONE_CORE, Allowance
from optimizer.problem import NEVER, Problem

_SEED_LIMIT: Final = 2**32


class PyVrp:
    """A several-windowed visit is asked with the span of its windows; our timing finds out whether that holds."""

    name = "pyvrp"
    library = "pyvrp"
    cores = ONE_CORE

    def cannot(self, problem: Problem) -> list[str]:
        return [
            *beyond.not_asked(problem),
            *beyond.told(
                {
                    "late prices": beyond.has_late_prices(problem),
                    "priority classes (all alike)": beyond.has_classes(problem),
                    "breaks": beyond.has_breaks(problem),
                    "several windows (their span)": beyond.has_several_windows(problem),
                }
            ),
        ]

    def orders(self, asked: Asked, allowance: Allowance) -> Orders:
        import pyvrp  # noqa: PLC0415 - an optional extra
        from pyvrp.stop import MaxRuntime  # noqa: PLC0415

        limit = MaxRuntime(allowance.seconds)
        found = pyvrp.solve(
            _data(pyvrp, asked),
            stop=lambda best: bool(limit(best)) or allowance.is_cancelled(),
            seed=allowance.seed % _SEED_LIMIT,
            collect_stats=False,
            display=False,
        )
        orders: Orders = [[] for _ in asked.problem.routes]
        free = [list(fleet.routes) for fleet in asked.fleets]
        for route in found.best.routes():
            orders[free[route.vehicle_type()].pop(0)] = [asked.visits[stop] for stop in _clients(route)]
        return orders


def _clients(route: Any) -> list[int]:
    """Positions in `asked.visits`: clients are added in that order."""
    return [activity.idx for activity in route if activity.is_client()]


def _data(pyvrp: Any, asked: Asked) -> Any:
    place = pyvrp.Location
    nodes = [place(0, 0) for _ in range(asked.terminals + len(asked.visits))]
    return pyvrp.ProblemData(
        locations=nodes,
        clients=[_client(pyvrp, asked, position) for position in range(len(asked.visits))],
        depots=[pyvrp.Depot(location=terminal) for terminal in range(asked.terminals)],
        vehicle_types=[_vehicles(pyvrp, fleet, number) for number, fleet in enumerate(asked.fleets)],
        distance_matrices=[fleet.cost for fleet in asked.fleets],
        duration_matrices=[fleet.seconds for fleet in asked.fleets],
    )


def _client(pyvrp: Any, asked: Asked, position: int) -> Any:
    visit = asked.visits[position]
    opens, closes = asked.hull(visit)
    skip = asked.skip_cost(visit)
    return pyvrp.Client(
        location=asked.terminals + position,
        delivery=list(asked.load(visit)),
        tw_early=opens,
        tw_late=closes,
        prize=skip or 0,
        required=skip is None,
    )


def _vehicles(pyvrp: Any, fleet: Fleet, number: int) -> Any:
    return pyvrp.VehicleType(
        num_available=len(fleet.routes),
        capacity=[min(most, NEVER) for most in fleet.most],
        start_depot=fleet.start,
        end_depot=fleet.end,
        tw_early=fleet.opens,
        tw_late=fleet.closes,
        profile=number,
    )
