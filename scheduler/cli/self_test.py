"""A day so small that its plan can be told beforehand: does the engine work on this machine?"""

from __future__ import annotations

import json

from optimizer.travel.straight_line import StraightLine
from scheduler.domain.errors import RoundsError
from scheduler.domain.policy import Policy
from scheduler.files.day_reading import Agency, read_day
from scheduler.files.visit_types import visit_types_from
from scheduler.planning.planner import plan_day

_DAY = {
    "format": "rounds-day/1",
    "branch": "self-test",
    "date": "2026-03-03",
    "time_zone": "UTC",
    "case_managers": [
        {
            "id": "one",
            "name": "One",
            "licence": "RN",
            "begins_from": {"latitude": 40.0, "longitude": -83.0},
            "shifts": [{"starts": "08:00", "ends": "12:00"}],
        }
    ],
    "patients": [{"id": "near", "home": {"latitude": 40.01, "longitude": -83.0}}],
    "visits": [{"id": "only", "patient": "near", "type": "routine"}],
}


class EngineUnsound(RoundsError):
    """The engine did not serve the one visit of a day with one case manager."""

    code = "engine.unsound"
    remedy = "Install Rounds anew from its lock file; report this if it stays."


def plan_a_little_day() -> str:
    """What came out, in words. Raises `EngineUnsound`."""
    types = visit_types_from({"routine": {"title": "Visit", "minutes": 30, "points": 1, "licences": ["RN"]}})
    agency = Agency(policy=Policy(), visit_types=types, travel=StraightLine())
    planned = plan_day(read_day(json.dumps(_DAY).encode(), agency))
    if planned.plan.totals.served != 1 or planned.blocking:
        raise EngineUnsound("A day with one visit and one case manager came out unserved.")
    return "Plans a little day as it should."
