"""The API on a real SQLite store, asked in this process: no port, no thread of a server."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.intake import Intake
from optimizer.travel.straight_line import StraightLine
from scheduler.clock import ManualClock
from scheduler.domain.policy import Policy
from scheduler.handlers.bus import CommandBus
from scheduler.planning.snapshot import take_snapshot
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import migrate, newest, revision_of
from tests.builders import VISIT_TYPES, a_branch, at
from web.app import create_app
from web.services import Services

NOW = at("06:00")
POLICY = Policy()


class Asking:
    """One client of one app, asking under one name of the host."""

    def __init__(self, services: Services, *, host: str, headers: Mapping[str, str]) -> None:
        self.services, self.host, self.headers = services, host, headers
        self.app = create_app(services)

    def get(self, path: str, **facts: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, facts))

    def post(self, path: str, body: bytes = b"", *, media: str = "application/json", **facts: Any) -> httpx.Response:
        headers = {"content-type": media, **facts.pop("headers", {})}
        return asyncio.run(self._ask("POST", path, {"content": body, "headers": headers, **facts}))

    async def _ask(self, method: str, path: str, facts: dict[str, Any]) -> httpx.Response:
        way_in = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {**self.headers, **facts.pop("headers", {})}
        async with httpx.AsyncClient(transport=way_in, base_url=f"http://{self.host}") as client:
            return await client.request(method, path, headers=headers, **facts)


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with one branch, to copy: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp("fresh") / "rounds.db"
    migrate(f"sqlite:///{path}")
    with open_store(f"sqlite:///{path}") as opened, opened.unit_of_work() as uow:
        uow.branches.save(a_branch())
        uow.commit()
    return path


@pytest.fixture
def store(fresh_database: Path, tmp_path: Path) -> Iterator[Store]:
    copied = shutil.copy(fresh_database, tmp_path / "rounds.db")
    with open_store(f"sqlite:///{copied}") as opened:
        yield opened


@pytest.fixture
def services(store: Store) -> Services:
    clock = ManualClock(NOW)
    commands = CommandBus(planning=POLICY.planning, visit_types=VISIT_TYPES)
    intake = Intake(open_unit_of_work=store.unit_of_work, commands=commands, clock=clock)
    return Services(
        open_uow=store.unit_of_work,
        clock=clock,
        take_in=intake.take_in,
        read_day=lambda uow, branch, day: take_snapshot(
            uow, branch, day, policy=POLICY, visit_types=VISIT_TYPES, travel_provider=StraightLine(), now=clock.now()
        ),
        is_migrated=lambda: revision_of(store) == newest(),
    )


@pytest.fixture
def api(services: Services) -> Asking:
    return Asking(services, host="localhost", headers={})


@pytest.fixture
def ask(services: Services) -> Callable[..., Asking]:
    """`ask(api_token="…")`: the same API with other services, host or headers."""

    def made(*, host: str = "localhost", headers: Mapping[str, str] | None = None, **changed: Any) -> Asking:
        return Asking(replace(services, **changed), host=host, headers=headers or {})

    return made
