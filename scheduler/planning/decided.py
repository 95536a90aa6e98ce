"""What a visit that is decided means for a free one that is linked to it: its windows and who may serve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.problem import NEVER, Alike
from scheduler.domain.ids import ShiftId
from scheduler.domain.visit import Visit

if TYPE_CHECKING:  # the draft calls these functions
    from scheduler.planning.draft import ProblemDraft

LINK_CODE = "visit.linked"
"""Forbids who may not serve a visit because of who serves the one it is linked to."""
PARTNER_CODE = "visit.partner_impossible"
Gaps = tuple[int | None, int | None]


def follow(draft: ProblemDraft, free: Visit, decided: Visit, gaps: Gaps, people: Alike, *, both_or_none: bool) -> None:
    """Bind `free` to `decided`: gaps, in seconds, run from the decided start to the free one.

    A partner that is neither free nor decided is not served: then a visit worth nothing alone is impossible.
    """
    stop = draft.frozen.stop(decided.id)
    if stop is None:
        if both_or_none:
            draft.impossible[free.id] = PARTNER_CODE
        return
    start = draft.second(stop.starts)
    least = 0 if gaps[0] is None else max(0, start + gaps[0])
    most = NEVER if gaps[1] is None else start + gaps[1]
    draft.cut(free, [(least, most)])
    _keep_people(draft, free, draft.frozen.shift_of[decided.id], people)


def _keep_people(draft: ProblemDraft, free: Visit, decided: ShiftId, people: Alike) -> None:
    partner = draft.day.shift(decided)
    if people is Alike.ANY or partner is None:
        return
    for shift in draft.shifts:
        is_same = shift.case_manager.id == partner.case_manager.id
        if is_same != (people is Alike.SAME):
            draft.forbid(free, shift, because=LINK_CODE)
