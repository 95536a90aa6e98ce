"""Ask one rule: what it tells the engine, and what it says about a plan. In the short names of the builders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optimizer.problem import Curve, Measure, Route, Visit
from scheduler.domain.day import Day
from scheduler.domain.ids import CaseManagerId, VisitId
from scheduler.domain.plan import Plan
from scheduler.domain.visit import Visit as DomainVisit
from scheduler.domain.visit import VisitStatus
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.rule import Rule, sayings
from scheduler.planning.translation import start_draft
from tests.builders import a_visit, at


def drafted(rule: Rule, day: Day) -> ProblemDraft:
    """A fresh draft of the day that only this rule has spoken to."""
    draft = start_draft(day)
    rule.compile(day, draft)
    return draft


def forbidden(rule: Rule, day: Day) -> dict[tuple[str, str], list[str]]:
    """(visit, case manager) -> codes."""
    people = {shift.id: str(shift.case_manager.id) for shift in day.shifts}
    return {(str(visit), people[shift]): codes for (visit, shift), codes in drafted(rule, day).reasons.items()}


def pair_prices(rule: Rule, day: Day) -> dict[tuple[str, str], int]:
    """(visit, case manager) -> cents, where there is a price."""
    draft = drafted(rule, day)
    prices = draft.build().pair_price
    return {
        (str(visit.id), str(shift.case_manager.id)): int(prices[row, column])
        for row, visit in enumerate(draft.visits)
        for column, shift in enumerate(draft.shifts)
        if prices[row, column]
    }


def engine_visit(rule: Rule, day: Day, visit: str) -> Visit:
    draft = drafted(rule, day)
    number = draft.visit_number(VisitId(visit))
    assert number is not None
    return draft.build().visits[number]


def engine_route(rule: Rule, day: Day, number: int = 0) -> Route:
    return drafted(rule, day).build().routes[number]


def curves(rule: Rule, day: Day, number: int = 0) -> Mapping[Measure, Curve]:
    return dict(engine_route(rule, day, number).prices)


def said(rule: Rule, day: Day, plan: Plan) -> list[str]:
    """Every sentence; also holds the rule to the codes and severities it declares."""
    return [sentence for _, sentence in told(rule, day, plan)]


def told(rule: Rule, day: Day, plan: Plan) -> list[tuple[str, str]]:
    """(code, sentence) of everything the rule finds."""
    found = list(rule.check(day, plan))
    for violation in found:
        assert sayings(rule)[violation.code].severity is violation.severity
    return [(violation.code, violation.sentence) for violation in found]


def begun(name: str, *, by: str, starts: str, **facts: Any) -> DomainVisit:
    """A visit that `by` is making since `starts`."""
    return replace(
        a_visit(name, **facts),
        status=VisitStatus.UNDER_WAY,
        case_manager=CaseManagerId(by),
        started_at=at(starts),
    )


def seconds(clock: str) -> int:
    """From local midnight of the test's day."""
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)
