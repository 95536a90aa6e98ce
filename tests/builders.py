"""Small, readable facts for tests: people, visits, whole days and plans, showing only what matters.

Everything takes place on `DAY` in `ZONE` for branch `BRANCH` unless a test says otherwise. Any two different
places are ten minutes and ten kilometres apart unless `travel=given_travel({("ada", "ben"): 25})` says so; a
place has the name of the patient or case manager who lives there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from scheduler.domain.branch import Branch
from scheduler.domain.day import Day, Shift, Travel
from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, PlaceId, ShiftId, VisitId
from scheduler.domain.people import CaseManager, Licence, Patient, TravelProfile, WorkingHours
from scheduler.domain.place import Place, Point
from scheduler.domain.plan import Plan, Route, SolveRecord, Stop, Totals
from scheduler.domain.policy import Planning, Policy, Prices
from scheduler.domain.time import TimeWindow, after, at_local, seconds_between
from scheduler.domain.visit import Visit, VisitType

ZONE = ZoneInfo("America/New_York")
BRANCH = BranchId("north")
DAY = date(2026, 3, 3)  # a Tuesday with 24 hours
VISIT_TYPES: Mapping[str, VisitType] = {
    t.code: t
    for t in (
        VisitType(code="routine", title="Skilled nursing visit", minutes=45, centipoints=100,
                  licences=(Licence.RN, Licence.LPN)),
        VisitType(code="soc", title="Start of care", minutes=120, centipoints=200, licences=(Licence.RN,)),
        VisitType(code="phone", title="Phone check-in", minutes=15, centipoints=25,
                  licences=(Licence.RN, Licence.LPN, Licence.LCSW), is_remote=True),
    )
}  # fmt: skip
NO_TOTALS = Totals(
    served=0, unassigned=0, drive_seconds=0, drive_metres=0, wait_seconds=0, overtime_seconds=0,
    late_seconds=0, continuity_per_mille=0, price_cents=0,
)  # fmt: skip
NO_RECORD = SolveRecord(
    engine="by hand",
    seed=0,
    effort_rounds=0,
    rounds=0,
    stopped_by="effort",
    travel="given",
    input_digest="none",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTravel:
    """Minutes between places: `default`, but for the pairs in `minutes`, either way round. None: no way."""

    default: int = 10
    minutes: Mapping[tuple[str, str], int | None] = field(default_factory=dict)

    @property
    def provider(self) -> str:
        return "given"

    def seconds(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None:
        del profile
        minutes = self._minutes(_short(origin), _short(destination))
        return None if minutes is None else 60 * minutes

    def metres(self, profile: TravelProfile, origin: PlaceId, destination: PlaceId) -> int | None:
        """A kilometre a minute."""
        seconds = self.seconds(profile, origin, destination)
        return None if seconds is None else seconds * 1000 // 60

    def _minutes(self, a: str, b: str) -> int | None:
        if a == b:
            return 0
        return self.minutes.get((a, b), self.minutes.get((b, a), self.default))


def given_travel(minutes: Mapping[tuple[str, str], int | None] | None = None, *, default: int = 10) -> GivenTravel:
    return GivenTravel(default=default, minutes=minutes or {})


def at(clock: str, *, day: date = DAY, zone: ZoneInfo = ZONE) -> datetime:
    """`at("09:30")` is half past nine on the test's day."""
    return at_local(day, time.fromisoformat(clock), zone)


def window(opens: str, closes: str, *, day: date = DAY) -> TimeWindow:
    return TimeWindow(opens=at(opens, day=day), closes=at(closes, day=day))


def a_branch(**facts: Any) -> Branch:
    return Branch(**{"id": BRANCH, "name": "North branch", "zone": ZONE, **facts})


def a_place(name: str, *, is_found: bool = True) -> Place:
    """Each name has a point of its own; `is_found=False` is an address nobody has located yet."""
    north, east = divmod(crc32(name.encode()) % 10_000, 100)
    point = Point(latitude=40 + north / 500, longitude=-75 + east / 500)
    return Place(id=PlaceId(f"place-{name}"), point=point if is_found else None)


def a_patient(name: str, **facts: Any) -> Patient:
    """`a_patient("ada")` lives at the place called `ada`."""
    known: dict[str, Any] = {
        "id": PatientId(name),
        "branch": BRANCH,
        "name": name.title(),
        "home": a_place(name),
    }
    return Patient(**{**known, **facts})


def a_case_manager(name: str, *, hours: str | tuple[WorkingHours, ...] = "08:00-16:00", **facts: Any) -> CaseManager:
    """An RN who starts and ends at the place called `name` and works `hours` every day of the week."""
    base = a_place(name)
    known: dict[str, Any] = {
        "id": CaseManagerId(name), "branch": BRANCH, "name": name.title(), "licence": Licence.RN,
        "begins_from": base, "finishes_at": base, "hours": _every_weekday(hours) if isinstance(hours, str) else hours,
    }  # fmt: skip
    return CaseManager(**{**known, **facts})


def a_shift(case_manager: CaseManager | str, hours: str = "08:00-16:00", *, day: date = DAY, **facts: Any) -> Shift:
    """The shift `kim-1` of case manager `kim`."""
    person = a_case_manager(case_manager) if isinstance(case_manager, str) else case_manager
    starts, ends = hours.split("-")
    known: dict[str, Any] = {"id": ShiftId(f"{person.id}-1"), "case_manager": person,
                             "starts": at(starts, day=day), "ends": at(ends, day=day)}  # fmt: skip
    return Shift(**{**known, **facts})


def a_visit(name: str, **facts: Any) -> Visit:
    """`a_visit("ada")` is visit `ada` of patient `ada`: 45 minutes at home, any time of the day."""
    known: dict[str, Any] = {
        "id": VisitId(name), "branch": BRANCH, "patient": PatientId(name.partition("/")[0]),
        "type": "routine", "date": DAY, "minutes": 45, "licences": (Licence.RN, Licence.LPN),
    }  # fmt: skip
    return Visit(**{**known, **facts})


def a_day(
    *,
    visits: Iterable[Visit | str],
    shifts: Iterable[Shift | str] = ("kim",),
    patients: Iterable[Patient] = (),
    places: Iterable[Place] = (),
    travel: Travel | None = None,
    **facts: Any,
) -> Day:
    """A day of these visits and shifts; patients nobody described are made up, one for each visit."""
    planned = tuple(a_visit(v) if isinstance(v, str) else v for v in visits)
    working = tuple(a_shift(s) if isinstance(s, str) else s for s in shifts)
    known = {patient.id: patient for patient in patients}
    for visit in planned:
        known.setdefault(visit.patient, a_patient(visit.patient))
    defaults: dict[str, Any] = {"branch": BRANCH, "date": DAY, "zone": ZONE, "visit_types": VISIT_TYPES,
                                "policy": a_policy()}  # fmt: skip
    return Day(
        **{**defaults, **facts},
        visits=planned,
        shifts=working,
        patients=tuple(known.values()),
        places=_places(known.values(), working, places),
        travel=travel or given_travel(),
    )


def a_policy(
    *, prices: Mapping[str, Any] | None = None, limits: Mapping[str, Any] | None = None, **planning: Any
) -> Policy:
    """The defaults, but for what is named: `a_policy(freeze_minutes=30, limits={"daily_visits": 2})`."""
    plain = Policy()
    return Policy(
        prices=replace(plain.prices, **(prices or {})) if prices else Prices(),
        limits=replace(plain.limits, **(limits or {})),
        planning=replace(Planning(), **planning),
    )


def a_plan(day: Day, **routes: str) -> Plan:
    """`a_plan(day, kim="09:00 ada, 10:30 ben")`: who starts which visit when; drives by the day's travel.

    Shifts of the day that are not named stay empty. Visits nobody serves are not listed as unassigned.
    """
    made = tuple(_route(day, shift, routes.get(str(shift.case_manager.id), "")) for shift in day.shifts)
    drive = sum(r.home_seconds + sum(s.drive_seconds for s in r.stops) for r in made)
    totals = replace(NO_TOTALS, served=sum(len(r.stops) for r in made), drive_seconds=drive)
    facts: dict[str, Any] = {"branch": day.branch, "date": day.date, "zone": day.zone.key}
    return Plan(**facts, routes=made, unassigned=(), totals=totals, solve=NO_RECORD)


def _route(day: Day, shift: Shift, text: str) -> Route:
    person, stops = shift.case_manager, list[Stop]()
    here, free = person.begins_from.id, shift.starts
    for line in filter(None, (part.strip() for part in text.split(","))):
        clock, name = line.split()
        visit = day.visit(VisitId(name))
        assert visit is not None, f"the day has no visit {name}"
        there = here if visit.is_remote else day.place_of(visit).id
        drive = day.travel.seconds(person.profile, here, there) or 0
        starts = at(clock, day=day.date, zone=day.zone)
        arrives = after(free, drive) if stops else starts
        stops.append(Stop(visit=visit.id, patient=visit.patient, arrives=arrives, starts=starts,
                          ends=after(starts, 60 * visit.minutes), drive_seconds=drive,
                          drive_metres=day.travel.metres(person.profile, here, there) or 0))  # fmt: skip
        here, free = there, stops[-1].ends
    if not stops:
        return Route(shift=shift.id, case_manager=person.id, leaves=shift.starts, returns=shift.starts, stops=())
    home = day.travel.seconds(person.profile, here, person.finishes_at.id) or 0
    return Route(
        shift=shift.id,
        case_manager=person.id,
        leaves=after(stops[0].arrives, -stops[0].drive_seconds),
        returns=after(free, home),
        stops=tuple(stops),
        home_seconds=home,
        home_metres=day.travel.metres(person.profile, here, person.finishes_at.id) or 0,
    )


def clock_of(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def minutes_between(earlier: datetime, later: datetime) -> int:
    return seconds_between(earlier, later) // 60


def _every_weekday(hours: str) -> tuple[WorkingHours, ...]:
    starts, ends = (time.fromisoformat(clock) for clock in hours.split("-"))
    return tuple(WorkingHours(starts=starts, ends=ends, weekday=weekday) for weekday in range(7))


def _places(patients: Iterable[Patient], shifts: Iterable[Shift], others: Iterable[Place]) -> tuple[Place, ...]:
    known = {place.id: place for place in others}
    known |= {patient.home.id: patient.home for patient in patients}
    for shift in shifts:
        for place in (shift.case_manager.begins_from, shift.case_manager.finishes_at):
            known[place.id] = place
    return tuple(known.values())


def _short(place: PlaceId) -> str:
    return str(place).removeprefix("place-")
