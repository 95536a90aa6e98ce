"""The authors' own solutions as solutions of the engine, so that what they published can be judged and evaluated.

A route becomes a tour that leaves as late as its first entry allows and drives straight home after the last.
Reads files; judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from optimizer.benchmarks.documents import MALFORMED, Document, read_document
from optimizer.benchmarks.errors import UnreadableInstance
from optimizer.benchmarks.family import Instance
from optimizer.problem import NO_PLACE, Problem
from optimizer.solution import BreakTaken, Solution, Tour

LUNCH: Final = "lunch_break"


class Stop(NamedTuple):
    """A visit and its start, in the instance's units; `break_starts` when a break is taken before it."""

    visit: int
    starts: int
    break_starts: int | None = None


def solution_from_routes(instance: Instance, routes: Sequence[Sequence[Stop]]) -> Solution:
    """One sequence of stops for each of the first routes; the others stay unused."""
    problem = instance.problem
    days = [*routes, *([()] * (len(problem.routes) - len(routes)))]
    return Solution(tours=tuple(_tour(problem, index, stops) for index, stops in enumerate(days)))


def soonest(instance: Instance, orders: Sequence[Sequence[int]]) -> Solution:
    """Routes whose times nobody wrote down: every visit as early as its first window allows."""
    problem, routes = instance.problem, []
    for index, order in enumerate(orders):
        stops, clock, here = [], problem.routes[index].opens, problem.routes[index].start_place
        for visit in order:
            there = problem.visits[visit].place
            starts = max(clock + _way(problem, index, here, there), problem.visits[visit].windows[0][0])
            stops.append(Stop(visit, starts))
            clock, here = starts + int(problem.service_seconds[visit, index]), there
        routes.append(stops)
    return solution_from_routes(instance, routes)


def read_sol(path: Path, instance: Instance) -> Solution:
    """A CVRPLIB route file: `Route #1: 2 21 73`. Raises `UnreadableInstance`."""
    try:
        lines = [line.split(":", 1)[1] for line in path.read_text(encoding="utf-8").splitlines() if ":" in line]
        return soonest(instance, [[int(number) - 1 for number in line.split()] for line in lines])
    except (OSError, *MALFORMED):
        raise UnreadableInstance(path, "it is no route file of this instance") from None


def read_routes(path: Path, instance_path: Path, instance: Instance) -> Solution:
    """A JSON solution of the home health families. Raises `UnreadableInstance`."""
    said, document = read_document(path), read_document(instance_path)
    try:
        visits = _numbers(document)
        days = {route["caregiver_id"]: route.get("locations", ()) for route in said["routes"]}
        unit = max(1, instance.scale // 3)
        routes = [_stops(days.get(caregiver["id"], ()), visits, unit) for caregiver in document["caregivers"]]
        return solution_from_routes(instance, routes)
    except MALFORMED:
        raise UnreadableInstance(path, "it is no solution of this instance") from None


def _numbers(document: Document) -> dict[tuple[str, str], int]:
    """Visits by patient and service: required services in file order."""
    wanted = [
        (patient["id"], entry["service"])
        for patient in document["patients"]
        for entry in patient.get("required_caregivers") or patient["required_services"]
    ]
    return {pair: index for index, pair in enumerate(wanted)}


def _stops(locations: Sequence[Document], visits: dict[tuple[str, str], int], unit: int) -> list[Stop]:
    """Some files list lunch last: entries go by their start, lunch first on ties."""
    stops, lunch = [], None
    for entry in sorted(locations, key=lambda entry: (_begins(entry), not _is_lunch(entry))):
        starts = round(_begins(entry) * unit)
        if _is_lunch(entry):
            lunch = starts
            continue
        pair = (entry.get("patient") or entry["patient_id"], entry.get("service") or entry["service_id"])
        stops.append(Stop(visits[pair], starts, lunch))
        lunch = None
    return stops


def _begins(entry: Document) -> Any:
    """`arrival_time` is the start of a service, whatever it is called."""
    return entry["arrival_time"] if "arrival_time" in entry else entry["start_time"]


def _is_lunch(entry: Document) -> bool:
    return bool(entry.get("service") == LUNCH)


def _tour(problem: Problem, index: int, stops: Sequence[Stop]) -> Tour:
    if not stops:
        return Tour()
    route, first, last = problem.routes[index], stops[0], stops[-1]
    begins = first.starts if first.break_starts is None else first.break_starts
    ends = last.starts + int(problem.service_seconds[last.visit, index])
    return Tour(
        visits=tuple(stop.visit for stop in stops),
        starts=tuple(stop.starts for stop in stops),
        breaks=tuple(
            BreakTaken(which=0, before=position, starts=stop.break_starts)
            for position, stop in enumerate(stops)
            if stop.break_starts is not None
        ),
        leaves=begins - _way(problem, index, route.start_place, problem.visits[first.visit].place),
        returns=ends + _way(problem, index, problem.visits[last.visit].place, route.end_place),
    )


def _way(problem: Problem, index: int, here: int, there: int) -> int:
    return 0 if NO_PLACE in (here, there) else int(problem.travel_seconds[problem.routes[index].profile, here, there])
