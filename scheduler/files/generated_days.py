"""Home-health days that nobody lived, as day files: for benchmarks, seeded, equal bytes for equal wishes.

Sizes and shares are those of real agencies: some 4.5 visits a case manager, an area of 20 to 40 km, 30 % of the visits
with half a day as window, 20 % with two hours, the rest at any time; everybody drives from home and back; licences,
credentials and a preferred case manager. A *plain* day prices only what every route planner knows: driving, and a visit
by somebody not preferred as 15 minutes of it. A *full* day has the delivered prices and limits, and wishes, breaks,
languages, priorities, visits by phone, pairs and histories besides. Minutes and kilometres. No clock, no network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any, Final

from scheduler.files.day_model import DayFile
from scheduler.files.generated_people import CaseManagers, Homes, patients_like
from scheduler.files.generated_visits import visits_like

DATE: Final = "2026-03-03"
MINUTES_OF_A_STRANGER: Final = 15
SECOND: Final = 1
"""A second at the wheel costs a cent on a plain day, so its price reads as seconds."""


class Kind(StrEnum):
    PLAIN = "plain"
    FULL = "full"


class Load(StrEnum):
    """Loose: there is room for all. Tight: half-time shifts, longer visits, scarce skills: not every order has room."""

    LOOSE = "loose"
    TIGHT = "tight"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Size:
    """So many case managers, so many visits."""

    case_managers: int
    visits: int

    def __str__(self) -> str:
        return f"{self.case_managers}x{self.visits}"


SIZES: Final = tuple(
    Size(case_managers=people, visits=visits)
    for people, visits in ((16, 72), (24, 108), (40, 180), (60, 270), (89, 400))
)
"""From the typical agency to the largest branch; a small agency has 8x36."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One day to make. Its name is the name of its file and of its branch."""

    size: Size
    kind: Kind = Kind.PLAIN
    load: Load = Load.LOOSE
    seed: int = 1

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.size}-{self.load}-{self.seed}"


def days_in_turn(
    count: int, *, sizes: Sequence[Size] = SIZES, kind: Kind = Kind.PLAIN, first_seed: int = 1
) -> Iterator[Wanted]:
    """Sizes in turn, loose ones first; the other load after each turn. Every day has a seed of its own."""
    for number in range(count):
        load = (Load.LOOSE, Load.TIGHT)[number // len(sizes) % 2]
        yield Wanted(size=sizes[number % len(sizes)], kind=kind, load=load, seed=first_seed + number)


def generated_day(wanted: Wanted) -> DayFile:
    """The day file of this wish, always the same."""
    chance = Random(wanted.name)  # noqa: S311 - reproducible, and no secret
    is_full, is_tight = wanted.kind is Kind.FULL, wanted.load is Load.TIGHT
    homes = Homes(chance)
    people = CaseManagers(chance, homes, wanted.size.case_managers, is_full=is_full, is_tight=is_tight)
    visits = visits_like(chance, wanted.size.visits, is_full=is_full, is_tight=is_tight)
    patients = patients_like(chance, homes, people, visits, is_full=is_full)
    said: dict[str, Any] = {
        "format": "rounds-day/1",
        "branch": wanted.name,
        "date": DATE,
        "time_zone": "America/New_York",
        "case_managers": people.entries,
        "patients": [patient.entry for patient in patients],
        "visits": [visit.entry for visit in visits],
        "history": [past for patient in patients for past in patient.history] if is_full else [],
        "policy": {} if is_full else plain_policy(),
    }
    return DayFile.model_validate(said)


def plain_policy() -> dict[str, Any]:
    """Driving in seconds, 15 minutes of it for somebody not preferred, nothing else; no limit but the shifts."""
    return {
        "prices": dict.fromkeys(_FREE, 0)
        | {"drive_hour": 3600 * SECOND, "not_preferred": 60 * MINUTES_OF_A_STRANGER * SECOND},
        "limits": {
            "daily_hours": 24,
            "weekly_hours": 168,
            "most_overtime_minutes": 0,
            "daily_visits": 1000,
            "daily_visits_target": 1000,
            "daily_centipoints": 100_000,
            "daily_centipoints_target": 100_000,
            "break_minutes": 0,
            "one_discipline_a_day": False,
        },
    }


_FREE: Final = (
    "paid_hour", "wait_hour", "kilometre", "overtime_hour", "late_hour", "latest_visit_hour", "longest_idle_hour",
    "wish_missed_hour", "told_moved_hour", "told_other_person", "unplanned_move", "stranger", "second_stranger",
    "not_primary", "wrong_language", "wasted_rn", "missed_break", "over_visit_target", "over_point_target",
    "outside_territory",
)  # fmt: skip
