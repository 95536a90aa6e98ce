"""What a test needs beside Python. Missing, it skips with the reason; where everything is demanded, it fails."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"


def everything_is_demanded() -> bool:
    return os.environ.get("ROUNDS_DEMAND_ALL") == "1"


def miss(what: str) -> NoReturn:
    """Say what is missing. Never quietly: a skip is listed at the end of the run."""
    if everything_is_demanded():
        pytest.fail(f"{what}, and ROUNDS_DEMAND_ALL is set", pytrace=False)
    pytest.skip(what)


def the_program(name: str, *, package: str) -> str:
    """The path of a program, or a miss that names the Debian package."""
    return shutil.which(name) or miss(f"no {name} here (Debian: {package})")
