"""On what something was measured, in one line."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version


def machine(*libraries: str) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores ({busy}), {python}"
