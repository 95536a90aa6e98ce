"""Case managers and patients of a benchmark: made up, spread over a city, the same for the same chance."""

from __future__ import annotations

from datetime import time
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, PlaceId
from scheduler.domain.people import CaseManager, Licence, Patient, WorkingHours
from scheduler.domain.place import Place, Point

ZONE: Final = ZoneInfo("America/New_York")
SOUTH, WEST, DEGREES = 39.90, -83.09, 0.2


def a_case_manager(branch: BranchId, number: int, chance: Random) -> CaseManager:
    """An RN who works from eight to half past four every day."""
    home = _place(f"start/{number}", chance)
    hours = tuple(WorkingHours(starts=time(8), ends=time(16, 30), weekday=weekday) for weekday in range(7))
    return CaseManager(
        id=CaseManagerId(f"CM-{number}"),
        branch=branch,
        name=f"Case manager {number}",
        licence=Licence.RN,
        begins_from=home,
        finishes_at=home,
        hours=hours,
    )


def a_patient(branch: BranchId, number: int, chance: Random) -> Patient:
    home = _place(f"home/{number}", chance)
    return Patient(id=PatientId(f"P-{number}"), branch=branch, name=f"Patient {number}", home=home)


def _place(name: str, chance: Random) -> Place:
    latitude, longitude = SOUTH + DEGREES * chance.random(), WEST + DEGREES * chance.random()
    return Place(id=PlaceId(name), point=Point(latitude=round(latitude, 5), longitude=round(longitude, 5)))
