"""What a process has that answers by HTTP: the whole API, or only its health and its metrics. The web comes with it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from config.settings import Settings
from consumers.broker_opening import meet
from consumers.look import Look
from scheduler.bootstrap.process import Rounds
from scheduler.bootstrap.settings import broker_settings, secret
from scheduler.domain.day import Day
from scheduler.domain.ids import BranchId
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.migrations.run import newest, revision_of
from web.access import is_loopback
from web.pulse import Pulse
from web.services import ReadDay, Services

LOOK_SECONDS = 3
"""So long a look whether the broker is there waits for its answer."""


def _shows_no_day(_uow: UnitOfWork, branch: BranchId, day: dt.date) -> Day:
    raise AssertionError(f"a role that tells only its health was asked for {branch} on {day}")


def services_of(
    rounds: Rounds,
    *,
    host: str,
    pulses: Sequence[Pulse] = (),
    asks_broker: bool = False,
    read_day: ReadDay = _shows_no_day,
) -> Services:
    """What HTTP works with when it listens on `host`. Watched are the loops of this process, and the broker.

    Only the whole API reads days; who tells health and metrics alone needs no `read_day`, and no engine behind it.
    """
    settings = rounds.settings
    rounds.measures.watch(pulses)
    return Services(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        take_in=rounds.intake.take_in,
        read_day=read_day,
        is_migrated=lambda: revision_of(rounds.store) == newest(),
        api_token=secret(settings.api_token),
        pulses=pulses,
        outside={"broker": _broker_look(settings)} if asks_broker else {},
        metrics=rounds.measures.told,
        metrics_token=secret(settings.metrics_token),
        is_on_loopback=is_loopback(host),
    )


def _broker_look(settings: Settings) -> Callable[[], None]:
    """Asks whether the broker lets us in, and soon gives up. Settings that are wrong are the role's to complain of."""

    def ask() -> None:
        meet(replace(broker_settings(settings, role="health"), request_seconds=LOOK_SECONDS))

    return Look(ask, monotonic=time.monotonic)
