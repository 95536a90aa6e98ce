"""What a process has that reads days: travel and snapshots. Tables of numbers come with it, and no search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from config.settings import Settings
from optimizer.travel.provider import TravelProvider
from optimizer.travel.straight_line import StraightLine
from scheduler.bootstrap.process import Rounds
from scheduler.bootstrap.settings import read_policy, read_visit_types
from scheduler.domain.day import Day
from scheduler.domain.ids import BranchId
from scheduler.files.day_reading import Agency
from scheduler.planning.snapshot import take_snapshot
from scheduler.ports.unit_of_work import UnitOfWork

ReadDay: TypeAlias = Callable[[UnitOfWork, BranchId, date], Day]


def read_agency(settings: Settings) -> Agency:
    """What is needed even without a database. Raises `InvalidFile`, or `OSError` when a file is missing."""
    return Agency(policy=read_policy(settings), visit_types=read_visit_types(settings), travel=travel_provider())


def travel_provider() -> TravelProvider:
    return StraightLine()


def day_reader(rounds: Rounds) -> ReadDay:
    """Takes the snapshot of a branch-day as of now. What it gives back raises `UnknownBranch`."""
    travel = travel_provider()

    def read_day(uow: UnitOfWork, branch: BranchId, day: date) -> Day:
        return take_snapshot(
            uow,
            branch,
            day,
            policy=rounds.policy,
            visit_types=rounds.visit_types,
            travel_provider=travel,
            now=rounds.clock.now(),
        )

    return read_day
