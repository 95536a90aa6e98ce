"""A run through past or made-up days: the same intake, planner, clock jobs and relay, on a clock that is moved.

Time goes from event to event; between two events whatever falls due (a day to plan, a job of the clock) is done at
its own moment, in order. Nothing waits, nothing is random, so the same events give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from consumers.contracts import ParsedEvent, parse
from consumers.receipt import Receipt
from scheduler.bootstrap.process import Rounds
from scheduler.clock import ManualClock
from scheduler.domain.plan import Revision
from scheduler.jobs.agenda import Agenda, DueSlot, agenda_of
from scheduler.jobs.work import run_slot
from scheduler.planning.outcome import Outcome
from scheduler.planning.publish import publish_all
from scheduler.planning.service import PARKED_FOR, PlanningDesk, plan_next

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

A_LEAP = timedelta(days=31)

OnOutcome = Callable[[Outcome], None]


def believed(times: Sequence[datetime | None]) -> Iterator[datetime | None]:
    """Without those that are over a month ahead of the event after them, or, for the last, of the one before.

    A slip in one year shall not age the whole run: time never goes back, so what follows would come too late.
    """
    readable = [moment for moment in times if moment is not None]
    neighbours = iter([*readable[1:], *readable[-2:-1]])
    for moment in times:
        is_credible = moment is not None and moment - next(neighbours, moment) <= A_LEAP
        yield moment if is_credible else None


def _time_of(raw: bytes) -> datetime | None:
    parsed = parse(raw)
    return parsed.time if isinstance(parsed, ParsedEvent) else None


def _say_nothing(_: object) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class SimulatedDays:
    """`rounds` must have been started with `clock`."""

    rounds: Rounds
    clock: ManualClock
    desk: PlanningDesk
    on_outcome: OnOutcome = _say_nothing
    _agenda: Agenda = field(init=False)
    _last: datetime | DueSlot | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._agenda = agenda_of(self.rounds.policy.planning)

    def live_through(self, events: Sequence[bytes]) -> Iterator[Receipt]:
        """Take in each event at its own time, doing before it what falls due before it."""
        for raw, moment in zip(events, believed([_time_of(raw) for raw in events]), strict=True):
            if moment is not None:
                self.work_until(moment)
                self.clock.move_to(moment)
            yield self.rounds.intake.take_in(raw, door="file")

    def work_until(self, moment: datetime) -> None:
        """Do everything that falls due before `moment`."""
        while (due := self._next()) is not None and due[0] < moment:
            self.clock.move_to(due[0])
            self._do(due[1])

    def settle(self) -> None:
        """Plan every day that has news, as if the quiet time had passed. Clock jobs keep their hour.

        A day that fails is tried again as a planner would, until it is parked; the others are planned all the same.
        """
        patience = timedelta(seconds=self.rounds.policy.planning.patience_seconds)
        last = self.clock.now() + patience + PARKED_FOR / 2
        while (due := self._next_plan()) is not None and due < last:
            self.clock.move_to(due)
            self._plan()

    def publish_drafts(self) -> list[Revision]:
        """Tell every plan nobody was told yet, whatever the hour: the last word of a run."""
        told: list[Revision] = []
        with self.rounds.store.unit_of_work() as uow:
            for branch in uow.branches.all():
                until = branch.local_date(self.clock.now()) + timedelta(days=366)
                told += publish_all(uow, branch, self.clock.now(), until=until)
            uow.commit()
        return told

    def _next(self) -> tuple[datetime, DueSlot | None] | None:
        plan, slot = self._next_plan(), self._next_slot()
        if plan is not None and (slot is None or plan <= slot.moment):
            return plan, None
        return None if slot is None else (slot.moment, slot)

    def _next_plan(self) -> datetime | None:
        with self.rounds.store.unit_of_work(read_only=True) as uow:
            return uow.work.next_due()

    def _next_slot(self) -> DueSlot | None:
        """Jobs begin with the first moment the run knows of."""
        with self.rounds.store.unit_of_work(read_only=True) as uow:
            branches = uow.branches.all()
        if not branches:
            return None
        if self._last is None:
            self._last = self.clock.now()
        return self._agenda.next_due(branches, self._last)

    def _do(self, slot: DueSlot | None) -> None:
        if slot is None:
            self._plan()
            return
        run_slot(
            slot,
            open_uow=self.rounds.store.unit_of_work,
            now=self.clock.now(),
            owner=self.rounds.owner,
            policy=self.rounds.policy,
        )
        self._last = slot

    def _plan(self) -> Outcome:
        outcome = plan_next(self.rounds.store.unit_of_work, self.clock, self.desk)
        self.on_outcome(outcome)
        return outcome
