"""Why a visit is with this case manager, or with nobody, and what the others would cost.

The answer comes from the code that plans and checks: the rules that forbid a pair, the engine's exact insertion
into the plan as it stands without the visit, and each rule's own price. No search. Cents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from optimizer.insertion import Insertion, insertions
from optimizer.problem import Problem, StartPrice
from optimizer.solution import Solution
from optimizer.timing import timed
from scheduler.domain.day import Day, Shift
from scheduler.domain.errors import NotFound
from scheduler.domain.ids import CaseManagerId, ShiftId, VisitId
from scheduler.domain.plan import Plan, Reason
from scheduler.domain.visit import Visit
from scheduler.planning.by_insertion import keep_what_stands
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.quality import money
from scheduler.planning.reasons import unassigned
from scheduler.planning.rules import RULES
from scheduler.planning.rules.rule import sayings
from scheduler.planning.tours import solution_of
from scheduler.planning.translation import start_draft


class UnknownVisitOfDay(NotFound):
    """The day has no such visit."""

    code = "day.unknown_visit"
    remedy = "Check the visit's id against the day."

    def __init__(self, visit: VisitId) -> None:
        self.visit = visit
        super().__init__(f"The day has no visit {visit}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceItem:
    """What one rule asks for this case manager and start."""

    code: str
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One case manager's best offer, or what stands in the way.

    `price_cents` is what the whole day costs more with the visit there than without it; `items` are the parts of
    it that belong to the visit itself, the rest is driving, waiting and time.
    """

    case_manager: CaseManagerId
    label: str
    is_chosen: bool
    starts: datetime | None = None
    price_cents: int | None = None
    items: tuple[PriceItem, ...] = ()
    blocked_by: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The chosen one first, then by price, then those who cannot. `note` says when nothing is to be decided."""

    visit: VisitId
    case_manager: CaseManagerId | None
    starts: datetime | None
    candidates: tuple[Candidate, ...] = ()
    note: Reason | None = None

    def lines(self) -> list[str]:
        """For a terminal."""
        where = f"{self.case_manager} at {self.starts:%H:%M}" if self.starts else "nobody"
        told = [f"Visit {self.visit} is with {where}."]
        if self.note:
            told.append(f"  {self.note.sentence} ({self.note.code})")
        return told + [line for candidate in self.candidates for line in _lines(candidate)]

    def said(self) -> dict[str, object]:
        """For JSON."""
        return {
            "visit": self.visit,
            "case_manager": self.case_manager,
            "starts": self.starts.isoformat() if self.starts else None,
            "note": self.note.sentence if self.note else None,
            "candidates": [_said(candidate) for candidate in self.candidates],
        }


def explain(day: Day, plan: Plan, visit: VisitId) -> Explanation:
    """Raises `UnknownVisitOfDay`."""
    asked = day.visit(visit)
    if asked is None:
        raise UnknownVisitOfDay(visit)
    draft, said = _compiled(day, asked)
    problem = draft.build()
    found = plan.where(visit)
    chosen = (found[0].case_manager, found[1].starts.astimezone(day.zone)) if found else (None, None)
    number = draft.visit_number(visit)
    if number is None:
        note = _not_free(draft, problem, asked)
        return Explanation(visit=visit, case_manager=chosen[0], starts=chosen[1], note=note)
    base = _without(problem, solution_of(draft, problem, plan), number)
    candidates = tuple(_candidates(draft, problem, base, asked, chosen[0], said))
    return Explanation(visit=visit, case_manager=chosen[0], starts=chosen[1], candidates=candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RulePrice:
    """What one rule asks for the visit: by case manager's shift, and by its start."""

    code: str
    pairs: Mapping[ShiftId, int]
    starts: tuple[StartPrice, ...]

    def of(self, shift: Shift, start: int) -> int:
        return self.pairs.get(shift.id, 0) + sum(price(start) for price in self.starts)


def _compiled(day: Day, visit: Visit) -> tuple[ProblemDraft, list[_RulePrice]]:
    """The draft of all rules, and what each of them added for this visit."""
    draft, said = start_draft(day), list[_RulePrice]()
    for rule in RULES:
        if not draft.is_free(visit):
            rule.compile(day, draft)
            continue
        had = {shift.id: draft.pair_cents(visit, shift) for shift in draft.shifts}
        starts = len(draft.start_prices(visit))
        rule.compile(day, draft)
        pairs = {shift.id: draft.pair_cents(visit, shift) - had[shift.id] for shift in draft.shifts}
        added = draft.start_prices(visit)[starts:]
        said.append(_RulePrice(code=next(iter(sayings(rule))), pairs=pairs, starts=added))
    return draft, said


def _candidates(
    draft: ProblemDraft,
    problem: Problem,
    base: Solution,
    visit: Visit,
    chosen: CaseManagerId | None,
    said: Sequence[_RulePrice],
) -> Iterator[Candidate]:
    number = draft.visit_number(visit.id)
    offers = insertions(problem, base, number) if number is not None else []
    best = {offer.route: offer for offer in reversed(offers)}  # the first of each route is its cheapest
    able = [
        _offer(draft, shift, best[route], chosen, said) for route, shift in enumerate(draft.shifts) if route in best
    ]
    yield from sorted(able, key=lambda candidate: (not candidate.is_chosen, candidate.price_cents or 0))
    blocked = unassigned(draft, problem, base, visit).reasons
    for shift in (shift for route, shift in enumerate(draft.shifts) if route not in best):
        person = shift.case_manager.id
        yield Candidate(
            case_manager=person,
            label=shift.label,
            is_chosen=person == chosen,
            blocked_by=tuple(reason for reason in blocked if reason.case_manager in (None, person)),
        )


def _offer(
    draft: ProblemDraft,
    shift: Shift,
    offer: Insertion,
    chosen: CaseManagerId | None,
    said: Sequence[_RulePrice],
) -> Candidate:
    items = (PriceItem(code=rule.code, cents=rule.of(shift, offer.starts)) for rule in said)
    return Candidate(
        case_manager=shift.case_manager.id,
        label=shift.label,
        is_chosen=shift.case_manager.id == chosen,
        starts=draft.moment(offer.starts),
        price_cents=offer.price_difference,
        items=tuple(item for item in items if item.cents),
    )


def _without(problem: Problem, solution: Solution, visit: int) -> Solution:
    """The plan timed anew without the visit. What breaks a limit by now stays out."""
    orders = [tuple(stop for stop in tour.visits if stop != visit) for tour in solution.tours]
    return timed(problem, orders) or keep_what_stands(problem, solution, without=visit)


def _not_free(draft: ProblemDraft, problem: Problem, visit: Visit) -> Reason:
    if visit.status.has_begun:
        return Reason(code="visit.begun", sentence="It has begun; there is nothing to decide any more.")
    if visit.id in draft.frozen.shift_of:
        minutes = draft.day.policy.planning.freeze_minutes
        return Reason(code="visit.frozen", sentence=f"It begins within {minutes} minutes, so only a person moves it.")
    if not visit.is_open:
        return Reason(code="visit.not_open", sentence=f"It is {visit.status.value.replace('_', ' ')}.")
    return unassigned(draft, problem, Solution(tours=()), visit).reasons[0]


def _lines(candidate: Candidate) -> list[str]:
    mark = "*" if candidate.is_chosen else "-"
    if candidate.starts is None:
        return [f"  {mark} {candidate.label}: {reason.sentence} ({reason.code})" for reason in candidate.blocked_by]
    parts = "".join(f", {item.code} {money(item.cents)}" for item in candidate.items)
    return [f"  {mark} {candidate.label} at {candidate.starts:%H:%M}: {money(candidate.price_cents or 0)}{parts}"]


def _said(candidate: Candidate) -> dict[str, object]:
    return {
        "case_manager": candidate.case_manager,
        "is_chosen": candidate.is_chosen,
        "starts": candidate.starts.isoformat() if candidate.starts else None,
        "price_cents": candidate.price_cents,
        "items": {item.code: item.cents for item in candidate.items},
        "blocked_by": [{"code": reason.code, "sentence": reason.sentence} for reason in candidate.blocked_by],
    }
