"""The least difference between the visits an order has and the visits it should have.

Works week by week: a visit never changes its work week. Fixed visits are never touched and count towards
their week. Decides only; the commands that carry it out are the caller's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from typing import TypeAlias, TypeVar

from scheduler.domain.generated_visit import GeneratedVisit
from scheduler.domain.obligations import Obligation
from scheduler.domain.visit_days import VisitDays

_Dated = TypeVar("_Dated", GeneratedVisit, Obligation)
_Cost: TypeAlias = tuple[int, int]
_Pairs: TypeAlias = tuple[tuple[GeneratedVisit, Obligation], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The visit keeps its identity and goes to the obligation's day in the same work week."""

    visit: GeneratedVisit
    to: Obligation


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What stays, moves, is added and is dropped.

    Within `move` and `drop`, visits already told to the patient come last.
    """

    keep: tuple[GeneratedVisit, ...] = ()
    move: tuple[Move, ...] = ()
    add: tuple[Obligation, ...] = ()
    drop: tuple[GeneratedVisit, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.move or self.add or self.drop)


def difference(
    existing: Sequence[GeneratedVisit],
    wanted: Sequence[Obligation],
    *,
    retired: Collection[str] = frozenset(),
) -> Difference:
    """Match visits and obligations so that the fewest visits change.

    A fixed visit answers for the obligation of its day, else for the nearest left over. Of visits on equal
    terms the told one is kept and the untold one dropped; moves are as short as can be.

    An added obligation takes the lowest ordinal in its week whose key no visit of `existing` has and that is
    not `retired`: keys of visits of this order dropped earlier. So an id derived from a key is never reused.
    """
    visits_of, wanted_of = _by_week(existing), _by_week(wanted)
    weeks = [_week_difference(visits_of[week], wanted_of[week]) for week in sorted({*visits_of, *wanted_of})]
    spent = {visit.key for visit in existing} | set(retired)
    return Difference(
        keep=tuple(visit for week in weeks for visit in week.keep),
        move=tuple(sorted((move for week in weeks for move in week.move), key=lambda m: m.visit.is_told)),
        add=tuple(_with_unspent_keys([added for week in weeks for added in week.add], spent)),
        drop=tuple(sorted((visit for week in weeks for visit in week.drop), key=lambda v: v.is_told)),
    )


def make_up(
    missed: GeneratedVisit, *, others: Sequence[GeneratedVisit], days: VisitDays, days_apart: int
) -> date | None:
    """The first open day after the missed one, in its work week, far enough from the order's other visits.

    None: no day of the week will do, so the visit stays missed and the note to the physician is due.
    `days_apart` is that of its obligation; a dispatcher who may stretch the rule asks again with 1.
    """
    taken = [visit.date for visit in others if visit.visit != missed.visit]
    for day in days.open_days(missed.week_starts):
        if day > missed.date and all(abs((day - other).days) >= days_apart for other in taken):
            return day
    return None


def _by_week(items: Sequence[_Dated]) -> defaultdict[date, list[_Dated]]:
    weeks: defaultdict[date, list[_Dated]] = defaultdict(list)
    for item in sorted(items, key=lambda item: (item.date, item.key)):
        weeks[item.week_starts].append(item)
    return weeks


def _week_difference(visits: Sequence[GeneratedVisit], owed: Sequence[Obligation]) -> Difference:
    fixed = [visit for visit in visits if visit.is_fixed]
    movable = [visit for visit in visits if not visit.is_fixed]

    on_their_day = _same_day(fixed, owed)
    astray = _without(fixed, on_their_day)
    open_owed = _unanswered(owed, on_their_day)

    room = max(0, len(open_owed) - len(astray))
    kept = _best_kept(_same_day(movable, open_owed), astray, room)
    open_owed = _unanswered(open_owed, kept)
    open_owed = _unanswered(open_owed, _nearest(astray, open_owed))

    loose = _without(movable, kept)
    moved = _nearest(loose, open_owed)
    return Difference(
        keep=(*fixed, *(visit for visit, _ in kept)),
        move=tuple(Move(visit=visit, to=obligation) for visit, obligation in moved),
        add=tuple(_unanswered(open_owed, moved)),
        drop=tuple(_without(loose, moved)),
    )


def _same_day(visits: Sequence[GeneratedVisit], owed: Sequence[Obligation]) -> _Pairs:
    """Visits that already are on the day of an obligation, told ones first."""
    waiting: defaultdict[date, list[Obligation]] = defaultdict(list)
    for obligation in owed:
        waiting[obligation.date].append(obligation)
    told_first = sorted(visits, key=lambda visit: not visit.is_told)
    return tuple((visit, waiting[visit.date].pop(0)) for visit in told_first if waiting[visit.date])


def _best_kept(kept: _Pairs, astray: Sequence[GeneratedVisit], room: int) -> _Pairs:
    """At most `room` of them: told ones first, then those farthest from the fixed visits on other days."""

    def nearness(visit: GeneratedVisit) -> int:
        return -min((abs((visit.date - other.date).days) for other in astray), default=0)

    return tuple(sorted(kept, key=lambda pair: (not pair[0].is_told, nearness(pair[0])))[:room])


def _nearest(visits: Sequence[GeneratedVisit], owed: Sequence[Obligation]) -> _Pairs:
    """Pair as many as there are of both: leave out told visits last, then go the fewest days.

    In date order nobody overtakes: on a line an order-keeping match is among the shortest.
    """

    @cache
    def best(i: int, j: int) -> tuple[_Cost, _Pairs]:
        if i == len(visits) or j == len(owed):
            return (sum(visit.is_told for visit in visits[i:]), 0), ()
        (left_out, distance), pairs = best(i + 1, j + 1)
        here = abs((visits[i].date - owed[j].date).days)
        options = [((left_out, distance + here), ((visits[i], owed[j]), *pairs))]
        surplus = (len(visits) - i) - (len(owed) - j)
        if surplus > 0:
            (left_out, distance), pairs = best(i + 1, j)
            options.append(((left_out + visits[i].is_told, distance), pairs))
        elif surplus < 0:
            options.append(best(i, j + 1))
        return min(options, key=lambda option: option[0])

    return best(0, 0)[1]


def _without(visits: Sequence[GeneratedVisit], pairs: _Pairs) -> list[GeneratedVisit]:
    paired = {visit.visit for visit, _ in pairs}
    return [visit for visit in visits if visit.visit not in paired]


def _unanswered(owed: Sequence[Obligation], pairs: _Pairs) -> list[Obligation]:
    answered = {obligation.key for _, obligation in pairs}
    return [obligation for obligation in owed if obligation.key not in answered]


def _with_unspent_keys(added: Sequence[Obligation], spent: Collection[str]) -> Iterator[Obligation]:
    taken = set(spent)
    for obligation in added:
        candidates = (obligation.renumbered(ordinal) for ordinal in count(1))
        fresh = next(candidate for candidate in candidates if candidate.key not in taken)
        taken.add(fresh.key)
        yield fresh
