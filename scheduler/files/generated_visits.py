"""The visits of a generated day: types in their usual shares, windows, and on a full day wishes, phone calls and pairs.

Length, licences and credentials are written out, so that a day does not change with the agency's visit types.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, TypeVar

HALF_DAY, TWO_HOURS = 0.30, 0.20
HALVES: Final = (("08:00", "12:00"), ("12:00", "15:30"))
FIRST_HOUR, LAST_HOUR = 8.0, 13.5
WISHED, BY_PHONE, TOGETHER, TWICE, URGENT = 0.25, 0.05, 0.06, 0.04, 0.02
LONGER_WHEN_TIGHT: Final = 1.25
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A visit type: out of a thousand visits it makes `share`."""

    type: str
    share: int
    minutes: int
    licences: tuple[str, ...]
    credential: str | None = None
    is_high: bool = False


NURSES: Final = ("RN", "LPN")
DUTIES: Final = (
    Duty(type="routine", share=340, minutes=45, licences=NURSES),
    Duty(type="medication", share=140, minutes=45, licences=NURSES),
    Duty(type="education", share=110, minutes=45, licences=NURSES),
    Duty(type="wound", share=110, minutes=60, licences=NURSES, credential="wound_care"),
    Duty(type="assessment", share=70, minutes=60, licences=("RN",)),
    Duty(type="recert", share=50, minutes=75, licences=("RN",), is_high=True),
    Duty(type="soc", share=40, minutes=120, licences=("RN",), is_high=True),
    Duty(type="discharge", share=30, minutes=60, licences=("RN",)),
    Duty(type="psychosocial", share=60, minutes=60, licences=("LCSW",)),
    Duty(type="palliative", share=30, minutes=75, licences=("RN",), credential="palliative"),
    Duty(type="paediatric", share=20, minutes=75, licences=("RN",), credential="paediatrics"),
)
PHONE: Final = Duty(type="phone", share=0, minutes=15, licences=("RN", "LPN", "LCSW"))
SUPERVISION: Final = Duty(type="supervision", share=0, minutes=30, licences=("RN",))
SUPERVISED: Final = Duty(type="routine", share=0, minutes=45, licences=("LPN",))


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVisit:
    """An entry of a day file, and what makes it."""

    entry: dict[str, Any]
    duty: Duty
    patient: str = field(compare=False)


def visits_like(chance: Random, count: int, *, is_full: bool, is_tight: bool) -> list[MadeVisit]:
    """`count` visits of as many patients, fewer where two visits are of one patient."""
    windows = _shuffled(chance, [*_windows(chance, count)])
    made: list[MadeVisit] = []
    while len(made) < count:
        patient = f"P-{len(made) + 1:04d}"
        is_pair = is_full and len(made) + 2 <= count and chance.random() < TOGETHER + TWICE
        if is_pair:
            made += _pair(chance, len(made) + 1, patient, windows)
        else:
            made.append(_single(chance, len(made) + 1, patient, windows, is_full=is_full, is_tight=is_tight))
    return made


def _single(
    chance: Random, number: int, patient: str, windows: list[list[dict[str, str]]], *, is_full: bool, is_tight: bool
) -> MadeVisit:
    if is_full and chance.random() < BY_PHONE:
        return _made(number, patient, PHONE, windows.pop(), {"is_remote": True})
    duty = _drawn(chance)
    minutes = round(duty.minutes * LONGER_WHEN_TIGHT / 5) * 5 if is_tight else duty.minutes
    window = windows.pop()
    more: dict[str, Any] = {"minutes": minutes, "priority": "normal"}
    if is_full:
        more["priority"] = _priority(chance, duty)
        if chance.random() < WISHED and not window:
            more["wished"] = _two_hours(chance)
    return _made(number, patient, duty, window, more)


def _pair(chance: Random, number: int, patient: str, windows: list[list[dict[str, str]]]) -> Iterator[MadeVisit]:
    """A supervised visit, two people at once; or medication twice, four to six hours apart."""
    first, second = f"V-{number:04d}", number + 1
    windows.pop()
    if chance.random() < TOGETHER / (TOGETHER + TWICE):
        together = {"kind": "together", "other": first, "different_people": True, "both_or_none": True}
        yield _made(number, patient, SUPERVISED, windows.pop(), {})
        yield _made(second, patient, SUPERVISION, [], {"links": [together]})
    else:
        duty = next(duty for duty in DUTIES if duty.type == "medication")
        later = {"kind": "after", "other": first, "min_gap_minutes": 240, "max_gap_minutes": 360}
        windows.pop()
        yield _made(number, patient, duty, [], {})
        yield _made(second, patient, duty, [], {"links": [later]})


def _made(number: int, patient: str, duty: Duty, windows: Sequence[dict[str, str]], more: dict[str, Any]) -> MadeVisit:
    entry = {
        "id": f"V-{number:04d}",
        "patient": patient,
        "type": duty.type,
        "minutes": duty.minutes,
        "licences": list(duty.licences),
        "credentials": [duty.credential] if duty.credential else [],
        "windows": list(windows),
        "is_remote": False,
    }
    return MadeVisit(entry=entry | more, duty=duty, patient=patient)


def _drawn(chance: Random) -> Duty:
    point = chance.random() * sum(duty.share for duty in DUTIES)
    for duty in DUTIES:
        point -= duty.share
        if point < 0:
            return duty
    return DUTIES[0]


def _priority(chance: Random, duty: Duty) -> str:
    if chance.random() < URGENT:
        return "urgent"
    return "high" if duty.is_high else "normal"


def _windows(chance: Random, count: int) -> Iterator[list[dict[str, str]]]:
    """The shares hold exactly, up to rounding: chance decides who has which."""
    halves, hours = round(count * HALF_DAY), round(count * TWO_HOURS)
    for _ in range(halves):
        opens, closes = HALVES[int(2 * chance.random())]
        yield [{"opens": opens, "closes": closes}]
    for _ in range(hours):
        yield [_two_hours(chance)]
    for _ in range(count - halves - hours):
        yield []


def _two_hours(chance: Random) -> dict[str, str]:
    steps = int((LAST_HOUR - FIRST_HOUR) * 2) + 1
    minute = round(FIRST_HOUR * 60) + 30 * int(steps * chance.random())
    return {"opens": _clock(minute), "closes": _clock(minute + 120)}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _shuffled(chance: Random, things: list[T]) -> list[T]:
    """Through `random()` alone, whose sequence Python keeps across versions."""
    for last in range(len(things) - 1, 0, -1):
        other = int((last + 1) * chance.random())
        things[last], things[other] = things[other], things[last]
    return things
