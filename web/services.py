"""What the API works with, given by whoever starts it. No global state: one app has one of these.

`consumers` is the other edge and never imported here; its way in and its receipts are described by shape.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Protocol, TypeAlias

from fastapi import Depends, Request

from scheduler.domain.day import Day
from scheduler.domain.ids import BranchId
from scheduler.files.problems import Problem
from scheduler.handlers.dead_letters import TakeIn
from scheduler.ports.clock import Clock
from scheduler.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from web.pulse import Pulse


class Receipt(Protocol):
    """What became of one event. `status` is applied, duplicate, ignored or refused; `letter` numbers a dead letter."""

    @property
    def status(self) -> str: ...
    @property
    def event(self) -> str | None: ...
    @property
    def type(self) -> str | None: ...
    @property
    def branch(self) -> BranchId | None: ...
    @property
    def days(self) -> Sequence[dt.date]: ...
    @property
    def problems(self) -> Sequence[Problem]: ...
    @property
    def letter(self) -> int | None: ...
    @property
    def because(self) -> str: ...
    @property
    def is_refused(self) -> bool: ...


ReadDay: TypeAlias = Callable[[UnitOfWork, BranchId, dt.date], Day]
"""The snapshot of a branch-day, for names and places on pages. Raises `UnknownBranch`."""

TellMetrics: TypeAlias = Callable[[str], tuple[bytes, str]]
"""What is counted, in the form that the header `Accept` asks for, and the media type of that form."""


def _nothing_counted(_accept: str) -> tuple[bytes, str]:
    return b"", "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """`api_token` None means that only this machine may ask (see `access.py`).

    `pulses` are the loops of this process. `outside` is what it needs beside the store, by name: each question raises
    an error of ours while it cannot be reached. `is_on_loopback` and `metrics_token` say who may read the metrics.
    """

    open_uow: OpenUnitOfWork
    clock: Clock
    take_in: TakeIn[Receipt]
    read_day: ReadDay
    is_migrated: Callable[[], bool]
    api_token: str | None = field(default=None, repr=False)
    pulses: Sequence[Pulse] = ()
    outside: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    metrics: TellMetrics = _nothing_counted
    metrics_token: str | None = field(default=None, repr=False)
    is_on_loopback: bool = False


def _services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Given = Annotated[Services, Depends(_services_of)]
"""The services, in the signature of a route."""
