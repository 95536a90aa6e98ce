"""OR-Tools' routing library, guided local search on one core: the baseline that stays in the house.

In this release `SetAllowedVehiclesForIndex` refuses a Python list, and `ortools.routing` is not in the wheel.
"""

from __future__ import annotations

from typing import Any, Final

from optimizer.benchmarks.peers import beyond
from optimizer.benchmarks.peers.asked import LOADS, Asked, Fleet, Orders
from optimizer.benchmarks.peers.peer import ONE_CORE, Allowance
from optimizer.problem import NEVER, Problem, Visit

_TIME: Final = "time"
_NOBODY: Final = -1
_LARGEST_COST: Final = 2**50


class OrToolsRouting:
    """Late prices are asked where they are one line from one moment on."""

    name = "ortools"
    library = "ortools"
    cores = ONE_CORE

    def cannot(self, problem: Problem) -> list[str]:
        late = [visit for visit in problem.visits if any(price.late.steps for price in visit.start_prices)]
        return [
            *beyond.not_asked(problem),
            *beyond.told(
                {
                    "late prices with steps": any(_late_line(visit) is None for visit in late),
                    "priority classes (all alike)": beyond.has_classes(problem),
                    "breaks": beyond.has_breaks(problem),
                    "several windows (their span)": beyond.has_several_windows(problem),
                }
            ),
        ]

    def orders(self, asked: Asked, allowance: Allowance) -> Orders:
        from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415 - another door of the wheel

        by_vehicle = _by_vehicle(asked)
        nodes = asked.terminals + len(asked.visits)
        starts, ends = [fleet.start for fleet in by_vehicle], [fleet.end for fleet in by_vehicle]
        index = pywrapcp.RoutingIndexManager(nodes, len(by_vehicle), starts, ends)
        model = pywrapcp.RoutingModel(index)
        _add_costs(model, asked)
        _add_time(model, index, asked, by_vehicle)
        _add_loads(model, asked, by_vehicle)
        _add_choices(model, index, asked)
        how = pywrapcp.DefaultRoutingSearchParameters()
        how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        how.time_limit.FromMilliseconds(max(1, round(1000 * allowance.seconds)))
        found = model.SolveWithParameters(how)
        return [[] for _ in by_vehicle] if found is None else _read(model, index, found, asked)


def _by_vehicle(asked: Asked) -> list[Fleet]:
    """Vehicles are the problem's routes, in its order."""
    fleets = {route: fleet for fleet in asked.fleets for route in fleet.routes}
    return [fleets[route] for route in range(len(asked.problem.routes))]


def _add_costs(model: Any, asked: Asked) -> None:
    for fleet in asked.fleets:
        callback = model.RegisterTransitMatrix(fleet.cost.tolist())
        for route in fleet.routes:
            model.SetArcCostEvaluatorOfVehicle(callback, route)


def _add_time(model: Any, index: Any, asked: Asked, by_vehicle: list[Fleet]) -> None:
    known: dict[bytes, int] = {}
    for fleet in asked.fleets:
        if fleet.seconds.tobytes() not in known:
            known[fleet.seconds.tobytes()] = model.RegisterTransitMatrix(fleet.seconds.tolist())
    transits = [known[fleet.seconds.tobytes()] for fleet in by_vehicle]
    model.AddDimensionWithVehicleTransits(transits, asked.horizon, asked.horizon, False, _TIME)
    time = model.GetDimensionOrDie(_TIME)
    for vehicle, fleet in enumerate(by_vehicle):
        time.CumulVar(model.Start(vehicle)).SetRange(fleet.opens, fleet.closes)
        time.CumulVar(model.End(vehicle)).SetRange(fleet.opens, fleet.closes)
    for position, visit in enumerate(asked.visits):
        stop = index.NodeToIndex(asked.terminals + position)
        time.CumulVar(stop).SetRange(*asked.hull(visit))
        if line := _late_line(asked.problem.visits[visit]):
            price = asked.problem.visits[visit].start_prices[0]
            time.SetCumulVarSoftUpperBound(stop, min(line, asked.horizon), asked.rate(price.late))


def _late_line(visit: Visit) -> int | None:
    """From when on a late start has one price for each second, where it is as simple as that."""
    late = [price for price in visit.start_prices if price.late.steps]
    is_simple = len(late) == 1 and len(late[0].late.steps) == 1 and late[0].late.steps[0][0] == 0
    return late[0].late_after if is_simple and late[0] is visit.start_prices[0] else None


def _add_loads(model: Any, asked: Asked, by_vehicle: list[Fleet]) -> None:
    for which, measure in enumerate(LOADS):
        most = [min(fleet.most[which], NEVER) for fleet in by_vehicle]
        if any(limit < NEVER for limit in most):
            loads = [0] * asked.terminals + [asked.load(visit)[which] for visit in asked.visits]
            callback = model.RegisterUnaryTransitVector(loads)
            model.AddDimensionWithVehicleCapacity(callback, 0, most, True, measure.name)


def _add_choices(model: Any, index: Any, asked: Asked) -> None:
    """Who may serve a visit, and what leaving it out costs."""
    routes = range(len(asked.problem.routes))
    for position, visit in enumerate(asked.visits):
        stop = index.NodeToIndex(asked.terminals + position)
        able = [route for route in routes if asked.problem.allowed[visit, route]]
        skip = asked.skip_cost(visit)
        if len(able) < len(routes):
            nobody = [] if skip is None else [_NOBODY]
            model.VehicleVar(stop).SetValues([*nobody, *able])
        if skip is not None:
            model.AddDisjunction([stop], min(skip, _LARGEST_COST))


def _read(model: Any, index: Any, found: Any, asked: Asked) -> Orders:
    orders: Orders = []
    for vehicle in range(len(asked.problem.routes)):
        order, stop = [], found.Value(model.NextVar(model.Start(vehicle)))
        while not model.IsEnd(stop):
            order.append(asked.visits[index.IndexToNode(stop) - asked.terminals])
            stop = found.Value(model.NextVar(stop))
        orders.append(order)
    return orders
