"""Every business rule, in the order people are told about them: what cannot be, then what costs.

A new rule is one new file and one line here. `codes` is what the rules can say; `reason` says why a pair is
forbidden, without a plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Plan
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import LINK_CODE, ProblemDraft
from scheduler.planning.rules import (
    absence,
    barred,
    breaks,
    continuity,
    costs,
    credentials,
    different_people,
    disciplines,
    gender,
    hold,
    hours,
    known,
    language,
    licence,
    licence_expiry,
    overqualified,
    overtime,
    pins,
    place,
    point_load,
    preferred,
    primary,
    priority,
    reachable,
    remote,
    required,
    same_person,
    spacing,
    territory,
    timing,
    together,
    told,
    unplanned_moves,
    visit_load,
    windows,
    wishes,
)
from scheduler.planning.rules.links import why_linked
from scheduler.planning.rules.rule import PairRule, Rule, sayings

RULES: tuple[Rule, ...] = (
    # may this person make this visit at all?
    known,
    place,
    hold,
    licence,
    licence_expiry,
    credentials,
    barred,
    required,
    gender,
    language,
    pins,
    disciplines,
    # when?
    absence,
    hours,
    windows,
    reachable,
    remote,
    timing,
    together,
    spacing,
    different_people,
    same_person,
    # how much?
    visit_load,
    point_load,
    breaks,
    overtime,
    # what costs or is wished
    priority,
    told,
    unplanned_moves,
    wishes,
    continuity,
    primary,
    preferred,
    overqualified,
    territory,
    costs,
)


def compile_all(day: Day, draft: ProblemDraft) -> None:
    """Let every rule tell the engine what it means."""
    for rule in RULES:
        rule.compile(day, draft)


def check_all(day: Day, plan: Plan) -> Iterator[Violation]:
    """Everything that is wrong with a plan, hard or soft, in the order of the rules."""
    for rule in RULES:
        yield from rule.check(day, plan)


def codes() -> dict[str, tuple[Severity, str]]:
    """Code -> severity and title of everything a rule can say."""
    return {code: (said.severity, said.title) for rule in RULES for code, said in sayings(rule).items()}


def reason(code: str, day: Day, visit: Visit, shift: Shift) -> str:
    """Why the rule with this `code` keeps the visit from the shift. Ask only about pairs that were forbidden.

    Raises `KeyError` for a code that forbids no pairs.
    """
    if code == LINK_CODE:
        return why_linked(visit, shift, day)
    for rule in RULES:
        if isinstance(rule, PairRule) and code in sayings(rule):
            return rule.why(visit, shift, day)
    raise KeyError(code)
