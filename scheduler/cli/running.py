"""A process that works until it is told to end: its log, its tables, its signals, and one role run in it.

Each role is one process or, in `serve`, one thread. All end by SIGTERM or Ctrl-C, after what is under way; a search
that is under way is ended too.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from types import FrameType

from config.logs import start_logging
from scheduler.bootstrap.process import Rounds, started
from scheduler.bootstrap.settings import database_of, read_settings
from scheduler.cli.output import speaking_of_errors
from scheduler.cli.watching import watched
from scheduler.domain.waiting import Heartbeat
from scheduler.store.engine import Database
from scheduler.store.errors import NotMigrated
from scheduler.store.migrations.run import is_current, migrate

Work = Callable[[Rounds, Event, Heartbeat], None]
"""What a role does until the event is set: its loop, furnished from the settings."""


def run_role(role: str, work: Work, *, as_json: bool) -> None:
    with running(as_json=as_json) as (rounds, stop), watched(rounds, role) as pulse:
        work(rounds, stop, pulse)


@contextmanager
def running(*, as_json: bool, migrates: bool = False) -> Iterator[tuple[Rounds, Event]]:
    """Rounds with its log, and an event that is set when the process is told to end."""
    with speaking_of_errors(as_json=as_json):
        settings = read_settings()
        start_logging(level=settings.log_level, form="json" if as_json else settings.log_format)
        _look_at_tables(database_of(settings), migrates=migrates)
        with started(settings) as rounds:
            yield rounds, _stopping()


def sleep_until(stop: Event) -> Callable[[timedelta], object]:
    return lambda wait: stop.wait(wait.total_seconds())


def _look_at_tables(place: Database, *, migrates: bool) -> None:
    """An embedded process brings its own tables up to date; with several processes a person decides when."""
    if migrates:
        migrate(place)
    elif not is_current(place):
        raise NotMigrated("look at its tables")


def _stopping() -> Event:
    stop = Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
