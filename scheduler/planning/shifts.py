"""Shifts of one day from working hours, less absences. Never cuts away time that was worked already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.domain.day import Shift
from scheduler.domain.ids import ShiftId
from scheduler.domain.people import Absence, CaseManager
from scheduler.domain.time import after, at_local
from scheduler.domain.visit import Visit

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLoad:
    """What a case manager's week holds besides the day."""

    seconds: int = 0
    centipoints: int = 0


def shifts_of(
    person: CaseManager, day: date, zone: ZoneInfo, *, begun: Iterable[Visit], week: WeekLoad
) -> tuple[Shift, ...]:
    """In order of time. `begun` are the visits of that day this person has begun; they are always inside a shift."""
    worked = sorted(_worked(visit, zone) for visit in begun if visit.started_at is not None)
    spans = _hours(person, day, zone)
    for absence in person.absences:
        spans = _less(spans, _unworked(absence, worked))
    if worked and not spans:
        spans = [(worked[0][0], max(ends for _, ends in worked))]
    return tuple(
        Shift(
            id=ShiftId(f"{person.id}/{day.isoformat()}/{number}"),
            case_manager=person,
            starts=starts,
            ends=ends,
            week_seconds=week.seconds,
            week_centipoints=week.centipoints,
        )
        for number, (starts, ends) in enumerate(sorted(spans), start=1)
    )


def _hours(person: CaseManager, day: date, zone: ZoneInfo) -> list[Span]:
    hours = ((at_local(day, h.starts, zone), at_local(day, h.ends, zone)) for h in person.hours_on(day))
    return [(starts, ends) for starts, ends in hours if starts < ends]


def _worked(visit: Visit, zone: ZoneInfo) -> Span:
    starts = (visit.started_at or visit.ended_at or datetime.min.replace(tzinfo=zone)).astimezone(zone)
    due = after(starts, 60 * visit.minutes)
    return starts, max(starts, (visit.ended_at or due).astimezone(zone))


def _unworked(absence: Absence, worked: Sequence[Span]) -> Absence | None:
    """The absence from when the last visit begun in it was over."""
    inside = [
        ends for starts, ends in worked if ends > absence.starts and (absence.ends is None or starts < absence.ends)
    ]
    starts = max([absence.starts, *inside])
    if absence.ends is not None and starts >= absence.ends:
        return None
    return Absence(starts=starts, ends=absence.ends, reason=absence.reason)


def _less(spans: Iterable[Span], absence: Absence | None) -> list[Span]:
    if absence is None:
        return list(spans)
    left: list[Span] = []
    for starts, ends in spans:
        if absence.starts > starts:
            left.append((starts, min(ends, absence.starts.astimezone(starts.tzinfo))))
        if absence.ends is not None and absence.ends < ends:
            left.append((max(starts, absence.ends.astimezone(starts.tzinfo)), ends))
    return [(starts, ends) for starts, ends in left if starts < ends]
