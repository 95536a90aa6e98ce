"""A branch with a store of its own and a clock set by hand, for tests that bring events in and look at the effects.

It is ten in the morning of Monday, 2 March 2026, in New York unless a test moves the clock. The office
knows its branch, the patient `P-1` and the case managers `CM-1` and `CM-2`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from consumers.intake import Intake
from consumers.receipt import Receipt, Status
from scheduler.domain.ids import BranchId, CarePlanId, VisitId
from scheduler.domain.people import Licence
from scheduler.domain.policy import Planning
from scheduler.domain.visit import Priority, Visit, VisitType
from scheduler.handlers.addresses import AddressBook
from scheduler.handlers.bus import CommandBus
from scheduler.handlers.dead_letters import Drawer
from scheduler.handlers.putting_aside import DrawerLimits
from scheduler.ports.dead_letters import DeadLetter
from scheduler.ports.geocoding import Geocoder
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import migrate
from tests.builders import ZONE

BRANCH = BranchId("north")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZONE)
TODAY = NOW.date()
HOURS = [{"weekday": day, "starts": "08:00", "ends": "16:00"} for day in ("mon", "tue", "wed", "thu", "fri")]

VISIT_TYPES: Mapping[str, VisitType] = {
    kind.code: kind
    for kind in (
        VisitType(
            code="routine",
            title="Skilled nursing visit",
            minutes=45,
            centipoints=100,
            licences=(Licence.RN, Licence.LPN),
        ),
        VisitType(
            code="wound",
            title="Wound care",
            minutes=60,
            centipoints=125,
            licences=(Licence.RN, Licence.LPN),
            credentials=("wound_care",),
        ),
        VisitType(
            code="roc",
            title="Resumption of care",
            minutes=75,
            centipoints=150,
            licences=(Licence.RN,),
            priority=Priority.HIGH,
        ),
        VisitType(code="psychosocial", title="Social work", minutes=60, centipoints=125, licences=(Licence.LCSW,)),
    )
}


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def an_event(kind: str, data: Any, **attributes: Any) -> bytes:
    """`an_event("visit.cancelled", {...})` comes in from `/ehr` with an id of its own; None leaves an attribute out."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"e-{next(_numbers)}",
        "source": "/ehr",
        "type": f"rounds.{kind}.v1",
        "time": NOW.isoformat(),
        "branch": BRANCH,
        "data": data,
    }
    return json.dumps({k: v for k, v in (event | attributes).items() if v is not None}).encode()


def a_request(visit: str = "V-1", **needs: Any) -> dict[str, Any]:
    """Data of a request for tomorrow."""
    known = {"id": visit, "patient": "P-1", "type": "routine", "date": in_days(1).isoformat()}
    return {**known, **needs}


@dataclass
class ManualClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Office:
    path: Path
    store: Store
    clock: ManualClock = field(default_factory=ManualClock)
    planning: Planning = field(default_factory=Planning)
    geocoder: Geocoder | None = None
    most_letters: int = 1000

    @property
    def intake(self) -> Intake:
        return Intake(
            open_unit_of_work=self.store.unit_of_work,
            commands=CommandBus(planning=self.planning, visit_types=VISIT_TYPES),
            clock=self.clock,
            addresses=AddressBook(open_unit_of_work=self.store.unit_of_work, clock=self.clock, geocoder=self.geocoder),
            limits=DrawerLimits(most_waiting=self.most_letters),
        )

    def take_in(self, raw: bytes | None) -> Receipt:
        return self.intake.take_in(raw, door="test")

    def hear(self, kind: str, data: Mapping[str, Any], **attributes: Any) -> Receipt:
        """Take in an event that must be accepted."""
        receipt = self.take_in(an_event(kind, data, **attributes))
        assert not receipt.is_refused, receipt.problems
        return receipt

    def refuse(self, kind: str, data: Mapping[str, Any] | None, **attributes: Any) -> str:
        """Take in an event that must be refused for one reason; its code."""
        receipt = self.take_in(an_event(kind, data, **attributes))
        assert receipt.status is Status.REFUSED
        (problem,) = receipt.problems
        assert problem.sentence
        assert problem.remedy
        return problem.code

    def settle_in(self) -> None:
        self.hear("branch.changed", {"name": "North", "zone": "America/New_York"})
        home = {"latitude": 39.96, "longitude": -83.0}
        self.hear("patient.changed", {"id": "P-1", "name": "Ada Example", "home": home})
        for person in ("CM-1", "CM-2"):
            facts = {"id": person, "name": "Kim Example", "licence": "RN", "begins_from": home, "hours": HOURS}
            self.hear("case_manager.changed", facts)
        self.forget_news()

    def open(self) -> UnitOfWork:
        return self.store.unit_of_work()

    def visit(self, name: str) -> Visit:
        with self.open() as uow:
            return uow.visits.get(BRANCH, VisitId(name))

    def visits_of(self, care_plan: str) -> Sequence[Visit]:
        with self.open() as uow:
            return uow.visits.of_care_plan(BRANCH, CarePlanId(care_plan))

    def letters(self) -> Sequence[DeadLetter]:
        with self.open() as uow:
            newest = uow.dead_letters.newest(1000, waiting=False)
            return [letter for each in newest if (letter := uow.dead_letters.get(each.id))]

    def dirty(self) -> dict[date, timedelta]:
        """Days with news, and how long each waits from now; zero is at once."""
        rows = self.rows("SELECT day, not_before FROM branch_work WHERE dirty_seq > solved_seq ORDER BY day")
        return {
            date.fromisoformat(day): max(datetime.fromisoformat(ready) - self.clock.now(), timedelta(0))
            for day, ready in rows
        }

    def forget_news(self) -> None:
        with closing(sqlite3.connect(self.path)) as file, file:
            file.execute("DELETE FROM branch_work")
            file.execute("DELETE FROM work_cause")

    def rows(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as file:
            return file.execute(query).fetchall()

    def digest(self) -> str:
        """Of everything the store holds, but for how often what was refused has come."""
        with closing(sqlite3.connect(self.path)) as file, closing(sqlite3.connect(":memory:")) as copy:
            file.backup(copy)
            copy.execute("UPDATE dead_letter SET times = NULL, last_seen_at = NULL")
            return sha256("\n".join(copy.iterdump()).encode()).hexdigest()


_numbers = count(1)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once and copied: making tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("office") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def office(empty_database: Path, tmp_path: Path) -> Iterator[Office]:
    """Settled in, with no news waiting."""
    with an_office(empty_database, tmp_path) as opened:
        yield opened


@contextmanager
def an_office(empty: Path, folder: Path) -> Iterator[Office]:
    path = Path(copyfile(empty, folder / "rounds.db"))
    with open_store(f"sqlite:///{path}") as store:
        opened = Office(path=path, store=store)
        opened.settle_in()
        yield opened


def a_drawer(office: Office) -> Drawer[Receipt]:
    return Drawer(
        open_unit_of_work=office.store.unit_of_work, take_in=office.intake.take_in, clock=office.clock, actor="dora"
    )
