"""An office with two nurses, Kim and Lee, on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.store.engine import open_store
from scheduler.store.migrations.run import migrate
from tests.scenarios.replanning.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    migrate(url)
    with open_store(url) as store:
        office = Office(store)
        office.open("kim", "lee")
        yield office
