"""Puts the rooms together for one process: store, intake, planner, clock. The only such place beside the CLI.

Reads settings once; everything below gets what it needs passed in.
"""

from __future__ import annotations

import os
import socket
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from config.faults import Fault, contradictions
from config.settings import Settings, read_toml
from config.weaknesses import weaknesses
from consumers.broker_opening import meet
from consumers.broker_settings import BrokerSettings
from consumers.contracts.reading import MOST_BYTES
from consumers.intake import Intake
from consumers.look import Look
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
from scheduler.handlers.putting_aside import DrawerLimits
from scheduler.planning.service import PlanningDesk
from scheduler.planning.snapshot import take_snapshot
from scheduler.ports import Clock, Geocoder, UnitOfWork
from scheduler.store.clock import StoreClock
from scheduler.store.engine import Database, Store, open_store
from scheduler.store.migrations.run import newest, revision_of
from scheduler.store.postgres import Access
from web.access import is_loopback
from web.metrics import Measures
from web.pulse import Pulse
from web.services import Services

LOOK_SECONDS = 3
"""So long a look whether the broker is there waits for its answer."""


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
    measures: Measures

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
    owner = owner or f"{socket.gethostname()}-{os.getpid()}"
    measures = Measures()
    with open_store(database_of(settings)) as store:
        clock = clock or _clock_of(store)
        intake = Intake(
            open_unit_of_work=store.unit_of_work,
            commands=CommandBus(planning=agency.policy.planning, visit_types=agency.visit_types),
            clock=clock,
            addresses=AddressBook(open_unit_of_work=store.unit_of_work, clock=clock, geocoder=_geocoder(settings)),
            limits=DrawerLimits(most_waiting=settings.most_letters, most_bytes=MOST_BYTES),
            measures=measures,
        )
        desk = PlanningDesk(
            owner=owner,
            policy=agency.policy,
            visit_types=agency.visit_types,
            travel_provider=agency.travel,
            seconds=solve_seconds,
            stopwatch=time.monotonic,
        )
        measures.watch_store(store.unit_of_work, clock)
        yield Rounds(
            settings=settings,
            agency=agency,
            store=store,
            clock=clock,
            intake=intake,
            desk=desk,
            owner=owner,
            measures=measures,
        )


def _clock_of(store: Store) -> Clock:
    """Processes that share a database go by its clock; one host has one clock anyway."""
    return StoreClock(store.time, monotonic=time.monotonic) if store.is_shared else SystemClock()


def web_services(rounds: Rounds, *, host: str, pulses: Sequence[Pulse] = (), asks_broker: bool = False) -> Services:
    """What the API works with when it listens on `host`. Watched are the loops of this process, and the broker."""
    settings = rounds.settings
    rounds.measures.watch(pulses)
    return Services(
        open_uow=rounds.store.unit_of_work,
        clock=rounds.clock,
        take_in=rounds.intake.take_in,
        read_day=rounds.read_day,
        is_migrated=lambda: revision_of(rounds.store) == newest(),
        api_token=_secret(settings.api_token),
        pulses=pulses,
        outside={"broker": _broker_look(settings)} if asks_broker else {},
        metrics=rounds.measures.told,
        metrics_token=_secret(settings.metrics_token),
        is_on_loopback=is_loopback(host),
    )


def _secret(said: SecretStr | None) -> str | None:
    return said.get_secret_value() if said else None


def _broker_look(settings: Settings) -> Callable[[], None]:
    """Asks whether the broker lets us in, and soon gives up. Settings that are wrong are the role's to complain of."""

    def ask() -> None:
        meet(replace(broker_settings(settings, role="health"), request_seconds=LOOK_SECONDS))

    return Look(ask, monotonic=time.monotonic)


def read_settings() -> Settings:
    """Raises `InvalidFile` with every wrong setting, and in production with every weak one."""
    try:
        settings, problems = Settings(), list[Problem]()
    except ValidationError as error:
        problems = problems_of(error)
        settings = Settings(**{name: Settings.model_fields[name].default for name in _named(problems)})
    known = _named(problems)
    problems += [_problem(fault) for fault in _faults(settings) if fault.setting not in known]
    if problems:
        raise InvalidFile("The environment (ROUNDS_…)", problems)
    return settings


def _named(problems: list[Problem]) -> set[str]:
    return {problem.path for problem in problems}


def _faults(settings: Settings) -> Iterator[Fault]:
    yield from contradictions(settings)
    if settings.environment == "production":
        yield from weaknesses(settings)


def _problem(fault: Fault) -> Problem:
    return Problem(path=fault.setting, code=fault.code, sentence=fault.sentence, remedy=fault.remedy)


def read_agency(settings: Settings) -> Agency:
    """What is needed even without a database. Raises `InvalidFile`, or `OSError` when a file is missing."""
    return Agency(
        policy=policy_from(_read(settings.policy_file), name=str(settings.policy_file)),
        visit_types=visit_types_from(_read(settings.visit_types_file), name=str(settings.visit_types_file)),
        travel=StraightLine(),
    )


def database_of(settings: Settings) -> Database:
    """Where the database is, and how a server is entered."""
    access = Access(
        password=_secret(settings.database_password),
        tls=settings.database_tls,
        ca_file=settings.database_ca_file,
        certificate_file=settings.database_certificate_file,
        key_file=settings.database_key_file,
        key_password=_secret(settings.database_key_password),
    )
    return Database(settings.database_url, access)


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
    uses_sasl = settings.kafka_security.startswith("SASL")
    return BrokerSettings(
        bootstrap_servers=tuple(host.strip() for host in settings.kafka_bootstrap.split(",") if host.strip()),
        client_id=f"rounds-{role}",
        group=settings.kafka_group,
        session_seconds=settings.kafka_session_seconds,
        security_protocol=settings.kafka_security,
        tls_ca_file=_path(settings.kafka_ca_file),
        tls_certificate_file=_path(settings.kafka_certificate_file),
        tls_key_file=_path(settings.kafka_key_file),
        tls_key_password=_secret(settings.kafka_key_password),
        sasl_mechanism=settings.kafka_sasl_mechanism if uses_sasl else None,
        sasl_username=settings.kafka_user or None,
        sasl_password=_secret(settings.kafka_password),
    )


def _path(path: Path | None) -> str | None:
    return str(path) if path else None


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
