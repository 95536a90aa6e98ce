"""What every process of Rounds has: store, clock, intake and measures. Imports neither the engine nor the web."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from config.settings import Settings
from consumers.contracts.reading import MOST_BYTES
from consumers.intake import Intake
from scheduler.bootstrap.settings import database_of, read_policy, read_visit_types
from scheduler.clock import SystemClock
from scheduler.domain.policy import Policy
from scheduler.domain.visit import VisitType
from scheduler.handlers.addresses import AddressBook
from scheduler.handlers.bus import CommandBus
from scheduler.handlers.putting_aside import DrawerLimits
from scheduler.ports.clock import Clock
from scheduler.ports.geocoding import Geocoder
from scheduler.store.clock import StoreClock
from scheduler.store.engine import Store, open_store
from web.metrics import Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """One process's share of Rounds. `owner` names it in leases and job runs."""

    settings: Settings
    policy: Policy
    visit_types: Mapping[str, VisitType]
    store: Store
    clock: Clock
    intake: Intake
    owner: str
    measures: Measures


@contextmanager
def started(settings: Settings, *, clock: Clock | None = None, owner: str | None = None) -> Iterator[Rounds]:
    """The parts, with the store open until the block ends.

    Raises `InvalidFile` for a wrong policy or visit type, and what `open_store` raises.
    """
    policy, visit_types = read_policy(settings), read_visit_types(settings)
    measures = Measures()
    with open_store(database_of(settings)) as store:
        clock = clock or _clock_of(store)
        intake = Intake(
            open_unit_of_work=store.unit_of_work,
            commands=CommandBus(planning=policy.planning, visit_types=visit_types),
            clock=clock,
            addresses=AddressBook(open_unit_of_work=store.unit_of_work, clock=clock, geocoder=_geocoder(settings)),
            limits=DrawerLimits(most_waiting=settings.most_letters, most_bytes=MOST_BYTES),
            measures=measures,
        )
        measures.watch_store(store.unit_of_work, clock)
        yield Rounds(
            settings=settings,
            policy=policy,
            visit_types=visit_types,
            store=store,
            clock=clock,
            intake=intake,
            owner=owner or f"{socket.gethostname()}-{os.getpid()}",
            measures=measures,
        )


def _clock_of(store: Store) -> Clock:
    """Processes that share a database go by its clock; one host has one clock anyway."""
    return StoreClock(store.time, monotonic=time.monotonic) if store.is_shared else SystemClock()


def _geocoder(settings: Settings) -> Geocoder | None:
    if settings.geocoder == "none":
        return None
    from scheduler.bootstrap.geocoding import finder_of  # noqa: PLC0415 - most installations look up no addresses

    return finder_of(settings)
