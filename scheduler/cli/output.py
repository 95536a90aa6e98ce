"""How commands speak: tables for people, JSON for scripts, errors with code, facts and remedy; and exit codes.

0 fine · 1 something is wrong with the data or the plan · 2 wrong usage · 3 something outside failed ·
130 given up by Ctrl-C.
What is asked for goes to standard output; progress, notes and errors go to standard error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import IntEnum
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from scheduler.domain.errors import RoundsError, Unavailable
from scheduler.files.problems import InvalidFile

console = Console(soft_wrap=True)
notes = Console(stderr=True, soft_wrap=True)


class Exit(IntEnum):
    FINE = 0
    FOUND = 1
    USAGE = 2
    OUTSIDE = 3
    GIVEN_UP = 130


def say_json(said: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False, default=str))


@contextmanager
def speaking_of_errors(*, as_json: bool) -> Iterator[None]:
    """Errors Rounds raises on purpose end the command in words; others are faults of ours and keep their trace."""
    try:
        yield
    except RoundsError as error:
        end_with(error, as_json=as_json)
    except OSError as error:
        end_with(FileTrouble(error), as_json=as_json)


class FileTrouble(Unavailable):
    """A file cannot be read or written."""

    code = "file.trouble"
    remedy = "Check that the path exists, may be used, and that the disk has room."

    def __init__(self, cause: OSError) -> None:
        self.path = str(cause.filename or "")
        super().__init__(f"{self.path or 'A file'}: {cause.strerror or cause}.")


def end_with(error: RoundsError, *, as_json: bool) -> NoReturn:
    if as_json:
        say_json({"error": described(error)})
    else:
        notes.print(f"[bold red]{error.code}[/]  {escape(str(error))}", highlight=False)
        for problem in getattr(error, "problems", ()):
            path, sentence = escape(problem.path or "-"), escape(problem.sentence)
            notes.print(f"  [bold]{path}[/]  {sentence} [dim]{problem.code}[/]", highlight=False)
            notes.print(f"      {escape(problem.remedy)}", style="dim", highlight=False)
        notes.print(f"  {escape(error.remedy)}", style="dim", highlight=False)
    raise typer.Exit(Exit.OUTSIDE if isinstance(error, Unavailable) else Exit.FOUND)


def described(error: RoundsError) -> dict[str, Any]:
    facts: dict[str, Any] = {"code": error.code, "sentence": str(error), "remedy": error.remedy}
    if isinstance(error, InvalidFile):
        facts["problems"] = [asdict(problem) for problem in error.problems]
    else:
        facts["facts"] = error.facts()
    return facts
