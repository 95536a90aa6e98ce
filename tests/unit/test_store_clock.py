"""What time it is by the database, as a process with a wrong clock of its own tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.store.clock import StoreClock
from scheduler.store.errors import StoreUnavailable

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)


class Database:
    """Answers its own time, or not at all; `passed` are the seconds since the test began."""

    def __init__(self) -> None:
        self.passed, self.set_by, self.is_away, self.asked = 0.0, timedelta(0), False, 0

    def time(self) -> datetime:
        self.asked += 1
        if self.is_away:
            raise StoreUnavailable("away")
        return NOON + timedelta(seconds=self.passed) + self.set_by

    def monotonic(self) -> float:
        return 7_000.0 + self.passed

    def clock(self) -> StoreClock:
        return StoreClock(self.time, monotonic=self.monotonic)


def test_it_is_asked_once_a_minute_and_counts_in_between() -> None:
    database = Database()
    clock = database.clock()

    told = []
    for database.passed in (0, 20, 59, 61, 80):
        told.append((clock.now() - NOON).total_seconds())

    assert told == [0, 20, 59, 61, 80]
    assert database.asked == 2


def test_it_counts_on_while_the_database_is_away() -> None:
    database = Database()
    clock = database.clock()
    clock.now()

    database.is_away, database.passed = True, 600

    assert clock.now() == NOON + timedelta(minutes=10)


def test_a_correction_of_the_database_is_followed_within_a_minute() -> None:
    database = Database()
    clock = database.clock()
    clock.now()

    database.set_by, database.passed = timedelta(seconds=-30), 60

    assert clock.now() == NOON + timedelta(seconds=30)


def test_nobody_guesses_the_time_before_the_database_has_said_it() -> None:
    database = Database()
    clock = database.clock()
    database.is_away = True

    with pytest.raises(StoreUnavailable):
        clock.now()
    database.is_away = False
    assert clock.now() == NOON
