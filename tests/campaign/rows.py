"""What campaigns measured: one JSON object a line, and the tables that `docs/reliability.md` shows of them.

    python -m tests.campaign.rows docs/reliability/runs.jsonl --write docs/reliability.md

Of each campaign and set of words the last run counts. The text around the tables is written by people.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.machine import machine
from tests.campaign.limits import limits

LIBRARIES: Final = ("kafka-python", "crc32c", "sqlalchemy", "psycopg")
END: Final = "<!-- end -->"
NOT_SHOWN: Final = frozenset({"campaign", "command", "at", "machine"})


def add(path: Path | None, campaign: str, command: Sequence[str], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The row, written to the end of the file where one is named."""
    row = {
        "campaign": campaign,
        "command": f"python -m tests.campaign.{campaign} {' '.join(command)}".strip(),
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}",
        "machine": machine(*LIBRARIES),
        **facts,
    }
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(row)}\n")
    return row


def tables(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By campaign: for each run its command, the machine, and what was measured; and what follows from these."""
    found: dict[str, str] = {}
    for row in {(row["campaign"], row["command"]): row for row in rows}.values():
        found[row["campaign"]] = found.get(row["campaign"], "") + _table(row)
    follows = limits(rows)
    return found if follows is None else {**found, "limits": follows}


def written_into(page: str, found: Mapping[str, str]) -> str:
    """Between the marks of each campaign; a campaign without marks is left out, marks without a run stay empty."""
    for campaign, table in found.items():
        before, mark, rest = page.partition(f"<!-- campaign {campaign} -->\n")
        _, end, after = rest.partition(END)
        if mark and end:
            page = f"{before}{mark}{table}{END}{after}"
    return page


def _table(row: Mapping[str, Any]) -> str:
    found = {name.replace("_", " "): row[name] for name in row if name not in NOT_SHOWN}
    lines = "".join(f"| {name} | {_cell(value)} |\n" for name, value in _spread(found))
    return f"\n`{row['command']}`, {row['at']} UTC, {_place(row)}:\n\n| | |\n| --- | --- |\n{lines}\n"


def _place(row: Mapping[str, Any]) -> str:
    """The machine, without the day, which is told already."""
    return str(row["machine"]).partition(", ")[2]


def _spread(found: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Sentences get a line each."""
    for name, value in found.items():
        if isinstance(value, Mapping) and value and all(isinstance(each, str) for each in value.values()):
            yield from ((f"{name}, {_words(each)}", words) for each, words in value.items())
        else:
            yield name, value


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(name)} {each}" for name, each in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _words(name: str) -> str:
    """A code stays as it is written."""
    return f"`{name}`" if "." in name else name.replace("_", " ")


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Write the tables of docs/reliability.md.")
    parser.add_argument("rows", type=Path)
    parser.add_argument("--write", type=Path, required=True)
    asked = parser.parse_args(words)
    rows = [json.loads(line) for line in asked.rows.read_text(encoding="utf-8").splitlines()]
    page = asked.write.read_text(encoding="utf-8")
    asked.write.write_text(written_into(page, tables(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
