"""What every test is given: one printed seed, closed sockets, real servers on demand, and an honest last word."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

from tests.demands import ROOT, everything_is_demanded, miss

if TYPE_CHECKING:  # a run of plain tests need not load what the servers need
    from tests.integration.kafka_broker import GuardedKafkaBroker, KafkaBroker
    from tests.integration.kafka_cluster import KafkaCluster
    from tests.integration.postgres import PostgresServer, TlsPostgresServer

Server = TypeVar("Server", "KafkaBroker", "GuardedKafkaBroker", "KafkaCluster", "PostgresServer", "TlsPostgresServer")

SEED = int(os.environ.get("ROUNDS_TEST_SEED", "20260101"))
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")

# Shared machines are slow at times; a property is not false because it took long.
settings.register_profile(
    "rounds", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rounds")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("hypothesisseed", None) is None:
        config.option.hypothesisseed = str(SEED)


def pytest_report_header(config: pytest.Config) -> str:
    demanded = "everything is demanded" if everything_is_demanded() else "what is missing is skipped"
    return f"rounds: seed {config.getoption('hypothesisseed')} (ROUNDS_TEST_SEED), {demanded}"


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any) -> None:  # pytest gives its reporter no public type
    """The last line before the count names what did not run, and why."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    listed = "; ".join(f"{reason} ({count})" for reason, count in sorted(reasons.items()))
    terminalreporter.write_line(f"rounds: skipped: {listed or 'nothing'}")


def _reason(report: pytest.TestReport) -> str:
    # A skip carries where, line and "Skipped: why".
    return str(report.longrepr[2]).removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "?"


@pytest.fixture(autouse=True)
def closed_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test connects to another machine, and only those marked `external` connect at all."""
    may_use_loopback = request.node.get_closest_marker("external") is not None
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), may_use_loopback))


def _guarded(connect: Callable[..., Any], may_use_loopback: bool) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        is_remote = self.family != socket.AF_UNIX
        if is_remote and not (may_use_loopback and address[0] in LOOPBACK_HOSTS):
            pytest.fail(f"a test may not connect to {address!r}; mark it external if it starts that server")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The reference data beside the repository: public instances and their published results."""
    shared = ROOT.parent / "shared"
    return shared if shared.is_dir() else miss("no ../shared with the reference data here")


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """One broker for the whole run. Whoever kills brokers takes `doomed_kafka_broker`."""
    from tests.integration.kafka_broker import KafkaBroker  # noqa: PLC0415

    with _running(KafkaBroker(tmp_path_factory.mktemp("kafka"))) as broker:
        yield broker


@pytest.fixture
def doomed_kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker of the test's own, to freeze and kill."""
    from tests.integration.kafka_broker import KafkaBroker  # noqa: PLC0415

    with _running(KafkaBroker(tmp_path_factory.mktemp("kafka"))) as broker:
        yield broker


@pytest.fixture(scope="module")
def guarded_kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedKafkaBroker]:
    """A broker behind TLS and a password."""
    from tests.integration.kafka_broker import GuardedKafkaBroker  # noqa: PLC0415

    with _running(GuardedKafkaBroker(tmp_path_factory.mktemp("kafka"))) as broker:
        yield broker


@pytest.fixture(scope="module")
def kafka_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three brokers, to kill one at a time. Whoever kills them starts them again."""
    from tests.integration.kafka_cluster import KafkaCluster  # noqa: PLC0415

    with _running(KafkaCluster(tmp_path_factory.mktemp("kafka"))) as cluster:
        yield cluster


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole run. Not under pytest's directories, which another account may not enter."""
    from tests.integration.postgres import PostgresServer  # noqa: PLC0415

    with ExitStack() as ending:
        home = Path(tempfile.mkdtemp(prefix="rounds-postgres-"))
        ending.callback(shutil.rmtree, home)
        yield ending.enter_context(_running(PostgresServer(home)))


@pytest.fixture(scope="module")
def tls_postgres_server() -> Iterator[TlsPostgresServer]:
    """A server that speaks TLS only, for the tests of one file."""
    from tests.integration.postgres import TlsPostgresServer  # noqa: PLC0415

    with ExitStack() as ending:
        home = Path(tempfile.mkdtemp(prefix="rounds-postgres-"))
        ending.callback(shutil.rmtree, home)
        yield ending.enter_context(_running(TlsPostgresServer(home)))


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of the test's own: `postgresql+psycopg://…`."""
    with postgres_server.fresh_database() as url:
        yield url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for a real server is external without having to say so."""
    brokers = {"kafka_broker", "doomed_kafka_broker", "guarded_kafka_broker", "kafka_cluster"}
    servers = brokers | {"postgres_server", "postgres_url", "tls_postgres_server"}
    for item in items:
        if servers & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.external)
