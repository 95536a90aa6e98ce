"""A real Kafka broker for tests, with no container: one KRaft node on free loopback ports.

Maven fetches the jars once into `.cache/kafka`; the data lives in the directory it is given.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from consumers.broker_settings import BrokerSettings
from consumers.broker_topics import ensure_topics
from consumers.bus import BusUnavailable
from tests.certificates import Authority, Pair
from tests.demands import CACHE, miss, the_program
from tests.processes import LOOPBACK, accepts_connections, end, free_ports, wait_until

FILES = Path(__file__).parent / "kafka"
START_SECONDS = 120
FETCH_SECONDS = 600
# Kafka wants sixteen bytes. Random ones may begin with a dash, which its tool then takes for an option.
CLUSTER = base64.urlsafe_b64encode(b"rounds-for-tests").rstrip(b"=").decode()
# Starting counts, speed does not: no second compiler, no parallel collector.
JVM = ("-Xms128m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class KafkaBroker:
    """Formatted when made, running after `start`. Keeps its ports and data over `kill` and another `start`."""

    def __init__(self, home: Path, ports: tuple[int, int] | None = None) -> None:
        """`ports` are for clients and for controllers; free ones when none are given."""
        self._java = the_program("java", package="default-jre-headless")
        self._jars = _jars()
        self._home = home
        self._log = home / "broker.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port, self._controller_port = ports or free_ports(2)
        self._properties = home / "server.properties"
        self._properties.write_text(self._all_properties())
        self._format()

    def settings(self, *, host: str = LOOPBACK, **others: Any) -> BrokerSettings:
        return BrokerSettings(bootstrap_servers=(f"{host}:{self.port}",), **others)

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start it, and do not wait: a node of three is ready only when another one is."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("kafka.Kafka", str(self._properties)), stdout=log, stderr=subprocess.STDOUT
            )

    def wait_until_ready(self) -> None:
        assert self._process is not None
        wait_until(self._answers, process=self._process, log=self._log, seconds=START_SECONDS, what="the Kafka broker")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, signal=signal.SIGTERM)
            self._process = None

    def kill(self) -> None:
        """As a power cut would: nothing is flushed, nobody is told."""
        if self._process is not None:
            end(self._process, signal=signal.SIGKILL)
            self._process = None

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _all_properties(self) -> str:
        return filled_in(
            "server.properties",
            client_port=self.port,
            controller_port=self._controller_port,
            data=self._home / "data",
        )

    def _format_options(self) -> tuple[str, ...]:
        return ("--standalone", "-t", CLUSTER, "-c", str(self._properties))

    def _answers(self) -> bool:
        if not accepts_connections(self.port):
            return False
        try:
            ensure_topics(self.settings(), [])
        except BusUnavailable:
            return False
        return True

    def _format(self) -> None:
        tool = ("kafka.tools.StorageTool", "format", *self._format_options())
        done = subprocess.run(self._command(*tool), capture_output=True, text=True, timeout=START_SECONDS, check=False)
        if done.returncode != 0:
            raise AssertionError(f"formatting the broker's directory failed:\n{done.stdout}{done.stderr}")

    def _command(self, *arguments: str) -> list[str]:
        # Java expands the star itself; a shell must not.
        options = (f"-Dlog4j2.configurationFile={FILES / 'log4j2.properties'}", f"-Dkafka.logs.dir={self._home}")
        return [self._java, *JVM, *options, "-cp", f"{self._jars}{os.sep}*", *arguments]


class GuardedKafkaBroker(KafkaBroker):
    """A broker behind TLS and a SCRAM password, or TLS and a client certificate. It has a name, 127.0.0.1, and ACLs.

    USER may do everything. The accounts of GUESTS, with the same password, may do what they are granted.
    """

    USER = "rounds"
    GUESTS = ("consume", "relay", "topics")

    def __init__(self, home: Path) -> None:
        self._password = secrets.token_hex(12)
        self.authority = Authority(home)
        self.certified = self.authority.issue(self.USER)
        self._own = self.authority.issue("broker")
        self._keystore = home / "broker-keystore.pem"
        self._keystore.write_text(self._own.key.read_text() + self._own.certificate.read_text())
        self.mutual_port, self._inside_port = free_ports(2)
        super().__init__(home)

    def settings(self, *, host: str = LOOPBACK, **others: Any) -> BrokerSettings:
        guarded = {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_username": self.USER,
            "sasl_password": self._password,
            "tls_ca_file": str(self.authority.certificate),
        }
        return super().settings(host=host, **{**guarded, **others})

    def mutual_settings(self, pair: Pair | None, **others: Any) -> BrokerSettings:
        """By TLS with a client certificate, or without one."""
        files = {"tls_certificate_file": str(pair.certificate), "tls_key_file": str(pair.key)} if pair else {}
        return BrokerSettings(
            bootstrap_servers=(f"{LOOPBACK}:{self.mutual_port}",),
            security_protocol="SSL",
            tls_ca_file=str(self.authority.certificate),
            **{**files, **others},
        )

    def environment(self, **others: str) -> dict[str, str]:
        """The same as settings of a process."""
        return {
            "ROUNDS_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{self.port}",
            "ROUNDS_KAFKA_SECURITY": "SASL_SSL",
            "ROUNDS_KAFKA_USER": self.USER,
            "ROUNDS_KAFKA_PASSWORD": self._password,
            "ROUNDS_KAFKA_CA_FILE": str(self.authority.certificate),
            **{f"ROUNDS_KAFKA_{name.upper()}": value for name, value in others.items()},
        }

    def _all_properties(self) -> str:
        # Java's properties let the last of two equal names win.
        return super()._all_properties() + filled_in(
            "guarded.properties",
            client_port=self.port,
            mutual_port=self.mutual_port,
            inside_port=self._inside_port,
            controller_port=self._controller_port,
            keystore=self._keystore,
            truststore=self.authority.certificate,
            user=self.USER,
        )

    def _format_options(self) -> tuple[str, ...]:
        accounts = (f"SCRAM-SHA-512=[name={name},password={self._password}]" for name in (self.USER, *self.GUESTS))
        return (*super()._format_options(), *(word for each in accounts for word in ("--add-scram", each)))


def filled_in(template: str, **values: object) -> str:
    return Template((FILES / template).read_text()).substitute(values)


def _jars() -> Path:
    """The directory of the jars this pom asks for, fetched when it is not there yet."""
    pom = FILES / "pom.xml"
    jars = CACHE / "kafka" / hashlib.sha256(pom.read_bytes()).hexdigest()[:16]
    if not jars.is_dir():
        _fetch(pom, jars)
    return jars


def _fetch(pom: Path, jars: Path) -> None:
    maven = the_program("mvn", package="maven")
    jars.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jars.parent) as fresh:
        goal = ("dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={fresh}/jars")
        done = subprocess.run(
            [maven, "-q", "-B", "-f", str(pom), *goal],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            miss(f"Maven could not fetch Kafka's jars: {done.stdout.strip().splitlines()[:1]}")
        # Moved whole, so that an interrupted fetch leaves nothing that looks complete.
        shutil.move(f"{fresh}/jars", jars)
