"""What fits each field but not together: unknown ids, doubles, windows upside down, gaps in the travel matrix.

Finds every problem of a file in one pass. Never repeats a name or an address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.domain.people import TravelProfile
from scheduler.domain.time import day_bounds
from scheduler.domain.visit import VisitType
from scheduler.files.day_model import CaseManagerEntry, DayFile, PatientEntry, TravelEntry, VisitEntry
from scheduler.files.moments import moment_at
from scheduler.files.policy import policy_from
from scheduler.files.problems import InvalidFile, Problem

LARGEST_TRAVEL = 24 * 3600
LARGEST_DISTANCE = 5_000_000
At = Callable[[str], datetime]


def reference_problems(file: DayFile, visit_types: Mapping[str, VisitType]) -> Iterator[Problem]:
    zone = _zone(file.time_zone)
    if zone is None:
        yield _problem("time_zone", "zone.unknown", "The time zone is not known.", "Give an IANA name.")
        return

    def at(text: str) -> datetime:
        return moment_at(text, file.date, zone)

    yield from _doubles(file)
    yield from _policy(file)
    people = {entry.id for entry in file.case_managers}
    for number, entry in enumerate(file.case_managers):
        yield from _shifts(f"case_managers[{number}]", entry, at, day_bounds(file.date, zone))
    for number, patient in enumerate(file.patients):
        yield from _patient(f"patients[{number}]", patient, people)
    known = _Known(file, visit_types, people)
    for number, visit in enumerate(file.visits):
        yield from known.visit(f"visits[{number}]", visit, at)
    if file.travel is not None:
        yield from _travel(file.travel, set(_places(file)), {c.profile for c in file.case_managers})


class _Known:
    """What a visit may refer to."""

    def __init__(self, file: DayFile, visit_types: Mapping[str, VisitType], people: set[str]) -> None:
        self.people = people
        self.patients = {patient.id for patient in file.patients}
        self.visits = {visit.id for visit in file.visits}
        self.types = set(visit_types) | set(file.visit_types)

    def visit(self, path: str, visit: VisitEntry, at: At) -> Iterator[Problem]:
        if visit.patient not in self.patients:
            yield _unknown(f"{path}.patient", "patient", "patients")
        if visit.type not in self.types:
            yield _unknown(f"{path}.type", "visit type", "visit_types")
        yield from _unknown_people(f"{path}.preferred", visit.preferred, self.people)
        named = [("pin", visit.pin), ("told", visit.told)]
        yield from (
            _unknown(f"{path}.{name}.case_manager", "case manager", "case_managers")
            for name, entry in named
            if entry and entry.case_manager and entry.case_manager not in self.people
        )
        for index, link in enumerate(visit.links):
            yield from self._link(
                f"{path}.links[{index}]", visit, link.other, link.min_gap_minutes, link.max_gap_minutes
            )
        windows = [(f"{path}.windows[{i}]", w) for i, w in enumerate(visit.windows)]
        for where, window in [*windows, *([(f"{path}.wished", visit.wished)] if visit.wished else [])]:
            if at(window.closes) < at(window.opens):
                yield _problem(where, "window.invalid", "The window closes before it opens.", "Swap its ends.")
        yield from _life(path, visit)

    def _link(self, path: str, visit: VisitEntry, other: str, least: int | None, most: int | None) -> Iterator[Problem]:
        if other == visit.id:
            yield _problem(path, "link.itself", "The visit is linked to itself.", "Name another visit.")
        elif other not in self.visits:
            yield _unknown(f"{path}.other", "visit", "visits")
        if least is not None and most is not None and least > most:
            yield _problem(path, "link.gap", "The least gap is over the largest.", "Swap the gaps.")


def _life(path: str, visit: VisitEntry) -> Iterator[Problem]:
    if visit.status.has_begun and not (visit.case_manager and visit.started_at):
        yield _problem(
            path,
            "visit.begun_without_facts",
            "A visit that has begun needs who began it and when.",
            "Add case_manager and started_at.",
        )


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _doubles(file: DayFile) -> Iterator[Problem]:
    named = {
        "case_managers": [entry.id for entry in file.case_managers],
        "patients": [entry.id for entry in file.patients],
        "visits": [entry.id for entry in file.visits],
    }
    for name, ids in named.items():
        counts = Counter(ids)
        for number, id_ in enumerate(ids):
            if counts[id_] > 1:
                yield _problem(f"{name}[{number}].id", "id.double", "The id stands there twice.", "Give each its own.")


def _policy(file: DayFile) -> Iterator[Problem]:
    try:
        policy_from(file.policy)
    except InvalidFile as error:
        yield from (
            _problem(f"policy.{p.path}" if p.path else "policy", p.code, p.sentence, p.remedy) for p in error.problems
        )


def _shifts(path: str, entry: CaseManagerEntry, at: At, bounds: tuple[datetime, datetime]) -> Iterator[Problem]:
    for number, shift in enumerate(entry.shifts):
        where = f"{path}.shifts[{number}]"
        if at(shift.ends) <= at(shift.starts):
            yield _problem(where, "shift.invalid", "The shift ends before it starts.", "Swap its ends.")
        elif not bounds[0] <= at(shift.starts) <= at(shift.ends) <= bounds[1]:
            yield _problem(where, "shift.outside", "The shift is not on this day.", "Keep it within the local day.")


def _patient(path: str, patient: PatientEntry, people: set[str]) -> Iterator[Problem]:
    if patient.primary and patient.primary not in people:
        yield _unknown(f"{path}.primary", "case manager", "case_managers")
    for name in ("required", "preferred", "barred"):
        yield from _unknown_people(f"{path}.{name}", getattr(patient, name), people)


def _unknown_people(path: str, named: Iterable[str], people: set[str]) -> Iterator[Problem]:
    for number, person in enumerate(named):
        if person not in people:
            yield _unknown(f"{path}[{number}]", "case manager", "case_managers")


def _places(file: DayFile) -> Iterator[str]:
    for entry in file.case_managers:
        yield entry.begins_from.id or f"case-manager:{entry.id}"
        if entry.finishes_at:
            yield entry.finishes_at.id or f"case-manager:{entry.id}:end"
    yield from (patient.home.id or f"patient:{patient.id}" for patient in file.patients)
    yield from (visit.place.id or f"visit:{visit.id}" for visit in file.visits if visit.place)


def _travel(entry: TravelEntry, places: set[str], profiles: set[TravelProfile]) -> Iterator[Problem]:
    for missing in sorted(places - set(entry.places)):
        yield _problem(
            "travel.places", "travel.place_missing", f"The matrix lacks the place {missing}.", "Add a row and a column."
        )
    for profile in sorted(profiles - set(entry.profiles)):
        sentence = f"The matrix lacks the profile {profile.value}."
        yield _problem("travel.profiles", "travel.profile_missing", sentence, "Add it.")
    for profile, matrix in entry.profiles.items():
        path = f"travel.profiles.{profile.value}"
        yield from _table(f"{path}.seconds", matrix.seconds, len(entry.places), LARGEST_TRAVEL)
        if matrix.metres is not None:
            yield from _table(f"{path}.metres", matrix.metres, len(entry.places), LARGEST_DISTANCE)


def _table(path: str, table: Sequence[Sequence[int]], size: int, most: int) -> Iterator[Problem]:
    if len(table) != size or any(len(row) != size for row in table):
        remedy = "Give one row and one column for each place."
        yield _problem(path, "travel.not_square", f"It is not {size} by {size}.", remedy)
    elif any(table[i][i] != 0 for i in range(size)):
        yield _problem(path, "travel.diagonal", "A place is away from itself.", "Put 0 on the diagonal.")
    elif any(not -1 <= value <= most for row in table for value in row):
        yield _problem(
            path, "travel.range", f"A number is not between -1 and {most}.", "Give -1 where there is no way."
        )


def _unknown(path: str, what: str, where: str) -> Problem:
    return _problem(path, "reference.unknown", f"No such {what}.", f"Name one that stands under {where}.")


def _problem(path: str, code: str, sentence: str, remedy: str) -> Problem:
    return Problem(path=path, code=code, sentence=sentence, remedy=remedy)
