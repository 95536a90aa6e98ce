"""What the system knows of a process: seconds of work, memory, open files. Linux only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
PARENT, WORKED, WORKED_FOR_IT, PAGES = 1, 11, 12, 21
OF_THE_ENDED: Final = (13, 14)
"""Places in `stat`, counted behind the name in brackets: parent, user and system time, resident pages (proc(5))."""


def cpu_seconds(pid: int) -> float:
    stat = _stat(pid)
    return (int(stat[WORKED]) + int(stat[WORKED_FOR_IT])) / _TICKS


def family_cpu_seconds(pid: int) -> float:
    """Of a process and its children, those that ended as well. Their children do not count."""
    ended = sum(int(_stat(pid)[place]) for place in OF_THE_ENDED) / _TICKS
    return ended + sum(cpu_seconds(each) for each in (pid, *_children(pid)))


def _children(pid: int) -> list[int]:
    return [int(at.name) for at in Path("/proc").iterdir() if at.name.isdigit() and _parent(int(at.name)) == pid]


def _parent(pid: int) -> int | None:
    try:
        return int(_stat(pid)[PARENT])
    except (FileNotFoundError, ProcessLookupError):
        return None  # it ended meanwhile


def resident_megabytes(pid: int) -> float:
    return int(_stat(pid)[PAGES]) * _PAGE / 2**20


def open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _stat(pid: int) -> list[str]:
    """Behind the name, which may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
