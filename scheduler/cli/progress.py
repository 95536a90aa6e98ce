"""Progress on a terminal while something takes longer than a moment; silence where nobody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from optimizer.answer import OnProgress, Progress


@contextmanager
def planning_progress(console: Console, what: str) -> Iterator[OnProgress]:
    """Shows the best price and the unserved visits as they improve."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what)

        def on_progress(now: Progress) -> None:
            best = f"{sum(now.unserved)} unserved, ${now.price / 100:,.2f}"
            bound = f", bound ${now.bound / 100:,.2f}" if now.bound is not None else ""
            bar.update(task, description=f"{what}: round {now.round}, {best}{bound}")

        yield on_progress
