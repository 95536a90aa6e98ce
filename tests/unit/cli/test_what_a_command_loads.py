"""A command loads what it works with: a role that has died is back soon, and help waits for no solver.

Each is asked in a process of its own, by `--help`: a room imports at its top, so this loads what a start loads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
import typer
from typer.main import get_group

from scheduler.cli.main import COMMANDS, command_of
from tests.command import environment
from tests.demands import ROOT

ENGINE: Final = ("optimizer", "numpy", "numba", "llvmlite", "ortools", "scipy", "highspy")
WEB: Final = ("fastapi", "starlette", "uvicorn", "jinja2", "icalendar")
PICTURES: Final = ("matplotlib", "PIL")
PEERS: Final = ("optimizer.benchmarks", "pyvrp", "vroom")
ADDRESSES: Final = ("geopy",)
HEAVY: Final = (*ENGINE, *WEB, *PICTURES, *PEERS, *ADDRESSES)

NOT_LOADED: Final = {
    "": (*HEAVY, "kafka", "sqlalchemy", "pydantic"),
    "consume": HEAVY,
    "relay": HEAVY,
    "clock": (*HEAVY, "kafka"),
    "plan-worker": (*WEB, *PICTURES, *PEERS, *ADDRESSES, "kafka"),
    "web": ("numba", "ortools", *PICTURES, *PEERS, *ADDRESSES),
    "serve": (*PICTURES, *PEERS, *ADDRESSES),
    "migrate": HEAVY,
    "topics": HEAVY,
    "topics create": HEAVY,
    "dead-letters": (*HEAVY, "kafka"),
    "dead-letters list": (*HEAVY, "kafka"),
    "audit verify": (*HEAVY, "kafka"),
    "plan": (*WEB, *PICTURES, *PEERS, "kafka"),
}
"""What is typed, and the modules it has no use for. Nothing typed is the list of all commands."""

AFTER_HELP: Final = """
import json, sys
from scheduler.cli.main import app
try:
    app([*sys.argv[1:], "--help"])
finally:
    print(json.dumps(list(sys.modules)))
"""
AFTER_A_START: Final = """
import json, sys
from config.settings import Settings
from scheduler.bootstrap.process import started
with started(Settings()):
    print(json.dumps(list(sys.modules)))
"""


@pytest.mark.parametrize("words", NOT_LOADED)
def test_a_command_loads_nothing_it_has_no_use_for(words: str) -> None:
    assert loaded(AFTER_HELP, *words.split()).intersection(NOT_LOADED[words]) == set()


def test_a_planner_loads_its_engine_before_it_begins() -> None:
    assert loaded(AFTER_HELP, "plan-worker") >= {"ortools", "numba", "optimizer.search.solve"}


def test_a_process_that_has_started_holds_no_more_than_all_processes_need(tmp_path: Path) -> None:
    assert loaded(AFTER_A_START, database_url=f"sqlite:///{tmp_path / 'rounds.db'}").intersection(HEAVY) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    first, *_ = command_of(name).help.split("\n\n")

    assert COMMANDS[name].help == " ".join(first.split())


def test_every_command_of_a_room_is_in_the_list() -> None:
    rooms = {room.module for room in COMMANDS.values()}

    assert {name for room in rooms for name in registered(room)} == set(COMMANDS)


def registered(room: str) -> Sequence[str]:
    app = typer.Typer()
    import_module(f"scheduler.cli.{room}").register(app)
    return list(get_group(app).commands)


def loaded(script: str, *words: str, **settings: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        env=environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))
