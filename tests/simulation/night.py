"""One night from one seed, and what was wrong about it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from scheduler.clock import ManualClock
from scheduler.planning.outcome import Result
from scheduler.planning.service import PlanningDesk, plan_next
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import migrate
from tests.simulation.checks import ledger_of, wrongs
from tests.simulation.roles import AGENCY, SOUND, Parts
from tests.simulation.stage import Stage
from tests.simulation.story import CHANGES, Story, a_story
from tests.simulation.troubles import some_faults
from tests.simulation.world import World

RAM = Path("/dev/shm")  # noqa: S108 - a night writes thousands of commits, and none need outlive it


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """`counts` tells what happened; `trace` the last steps, for a night with something wrong about it."""

    seed: int
    changes: int
    events: int
    steps: int
    wire_duplicates: int
    counts: Mapping[str, int]
    wrongs: tuple[str, ...]
    trace: tuple[str, ...]


def a_night(seed: int, *, changes: int = CHANGES, parts: Parts = SOUND) -> Night:
    """Equal seeds and numbers of changes give equal nights."""
    chance = Random(seed)  # noqa: S311 - to be had again, not to be secret
    story = a_story(chance, changes=changes)
    with _a_store() as store, _a_store() as peaceful:
        world = World(
            story=story,
            store=store,
            stage=Stage(chance=chance, now=story.begins),
            faults=some_faults(chance),
            parts=parts,
        )
        world.live()
        _in_peace(world, story, peaceful)
        ledger = ledger_of(world)
        return Night(
            seed=seed,
            changes=changes,
            events=len(world.sent),
            steps=world.stage.steps,
            wire_duplicates=ledger.wire_duplicates,
            counts=dict(world.counts),
            wrongs=tuple(wrongs(world, ledger, peaceful)),
            trace=tuple(world.stage.trace),
        )


def _in_peace(world: World, story: Story, store: Store) -> None:
    """The same events once each, in order, and every day planned when all is known."""
    clock = ManualClock(story.begins)
    intake = world.intake_into(store, clock)
    for post in story.truth:
        clock.move_to(post.at)
        intake.take_in(post.raw, door="kafka")
    clock.move_to(world.stage.now)
    desk = PlanningDesk(
        owner="peace", policy=world.policy, visit_types=AGENCY.visit_types, travel_provider=AGENCY.travel
    )
    while plan_next(store.unit_of_work, clock, desk).result is not Result.IDLE:
        pass


@contextmanager
def _a_store() -> Iterator[Store]:
    with a_folder() as folder:
        path = folder / "rounds.db"
        path.write_bytes(_empty_database())
        with open_store(f"sqlite:///{path}") as store:
            yield store


@cache
def _empty_database() -> bytes:
    """With all tables: making them takes longer than an hour of a night."""
    with a_folder() as folder:
        path = folder / "rounds.db"
        migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as driver:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rounds-night-", dir=RAM if RAM.is_dir() else None) as folder:
        yield Path(folder)
