"""A plan as GeoJSON (RFC 7946): a line for each route, a point for each stop. Ids and coordinates, no names.

Lines join the stops straight: they show the order, not the roads. Coordinates are where patients live.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from scheduler.domain.day import Day
from scheduler.domain.place import Place, Point
from scheduler.domain.plan import Plan, Route, Stop

Position: TypeAlias = tuple[float, float]
"""Longitude and latitude, in the order of GeoJSON."""


def plan_geojson(day: Day, plan: Plan) -> bytes:
    """Same inputs, same bytes. Stops without a place on the map (remote) are left out."""
    features = [feature for route in plan.routes if route.stops for feature in _route(day, route)]
    said = {"type": "FeatureCollection", "features": features}
    return (json.dumps(said, sort_keys=True, indent=1) + "\n").encode()


def track(day: Day, route: Route) -> list[Position]:
    """From the start place over every stop to the end place, as far as they are on the map."""
    between = [position for _, _, position in stops_on_map(day, route)]
    shift = day.shift(route.shift)
    if shift is None:
        return between
    person = shift.case_manager
    return [*_on_map(person.begins_from), *between, *_on_map(person.finishes_at)]


def stops_on_map(day: Day, route: Route) -> list[tuple[int, Stop, Position]]:
    """Each with its number in driving order, which counts the others too."""
    return [
        (number, stop, position)
        for number, stop in enumerate(route.stops, start=1)
        for position in _on_map(_place(day, stop))
    ]


def _route(day: Day, route: Route) -> list[dict[str, Any]]:
    line = {
        "case_manager": route.case_manager,
        "leaves": route.leaves.isoformat(),
        "returns": route.returns.isoformat(),
        "visits": len(route.stops),
    }
    positions = track(day, route)
    has_line = len(positions) > 1  # RFC 7946, 3.1.4: a line has two positions or more
    lines = [_feature("LineString", positions, line)] if has_line else []
    return lines + [
        _feature("Point", position, _about(route, stop, number)) for number, stop, position in stops_on_map(day, route)
    ]


def _about(route: Route, stop: Stop, number: int) -> dict[str, Any]:
    return {
        "case_manager": route.case_manager,
        "visit": stop.visit,
        "number": number,
        "starts": stop.starts.isoformat(),
        "ends": stop.ends.isoformat(),
    }


def _feature(kind: str, coordinates: Position | list[Position], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _place(day: Day, stop: Stop) -> Place | None:
    visit = day.visit(stop.visit)
    return None if visit is None or visit.is_remote else day.place_of(visit)


def _on_map(place: Place | None) -> list[Position]:
    """One position, or none."""
    return [] if place is None or place.point is None else [_at(place.point)]


def _at(point: Point) -> Position:
    return round(point.longitude, 6), round(point.latitude, 6)
