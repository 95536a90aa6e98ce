"""Ctrl-C twice: the first asks for the best so far, the second gives up."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType


@contextmanager
def first_interrupt_asks() -> Iterator[Callable[[], bool]]:
    """Gives whether the first Ctrl-C has come. The second raises `KeyboardInterrupt`. For the main thread only.

    The handler says nothing: it may run in the midst of a line that is being written.
    """
    asked = Event()

    def on_interrupt(_: int, __: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
