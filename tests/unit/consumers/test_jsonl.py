"""Files of lines stand in for the bus on one machine."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from consumers.bus import Acked, BusUnavailable, Outgoing, WriterLost
from consumers.contracts.reading import MOST_BYTES
from consumers.jsonl import JsonlWriter, read_lines

WAIT = timedelta(seconds=1)


def an_item(value: bytes) -> Outgoing:
    return Outgoing(topic="out", key="north", value=value)


def test_lines_are_numbered_as_editors_do_and_empty_ones_mean_nothing() -> None:
    lines = read_lines(BytesIO(b'{"a":1}\r\n\n   \n{"b":2}'))

    assert [(line.number, line.raw) for line in lines] == [(1, b'{"a":1}'), (4, b'{"b":2}')]


def test_a_line_too_long_to_be_an_event_is_not_kept_and_spoils_no_other() -> None:
    lines = list(read_lines(BytesIO(b"x" * (5 * MOST_BYTES) + b"\n{}\n")))

    assert [line.number for line in lines] == [1, 2]
    assert MOST_BYTES < len(lines[0].raw) < MOST_BYTES + 3
    assert lines[1].raw == b"{}"


def test_published_events_are_appended_one_a_line(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    writer = JsonlWriter(path)

    deliveries = writer.send_all([an_item(b"{1}"), an_item(b"{2}")], WAIT)
    writer.close()
    again = JsonlWriter(path)
    more = again.send_all([an_item(b"{3}")], WAIT)
    again.close()

    assert path.read_bytes() == b"{1}\n{2}\n{3}\n"
    assert [each.offset for each in (*deliveries, *more) if isinstance(each, Acked)] == [0, 1, 2]


def test_a_line_half_written_by_a_crash_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b'{"whole":1}\n{"torn":')

    writer = JsonlWriter(path)
    writer.send_all([an_item(b"{}")], WAIT)
    writer.close()

    assert path.read_bytes() == b'{"whole":1}\n{}\n'


def test_a_closed_writer_takes_nothing(tmp_path: Path) -> None:
    writer = JsonlWriter(tmp_path / "out.jsonl")
    writer.close()

    with pytest.raises(WriterLost):
        writer.send_all([an_item(b"{}")], WAIT)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full to stand in for a full disk")
def test_a_full_disk_is_told_and_the_writer_given_up() -> None:
    writer = JsonlWriter(Path("/dev/full"))

    with pytest.raises(BusUnavailable):
        writer.send_all([an_item(b"{}" * 9000)], WAIT)

    assert writer.is_lost
    writer.close()
