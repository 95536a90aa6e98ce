"""Windows and local time, right on the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.domain.time import InvalidWindow, TimeWindow, after, at_local, day_bounds, seconds_between

NEW_YORK = ZoneInfo("America/New_York")
AUTUMN, SPRING = date(2026, 11, 1), date(2026, 3, 8)


def test_in_the_hour_that_autumn_has_twice_a_window_knows_which_one_is_meant() -> None:
    first = at_local(AUTUMN, time(1, 30), NEW_YORK)
    second = after(first, 3600)
    window = TimeWindow(opens=first, closes=first + timedelta(minutes=10))

    assert second.time() == first.time()
    assert window.admits(first)
    assert not window.admits(second)


def test_a_window_from_the_second_to_the_first_of_the_doubled_hour_is_upside_down() -> None:
    first = at_local(AUTUMN, time(1, 30), NEW_YORK)

    with pytest.raises(InvalidWindow):
        TimeWindow(opens=after(first, 3600), closes=first)


def test_a_time_that_spring_skips_is_moved_forward_by_the_gap() -> None:
    assert at_local(SPRING, time(2, 30), NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_local_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    assert seconds_between(*day_bounds(day, NEW_YORK)) == hours * 3600


def test_a_window_needs_zones() -> None:
    with pytest.raises(InvalidWindow):
        TimeWindow(opens=datetime(2026, 1, 1, 8), closes=datetime(2026, 1, 1, 9, tzinfo=UTC))  # noqa: DTZ001
