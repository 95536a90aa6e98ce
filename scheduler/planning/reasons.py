"""Why nobody serves a visit, case manager by case manager, in the words of the rule that stands in the way.

Asks in this order: is the visit held back, is it impossible for everybody, which rule forbids the pair, and
last the engine which limit keeps it off the route as it stands. There is always an answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.insertion import obstacles
from optimizer.limits import Limit
from optimizer.problem import Problem
from optimizer.solution import Solution
from scheduler.domain.day import Day, Shift
from scheduler.domain.plan import Reason, Unassigned
from scheduler.domain.visit import Visit
from scheduler.planning.decided import PARTNER_CODE
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.impossible import NO_START_CODE
from scheduler.planning.rules import reason
from scheduler.planning.translation import held_back

OF_LIMITS = {
    Limit.ALLOWED: "{label} may not serve the visit.",
    Limit.WINDOW: "{label} cannot be there at an allowed time beside the other visits.",
    Limit.LATEST_END: "{label} cannot end the visit in time.",
    Limit.TRAVEL: "{label} cannot drive there in time.",
    Limit.UNREACHABLE: "{label} has no way to get there.",
    Limit.OPENS: "{label} starts too late.",
    Limit.CLOSES: "{label} would be back too long after the end of the shift.",
    Limit.CAP: "{label} would pass a limit of the day (visits, points or hours).",
    Limit.BREAK: "{label} would lose a break that must be taken.",
    Limit.GAP: "{label} cannot keep the time between the visit and the one it is linked to.",
    Limit.PEOPLE: "The linked visit decides who may serve it, and that is not {label}.",
    Limit.DAYS: "The linked visit decides the day, and it is not this one.",
    Limit.BOTH_OR_NONE: "The visit needs its linked visit served too.",
    Limit.SERVED_TWICE: "The visit is served already.",
}


def unassigned(draft: ProblemDraft, problem: Problem, solution: Solution, visit: Visit) -> Unassigned:
    """The visit with every reason, never none."""
    reasons = tuple(_reasons(draft, problem, solution, visit))
    return Unassigned(visit=visit.id, patient=visit.patient, reasons=reasons or (_nobody(draft.day),))


def _reasons(draft: ProblemDraft, problem: Problem, solution: Solution, visit: Visit) -> Iterator[Reason]:
    if (held := held_back(draft.day, visit)) is not None:
        yield held
        return
    if (everybody := _for_everybody(draft, visit)) is not None:
        yield everybody
        return
    number = draft.visit_number(visit.id)
    barred = {} if number is None else {o.route: o.code for o in obstacles(problem, solution, number)}
    for route, shift in enumerate(draft.shifts):
        if codes := draft.reasons.get((visit.id, shift.id)):
            yield from (_ruled_out(draft.day, visit, shift, code) for code in codes)
        elif route in barred:
            yield _in_the_way(shift, barred[route])
        else:
            yield _room_left(shift)


def _for_everybody(draft: ProblemDraft, visit: Visit) -> Reason | None:
    match draft.impossible.get(visit.id):
        case "visit.no_start_left":
            return Reason(code=NO_START_CODE, sentence=_no_start(draft, visit))
        case "visit.partner_impossible":
            return Reason(
                code=PARTNER_CODE, sentence="The visit is worth nothing without its linked visit, which fails."
            )
        case _:
            return None


def _no_start(draft: ProblemDraft, visit: Visit) -> str:
    day = draft.day
    last = max((window.closes for window in visit.windows), default=None)
    if day.now is not None and last is not None and last < day.now:
        return f"Its last start was {last.astimezone(day.zone):%H:%M}, and that has passed."
    return "No start is left that keeps its windows, its pin and its links."


def _ruled_out(day: Day, visit: Visit, shift: Shift, code: str) -> Reason:
    return Reason(code=code, sentence=reason(code, day, visit, shift), case_manager=shift.case_manager.id)


def _in_the_way(shift: Shift, limit: Limit) -> Reason:
    return Reason(
        code=f"route.{limit.value.replace('relation.', '')}",
        sentence=OF_LIMITS[limit].format(label=shift.label),
        case_manager=shift.case_manager.id,
    )


def _room_left(shift: Shift) -> Reason:
    return Reason(
        code="route.room_left",
        sentence=f"{shift.label} has room for it; the plan was made in haste. Plan the day again.",
        case_manager=shift.case_manager.id,
    )


def _nobody(day: Day) -> Reason:
    return Reason(code="day.no_shift", sentence=f"Nobody works on {day.date:%d %b}.")
