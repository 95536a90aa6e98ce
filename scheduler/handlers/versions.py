"""Which of two versions of the same facts counts. Version 0 is unnumbered: it counts as it arrives."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan
from scheduler.domain.people import CaseManager, Patient
from scheduler.domain.visit import Visit
from scheduler.handlers.conflicts import VersionReused
from scheduler.handlers.outcome import Superseded

Facts = TypeVar("Facts", Branch, CarePlan, CaseManager, Patient, Visit)


def superseded(given: Facts, known: Facts | None, what: str) -> Superseded | None:
    """Why `given` changes nothing, or None when it does.

    Raises `VersionReused` when one number stands for two contents.
    """
    if known is None:
        return None
    if given.version and given.version < known.version:
        return Superseded(because=f"Version {given.version} of {what} is too old: {known.version} is known.")
    if given == replace(known, version=given.version):
        return Superseded(because=f"{what} is known with these facts.") if given.version <= known.version else None
    if given.version and given.version == known.version:
        raise VersionReused(what, given.version)
    return None


def in_place_of(known: Facts | None, given: Facts) -> Facts:
    """What to keep: the facts given, under a version that never falls."""
    return replace(given, version=max(given.version, known.version)) if known else given
