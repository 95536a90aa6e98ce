"""Keeps the broker library's own log lines fit to be read, and free of message bodies.

At debug level the library prints keys and values, so its loggers start at WARNING. Its sender thread can repeat
one line thousands of times a second while a broker is half there, so a line passes once per interval.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

REPEAT_SECONDS = 10
DIGITS = re.compile(r"\d+")
CHATTERBOXES = ("kafka.producer.sender", "kafka.net.manager", "kafka.net.connection", "kafka.coordinator")


class OncePerInterval(logging.Filter):
    """Lets a line pass when none like it passed within the interval. Ports and counts make no difference."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._seconds, self._monotonic = seconds, monotonic
        self._passed_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, line = self._monotonic(), DIGITS.sub("", record.getMessage())
        if now - self._passed_at.get(line, float("-inf")) < self._seconds:
            return False
        self._passed_at = {each: at for each, at in self._passed_at.items() if now - at < self._seconds}
        self._passed_at[line] = now
        return True


def tame_library_logs(monotonic: Callable[[], float] = time.monotonic) -> None:
    """Safe to call again: what is already set stays."""
    root = logging.getLogger("kafka")
    root.setLevel(max(root.level, logging.WARNING))
    for name in CHATTERBOXES:
        logger = logging.getLogger(name)
        if not any(isinstance(each, OncePerInterval) for each in logger.filters):
            logger.addFilter(OncePerInterval(REPEAT_SECONDS, monotonic))
