"""The `rounds` command as a shell sees it, run in this process or as one of its own."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from config.settings import HERE as CONFIGURATION
from scheduler.cli.main import COMMANDS, app, command_of
from tests.demands import ROOT

PROGRAM = (sys.executable, "-m", "scheduler.cli")
LITTLE_EFFORT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.said["error"]
        return facts


def rounds(*words: str | Path, env: Mapping[str, str | None] | None = None) -> Answer:
    """A fault is raised, not turned into an exit code. None takes a variable away."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        result = CliRunner().invoke(app, [str(word) for word in words], env=env, catch_exceptions=False)
    finally:  # a role writes its log to the runner's stream, which is closed by now
        root.handlers[:] = handlers
        root.setLevel(level)
    return Answer(code=result.exit_code, out=result.stdout, err=result.stderr)


def commands() -> Iterator[tuple[str, ...]]:
    """Every command there is, as it is typed: `("plan",)`, `("dead-letters", "list")`."""
    for name in COMMANDS:
        yield from _below(command_of(name), (name,))


def _below(command: Any, typed: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # typer brings a click of its own
    if not hasattr(command, "commands"):
        yield typed
        return
    for name, inner in command.commands.items():
        yield from _below(inner, (*typed, name))


def environment(**settings: str | Path) -> dict[str, str]:
    """Of a process of its own: this one's, without what somebody has set for Rounds."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_")}
    return kept | {"PYTHONPATH": str(ROOT)} | {f"ROUNDS_{name.upper()}": str(value) for name, value in settings.items()}


def quick_policy(folder: Path, **planning: float) -> Path:
    """The policy as it is delivered, but with a search that is over soon, and numbers of its own."""
    text = (CONFIGURATION / "policy.toml").read_text(encoding="utf-8")
    for name, number in {"effort": LITTLE_EFFORT, **planning}.items():
        text, times = re.subn(rf"(?m)^{name} = .*$", f"{name} = {number}", text)
        assert times == 1, name
    path = folder / "quick-policy.toml"
    path.write_text(text, encoding="utf-8")
    return path
