"""Puts the rooms together for one process: store, intake, planner, clock. The only such place beside the CLI.

Reads settings once; everything below gets what it needs passed in.
"""

from __future__ import annotations

import os
import socket
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from config.settings import Settings, read_toml
from consumers.broker_settings import BrokerSettings
from consumers.intake import Intake
from optimizer.travel.geocoding import Located, NotFound
from optimizer.travel.geopy_geocoder import GeocoderKind, GeocoderSettings, GeopyGeocoder
from optimizer.travel.straight_line import StraightLine
from scheduler.clock import SystemClock
from scheduler.domain.day import Day
from scheduler.domain.errors import Invalid, Unavailable
from scheduler.domain.ids import BranchId
from scheduler.domain.place import Point
from scheduler.files.day_reading import Agency
from scheduler.files.policy import policy_from
from scheduler.files.problems import InvalidFile, Problem, problems_of
from scheduler.files.visit_types import visit_types_from
from scheduler.handlers.addresses import AddressBook
from scheduler.handlers.bus import CommandBus
from scheduler.planning.service import PlanningDesk
from scheduler.planning.snapshot import take_snapshot
from scheduler.ports import Clock, Geocoder, UnitOfWork
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import newest, revision_of
from web.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """One process's share of Rounds. `owner` names it in leases and job runs."""

    settings: Settings
    agency: Agency
    store: Store
    clock: Clock
    intake: Intake
    desk: PlanningDesk
    owner: str

    def read_day(self, uow: UnitOfWork, branch: BranchId, day: date) -> Day:
        """The snapshot of a branch-day as of now. Raises `UnknownBranch`."""
        return take_snapshot(
            uow,
            branch,
            day,
            policy=self.agency.policy,
            visit_types=self.agency.visit_types,
            travel_provider=self.agency.travel,
            now=self.clock.now(),
        )


@contextmanager
def started(
    settings: Settings, *, clock: Clock | None = None, owner: str | None = None, solve_seconds: float | None = None
) -> Iterator[Rounds]:
    """The parts, with the store open until the block ends.

    Raises `InvalidFile` for a wrong policy or visit type, and what `open_store` raises.
    """
    agency = read_agency(settings)
    clock = clock or SystemClock()
    owner = owner or f"{socket.gethostname()}-{os.getpid()}"
    with open_store(database_url(settings)) as store:
        intake = Intake(
            open_unit_of_work=store.unit_of_work,
            commands=CommandBus(planning=agency.policy.planning, visit_types=agency.visit_types),
            clock=clock,
            addresses=AddressBook(open_unit_of_work=store.unit_of_work, clock=clock, geocoder=_geocoder(settings)),
        )
        desk = PlanningDesk(
            owner=owner,
            policy=agency.policy,
            visit_types=agency.visit_types,
            travel_provider=agency.travel,
            seconds=solve_seconds,
            stopwatch=time.monotonic,
        )
        yield Rounds(settings=settings, agency=agency, store=store, clock=clock, intake=intake, desk=desk, owner=owner)


def web_services(rounds: Rounds) -> Services:
    """What the API works with."""
    token = rounds.settings.api_token
    return Services(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        take_in=rounds.intake.take_in,
        read_day=rounds.read_day,
        is_migrated=lambda: revision_of(rounds.store) == newest(),
        api_token=token.get_secret_value() if token else None,
    )


def read_settings() -> Settings:
    """Raises `InvalidFile` with every wrong setting."""
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidFile("The environment (ROUNDS_…)", problems_of(error)) from None


def read_agency(settings: Settings) -> Agency:
    """What is needed even without a database. Raises `InvalidFile`, or `OSError` when a file is missing."""
    return Agency(
        policy=policy_from(_read(settings.policy_file), name=str(settings.policy_file)),
        visit_types=visit_types_from(_read(settings.visit_types_file), name=str(settings.visit_types_file)),
        travel=StraightLine(),
    )


def database_url(settings: Settings) -> str:
    """The URL with the password from its own setting, where that is used."""
    if settings.database_password is None:
        return settings.database_url
    scheme, _, rest = settings.database_url.partition("://")
    user, _, place = rest.partition("@")
    password = quote(settings.database_password.get_secret_value(), safe="")
    return f"{scheme}://{user}:{password}@{place}"


class NoBroker(Invalid):
    """The command works with Kafka, and no broker is configured."""

    code = "kafka.not_configured"
    remedy = "Set ROUNDS_KAFKA_BOOTSTRAP to host:port of a broker, or use rounds serve, which needs none."

    def __init__(self) -> None:
        super().__init__("No Kafka broker is configured.")


def broker_settings(settings: Settings, *, role: str) -> BrokerSettings:
    """Raises `NoBroker` and `InvalidBrokerSettings`."""
    if not settings.kafka_bootstrap:
        raise NoBroker
    password = settings.kafka_password
    uses_sasl = settings.kafka_security.startswith("SASL")
    return BrokerSettings(
        bootstrap_servers=tuple(host.strip() for host in settings.kafka_bootstrap.split(",") if host.strip()),
        client_id=f"rounds-{role}",
        group=settings.kafka_group,
        session_seconds=settings.kafka_session_seconds,
        security_protocol=settings.kafka_security,
        tls_ca_file=str(settings.kafka_ca_file) if settings.kafka_ca_file else None,
        sasl_mechanism=settings.kafka_sasl_mechanism if uses_sasl else None,
        sasl_username=settings.kafka_user or None,
        sasl_password=password.get_secret_value() if password else None,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(path="", code="toml.malformed", sentence=f"{error}.", remedy="Correct the line named.")
        raise InvalidFile(str(path), [problem]) from None


class GeocoderDown(Unavailable):
    """The geocoder gave no answer. The visit waits for an address until somebody asks again."""

    code = "geocoder.down"
    remedy = "Check the geocoder, then send the event again or correct the address."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The geocoder gave no answer: {reason}.")


@dataclass(frozen=True, slots=True)
class _Finder:
    """The core's port over a travel geocoder."""

    geocoder: GeopyGeocoder

    @property
    def provider(self) -> str:
        return self.geocoder.provider

    def locate(self, address: str) -> Point | None:
        answer = self.geocoder.locate(address)
        if isinstance(answer, Located):
            return Point(latitude=answer.point.latitude, longitude=answer.point.longitude)
        if isinstance(answer, NotFound):
            return None
        raise GeocoderDown(answer.reason.value)


def _geocoder(settings: Settings) -> Geocoder | None:
    if settings.geocoder == "none":
        return None
    kind = GeocoderKind(settings.geocoder)
    return _Finder(GeopyGeocoder(GeocoderSettings(kind=kind, domain=settings.geocoder_host, user_agent="rounds")))
