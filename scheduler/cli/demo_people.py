"""The people of the demo: made up, on made-up streets, spread over a city's bounding box.

Everything follows from one seed, through `Random.random` alone, whose sequence Python keeps across versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeVar

WEST, SOUTH, EAST, NORTH = -83.09, 39.90, -82.88, 40.07  # around Columbus, Ohio
OFFICE: Final = {"address": "1 Office Square, Columbus, OH", "latitude": 39.9622, "longitude": -83.0007}
FIRST: Final = """Ada Ben Cyd Dora Eli Faye Gus Hana Ivo June Kai Lena Milo Nora Otis Pia Quin Rosa Sam Tess Uma Vic Wes
Xena Yuri Zoe Abel Bea Carl Dee Emil Flo Glen Hope Iris Jon Kit Lou Max Nell""".split()
LAST: Final = "Example Sample Person Placeholder Fictive Invented".split()
STREETS: Final = "Garden Mill Orchard River Chapel Meadow Quarry Willow Station Hill".split()
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One case manager of the demo."""

    id: str
    name: str
    licence: str
    credentials: tuple[tuple[str, str | None], ...] = ()
    languages: tuple[str, ...] = ("en",)
    gender: str = "female"
    starts: str = "08:00"
    ends: str = "16:30"


COLLEAGUES: Final = (
    Colleague(
        id="CM-1", name="Ana Ruiz, RN", licence="RN", languages=("en", "es"), credentials=(("wound_care", None),)
    ),
    Colleague(id="CM-2", name="Bo Lindqvist, RN", licence="RN", gender="male", credentials=(("palliative", None),)),
    Colleague(id="CM-3", name="Chi Okafor, RN", licence="RN", credentials=(("wound_care", "2027-06-30"),)),
    Colleague(id="CM-4", name="Dana Weiss, RN", licence="RN", credentials=(("paediatrics", "2026-11-22"),)),
    Colleague(id="CM-5", name="Ed Moreau, LPN", licence="LPN", gender="male", credentials=(("wound_care", None),)),
    Colleague(id="CM-6", name="Fay Tanaka, LPN", licence="LPN", languages=("en", "es"), starts="09:00", ends="17:00"),
    Colleague(id="CM-7", name="Gil Novak, LCSW", licence="LCSW", gender="male"),
    Colleague(id="CM-8", name="Hye-jin Park, RN", licence="RN", credentials=(("wound_care", None),), starts="07:30"),
)


def one_of(chance: Random, things: Sequence[T]) -> T:
    return things[int(chance.random() * len(things))]


def home(chance: Random) -> dict[str, Any]:
    number, street = 1 + int(chance.random() * 180), one_of(chance, STREETS)
    return {
        "address": f"{number} {street} Street, Columbus, OH",
        "latitude": round(SOUTH + (NORTH - SOUTH) * chance.random(), 5),
        "longitude": round(WEST + (EAST - WEST) * chance.random(), 5),
    }


def case_manager(person: Colleague, chance: Random) -> dict[str, Any]:
    """Data of `rounds.case_manager.changed.v1`. Some begin from home, some from the office."""
    return {
        "id": person.id,
        "name": person.name,
        "licence": person.licence,
        "begins_from": home(chance) if chance.random() < 0.6 else OFFICE,
        "credentials": [
            {"code": code} if expires is None else {"code": code, "expires": expires}
            for code, expires in person.credentials
        ],
        "languages": list(person.languages),
        "gender": person.gender,
        "hours": [
            {"weekday": weekday, "starts": person.starts, "ends": person.ends}
            for weekday in ("mon", "tue", "wed", "thu", "fri")
        ],
    }


def patient(number: int, chance: Random) -> dict[str, Any]:
    """Data of `rounds.patient.changed.v1`."""
    data: dict[str, Any] = {
        "id": f"P-{number:02d}",
        "name": f"{FIRST[number % len(FIRST)]} {one_of(chance, LAST)}",
        "home": home(chance),
        "languages": ["es"] if chance.random() < 0.12 else ["en"],
        "phone": f"+1 614 555 {100 + number:04d}",
    }
    if chance.random() < 0.4:
        data["preferred"] = [one_of(chance, COLLEAGUES[:6]).id]
    if chance.random() < 0.1:
        data["gender_wanted"] = "female"
    if chance.random() < 0.06:
        data["barred"] = [one_of(chance, COLLEAGUES[:6]).id]
    return data
