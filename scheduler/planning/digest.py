"""A fingerprint of everything a day is planned from: equal days give equal digests, on any machine.

SHA-256 over canonical JSON: dataclass fields by name, moments in UTC, sets in order, travel as its matrix. It
says nothing about the patients it was made from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import singledispatch
from hashlib import sha256
from zoneinfo import ZoneInfo

from scheduler.domain.day import Day


def input_digest(day: Day) -> str:
    facts = {f.name: getattr(day, f.name) for f in fields(day) if f.init and f.name != "travel"}
    said = {"day": _plain(facts), "travel": _travel(day)}
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _travel(day: Day) -> object:
    places = sorted(place.id for place in day.places)
    profiles = sorted({shift.case_manager.profile for shift in day.shifts})
    legs = [
        [day.travel.seconds(profile, origin, destination), day.travel.metres(profile, origin, destination)]
        for profile in profiles
        for origin in places
        for destination in places
    ]
    return {"provider": day.travel.provider, "profiles": profiles, "places": places, "legs": legs}


@singledispatch
def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.init}
    raise TypeError(f"a day holds a {type(value).__name__}, which has no canonical form")


@_plain.register(type(None))
@_plain.register(int)
@_plain.register(float)
@_plain.register(str)
def _(value: float | str | None) -> object:
    return value


@_plain.register
def _(value: Enum) -> object:
    return value.value


@_plain.register
def _(value: datetime) -> object:
    return value.astimezone(UTC).isoformat()


@_plain.register(date)
@_plain.register(time)
def _(value: date | time) -> object:
    return value.isoformat()


@_plain.register
def _(value: ZoneInfo) -> object:
    return value.key


@_plain.register
def _(value: Mapping) -> object:  # type: ignore[type-arg]
    return {str(key): _plain(item) for key, item in value.items()}


@_plain.register(list)
@_plain.register(tuple)
def _(value: Sequence[object]) -> object:
    return [_plain(item) for item in value]


@_plain.register(set)
@_plain.register(frozenset)
def _(value: Set[object]) -> object:
    return sorted(str(_plain(item)) for item in value)
