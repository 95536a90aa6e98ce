"""A whole branch for stories: a real store on SQLite, the real handlers and planner, and a clock that stands still.

All places are ten minutes and ten kilometres apart. `office.at("09:30")` sets the clock on the day of the story.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from optimizer.travel.provider import Point, Profile, TravelTable
from scheduler.domain import commands
from scheduler.domain.ids import CaseManagerId, EventId, PatientId, VisitId
from scheduler.domain.people import Absence, CaseManager, Hold
from scheduler.domain.plan import Plan, Revision
from scheduler.domain.policy import Policy
from scheduler.domain.visit import Pin, Visit
from scheduler.handlers.bus import CommandBus
from scheduler.planning.outcome import Outcome
from scheduler.planning.publish import publish_due
from scheduler.planning.search import Search
from scheduler.planning.service import PlanningDesk, plan_next
from scheduler.store.engine import Store
from tests.builders import (
    BRANCH,
    DAY,
    VISIT_TYPES,
    a_branch,
    a_case_manager,
    a_patient,
    a_policy,
    a_visit,
    at,
    clock_of,
)


class TenMinutesApart:
    """Travel between any two points."""

    name = "ten-minutes/1"

    def table(self, points: Sequence[Point], profile: Profile) -> TravelTable:
        del profile
        apart = 1 - np.eye(len(points), dtype=np.int32)
        return TravelTable(provider=self.name, seconds=600 * apart, metres=10_000 * apart)


@dataclass
class StandingClock:
    time: datetime

    def now(self) -> datetime:
        return self.time


@dataclass
class Office:
    store: Store
    day: date = DAY
    policy: Policy = field(default_factory=lambda: a_policy(effort=0.2))
    clock: StandingClock = field(default_factory=lambda: StandingClock(at("09:00", day=DAY - timedelta(days=1))))
    provider: Any = field(default_factory=TenMinutesApart)
    search: Search | None = None
    events: int = 0

    def open(self, *case_managers: CaseManager | str) -> None:
        """The branch with its people."""
        with self.store.unit_of_work() as uow:
            uow.branches.save(a_branch())
            for person in case_managers:
                uow.case_managers.save(a_case_manager(person) if isinstance(person, str) else person)
            uow.commit()

    # -- what happens ---------------------------------------------------------------------------------

    def at(self, clock: str, *, days_before: int = 0) -> None:
        self.clock.time = at(clock, day=self.day - timedelta(days=days_before))

    def tell(self, command: commands.Command) -> None:
        """An event arrives."""
        self.events += 1
        bus = CommandBus(planning=self.policy.planning, visit_types=VISIT_TYPES)
        with self.store.unit_of_work() as uow:
            bus.handle(command, uow, self.clock.now(), because=EventId(f"e{self.events}"))
            uow.commit()

    def request(self, *visits: Visit | str) -> None:
        """Each visit is of a patient of its own."""
        for each in visits:
            visit = a_visit(each, date=self.day) if isinstance(each, str) else each
            self._know(visit.patient)
            self.tell(commands.RequestVisit(branch=BRANCH, at=self.clock.now(), facts=visit))

    def cancel(self, visit: str) -> None:
        self.tell(commands.CancelVisit(**self._now, visit=VisitId(visit), reason="hospital"))

    def sick(self, case_manager: str) -> None:
        away = Absence(starts=self.clock.now(), reason="sick")
        self.tell(commands.TakeCaseManagerOff(**self._now, case_manager=CaseManagerId(case_manager), absence=away))

    def hold(self, patient: str) -> None:
        away = Hold(starts=self.day, reason="hospital")
        self.tell(commands.PutPatientOnHold(**self._now, patient=PatientId(patient), hold=away))

    def begins(self, visit: str, by: str) -> None:
        self.tell(commands.StartVisit(**self._now, visit=VisitId(visit), case_manager=CaseManagerId(by)))

    def ends(self, visit: str, by: str, began: str) -> None:
        facts: dict[str, Any] = {
            "visit": VisitId(visit),
            "case_manager": CaseManagerId(by),
            "began": at(began, day=self.day),
        }
        self.tell(commands.CompleteVisit(**self._now, **facts))

    def pin(self, visit: str, to: str | None = None, clock: str | None = None) -> None:
        pin = Pin(case_manager=CaseManagerId(to) if to else None, starts=at(clock, day=self.day) if clock else None)
        self.tell(commands.PinVisit(**self._now, visit=VisitId(visit), pin=pin))

    def plan(self) -> Outcome:
        """One turn of a planner."""
        return plan_next(self.store.unit_of_work, self.clock, self.desk)

    @property
    def desk(self) -> PlanningDesk:
        return PlanningDesk(
            owner="planner-1",
            policy=self.policy,
            visit_types=VISIT_TYPES,
            travel_provider=self.provider,
            search=self.search,
        )

    def publish(self) -> None:
        """The clock's job of the evening."""
        with self.store.unit_of_work() as uow:
            publish_due(uow, BRANCH, self.clock.now(), self.policy)
            uow.commit()

    def told_day(self, *visits: Visit | str) -> Plan:
        """Requested and planned in the morning before, told in the evening; the outbox is empty afterwards."""
        self.at("09:00", days_before=1)
        self.request(*visits)
        self.at("09:10", days_before=1)
        self.plan()
        self.at("18:00", days_before=1)
        self.publish()
        self.sent()
        return self.head().plan

    # -- what can be seen -----------------------------------------------------------------------------

    def head(self) -> Revision:
        with self.store.unit_of_work(read_only=True) as uow:
            found = uow.plans.head(BRANCH, self.day)
        assert found is not None, "there is no plan"
        return found

    def visit(self, visit: str) -> Visit:
        with self.store.unit_of_work(read_only=True) as uow:
            return uow.visits.get(BRANCH, VisitId(visit))

    def routes(self) -> dict[str, list[str]]:
        """`{"kim": ["08:10 ada"]}` of the newest revision."""
        zone = a_branch().zone
        shown: dict[str, list[str]] = {}
        for route in self.head().plan.routes:
            stops = [f"{clock_of(stop.starts.astimezone(zone))} {stop.visit}" for stop in route.stops]
            shown.setdefault(str(route.case_manager), []).extend(stops)
        return shown

    def who(self) -> dict[str, str]:
        return {str(stop.visit): str(route.case_manager) for route, stop in self.head().plan.stops()}

    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """What waits in the outbox, oldest first; it is gone afterwards."""
        with self.store.unit_of_work() as uow:
            items = uow.outbox.unsent(1000)
            uow.outbox.mark_sent(items, self.clock.now())
            uow.commit()
        return [(item.type, json.loads(item.data)) for item in items]

    @property
    def _now(self) -> dict[str, Any]:
        return {"branch": BRANCH, "at": self.clock.now()}

    def _know(self, patient: PatientId) -> None:
        with self.store.unit_of_work() as uow:
            if uow.patients.find(BRANCH, patient) is None:
                uow.patients.save(replace(a_patient(patient), branch=BRANCH))
            uow.commit()
