"""The people of a generated day: case managers with homes, shifts and skills; patients with whom they prefer.

Homes lie in a few towns and between them, in a square of 20 to 40 km. Names are made up and say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from scheduler.files.generated_visits import Duty, MadeVisit

MIDDLE: Final = (39.96, -83.0)
KM_OF_A_DEGREE: Final = 111.2
LEAST_KM, MOST_KM = 20.0, 40.0
TOWNS, IN_TOWN = 4, 0.65
RN, LPN = 0.65, 0.25
SHIFTS: Final = (("08:00", "16:30"), ("07:30", "16:00"), ("08:30", "17:00"))
HALF_SHIFTS: Final = (("08:00", "12:30"), ("12:00", "16:30"))
HALF_TIME_WHEN_TIGHT: Final = 0.35
NEAREST: Final = 4
SPANISH, GENDER_WANTED, BARRED, PREFERS = 0.12, 0.10, 0.05, 0.40
HISTORY: Final = ("2026-02-24", "2026-02-17", "2026-02-10")
LEARNED: Final = (("wound_care", 0.5, 0.3), ("palliative", 0.3, 0.15), ("paediatrics", 0.2, 0.1))
"""Credential, its share among nurses on a loose day, and on a tight one. Everyone of the first two nurses has all."""


class Homes:
    """Draws where people live."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.side_km = LEAST_KM + (MOST_KM - LEAST_KM) * chance.random()
        self._towns = [(self._anywhere(), self._anywhere()) for _ in range(TOWNS)]

    def drawn(self) -> dict[str, float]:
        if self._chance.random() < IN_TOWN:
            east, north = self._towns[int(TOWNS * self._chance.random())]
            east, north = self._near(east), self._near(north)
        else:
            east, north = self._anywhere(), self._anywhere()
        return {
            "latitude": round(MIDDLE[0] + north / KM_OF_A_DEGREE, 5),
            "longitude": round(MIDDLE[1] + east / (KM_OF_A_DEGREE * math.cos(math.radians(MIDDLE[0]))), 5),
        }

    def _anywhere(self) -> float:
        return self.side_km * (self._chance.random() - 0.5)

    def _near(self, middle: float) -> float:
        """The sum of three even draws is nearly a bell, without the logarithms of one."""
        spread = sum(self._chance.random() for _ in range(3)) - 1.5
        return max(-self.side_km / 2, min(self.side_km / 2, middle + spread * self.side_km / 8))


class CaseManagers:
    """Licences in their shares, in turn: the same for every seed; the rest is drawn."""

    def __init__(self, chance: Random, homes: Homes, count: int, *, is_full: bool, is_tight: bool) -> None:
        nurses = max(1, round(count * RN)), max(0, round(count * LPN))
        licences = ["RN"] * nurses[0] + ["LPN"] * nurses[1]
        licences = (licences + ["LCSW"] * count)[:count] if count > 1 else ["RN"]
        self.entries = [
            _case_manager(chance, homes, number, licence, is_full=is_full, is_tight=is_tight)
            for number, licence in enumerate(licences, start=1)
        ]

    def able(self, duties: Iterable[Duty]) -> list[dict[str, Any]]:
        """Who may do all of them."""
        wanted = list(duties)
        return [entry for entry in self.entries if all(_may(entry, duty) for duty in wanted)]


def _may(entry: dict[str, Any], duty: Duty) -> bool:
    held = {credential["code"] for credential in entry["credentials"]}
    return entry["licence"] in duty.licences and (duty.credential is None or duty.credential in held)


def _case_manager(
    chance: Random, homes: Homes, number: int, licence: str, *, is_full: bool, is_tight: bool
) -> dict[str, Any]:
    is_half_time = is_tight and number > 2 and chance.random() < HALF_TIME_WHEN_TIGHT
    shifts = HALF_SHIFTS if is_half_time else SHIFTS
    starts, ends = shifts[int(len(shifts) * chance.random())]
    entry: dict[str, Any] = {
        "id": f"CM-{number:03d}",
        "name": f"Case manager {number} (made up)",
        "licence": licence,
        "credentials": [{"code": code} for code in _credentials(chance, number, licence, is_tight=is_tight)],
        "begins_from": homes.drawn(),
        "shifts": [{"starts": starts, "ends": ends}],
        "takes_break": is_full,
    }
    if is_full:
        entry["languages"] = ["en", "es"] if chance.random() < 2 * SPANISH else ["en"]
        entry["gender"] = "male" if chance.random() < 0.15 else "female"
    return entry


def _credentials(chance: Random, number: int, licence: str, *, is_tight: bool) -> list[str]:
    learned = []
    for code, loose, tight in LEARNED:
        is_learned = chance.random() < (tight if is_tight else loose) or number <= 2
        if licence != "LCSW" and is_learned:
            learned.append(code)
    return learned


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePatient:
    """An entry of a day file, and who came lately."""

    entry: dict[str, Any]
    history: list[dict[str, str]] = field(default_factory=list)


def patients_like(
    chance: Random, homes: Homes, people: CaseManagers, visits: Sequence[MadeVisit], *, is_full: bool
) -> list[MadePatient]:
    """One for each patient the visits name. They prefer one of the nearest who may do their visit."""
    duties: dict[str, list[Duty]] = {}
    for visit in visits:
        duties.setdefault(visit.patient, []).append(visit.duty)
    return [_patient(chance, homes, people, patient, wanted, is_full=is_full) for patient, wanted in duties.items()]


def _patient(
    chance: Random, homes: Homes, people: CaseManagers, patient: str, duties: Sequence[Duty], *, is_full: bool
) -> MadePatient:
    home = homes.drawn()
    able = sorted(people.able(duties[:1]), key=lambda entry: (_squared_km(entry["begins_from"], home), entry["id"]))
    near = [entry["id"] for entry in able[:NEAREST]]
    usual = near[int(len(near) * chance.random())] if near else None
    entry: dict[str, Any] = {"id": patient, "name": f"Patient {patient} (made up)", "home": home}
    if not is_full:
        return MadePatient(entry=entry | {"preferred": [usual] if usual else []})
    entry |= {"languages": ["es"] if chance.random() < SPANISH else ["en"], "primary": usual}
    if usual and chance.random() < PREFERS:
        entry["preferred"] = [usual]
    if chance.random() < GENDER_WANTED:
        entry["gender_wanted"] = "female"
    if len(able) > NEAREST and chance.random() < BARRED:
        entry["barred"] = [able[-1]["id"]]
    came = [one for one in (usual, usual, near[-1] if near else None) if one]
    history = [
        {"patient": patient, "case_manager": one, "date": date} for one, date in zip(came, HISTORY, strict=False)
    ]
    return MadePatient(entry=entry, history=history)


def _squared_km(one: dict[str, float], other: dict[str, float]) -> float:
    """Good enough to order neighbours by."""
    north = one["latitude"] - other["latitude"]
    east = (one["longitude"] - other["longitude"]) * math.cos(math.radians(MIDDLE[0]))
    return north * north + east * east
