"""Cells, lists and tables of a report in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(str(part).replace("|", "/") for part in row) + " |" for row in rows) + "\n"


def cell(value: float | None, digits: int = 3) -> str:
    """Whole numbers without a point; nothing as a dash."""
    if value is None:
        return "-"
    text = f"{value:.0f}" if value == int(value) and digits > 2 else f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def listed(things: Iterable[str], between: str = ", ") -> str:
    return between.join(sorted(things))


def yes_or_no(holds: bool | None) -> str:
    return {True: "yes", False: "**no**", None: "-"}[holds]
