"""What many branches send in a morning: facts first, then news without end. Equal seeds give equal bytes.

Each event names the effect that the audit shows when it is applied. Some are sent twice, some come too late, and
some are about a visit nobody knows: what becomes of those is known, too. A branch never has more open visits on a
day than its people can serve.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.integration.little_branch import WEEK, morning_zone

SOURCE: Final = "/ehr/campaign"
PEOPLE, PATIENTS, MOST_OPEN = 3, 12, 7
REPEATED, LATE, STRANGE = 0.03, 0.02, 0.02
"""The share of events that are sent a second time, that are older than what is known, and about nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One event to send. `effect` is `branch action object`, as the audit has it."""

    event: str
    key: str
    effect: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What was last said of a visit that can still change."""

    name: str
    patient: str
    day: date
    version: int
    needs: dict[str, Any]
    pinned: str | None = None


@dataclass
class Branch:
    """The sender's side of one branch: what it has said so far."""

    name: str
    zone: ZoneInfo
    now: datetime
    chance: Random
    days: tuple[date, ...]
    count: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    visits: dict[str, Open] = field(default_factory=dict)
    requested: int = 0
    last: Made | None = None

    def facts(self) -> Iterator[Made]:
        yield self.made("branch.changed", self.name, {"name": self.name, "zone": self.zone.key})
        for number in range(PEOPLE):
            yield self.person(number)
        for number in range(PATIENTS):
            yield self.patient(number)

    def news(self) -> Made:
        """One more event, which `last` then holds."""
        if self.last and self.chance.random() < REPEATED:
            return self.last
        self.last = self._news()
        return self.last

    def person(self, number: int) -> Made:
        name = f"CM-{number}"
        ends = self.chance.choice(("17:00", "17:30", "18:00"))
        data = {
            "id": name,
            "name": f"Case Manager {number}",
            "licence": "RN",
            "begins_from": _point(self.chance),
            "hours": [{"weekday": weekday, "starts": "08:00", "ends": ends} for weekday in WEEK],
        }
        return self.made("case_manager.changed", name, data, version=self._next(name))

    def patient(self, number: int) -> Made:
        name = f"P-{number}"
        data = {"id": name, "name": f"Patient {number} of {self.name}", "home": _point(self.chance)}
        return self.made("patient.changed", name, data, version=self._next(name))

    def made(self, kind: str, what: str, data: dict[str, Any], *, version: int = 0, action: str = "") -> Made:
        self.count += 1
        said: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{self.name}-{self.count:06d}",
            "source": SOURCE,
            "type": f"rounds.{kind}.v1",
            "time": self.now.isoformat(),
            "branch": self.name,
            "data": data,
        }
        if version:
            said["entityversion"] = version
        effect = f"{self.name} {action or kind} {what}"
        return Made(event=said["id"], key=self.name, effect=effect, raw=json.dumps(said).encode())

    def _news(self) -> Made:
        chance = self.chance.random()
        if chance < STRANGE:
            return self.made("visit.cancelled", "V-nobody", {"visit": "V-nobody", "reason": "unknown"})
        if chance < STRANGE + LATE and self.visits:
            return self._changed_too_late(self._any())
        if chance < 0.08:
            return self.chance.choice((self.person, self.patient))(self.chance.randrange(PEOPLE))
        open_days = [day for day in self.days if self._open_on(day) < MOST_OPEN]
        if open_days and (chance < 0.45 or not self.visits):
            return self._requested(self.chance.choice(open_days))
        return self.chance.choice(self._changes())(self._any())

    def _changes(self) -> tuple[Callable[[Open], Made], ...]:
        return (self._changed, self._changed, self._pinned, self._cancelled)

    def _requested(self, day: date) -> Made:
        self.requested += 1
        name = f"V-{self.requested}"
        visit = Open(name=name, patient=f"P-{self.chance.randrange(PATIENTS)}", day=day, version=1, needs={})
        return self._said("visit.requested", replace(visit, needs=self._needs(day, other_than=0)))

    def _changed(self, visit: Open) -> Made:
        """Now and then to another day, where there is room."""
        other = self.chance.choice(self.days)
        day = other if self._open_on(other) < MOST_OPEN else visit.day
        needs = self._needs(day, other_than=visit.needs["minutes"])
        return self._said("visit.changed", replace(visit, day=day, version=visit.version + 1, needs=needs))

    def _changed_too_late(self, visit: Open) -> Made:
        """Of version 1 again, whatever came since; of one that is still at 1, an odd one out that is refused."""
        needs = self._needs(visit.day, other_than=visit.needs["minutes"])
        data = {"id": visit.name, "patient": visit.patient, "type": "routine", **needs}
        return self.made("visit.changed", visit.name, data, version=1)

    def _said(self, kind: str, visit: Open) -> Made:
        self.visits[visit.name] = visit
        data = {"id": visit.name, "patient": visit.patient, "type": "routine", **visit.needs}
        return self.made(kind, visit.name, data, version=visit.version)

    def _pinned(self, visit: Open) -> Made:
        wanted = None if visit.pinned else f"CM-{self.chance.randrange(PEOPLE)}"
        self.visits[visit.name] = replace(visit, pinned=wanted)
        data = {"visit": visit.name} | ({"case_manager": wanted} if wanted else {})
        action = "visit.pinned" if wanted else "visit.unpinned"
        return self.made("visit.pinned", visit.name, data, action=action)

    def _cancelled(self, visit: Open) -> Made:
        del self.visits[visit.name]
        return self.made("visit.cancelled", visit.name, {"visit": visit.name, "reason": "patient_declined"})

    def _needs(self, day: date, *, other_than: int) -> dict[str, Any]:
        minutes = self.chance.choice([each for each in (30, 35, 40, 45) if each != other_than])
        opens = datetime.combine(day, time(self.chance.randrange(9, 15)), self.zone)
        window = {"opens": opens.isoformat(), "closes": (opens + timedelta(hours=3)).isoformat()}
        priority = self.chance.choice(("normal", "normal", "high", "urgent"))
        return {"date": day.isoformat(), "minutes": minutes, "priority": priority, "windows": [window]}

    def _any(self) -> Open:
        return self.visits[self.chance.choice(list(self.visits))]

    def _open_on(self, day: date) -> int:
        return sum(visit.day == day for visit in self.visits.values())

    def _next(self, name: str) -> int:
        self.versions[name] = self.versions.get(name, 0) + 1
        return self.versions[name]


@dataclass
class Workload:
    """`now` is the moment the morning begins: it decides the zone and the days, and nothing else."""

    seed: int
    branches: int
    now: datetime

    def __post_init__(self) -> None:
        self.now = self.now.astimezone(UTC).replace(microsecond=0)
        zone = morning_zone(self.now)
        today = self.now.astimezone(zone).date()
        self._chance = Random(self.seed)  # noqa: S311 - a workload is no secret
        self._branches = [
            Branch(
                name=f"b{number:02d}",
                zone=zone,
                now=self.now,
                chance=Random(f"{self.seed}/{number}"),  # noqa: S311
                days=(today, today + timedelta(days=1)),
            )
            for number in range(self.branches)
        ]

    def events(self, count: int) -> Iterator[Made]:
        """All facts, then news of branches in no order, so many altogether."""
        facts = [made for branch in self._branches for made in branch.facts()]
        yield from facts[:count]
        for _ in range(count - len(facts)):
            yield self._chance.choice(self._branches).news()


def _point(chance: Random) -> dict[str, float]:
    return {"latitude": 39.90 + chance.randrange(200) / 1000, "longitude": -83.10 + chance.randrange(200) / 1000}
