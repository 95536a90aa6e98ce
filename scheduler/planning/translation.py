"""From a day to the start of a draft: which visits and shifts the engine may decide about, where and when.

Rules come after this and only narrow and price. A visit that cannot be planned at all (no address yet, the
patient away) never reaches the engine; `held_back` says why. Seconds as in `draft.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.problem import NO_PLACE, Measure
from optimizer.problem import Route as EngineRoute
from optimizer.problem import Visit as EngineVisit
from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import CaseManagerId, PlaceId
from scheduler.domain.plan import Reason
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.freeze import frozen
from scheduler.planning.prefix import Prefix
from scheduler.planning.rules import hold, place


def start_draft(day: Day) -> ProblemDraft:
    """Everything free and allowed, bounded only by the day, by now, and by what is decided already."""
    decided = frozen(day)
    visits = tuple(
        visit
        for visit in day.visits
        if visit.is_open and visit.id not in decided.shift_of and held_back(day, visit) is None
    )
    shifts = tuple(shift for shift in day.shifts if _has_places(shift))
    draft = ProblemDraft(
        day=day,
        visits=visits,
        shifts=shifts,
        frozen=decided,
        places={place: index for index, place in enumerate(_places(day, visits, shifts, decided.prefixes.values()))},
        profiles=tuple(sorted({shift.case_manager.profile for shift in shifts})),
    )
    people = {person: number for number, person in enumerate(_people(shifts))}
    draft.open_with(
        visits=[_engine_visit(draft, visit) for visit in visits],
        routes=[_engine_route(draft, shift, people[shift.case_manager.id]) for shift in shifts],
    )
    return draft


def held_back(day: Day, visit: Visit) -> Reason | None:
    """Why an open visit is not even tried."""
    if day.patient_of(visit).is_away_on(day.date):
        return Reason(code=hold.CODE, sentence=f"The patient is away on {day.date:%d %b}.")
    if not visit.is_remote and day.place_of(visit).needs_address:
        return Reason(code=place.CODE, sentence="The address has not been found yet; correct or confirm it.")
    return None


def _engine_visit(draft: ProblemDraft, visit: Visit) -> EngineVisit:
    """It may start any time of the day that is still ahead; rules narrow that."""
    day = draft.day
    first = 0 if day.now is None else draft.second(day.now)
    last = draft.second(day.bounds[1])
    return EngineVisit(
        place=NO_PLACE if visit.is_remote else draft.places[day.place_of(visit).id],
        windows=((first, last),) if first <= last else (),
        points=visit.centipoints,
    )


def _engine_route(draft: ProblemDraft, shift: Shift, person: int) -> EngineRoute:
    opens, prefix = draft.second(shift.starts), draft.frozen.prefixes.get(shift.id)
    start = shift.case_manager.begins_from.id
    if draft.day.now is not None:
        opens = max(opens, draft.second(draft.day.now))
    if prefix is not None:
        opens, start = draft.second(prefix.free_from), prefix.place
    closes = draft.second(shift.ends)
    return EngineRoute(
        person=person,
        start_place=draft.places[start],
        end_place=draft.places[shift.case_manager.finishes_at.id],
        opens=opens,
        closes=max(opens, closes),
        soft_closes=closes,
        shift=(draft.second(shift.starts), closes),
        profile=draft.profiles.index(shift.case_manager.profile),
        departed=None if prefix is None else draft.second(prefix.leaves),
        base=() if prefix is None else _base(draft, prefix),
    )


def _base(draft: ProblemDraft, prefix: Prefix) -> tuple[tuple[Measure, int], ...]:
    """What the decided part has used up, as the engine measures it."""
    points = (visit.centipoints for stop in prefix.stops if (visit := draft.day.visit(stop.visit)))
    return (
        (Measure.DRIVE, prefix.drive_seconds),
        (Measure.METRES, prefix.drive_metres),
        (Measure.WAIT, prefix.wait_seconds),
        (Measure.IDLE, prefix.wait_seconds),
        (Measure.PAID, -prefix.unpaid_break_seconds),  # the engine counts paid time from `departed` on
        (Measure.VISITS, len(prefix.stops)),
        (Measure.POINTS, sum(points)),
    )


def _has_places(shift: Shift) -> bool:
    person = shift.case_manager
    return not (person.begins_from.needs_address or person.finishes_at.needs_address)


def _people(shifts: Iterable[Shift]) -> list[CaseManagerId]:
    return sorted({shift.case_manager.id for shift in shifts})


def _places(day: Day, visits: Iterable[Visit], shifts: Iterable[Shift], prefixes: Iterable[Prefix]) -> list[PlaceId]:
    used = {day.place_of(visit).id for visit in visits if not visit.is_remote}
    used |= {prefix.place for prefix in prefixes}
    for shift in shifts:
        used |= {shift.case_manager.begins_from.id, shift.case_manager.finishes_at.id}
    return sorted(used)
