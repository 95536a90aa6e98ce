"""The command line that campaigns share: options with their usual values, and the row that comes of a run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.campaign.rows import add


def run(
    campaign: str, measured: Callable[[argparse.Namespace], Mapping[str, Any]], words: Sequence[str] | None, /,
    *, about: str, **usual: float | list[int] | None,
) -> None:  # fmt: skip
    """Print the row, and add it to the file of `--rows`. Ends with 1 where something was found.

    `usual` has what each option is without being named; None is a folder that is not.
    """
    given = sys.argv[1:] if words is None else list(words)
    parser = argparse.ArgumentParser(description=about)
    for name, value in usual.items():
        parser.add_argument(f"--{name.replace('_', '-')}", default=value, help="usually %(default)s", **_kind(value))
    parser.add_argument("--rows", type=Path, help="the row is added to this file")
    asked = parser.parse_args(given)
    row = add(asked.rows, campaign, given, measured(asked))
    sys.stdout.write(f"{json.dumps(row, indent=1)}\n")
    if row.get("found"):
        raise SystemExit(1)


def _kind(value: float | list[int] | None) -> dict[str, Any]:
    if value is None:
        return {"type": Path}
    return {"type": int, "nargs": "+"} if isinstance(value, list) else {"type": type(value)}
