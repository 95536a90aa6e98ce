"""What happens to care plans: their orders become visits, with as little change as can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.domain.care_plan import CarePlan, CarePlanOrder
from scheduler.domain.commands import ChangeCarePlan, CreateCarePlan, EndCarePlan
from scheduler.domain.visit import Visit
from scheduler.handlers.conflicts import CarePlanExists, OtherPatient
from scheduler.handlers.desk import Desk
from scheduler.handlers.dirty_days import mark_visits
from scheduler.handlers.order_visits import Episode, as_ordered, change_of, key_of_order, moved_visit, new_visit
from scheduler.handlers.outcome import Applied, Outcome, Superseded
from scheduler.handlers.versions import in_place_of, superseded
from scheduler.ports.unit_of_work import UnitOfWork


def create_care_plan(command: CreateCarePlan, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch, facts = uow.branches.get(command.branch), command.facts
    if known := uow.care_plans.find(branch.id, facts.id):
        if _same_orders(known, facts) or 0 < facts.version < known.version:
            return Superseded(because=f"Care plan {facts.id} was created already.")
        raise CarePlanExists(facts.id)
    touched = _follow_orders(facts, None, uow, desk)
    uow.care_plans.save(facts)
    desk.record(uow, branch.id, "care_plan.created", facts.id)
    return Applied(days=mark_visits(uow, desk, branch, touched))


def change_care_plan(command: ChangeCarePlan, uow: UnitOfWork, desk: Desk) -> Outcome:
    branch, facts = uow.branches.get(command.branch), command.facts
    known = uow.care_plans.get(branch.id, facts.id)
    if outdated := superseded(facts, known, f"Care plan {known.id}"):
        return outdated
    if known.patient != facts.patient:
        raise OtherPatient(f"Care plan {known.id}")
    touched = _follow_orders(facts, known, uow, desk)
    uow.care_plans.save(in_place_of(known, facts))
    desk.record(uow, branch.id, "care_plan.changed", facts.id)
    return Applied(days=mark_visits(uow, desk, branch, touched))


def end_care_plan(command: EndCarePlan, uow: UnitOfWork, desk: Desk) -> Outcome:
    """Visits after the last day are cancelled; those before it still take place."""
    branch = uow.branches.get(command.branch)
    plan = uow.care_plans.get(branch.id, command.care_plan)
    if plan.ended_because is not None and plan.ends == command.on:
        return Superseded(because=f"Care plan {plan.id} has ended already.")
    uow.care_plans.save(replace(plan, ends=command.on, ended_because=command.reason))
    desk.record(uow, branch.id, "care_plan.ended", plan.id, command.reason)
    after = [v for v in uow.visits.of_care_plan(branch.id, plan.id) if v.is_open and v.date > command.on]
    return Applied(days=mark_visits(uow, desk, branch, _drop(after, "care ended", uow, desk)))


def _follow_orders(plan: CarePlan, known: CarePlan | None, uow: UnitOfWork, desk: Desk) -> list[Visit]:
    """Visits as they were and as they are, of all orders: those of today's plan and those no longer in it."""
    branch = uow.branches.get(plan.branch)
    patient = uow.patients.get(branch.id, plan.patient)
    episode = Episode(care_plan=plan, patient=patient, branch=branch, today=branch.local_date(desk.now))
    visits = uow.visits.of_care_plan(branch.id, plan.id) if known else ()
    before = {order.key: order for order in known.orders} if known else {}
    touched: list[Visit] = []
    for order in plan.orders:
        touched += _follow(order, episode, visits, before=before.get(order.key), uow=uow, desk=desk)
    keys = {episode.order_key(order) for order in plan.orders}
    gone = [v for v in visits if v.is_open and v.date >= episode.today and key_of_order(v) not in keys]
    return touched + _drop(gone, "order ended", uow, desk)


def _follow(
    order: CarePlanOrder,
    episode: Episode,
    visits: Sequence[Visit],
    *,
    before: CarePlanOrder | None,
    uow: UnitOfWork,
    desk: Desk,
) -> list[Visit]:
    change, by_id = change_of(order, episode, visits), {visit.id: visit for visit in visits}
    after: list[Visit] = []
    if before is not None and _asks_otherwise(order, before):
        kept = (by_id[each.visit] for each in change.keep if not each.is_fixed)
        after += [as_ordered(visit, order, episode.branch, desk) for visit in kept]
    for move in change.move:
        moved = moved_visit(by_id[move.visit.visit], move.to.date, order, episode.branch)
        after.append(as_ordered(moved, order, episode.branch, desk))
        desk.record(uow, moved.branch, "visit.moved", moved.id, "order changed")
    for obligation in change.add:
        after.append(new_visit(obligation, order, episode, desk))
        desk.record(uow, episode.branch.id, "visit.ordered", after[-1].id)
    for visit in after:
        uow.visits.save(visit)
    dropped = _drop([by_id[each.visit] for each in change.drop], "order changed", uow, desk)
    return [*(by_id[visit.id] for visit in after if visit.id in by_id), *after, *dropped]


def _drop(visits: list[Visit], reason: str, uow: UnitOfWork, desk: Desk) -> list[Visit]:
    dropped = [visit.cancelled(reason) for visit in visits]
    for visit in dropped:
        uow.visits.save(visit)
        desk.record(uow, visit.branch, "visit.cancelled", visit.id, reason)
    return dropped


def _asks_otherwise(order: CarePlanOrder, before: CarePlanOrder) -> bool:
    """Other facts for each visit; how many and on which weekdays is the difference's business."""
    return replace(order, notation="", allowed_weekdays=()) != replace(before, notation="", allowed_weekdays=())


def _same_orders(known: CarePlan, facts: CarePlan) -> bool:
    return replace(known, version=0) == replace(facts, version=0)
