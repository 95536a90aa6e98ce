"""From the orders of a care plan to visits: which there should be, and the least change towards them.

A visit's id is its obligation's key, so making it again meets the same visit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import count

from scheduler.domain.branch import Branch
from scheduler.domain.care_plan import CarePlan, CarePlanOrder
from scheduler.domain.day_spreading import days_apart
from scheduler.domain.generated_visit import GeneratedVisit
from scheduler.domain.ids import VisitId
from scheduler.domain.obligations import Obligation, oblige
from scheduler.domain.order_changes import Difference, difference, make_up
from scheduler.domain.orders import parse_order
from scheduler.domain.people import Patient
from scheduler.domain.time import TimeWindow, at_local
from scheduler.domain.visit import OrderRef, Visit, VisitStatus
from scheduler.domain.visit_days import VisitDays
from scheduler.domain.visit_types import discipline_of, type_of
from scheduler.handlers.desk import Desk
from scheduler.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What the visits of a care plan are made from."""

    care_plan: CarePlan
    patient: Patient
    branch: Branch
    today: date

    def order_key(self, order: CarePlanOrder) -> str:
        return f"{self.care_plan.id}/{order.key}"

    def days(self, order: CarePlanOrder) -> VisitDays:
        """From today on; stays away from home are left out when their end is known."""
        first, last = self.care_plan.starts, self.care_plan.last_day
        return VisitDays(
            starts=first,
            ends=last,
            week_starts_on=self.branch.week_starts_on,
            allowed_weekdays=order.allowed_weekdays,
            avoid=frozenset(_days_away(self.patient, first, last)),
            not_before=self.today,
        )


def change_of(order: CarePlanOrder, episode: Episode, visits: Sequence[Visit]) -> Difference:
    """The difference between the visits this order has, among all `visits` of its care plan, and should have."""
    mine = [visit for visit in visits if key_of_order(visit) == episode.order_key(order)]
    days = episode.days(order)
    existing = [as_generated(visit, days) for visit in mine if _counts(visit)]
    wanted = oblige(parse_order(order.notation), order_key=episode.order_key(order), days=days, existing=existing)
    return difference(existing, wanted.due, retired=_spent(mine))


def new_visit(obligation: Obligation, order: CarePlanOrder, episode: Episode, desk: Desk) -> Visit:
    """Raises `UnknownVisitType`."""
    plain = Visit(
        id=VisitId(obligation.key),
        branch=episode.branch.id,
        patient=episode.patient.id,
        type=order.visit_type,
        date=obligation.date,
        minutes=0,
        order=OrderRef(care_plan=episode.care_plan.id, key=obligation.key),
    )
    return as_ordered(plain, order, episode.branch, desk)


def as_ordered(visit: Visit, order: CarePlanOrder, branch: Branch, desk: Desk) -> Visit:
    """The visit with the facts its order has now."""
    kind = type_of(desk.visit_types, order.visit_type)
    return replace(
        visit,
        type=kind.code,
        minutes=order.minutes or kind.minutes,
        centipoints=kind.centipoints,
        licences=kind.licences,
        credentials=tuple(sorted({*kind.credentials, *order.credentials})),
        discipline=discipline_of(kind.licences),
        windows=_windows(order, visit.date, branch),
        priority=order.priority,
        is_remote=kind.is_remote,
    )


def moved_visit(visit: Visit, day: date, order: CarePlanOrder, branch: Branch) -> Visit:
    """It is planned on that day anew: of that day nobody was told anything yet."""
    windows = _windows(order, day, branch)
    return replace(visit, date=day, windows=windows, status=VisitStatus.REQUESTED, told=None, case_manager=None)


def make_up_visit(missed: Visit, branch: Branch, uow: UnitOfWork, desk: Desk) -> Visit | None:
    """Another visit for a missed one, later in its work week; None when its order has no room there, or is gone."""
    plan = uow.care_plans.find(branch.id, missed.order.care_plan) if missed.order else None
    if plan is None or plan.last_day < plan.starts:
        return None
    order = next((each for each in plan.orders if f"{plan.id}/{each.key}" == key_of_order(missed)), None)
    if order is None:
        return None
    patient = uow.patients.get(branch.id, missed.patient)
    episode = Episode(care_plan=plan, patient=patient, branch=branch, today=branch.local_date(desk.now))
    visits = [v for v in uow.visits.of_care_plan(branch.id, plan.id) if key_of_order(v) == episode.order_key(order)]
    days = episode.days(order)
    lost = as_generated(missed, days)
    others = [as_generated(v, days) for v in visits if _counts(v) and v.id != missed.id]
    of_week = sum(each.week_starts == lost.week_starts for each in others) + 1
    apart = days_apart(of_week)
    day = make_up(lost, others=others, days=days, days_apart=apart)
    if day is None or patient.is_away_on(day):
        return None
    again = Obligation(
        order_key=episode.order_key(order), week_starts=lost.week_starts, ordinal=1, date=day, days_apart=apart
    )
    return new_visit(_unspent(again, {visit.id for visit in visits}), order, episode, desk)


def as_generated(visit: Visit, days: VisitDays) -> GeneratedVisit:
    """Visits of the past, begun ones and pinned ones are not to be touched."""
    key = visit.order.key if visit.order else visit.id
    is_past = days.not_before is not None and visit.date < days.not_before
    return GeneratedVisit(
        visit=visit.id,
        key=key,
        week_starts=date.fromisoformat(key.rsplit("/", 2)[1]),
        date=visit.date,
        is_told=visit.told is not None,
        is_fixed=is_past or visit.pin is not None or not visit.is_open,
    )


def key_of_order(visit: Visit) -> str | None:
    return visit.order.key.rsplit("/", 2)[0] if visit.order else None


def _counts(visit: Visit) -> bool:
    return visit.status not in (VisitStatus.MISSED, VisitStatus.CANCELLED)


def _spent(visits: Iterable[Visit]) -> Collection[str]:
    return {visit.order.key for visit in visits if visit.order and not _counts(visit)}


def _unspent(obligation: Obligation, spent: Collection[str]) -> Obligation:
    return next(each for n in count(1) if (each := obligation.renumbered(n)).key not in spent)


def _windows(order: CarePlanOrder, day: date, branch: Branch) -> tuple[TimeWindow, ...]:
    if order.earliest is None and order.latest is None:
        return ()
    opens = time.fromisoformat(order.earliest) if order.earliest else time.min
    closes = time.fromisoformat(order.latest) if order.latest else time(23, 59)
    return (TimeWindow(opens=at_local(day, opens, branch.zone), closes=at_local(day, closes, branch.zone)),)


def _days_away(patient: Patient, first: date, last: date) -> Iterable[date]:
    ended = [hold for hold in patient.holds if hold.ends is not None]
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if any(hold.covers(day) for hold in ended):
            yield day
