"""The decided part of one shift, walked stop by stop: who is where, and from when free. See `freeze.py`.

Inside, all moments are UTC: Python compares two moments of one zone by their clocks, which lie in the hour that
autumn repeats. What comes out is in the branch's zone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import PlaceId
from scheduler.domain.plan import BreakTime, Stop
from scheduler.domain.time import after, seconds_between
from scheduler.domain.visit import Visit, VisitStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """The part of a shift that is decided. `place` is where it ends, `free_from` when."""

    stops: tuple[Stop, ...]
    breaks: tuple[BreakTime, ...]
    leaves: datetime
    free_from: datetime
    place: PlaceId

    @property
    def drive_seconds(self) -> int:
        return sum(stop.drive_seconds for stop in self.stops)

    @property
    def drive_metres(self) -> int:
        return sum(stop.drive_metres for stop in self.stops)

    @property
    def wait_seconds(self) -> int:
        waits = sum(seconds_between(stop.arrives, stop.starts) for stop in self.stops)
        return max(0, waits - sum(seconds_between(pause.starts, pause.ends) for pause in self.breaks))

    @property
    def unpaid_break_seconds(self) -> int:
        return sum(seconds_between(p.starts, p.ends) for p in self.breaks if not p.is_paid)


def in_utc(stop: Stop) -> Stop:
    return replace(
        stop,
        arrives=stop.arrives.astimezone(UTC),
        starts=stop.starts.astimezone(UTC),
        ends=stop.ends.astimezone(UTC),
    )


class PrefixWalk:
    """Follows one case manager through the decided part of the shift."""

    def __init__(self, day: Day, shift: Shift) -> None:
        self.day, self.shift = day, shift
        self.now = day.now.astimezone(UTC) if day.now else None
        self.place = shift.case_manager.begins_from.id
        self.free_from: datetime | None = None
        self.leaves = shift.starts
        self.stops: list[Stop] = []
        self.breaks: list[BreakTime] = []

    def add_begun(self, visit: Visit, planned: Stop | None) -> None:
        starts = (visit.started_at or self.shift.starts).astimezone(UTC)
        due = after(starts, _length(visit, planned))
        if visit.status is VisitStatus.DONE:
            ends = max((visit.ended_at or due).astimezone(UTC), starts)
        else:
            ends = max(due, self.now or due)
        arrives = min(planned.arrives, starts) if planned else starts
        if self.free_from is not None and planned is not None:
            arrives = min(max(arrives, self.free_from), starts)
        self._take(visit, planned, arrives, starts, ends)

    def add_imminent(self, visit: Visit, planned: Stop) -> None:
        arrives = planned.arrives
        if self.free_from is not None:
            arrives = max(arrives, after(self.free_from, self._drive(visit)[0]))
        ready = max([arrives, *(pause.ends for pause in self._delayed_breaks(planned, arrives))])
        starts = max(planned.starts, ready)
        ends = after(starts, _length(visit, planned))
        is_late = starts > planned.starts
        if self._is_there(starts, ends) and not (is_late and self._comes_too_late(visit, starts, ends)):
            self._take(visit, planned, arrives, starts, ends)

    def prefix(self) -> Prefix | None:
        if self.free_from is None:
            return None
        self._take_break_since()
        return Prefix(
            stops=tuple(self.stops),
            breaks=tuple(self.breaks),
            leaves=self.leaves.astimezone(self.day.zone),
            free_from=max(self.free_from, self.now or self.free_from).astimezone(self.day.zone),
            place=self.place,
        )

    def _take(self, visit: Visit, planned: Stop | None, arrives: datetime, starts: datetime, ends: datetime) -> None:
        seconds, metres = self._drive(visit)
        if not self.stops:
            self.leaves = after(arrives, -seconds)
        pauses = self._delayed_breaks(planned, arrives) if planned else []
        for pause in (pause for pause in pauses if pause.ends <= starts):
            self._rest(pause)
        self.stops.append(
            Stop(
                visit=visit.id,
                patient=visit.patient,
                arrives=arrives.astimezone(self.day.zone),
                starts=starts.astimezone(self.day.zone),
                ends=ends.astimezone(self.day.zone),
                drive_seconds=seconds,
                drive_metres=metres,
                is_frozen=True,
            )
        )
        self.place, self.free_from = self._place(visit), ends

    def _take_break_since(self) -> None:
        """A break that follows the last stop and has begun by now is taken."""
        planned = self.day.current.where(self.stops[-1].visit) if self.day.current else None
        if planned is None or self.free_from is None or self.now is None:
            return
        if planned[0].case_manager != self.shift.case_manager.id:
            return
        following = planned[0].stops.index(planned[1]) + 1
        for pause in (pause for pause in planned[0].breaks if pause.before == following):
            starts = max(pause.starts.astimezone(UTC), self.free_from)
            if starts <= self.now:
                self.free_from = after(starts, seconds_between(pause.starts, pause.ends))
                self._rest(replace(pause, starts=starts, ends=self.free_from))

    def _rest(self, pause: BreakTime) -> None:
        starts, ends = (moment.astimezone(self.day.zone) for moment in (pause.starts, pause.ends))
        self.breaks.append(replace(pause, before=len(self.stops), starts=starts, ends=ends))

    def _delayed_breaks(self, planned: Stop, arrives: datetime) -> list[BreakTime]:
        """Breaks planned before this stop, moved later with it."""
        delay = max(0, seconds_between(planned.arrives, arrives))
        found = self.day.current.where(planned.visit) if self.day.current else None
        if found is None:
            return []
        before = found[0].stops.index(found[1])
        return [
            replace(
                pause,
                starts=after(pause.starts.astimezone(UTC), delay),
                ends=after(pause.ends.astimezone(UTC), delay),
            )
            for pause in found[0].breaks
            if pause.before == before
        ]

    def _is_there(self, starts: datetime, ends: datetime) -> bool:
        """The case manager is not absent."""
        return not any(
            absence.starts < ends and (absence.ends is None or starts < absence.ends)
            for absence in self.shift.case_manager.absences
        )

    def _comes_too_late(self, visit: Visit, starts: datetime, ends: datetime) -> bool:
        """For the windows, or for the shift. A visit whose lateness is only priced knows no windows here."""
        overtime = 60 * self.day.policy.limits.most_overtime_minutes
        if ends > after(self.shift.ends, overtime):
            return True
        if visit.late_by_price or not visit.windows:
            return False
        fitting = (window for window in visit.windows if window.admits(starts))
        return not any(ends <= window.closes or not visit.must_end_by_close for window in fitting)

    def _place(self, visit: Visit) -> PlaceId:
        return self.place if visit.is_remote else self.day.place_of(visit).id

    def _drive(self, visit: Visit) -> tuple[int, int]:
        travel, profile = self.day.travel, self.shift.case_manager.profile
        there = self._place(visit)
        return (
            travel.seconds(profile, self.place, there) or 0,
            travel.metres(profile, self.place, there) or 0,
        )


def _length(visit: Visit, planned: Stop | None) -> int:
    return 60 * visit.minutes if planned is None else seconds_between(planned.starts, planned.ends)
