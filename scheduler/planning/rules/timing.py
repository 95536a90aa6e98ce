"""The times of a route hold: every stop can be reached by its arrival, and what the plan says of drives is right.

Walks each route with the day's travel times, in whole seconds. Visits and breaks that have begun are facts the walk
starts from. A frozen stop keeps the length it was planned with; all others last as long as the visit says. A break
counts where the plan puts it: after the arrival at its stop, before service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.day import Day, Shift
from scheduler.domain.ids import PlaceId
from scheduler.domain.plan import BreakTime, Plan, Route, Stop
from scheduler.domain.time import after, seconds_between
from scheduler.domain.violation import Severity, Violation
from scheduler.domain.visit import Visit
from scheduler.planning.draft import ProblemDraft
from scheduler.planning.rules.rule import Saying
from scheduler.planning.rules.stops import has_open_stops
from scheduler.planning.rules.words import clock, minutes

TIMES = "route.times"
FIGURES = "route.figures"
CODES: Mapping[str, Saying] = {
    TIMES: Saying(
        severity=Severity.HARD,
        title="Every stop can be reached in time, one after the other.",
        governed_by="case_manager.profile",
    ),
    FIGURES: Saying(
        severity=Severity.HARD,
        title="The drives and lengths a plan shows are those of the day's travel times and visits.",
        governed_by="visit.minutes",
    ),
}


def compile(day: Day, draft: ProblemDraft) -> None:
    """The engine drives by the same travel times; the draft gave it those."""
    del day, draft


def check(day: Day, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        shift = day.shift(route.shift)
        if shift is not None and has_open_stops(day, route):
            yield from _Walk(day, shift, route).faults()


@dataclass(slots=True)
class _Walk:
    """Where the case manager is, and free from when. Goes through a route once."""

    day: Day
    shift: Shift
    route: Route

    def faults(self) -> Iterator[Violation]:
        here, free = self.shift.case_manager.begins_from.id, self.route.leaves
        for number, stop in enumerate(self.route.stops):
            visit = self.day.visit(stop.visit)
            if visit is None:
                continue
            there = here if visit.is_remote else self.day.place_of(visit).id
            if not visit.status.has_begun:
                yield from self._stop(visit, stop, self._drive(here, there), free)
                yield from self._pauses(number, visit, stop)
            here, free = there, stop.ends
        yield from self._return(self._drive(here, self.shift.case_manager.finishes_at.id), free)

    def _stop(self, visit: Visit, stop: Stop, drive: tuple[int, int], free: datetime) -> Iterator[Violation]:
        reached, with_whom = after(free, drive[0]), f"Visit {visit.id} with {self.shift.label}"
        if stop.arrives < reached:
            yield self._violation(
                TIMES,
                f"{self.shift.label} can be at visit {visit.id} at {self._clock(reached)}, "
                f"not at {self._clock(stop.arrives)}.",
                visit,
            )
        if stop.starts < stop.arrives:
            yield self._violation(
                TIMES, f"{with_whom} starts before the arrival at {self._clock(stop.arrives)}.", visit
            )
        if (stop.drive_seconds, stop.drive_metres) != drive and not visit.is_remote:
            yield self._violation(
                FIGURES,
                f"The way to visit {visit.id} takes {self.shift.label} {minutes(drive[0])} and {drive[1]} m, "
                f"not {minutes(stop.drive_seconds)} and {stop.drive_metres} m.",
                visit,
            )
        lasts = seconds_between(stop.starts, stop.ends)
        if lasts != 60 * visit.minutes and not stop.is_frozen:
            yield self._violation(FIGURES, f"{with_whom} lasts {_length(lasts)}, not {visit.minutes} min.", visit)

    def _pauses(self, number: int, visit: Visit, stop: Stop) -> Iterator[Violation]:
        for pause in self.route.breaks:
            fits = pause.ends <= stop.starts and (stop.arrives <= pause.starts or self._has_begun(pause))
            if pause.before == number and not fits:
                yield self._violation(
                    TIMES,
                    f"{self.shift.label}'s break at {self._clock(pause.starts)} does not fit between "
                    f"the arrival at visit {visit.id} and its start.",
                    visit,
                )

    def _return(self, drive: tuple[int, int], free: datetime) -> Iterator[Violation]:
        last = [pause for pause in self.route.breaks if pause.before == len(self.route.stops)]
        if any(pause.starts < free and not self._has_begun(pause) for pause in last):
            yield self._violation(TIMES, f"{self.shift.label}'s last break begins before the last visit ends.")
        back = after(max([free, *(pause.ends for pause in last)]), drive[0])
        if self.route.returns < back:
            yield self._violation(
                TIMES,
                f"{self.shift.label} can be back at {self._clock(back)}, not at {self._clock(self.route.returns)}.",
            )
        if (self.route.home_seconds, self.route.home_metres) != drive:
            yield self._violation(
                FIGURES,
                f"The way back takes {self.shift.label} {minutes(drive[0])} and {drive[1]} m, "
                f"not {minutes(self.route.home_seconds)} and {self.route.home_metres} m.",
            )

    def _has_begun(self, pause: BreakTime) -> bool:
        """Where it was taken is a fact, whatever the rest of the route became."""
        return self.day.now is not None and pause.starts < self.day.now

    def _drive(self, here: PlaceId, there: PlaceId) -> tuple[int, int]:
        """No way counts as none to drive: `travel.no_way` speaks about that."""
        profile = self.shift.case_manager.profile
        seconds = self.day.travel.seconds(profile, here, there)
        return seconds or 0, self.day.travel.metres(profile, here, there) or 0

    def _clock(self, moment: datetime) -> str:
        return clock(self.day, moment)

    def _violation(self, code: str, sentence: str, visit: Visit | None = None) -> Violation:
        return Violation(code=code, severity=CODES[code].severity, sentence=sentence,
                         visit=visit.id if visit else None, case_manager=self.shift.case_manager.id)  # fmt: skip


def _length(seconds: int) -> str:
    return minutes(seconds) if seconds >= 0 else f"less than nothing ({minutes(-seconds)})"
