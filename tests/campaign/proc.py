"""What the system knows of a process: seconds of work, memory, open files. Linux only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
WORKED, WORKED_FOR_IT, PAGES = 11, 12, 21
"""Places in `stat`, counted behind the name in brackets: user and system time, resident pages (proc(5))."""


def cpu_seconds(pid: int) -> float:
    stat = _stat(pid)
    return (int(stat[WORKED]) + int(stat[WORKED_FOR_IT])) / _TICKS


def resident_megabytes(pid: int) -> float:
    return int(_stat(pid)[PAGES]) * _PAGE / 2**20


def open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _stat(pid: int) -> list[str]:
    """Behind the name, which may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
