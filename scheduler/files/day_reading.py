"""A day file becomes a `Day`: every problem is found before anything is made, and all are told at once.

Two steps, each complete in itself: fields (pydantic), then references between them (`day_references`). The travel
matrix is the file's, or comes from the provider that is passed in; a place is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from optimizer.travel.provider import TravelProvider
from scheduler.domain.day import Day, PastVisit, Shift, Travel
from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, PlaceId, ShiftId
from scheduler.domain.people import CaseManager, Credential, Hold, Patient
from scheduler.domain.place import BY_MATRIX, Place, Point
from scheduler.domain.policy import Policy
from scheduler.domain.visit import VisitType
from scheduler.files.day_model import CaseManagerEntry, DayFile, PatientEntry, PlaceEntry
from scheduler.files.day_references import reference_problems
from scheduler.files.day_visits import visit_from
from scheduler.files.documents import read_document
from scheduler.files.given_travel import given_travel
from scheduler.files.moments import moment_at
from scheduler.files.plan_file import plan_from
from scheduler.files.policy import policy_from
from scheduler.files.problems import InvalidFile, problems_of
from scheduler.planning.travel_lookup import look_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """What a day file leaves to the agency: policy, visit types and the source of travel times."""

    policy: Policy
    visit_types: Mapping[str, VisitType]
    travel: TravelProvider


def read_day(raw: bytes, agency: Agency, *, name: str = "day file") -> Day:
    """Raises `InvalidFile` with every problem: path, code, cause, remedy."""
    return day_from(read_day_file(raw, agency, name=name), agency, name=name)


def read_day_file(raw: bytes, agency: Agency, *, name: str = "day file") -> DayFile:
    read_document(raw, name=name)
    try:
        file = DayFile.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidFile(name, problems_of(error)) from None
    if problems := list(reference_problems(file, agency.visit_types)):
        raise InvalidFile(name, problems)
    return file


def day_from(file: DayFile, agency: Agency, *, name: str = "day file") -> Day:
    """Domain values of a file without problems."""
    zone = ZoneInfo(file.time_zone)
    branch = BranchId(file.branch)
    types = dict(agency.visit_types) | {code: entry.visit_type(code) for code, entry in file.visit_types.items()}
    shifts = tuple(shift for entry in file.case_managers for shift in _shifts(entry, file, zone))
    patients = tuple(_patient(entry, file) for entry in file.patients)
    visits = tuple(visit_from(entry, file, types, zone) for entry in file.visits)
    elsewhere = (place_from(v.place, f"visit:{v.id}", file) for v in file.visits if v.place)
    places = _each_once(
        place for s in shifts for place in (s.case_manager.begins_from, s.case_manager.finishes_at)
    ) | _each_once(p.home for p in patients) | _each_once(elsewhere)  # fmt: skip
    return Day(
        branch=branch,
        date=file.date,
        zone=zone,
        shifts=shifts,
        patients=patients,
        visits=visits,
        visit_types=types,
        places=tuple(places.values()),
        travel=_travel(file, places, shifts, agency.travel),
        policy=policy_from(file.policy, base=agency.policy, name=name),
        history=tuple(_past(file)),
        current=plan_from(file.current_plan, name=name) if file.current_plan else None,
        is_told=file.current_is_told,
        now=moment_at(file.now, file.date, zone) if file.now else None,
    )


def place_from(entry: PlaceEntry, otherwise: str, file: DayFile) -> Place:
    name = entry.id or otherwise
    is_in_matrix = file.travel is not None and name in file.travel.places
    point = None
    if entry.latitude is not None and entry.longitude is not None:
        point = Point(latitude=entry.latitude, longitude=entry.longitude)
    return Place(
        id=PlaceId(name),
        point=point,
        address=entry.address,
        postal_code=entry.postal_code,
        source=BY_MATRIX if is_in_matrix else "given",
    )


def _shifts(entry: CaseManagerEntry, file: DayFile, zone: ZoneInfo) -> list[Shift]:
    person = _case_manager(entry, file)
    return [
        Shift(
            id=ShiftId(entry.id if number == 1 else f"{entry.id}/{number}"),
            case_manager=person,
            starts=moment_at(shift.starts, file.date, zone),
            ends=moment_at(shift.ends, file.date, zone),
            week_seconds=round(entry.week_hours * 3600),
            week_centipoints=round(entry.week_points * 100),
        )
        for number, shift in enumerate(entry.shifts, start=1)
    ]


def _case_manager(entry: CaseManagerEntry, file: DayFile) -> CaseManager:
    begins = place_from(entry.begins_from, f"case-manager:{entry.id}", file)
    ends = place_from(entry.finishes_at, f"case-manager:{entry.id}:end", file) if entry.finishes_at else begins
    points = entry.max_points_a_day
    return CaseManager(
        id=CaseManagerId(entry.id),
        branch=BranchId(file.branch),
        name=entry.name,
        licence=entry.licence,
        licence_expires=entry.licence_expires,
        credentials=tuple(Credential(code=c.code, expires=c.expires) for c in entry.credentials),
        languages=entry.languages,
        gender=entry.gender,
        profile=entry.profile,
        begins_from=begins,
        finishes_at=ends,
        territory=entry.territory,
        max_visits_a_day=entry.max_visits_a_day,
        max_centipoints_a_day=None if points is None else round(points * 100),
        takes_break=entry.takes_break,
    )


def _patient(entry: PatientEntry, file: DayFile) -> Patient:
    return Patient(
        id=PatientId(entry.id),
        branch=BranchId(file.branch),
        name=entry.name,
        home=place_from(entry.home, f"patient:{entry.id}", file),
        languages=entry.languages,
        gender_wanted=entry.gender_wanted,
        primary=CaseManagerId(entry.primary) if entry.primary else None,
        required=tuple(map(CaseManagerId, entry.required)),
        preferred=tuple(map(CaseManagerId, entry.preferred)),
        barred=tuple(map(CaseManagerId, entry.barred)),
        holds=(Hold(starts=file.date),) if entry.is_away else (),
    )


def _past(file: DayFile) -> list[PastVisit]:
    newest_first = sorted(file.history, key=lambda past: past.date, reverse=True)
    return [
        PastVisit(patient=PatientId(p.patient), case_manager=CaseManagerId(p.case_manager), date=p.date)
        for p in newest_first
    ]


def _travel(
    file: DayFile, places: Mapping[PlaceId, Place], shifts: tuple[Shift, ...], provider: TravelProvider
) -> Travel:
    if file.travel is not None:
        return given_travel(file.travel)
    return look_up(provider, places.values(), {s.case_manager.profile for s in shifts})


def _each_once(places: Iterable[Place]) -> dict[PlaceId, Place]:
    return {place.id: place for place in places}
