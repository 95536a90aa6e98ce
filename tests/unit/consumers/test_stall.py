"""A reader that stands still is noticed; one that is merely idle is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from consumers.stall import Positions, StallWatch


@dataclass
class Reader:
    """Stands in for the consumer: a hand-turned clock, and the partitions with records waiting."""

    seconds: float = 0
    behind: Positions = field(default_factory=dict)
    looks: int = 0

    def look(self) -> Positions:
        self.looks += 1
        return self.behind


def a_watch(reader: Reader) -> StallWatch:
    return StallWatch(60, reader.look, lambda: reader.seconds)


def test_the_same_offset_twice_with_records_waiting_is_a_stall() -> None:
    reader = Reader(behind={"north": 7})
    watch = a_watch(reader)

    reader.seconds = 30
    assert not watch.is_stalled()
    reader.seconds = 60
    assert watch.is_stalled()


def test_a_reader_that_has_read_everything_is_not_stalled() -> None:
    reader = Reader(behind={})
    watch = a_watch(reader)

    for seconds in (30, 60, 90):
        reader.seconds = seconds
        assert not watch.is_stalled()


def test_a_reader_that_moved_between_two_looks_is_not_stalled() -> None:
    reader = Reader(behind={"north": 7})
    watch = a_watch(reader)
    reader.seconds = 30
    watch.is_stalled()

    watch.moved()
    reader.seconds = 60

    assert not watch.is_stalled()


def test_the_broker_is_asked_seldom() -> None:
    reader = Reader()
    watch = a_watch(reader)

    for seconds in range(59):
        reader.seconds = seconds
        watch.is_stalled()

    assert reader.looks == 1
