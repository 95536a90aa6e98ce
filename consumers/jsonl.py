"""Files of lines: events in, one JSON object a line, and published events out. The twin of the bus on one machine.

An empty line means nothing. A line longer than an event may be is refused, whatever its length, without being kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from consumers.bus import Acked, BusUnavailable, Delivery, OnAcked, Outgoing, WriterLost
from consumers.contracts.reading import MOST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Numbered from 1, as editors do."""

    number: int
    raw: bytes


def read_lines(stream: BinaryIO) -> Iterator[Line]:
    number = 0
    while raw := stream.readline(MOST_BYTES + 2):
        number += 1
        if not raw.endswith(b"\n") and len(raw) > MOST_BYTES:
            _skip_line(stream)
        if raw.strip():
            yield Line(number=number, raw=raw.rstrip(b"\r\n"))


class JsonlWriter:
    """Appends published events to a file; a line half written by a crash is cut off. See `consumers.bus.BusWriter`."""

    def __init__(self, path: Path) -> None:
        self.is_lost = False
        self._lines = _cut_torn_line(path)
        self._stream = path.open("ab", buffering=0)  # nothing is left to write when it fails

    def send_all(self, items: Sequence[Outgoing], timeout: timedelta, on_acked: OnAcked | None = None
                 ) -> Sequence[Delivery]:  # fmt: skip
        """On disk when it returns. Raises `BusUnavailable` when the disk fails, and is lost then."""
        del timeout, on_acked
        if self.is_lost:
            raise WriterLost
        try:
            _write_all(self._stream, b"".join(item.value + b"\n" for item in items))
            os.fsync(self._stream.fileno())
        except OSError as error:
            self.is_lost = True
            raise BusUnavailable(type(error).__name__) from None
        first, self._lines = self._lines, self._lines + len(items)
        return [Acked(partition=0, offset=first + number) for number in range(len(items))]

    def close(self) -> None:
        self.is_lost = True
        self._stream.close()


def _write_all(stream: RawIOBase, text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[stream.write(rest) or 0 :]


def _skip_line(stream: BinaryIO) -> None:
    while (more := stream.readline(MOST_BYTES)) and not more.endswith(b"\n"):
        pass


def _cut_torn_line(path: Path) -> int:
    """How many whole lines the file keeps."""
    lines = whole = 0
    if not path.is_file():
        return 0
    with path.open("r+b") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                lines, whole = lines + 1, whole + len(line)
        stream.truncate(whole)
    return lines
