"""Rounds as an operator runs it, for tests: the real command, one process per role, settings from the environment.

Each role's log is a file, and its end is what a failing test shows.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.demands import ROOT
from tests.processes import end, tail

COMMAND_SECONDS = 60


@dataclass(frozen=True)
class Role:
    """One running `rounds …`."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def end_well(self, patience_seconds: float) -> None:
        """Ask it to end, as a supervisor does. Fails unless it does so in time and without complaint."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end in {patience_seconds} s:\n{tail(self.log)}") from None
        assert code == 0, f"{self.name} ended with {code}:\n{tail(self.log)}"


@dataclass
class Installation:
    """`settings` are the `ROUNDS_…` variables; none is taken over from the test's own environment."""

    home: Path
    settings: Mapping[str, str]
    roles: list[Role] = field(default_factory=list)

    def run(self, *words: str) -> str:
        """What a command that ends says. Fails unless it ends well."""
        done = subprocess.run(
            [*_ROUNDS, *words],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"rounds {' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self, *words: str, **settings: str) -> Role:
        """`settings` are this role's own, by their names in `config/settings.py`."""
        own = {f"ROUNDS_{name.upper()}": value for name, value in settings.items()}
        log = self.home / f"{words[0]}-{len(self.roles)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*_ROUNDS, *words], cwd=ROOT, env=self._environment() | own, stdout=out, stderr=subprocess.STDOUT
            )
        role = Role(words[0], process, log)
        self.roles.append(role)
        return role

    def must_run(self) -> None:
        """Fails with the end of its log when a role has ended."""
        for role in self.roles:
            code = role.process.poll()
            assert code is None, f"{role.name} ended with {code}:\n{tail(role.log)}"

    def logs(self) -> str:
        return "\n".join(f"--- {role.log.name}\n{role.log.read_text(errors='replace')}" for role in self.roles)

    def told(self) -> str:
        """The end of every role's log, for a failing test."""
        return "\n".join(f"--- {role.log.name}\n{tail(role.log)}" for role in self.roles)

    def _environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ROUNDS_")}
        return {**plain, **self.settings, "ROUNDS_LOG_FORMAT": "json"}


_ROUNDS = (sys.executable, "-m", "scheduler.cli")


@contextmanager
def installed(home: Path, **settings: str) -> Iterator[Installation]:
    """Settings by their names in `config/settings.py`. Whatever still runs at the end is ended."""
    here = Installation(home, {f"ROUNDS_{name.upper()}": value for name, value in settings.items()})
    try:
        yield here
    finally:
        for role in here.roles:
            end(role.process, signal=signal.SIGTERM)
