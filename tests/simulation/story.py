"""What the world around Rounds sends in one night: events of three branches, each with the moment it is sent.

Most come as they should; some twice, late, or after a younger one; some are broken. Where two events could not change
places without meaning something else, they keep their order: facts carry versions, and a visit is pinned or cancelled
at most once. So the facts at the end are the same whatever happens on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.made_up_events import a_colleague, a_line, a_patient, a_request

NIGHTS: Final = (date(2026, 3, 7), date(2026, 10, 31), date(2026, 5, 12))
"""Into daylight-saving time, out of it, and an ordinary one."""
ZONES: Final = (ZoneInfo("America/New_York"), ZoneInfo("America/Chicago"), ZoneInfo("America/Phoenix"))
BRANCHES: Final = ("north", "south", "west")
CASE_MANAGERS, PATIENTS, VISITS = 3, 7, 12
CHANGES: Final = 95
"""Of one branch. With all else, and what comes twice, some 500 events a night."""
BEGINS: Final = time(14)
LASTS: Final = timedelta(hours=12, minutes=30)
"""Over the evening in which the next day is told, and the hour that is skipped or comes twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One event on its way. `effect` names the row of the audit that it leaves when it is applied."""

    id: str
    branch: str
    raw: bytes
    at: datetime
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`posts` in the order of sending. `truth` is each good event once, in the order in which things happened."""

    begins: datetime
    ends: datetime
    posts: tuple[Post, ...]
    truth: tuple[Post, ...]


def a_story(chance: Random, *, changes: int = CHANGES) -> Story:
    night = chance.choice(NIGHTS)
    begins = datetime.combine(night, BEGINS, ZONES[0]).astimezone(UTC)
    truth = [
        post
        for branch, zone in zip(BRANCHES, ZONES, strict=True)
        for post in _branch(branch, zone, night, changes, chance)
    ]
    truth = _in_bursts(truth, begins, changes, chance)
    posts = [sending for post in truth for sending in _sendings(post, chance)]
    posts += [_broken(chance.choice(truth), chance) for _ in range(chance.randint(0, 8))]
    return Story(
        begins=begins,
        ends=begins + LASTS,
        posts=tuple(sorted(posts, key=lambda post: post.at)),
        truth=tuple(truth),
    )


class _Branch:
    """Makes the events of one branch, each under an id of its own."""

    def __init__(self, name: str, night: date) -> None:
        self.name, self.count = name, 0
        self.noon = datetime.combine(night, time(12), UTC)
        self.versions: dict[str, int] = {}

    def event(self, kind: str, data: Any, *, of: str, effect: str | None = None, versioned: bool = True) -> Post:
        self.count += 1
        name = f"{self.name}-{self.count:03}"
        attributes: dict[str, Any] = {"branch": self.name}
        if versioned:
            attributes["entityversion"] = self.versions[of] = self.versions.get(of, 0) + 1
        raw = a_line(name, kind, data, at=self.noon, **attributes)
        return Post(id=name, branch=self.name, raw=raw, at=self.noon, effect=f"{self.name} {effect or kind} {of}")


def _branch(name: str, zone: ZoneInfo, night: date, changes: int, chance: Random) -> list[Post]:
    here = _Branch(name, night)
    days = [night + timedelta(days=1), night + timedelta(days=2)]
    posts = [here.event("branch.changed", {"name": name.title(), "zone": zone.key}, of=name)]
    posts += [_colleague(here, number) for number in range(1, CASE_MANAGERS + 1)]
    posts += [here.event("patient.changed", a_patient(number), of=f"P-{number}") for number in range(1, PATIENTS + 1)]
    visits = [f"{name}-V{number}" for number in range(VISITS)]
    needs = {visit: _needs(visit, chance.choice(days), chance) for visit in visits}
    posts += [here.event("visit.requested", needs[visit], of=visit) for visit in visits]
    decided: set[str] = set()
    return posts + [_change(here, needs, days, decided, chance) for _ in range(changes)]


def _colleague(here: _Branch, number: int, *, starts: str = "08:00") -> Post:
    return here.event("case_manager.changed", a_colleague(f"CM-{number}", starts=starts), of=f"CM-{number}")


def _needs(visit: str, day: date, chance: Random) -> dict[str, Any]:
    return a_request(visit, chance.randint(1, PATIENTS), day) | {"minutes": chance.choice([20, 45, 60])}


def _change(
    here: _Branch, needs: dict[str, dict[str, Any]], days: list[date], decided: set[str], chance: Random
) -> Post:
    visit = chance.choice(sorted(needs))
    kind = chance.choice(["change", "change", "move", "pin", "cancel", "patient", "colleague"])
    if kind == "patient":
        number = chance.randint(1, PATIENTS)
        barred = {"barred": [f"CM-{chance.randint(1, CASE_MANAGERS)}"]} if chance.random() < 0.5 else {}
        return here.event("patient.changed", a_patient(number) | barred, of=f"P-{number}")
    if kind == "colleague":
        return _colleague(here, chance.randint(1, CASE_MANAGERS), starts=chance.choice(["07:00", "08:00", "09:00"]))
    if kind in {"pin", "cancel"} and visit not in decided:
        decided.add(visit)
        if kind == "cancel":
            del needs[visit]
            return here.event(
                "visit.cancelled", {"visit": visit, "reason": "patient_declined"}, of=visit, versioned=False
            )
        who = f"CM-{chance.randint(1, CASE_MANAGERS)}"
        return here.event("visit.pinned", {"visit": visit, "case_manager": who}, of=visit, versioned=False)
    changed: dict[str, Any] = {"minutes": chance.choice([15, 30, 45, 75])}
    if kind == "move":
        changed |= {"date": chance.choice(days).isoformat()}
    needs[visit] = needs[visit] | changed
    return here.event("visit.changed", needs[visit], of=visit)


def _in_bursts(posts: list[Post], begins: datetime, changes: int, chance: Random) -> list[Post]:
    """Each branch in its own order; what changes comes in a few waves over the night."""
    waves = sorted(chance.uniform(60, (LASTS - timedelta(hours=2)).total_seconds()) for _ in range(4))
    moved: list[Post] = []
    for branch in BRANCHES:
        own = [post for post in posts if post.branch == branch]
        first = len(own) - changes
        starts = [waves[number * len(waves) // changes] for number in range(changes)]
        offsets = [0.1 * number for number in range(first)] + starts
        seconds = 0.0
        for post, offset in zip(own, offsets, strict=True):
            seconds = max(seconds + chance.expovariate(1 / 4), offset)
            moved.append(_at(post, begins + timedelta(seconds=seconds)))
    return sorted(moved, key=lambda post: post.at)


def _sendings(post: Post, chance: Random) -> list[Post]:
    """Usually one; late, so that younger ones overtake it, or again, soon or much later."""
    late = chance.choice([0.0] * 12 + [3.0, 20.0, 240.0])
    sendings = [_at(post, post.at + timedelta(seconds=late))]
    while chance.random() < 0.3:
        again = chance.choice([0.0, 1.0, 60.0, 3600.0])
        sendings.append(_at(post, post.at + timedelta(seconds=late + again)))
    return sendings


def _broken(near: Post, chance: Random) -> Post:
    """What nobody can read; or, well after the event it pretends to be, other content under the same id."""
    raw = near.raw.replace(b'"P-1"', b'"P-2"').replace(b"minutes", b"points")
    moment = near.at + timedelta(minutes=10)
    if raw == near.raw or chance.random() < 0.5:
        raw = near.raw[: chance.randint(0, len(near.raw) - 1)]
    return Post(id=f"torn-{sha256(raw).hexdigest()[:8]}", branch=near.branch, raw=raw, at=moment)


def _at(post: Post, moment: datetime) -> Post:
    return replace(post, at=moment)
