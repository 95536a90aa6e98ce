"""How long each role may be silent, and the endpoint where it tells its health and its metrics.

The limits are longer than anything a healthy turn can take: waiting for a lock, a statement, a broker's answer and
the longest pause after a failure together. Whoever is silent for longer hangs, and is to be started anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from scheduler.bootstrap.process import Rounds
from web.pulse import Pulse


class Patience(NamedTuple):
    """In seconds: between two turns, and before the first."""

    turn: float
    first: float


PATIENCE: Final = {
    "consume": Patience(120, 120),
    "plan-worker": Patience(180, 600),  # an engine that was never compiled takes minutes on a slow machine
    "relay": Patience(180, 180),
    "clock": Patience(300, 300),  # a purge may take its time on SQLite
}

SPEAKS_TO_THE_BROKER: Final = frozenset({"consume", "relay"})


def pulse_of(role: str) -> Pulse:
    patience = PATIENCE[role]
    return Pulse(role=role, limit_seconds=patience.turn, first_seconds=patience.first, monotonic=time.monotonic)


@contextmanager
def watched(rounds: Rounds, role: str) -> Iterator[Pulse]:
    """The pulse of a role that is a process of its own, told by HTTP where a port for that is set."""
    pulse, settings = pulse_of(role), rounds.settings
    if not settings.metrics_port:
        yield pulse
        return
    # The server and its framework are loaded only where somebody may ask.
    from scheduler.bootstrap.serving import services_of
    from web.watch_server import WatchServer

    asks_broker = bool(settings.kafka_bootstrap) and role in SPEAKS_TO_THE_BROKER
    services = services_of(rounds, host=settings.metrics_host, pulses=[pulse], asks_broker=asks_broker)
    with WatchServer(services, host=settings.metrics_host, port=settings.metrics_port):
        yield pulse
