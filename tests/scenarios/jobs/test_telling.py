"""The clock says that it lives, and what became of its jobs."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.store.engine import Store
from scheduler.store.errors import StoreUnavailable
from tests.scenarios.jobs.test_clock import NOON, a_clock, store
from tests.told import Told

__all__ = ["store"]


def test_a_clock_lives_at_every_tick_and_tells_of_the_jobs_that_were_its_own(store: Store) -> None:
    told, jobs = Told(), list[tuple[str, str | None]]()
    clock = a_clock(store, NOON, heartbeat=told, on_job=lambda job, code: jobs.append((job, code)))

    clock.tick()
    clock.tick()

    assert sorted(jobs) == [("publish-evening", None), ("retention", None), ("roll-horizon", None)]
    assert told.said == ["beat"] * 5  # each tick, and each job


def test_a_job_that_fails_is_told_with_its_code(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    told, jobs = Told(), list[tuple[str, str | None]]()

    def fails(*_: Any, **__: Any) -> bool:
        raise StoreUnavailable("away")

    monkeypatch.setattr("scheduler.jobs.clock.run_slot", fails)
    a_clock(store, NOON, heartbeat=told, on_job=lambda job, code: jobs.append((job, code))).tick()

    assert {code for _, code in jobs} == {"store.unavailable"}
    assert told.said == ["beat", *["store.unavailable"] * 3]


def test_a_clock_whose_store_is_away_lives_and_says_so(store: Store) -> None:
    told = Told()

    def away(**_: Any) -> Any:
        raise StoreUnavailable("away")

    assert a_clock(store, NOON, open_uow=away, heartbeat=told).tick() == []
    assert told.said == ["store.unavailable"]
