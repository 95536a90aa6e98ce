"""Many nights, on all cores."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.simulation.night import Night, a_night
from tests.simulation.story import CHANGES

AT_ONCE = 4
"""Nights handed to a process at once."""


def many_nights(seeds: Iterable[int], *, changes: int = CHANGES, processes: int | None = None) -> Iterator[Night]:
    """In the order of their seeds."""
    with ProcessPoolExecutor(
        max_workers=processes or os.cpu_count(), mp_context=get_context("spawn"), initializer=_be_quiet
    ) as pool:
        yield from pool.map(partial(a_night, changes=changes), seeds, chunksize=AT_ONCE)


def told(night: Night) -> str:
    """A night with something wrong about it: how to have it again, what is wrong, and its last steps."""
    again = f"python -m tests.simulation {night.seed} --changes {night.changes}"
    return "\n".join([f"night {night.seed}: {again}", *night.wrongs[:20], *night.trace[-40:]])


def _be_quiet() -> None:
    """What fails on purpose is logged as what fails."""
    logging.disable(logging.CRITICAL)
