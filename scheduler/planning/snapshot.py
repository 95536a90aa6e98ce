"""One consistent picture of a branch-day, read in one transaction: what `planner.plan_day` works from.

Reads only. Visits that are over without having begun (missed, cancelled) are not in it. A patient or place that
is not known yet stands in it without a point, so its visit shows up as unassigned instead of disappearing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from optimizer.travel.provider import TravelProvider
from scheduler.domain.branch import Branch
from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import BranchId, CaseManagerId, PatientId, PlaceId
from scheduler.domain.people import Patient
from scheduler.domain.place import Place
from scheduler.domain.policy import Policy
from scheduler.domain.visit import Visit, VisitType
from scheduler.planning.rules.stops import paid_seconds
from scheduler.planning.shifts import WeekLoad, shifts_of
from scheduler.planning.travel_on_demand import TravelOnDemand
from scheduler.ports.unit_of_work import UnitOfWork

DAYS_OF_A_WEEK = 7


def take_snapshot(
    uow: UnitOfWork,
    branch: BranchId,
    day: date,
    *,
    policy: Policy,
    visit_types: Mapping[str, VisitType],
    travel_provider: TravelProvider,
    now: datetime,
) -> Day:
    """Raises `UnknownBranch`. The travel provider is asked later, at the first question about travel."""
    facts = uow.branches.get(branch)
    visits = tuple(v for v in uow.visits.on(branch, day) if v.is_open or v.status.has_begun)
    patients = _patients(uow, branch, visits)
    shifts = _shifts(uow, facts, day, visits)
    places = _places(patients, shifts, visits)
    told = uow.plans.published(branch, day)
    current = told or uow.plans.head(branch, day)
    return Day(
        branch=branch,
        date=day,
        zone=facts.zone,
        shifts=shifts,
        patients=patients,
        visits=visits,
        visit_types=visit_types,
        places=places,
        travel=TravelOnDemand(travel_provider, places, sorted({shift.case_manager.profile for shift in shifts})),
        policy=policy,
        history=tuple(uow.visits.history(branch, [p.id for p in patients], day, policy.limits.continuity_visits)),
        current=current.plan if current else None,
        is_told=told is not None,
        now=now,
    )


def _patients(uow: UnitOfWork, branch: BranchId, visits: Iterable[Visit]) -> tuple[Patient, ...]:
    asked = sorted({visit.patient for visit in visits})
    known = {patient.id: patient for patient in uow.patients.of(branch, asked)}
    return tuple(known.get(patient) or _unknown(branch, patient) for patient in asked)


def _unknown(branch: BranchId, patient: PatientId) -> Patient:
    home = Place(id=PlaceId(f"home/{patient}"))
    return Patient(id=patient, branch=branch, name=str(patient), home=home)


def _shifts(uow: UnitOfWork, branch: Branch, day: date, visits: Sequence[Visit]) -> tuple[Shift, ...]:
    week = _week(uow, branch, day)
    people = sorted(uow.case_managers.of_branch(branch.id), key=lambda person: person.id)
    return tuple(
        shift
        for person in people
        for shift in shifts_of(
            person,
            day,
            branch.zone,
            begun=[v for v in visits if v.status.has_begun and v.case_manager == person.id],
            week=week.get(person.id, WeekLoad()),
        )
    )


def _week(uow: UnitOfWork, branch: Branch, day: date) -> dict[CaseManagerId, WeekLoad]:
    """What the newest plans of the week's other days hold."""
    loads: dict[CaseManagerId, WeekLoad] = {}
    first = day - timedelta(days=(day.weekday() - branch.week_starts_on) % DAYS_OF_A_WEEK)
    others = (first + timedelta(days=number) for number in range(DAYS_OF_A_WEEK))
    for other in (other for other in others if other != day):
        head = uow.plans.head(branch.id, other)
        points = {visit.id: visit.centipoints for visit in uow.visits.on(branch.id, other)} if head else {}
        for route in head.plan.routes if head else ():
            had = loads.get(route.case_manager, WeekLoad())
            loads[route.case_manager] = WeekLoad(
                seconds=had.seconds + (paid_seconds(route) if route.stops else 0),
                centipoints=had.centipoints + sum(points.get(stop.visit, 0) for stop in route.stops),
            )
    return loads


def _places(patients: Iterable[Patient], shifts: Iterable[Shift], visits: Iterable[Visit]) -> tuple[Place, ...]:
    known = {patient.home.id: patient.home for patient in patients}
    for shift in shifts:
        for place in (shift.case_manager.begins_from, shift.case_manager.finishes_at):
            known.setdefault(place.id, place)
    for named in (visit.place for visit in visits if visit.place is not None):
        known.setdefault(named, Place(id=named))
    return tuple(known[place] for place in sorted(known))
