"""What a running search has reached: a live view on a terminal, a line now and then where nobody watches.

Speaks on standard error only, and changes nothing about the search. Money in dollars, time in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from optimizer.answer import OnProgress, Progress, Stopwatch
from optimizer.search.warm_up import warm_up
from scheduler.planning.quality import money, unserved_in_words

LOOKS_PER_SECOND: Final = 4
LINE_EVERY_SECONDS: Final = 3.0
UNKNOWN: Final = "-"
ENDING: Final = "Ctrl-C: ending with the best so far; once more to give up"

IsEnding = Callable[[], bool]


def get_ready(console: Console, *, is_quiet: bool = False) -> None:
    """Make the engine ready before any time is counted; says so when that takes longer than a moment."""
    warm_up(lambda note: None if is_quiet else console.print(note, highlight=False, markup=False))


@contextmanager
def planning_progress(
    console: Console, what: str, *, stopwatch: Stopwatch, is_ending: IsEnding, is_quiet: bool = False
) -> Iterator[OnProgress]:
    """Where a search reports to while the block lasts."""
    if is_quiet:
        yield _say_nothing
    elif console.is_terminal and not console.is_dumb_terminal:
        view = LiveView(what, stopwatch, is_ending)
        with Live(view, console=console, refresh_per_second=LOOKS_PER_SECOND, transient=True):
            yield view.take
    else:
        yield Lines(console, what, stopwatch, is_ending).take


class LiveView:
    """Asked for its table several times a second; the seconds go on even while the search says nothing."""

    def __init__(self, what: str, stopwatch: Stopwatch, is_ending: IsEnding) -> None:
        self._what, self._stopwatch, self._is_ending = what, stopwatch, is_ending
        self._began = stopwatch()
        self._now: Progress | None = None

    def take(self, now: Progress) -> None:
        self._now = now

    def __rich__(self) -> Group:
        table = Table(box=None, show_header=False, pad_edge=False)
        for name, value in figures(self._now).items():
            table.add_row(f"[dim]{name}[/]", value)
        table.add_row("[dim]seconds[/]", f"{self._stopwatch() - self._began:.1f}")
        ending = (Text(ENDING, style="yellow"),) if self._is_ending() else ()
        return Group(Text(self._what, style="bold"), table, *ending)


class Lines:
    """What is begun, the first report, then one every few seconds."""

    def __init__(self, console: Console, what: str, stopwatch: Stopwatch, is_ending: IsEnding) -> None:
        self._console, self._what, self._stopwatch, self._is_ending = console, what, stopwatch, is_ending
        self._began = stopwatch()
        self._said_at: float | None = None
        self._said_ending = False
        self._say(f"{what} …")

    def take(self, now: Progress) -> None:
        moment = self._stopwatch()
        if self._said_at is None or moment - self._said_at >= LINE_EVERY_SECONDS:
            self._said_at = moment
            said = ", ".join(f"{name} {value}" for name, value in figures(now).items())
            self._say(f"{self._what}: {moment - self._began:.1f} s, {said}")
        if self._is_ending() and not self._said_ending:
            self._said_ending = True
            self._say(ENDING)

    def _say(self, line: str) -> None:
        self._console.print(line, highlight=False, markup=False)


def figures(now: Progress | None) -> dict[str, str]:
    """What is known of a search by now, by name."""
    if now is None:
        return dict.fromkeys(("value", "unserved", "bound", "gap", "rounds", "columns"), UNKNOWN)
    return {
        "value": money(now.price),
        "unserved": _unserved(now),
        "bound": UNKNOWN if now.bound is None else money(now.bound),
        "gap": UNKNOWN if now.gap_percent is None else f"{now.gap_percent:.2f} %",
        "rounds": f"{now.round:,}",
        "columns": f"{now.columns:,}",
    }


def _unserved(now: Progress) -> str:
    """With the proven least, where that is another number."""
    said = unserved_in_words(now.unserved)
    if now.unserved_bound is None or now.unserved_bound == now.unserved:
        return said
    return f"{said} (proven at least: {unserved_in_words(now.unserved_bound)})"


def _say_nothing(_: Progress) -> None:
    """Nobody wants to hear it."""
