"""What is seen of a running search: everything it reports, on a terminal and without one, and how Ctrl-C is taken."""

from __future__ import annotations

import io
import signal
from dataclasses import replace

import pytest
from rich.console import Console

from optimizer.answer import Progress
from scheduler.cli.interrupts import first_interrupt_asks
from scheduler.cli.progress import ENDING, LINE_EVERY_SECONDS, LOOKS_PER_SECOND, LiveView, planning_progress

NOW = Progress(
    round=12_345, unserved=(0, 1, 2), price=123_456, bound=123_000, seconds=1.5, unserved_bound=(0, 0, 2), columns=3400
)
SEEN = ("$1,234.56", "1 high, 2 normal", "proven at least: 2 normal", "$1,230.00", "0.37 %", "12,345", "3,400")


class Watch:
    """A stopwatch that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def a_pipe() -> Console:
    return Console(file=io.StringIO(), soft_wrap=True)


def lines_of(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def never() -> bool:
    return False


def test_a_terminal_shows_every_figure_and_seconds_that_go_on_between_reports() -> None:
    watch, terminal = Watch(), Console(file=io.StringIO(), force_terminal=True, width=100)
    view = LiveView("planning 3 visits", watch, never)

    def shown() -> str:
        with terminal.capture() as capture:
            terminal.print(view)
        return capture.get()

    assert "planning 3 visits" in shown()
    view.take(NOW)
    watch.seconds = 2.5
    assert [figure for figure in (*SEEN, "2.5") if figure not in shown()] == []
    watch.seconds = 3.0
    assert "3.0" in shown()
    assert LOOKS_PER_SECOND >= 2


def test_what_is_not_known_yet_is_a_dash() -> None:
    console = a_pipe()
    with planning_progress(console, "planning", stopwatch=Watch(), is_ending=never) as take:
        take(replace(NOW, bound=None, unserved=(0, 0, 0), unserved_bound=None))

    assert "unserved none, bound -, gap -" in lines_of(console)[1]


def test_without_a_terminal_there_is_a_line_at_once_and_then_every_few_seconds() -> None:
    watch, console = Watch(), a_pipe()
    with planning_progress(console, "planning [3] visits", stopwatch=watch, is_ending=never) as take:
        for seconds in (0.0, 0.5, LINE_EVERY_SECONDS - 0.1, LINE_EVERY_SECONDS, LINE_EVERY_SECONDS + 0.5):
            watch.seconds = seconds
            take(NOW)

    begun, first, second = lines_of(console)
    assert begun == "planning [3] visits …"
    assert first.startswith("planning [3] visits: 0.0 s, value $1,234.56, ")
    assert [figure for figure in SEEN if figure not in first] == []
    assert f": {LINE_EVERY_SECONDS:.1f} s, " in second


@pytest.mark.parametrize("is_terminal", [True, False])
def test_quiet_is_quiet(is_terminal: bool) -> None:
    console = Console(file=io.StringIO(), force_terminal=is_terminal)
    with planning_progress(console, "planning", stopwatch=Watch(), is_ending=never, is_quiet=True) as take:
        take(NOW)

    assert lines_of(console) == []


def test_the_first_ctrl_c_is_answered_in_words_once() -> None:
    console = a_pipe()
    with (
        first_interrupt_asks() as is_asked,
        planning_progress(console, "planning", stopwatch=Watch(), is_ending=is_asked) as take,
    ):
        take(NOW)
        signal.raise_signal(signal.SIGINT)
        take(NOW)
        take(NOW)

    assert lines_of(console)[2:] == [ENDING]


def test_the_second_ctrl_c_is_an_interrupt_and_afterwards_all_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with first_interrupt_asks() as is_asked:
        assert not is_asked()
        signal.raise_signal(signal.SIGINT)
        assert is_asked()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert signal.getsignal(signal.SIGINT) is before
