"""What a process has that plans days. The engine comes with it."""

from __future__ import annotations

import time

from scheduler.bootstrap.days import travel_provider
from scheduler.bootstrap.process import Rounds
from scheduler.planning.service import PlanningDesk


def planning_desk(rounds: Rounds, *, seconds: float | None = None) -> PlanningDesk:
    """`seconds` end a search that would take longer; without them equal input gives an equal plan."""
    return PlanningDesk(
        owner=rounds.owner,
        policy=rounds.policy,
        visit_types=rounds.visit_types,
        travel_provider=travel_provider(),
        seconds=seconds,
        stopwatch=time.monotonic,
    )
