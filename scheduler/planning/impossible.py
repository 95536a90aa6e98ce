"""Visits that no search could serve, found before it: no start left, nobody may, or the partner cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from scheduler.domain.ids import VisitId
from scheduler.planning.decided import PARTNER_CODE

if TYPE_CHECKING:  # the draft calls this function
    from scheduler.planning.draft import ProblemDraft

NO_START_CODE = "visit.no_start_left"
NOBODY_CODE = "visit.nobody_may"


def impossible_visits(
    draft: ProblemDraft, worth_nothing_alone: Iterable[tuple[VisitId, VisitId]]
) -> Mapping[VisitId, str]:
    """A code for each of them, those known already included."""
    found = {**draft.impossible, **dict(_by_themselves(draft))}
    pairs = tuple(worth_nothing_alone)
    while lonely := set(_lonely(pairs, found)):
        found |= dict.fromkeys(lonely, PARTNER_CODE)
    return found


def _by_themselves(draft: ProblemDraft) -> Iterator[tuple[VisitId, str]]:
    for visit in draft.visits:
        if draft.is_impossible(visit):
            yield visit.id, NO_START_CODE
        elif all((visit.id, shift.id) in draft.reasons for shift in draft.shifts):
            yield visit.id, NOBODY_CODE


def _lonely(pairs: Iterable[tuple[VisitId, VisitId]], found: Collection[VisitId]) -> Iterator[VisitId]:
    for one, other in pairs:
        if (one in found) != (other in found):
            yield other if one in found else one
