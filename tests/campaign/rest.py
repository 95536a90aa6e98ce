"""Waiting until a world has come to rest: everything read, nothing left to plan, nothing left to tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from kafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from scheduler.store.engine import Store
from tests.campaign.reading import dirty_days, lag, unsent
from tests.campaign.world import World

LOOK_SECONDS: Final = 1.0


def at_rest(
    world: World, store: Store, *, seconds: float, meanwhile: Callable[[], object], is_planned: bool = True
) -> list[str]:
    """What still moves when the time is up; nothing when all has come to rest. Without planners, days stay dirty."""
    deadline = time.monotonic() + seconds
    while restless := _restless(world, store, is_planned=is_planned):
        if time.monotonic() > deadline:
            return restless
        meanwhile()
        time.sleep(LOOK_SECONDS)
    return []


def wait_until_read(world: World, *, seconds: float, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Until every record of the topic is committed, which follows its effect. Fails when the time is up."""
    deadline = time.monotonic() + seconds
    while behind := lag(world.brokers.settings()):
        meanwhile()
        if time.monotonic() > deadline:
            raise AssertionError(f"{behind} events are still to be taken in\n{world.rounds.told()}")
        time.sleep(LOOK_SECONDS)


def _restless(world: World, store: Store, *, is_planned: bool) -> list[str]:
    try:
        behind = lag(world.brokers.settings())
        dirty, waiting = dirty_days(store) if is_planned else [], unsent(store)
    except (KafkaError, SQLAlchemyError) as error:
        return [f"{type(error).__name__}"]
    said = [f"{behind} records not committed"] if behind else []
    said += [f"dirty: {day}" for day in dirty]
    return said + ([f"{waiting} events not sent"] if waiting else [])
