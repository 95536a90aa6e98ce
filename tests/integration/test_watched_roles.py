"""Every role as an operator runs it tells its health and what it counted, at a port of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from consumers.broker import KafkaWriter
from consumers.bus import Acked, Outgoing
from tests.command import quick_policy
from tests.integration.installation import Installation, Role, installed
from tests.integration.kafka_broker import KafkaBroker
from tests.integration.little_branch import BRANCH, SECRETS, VISITS, LittleBranch
from tests.integration.postgres import PostgresServer
from tests.processes import LOOPBACK, free_ports, wait_until

pytestmark = pytest.mark.external

PATIENCE = 180
"""The planner may have to compile its engine first."""
END_SECONDS = 10
SEND = timedelta(seconds=30)
TOKEN = "of the collector"


@dataclass
class Watched:
    """A running role and where it is watched."""

    role: Role
    url: str
    client: httpx.Client

    def get(self, path: str, **facts: Any) -> httpx.Response:
        return self.client.get(f"{self.url}{path}", **facts)

    def wait_for(self, what: str, is_so: Callable[[], bool]) -> None:
        wait_until(is_so, process=self.role.process, log=self.role.log, seconds=PATIENCE, what=what)

    def answers(self) -> bool:
        try:
            return self.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def said(self, name: str, **labels: str) -> float | None:
        """One number of `/metrics`."""
        text = self.get("/metrics").text
        return next(
            (
                sample.value
                for family in text_string_to_metric_families(text)
                for sample in family.samples
                if sample.name == name and labels.items() <= sample.labels.items()
            ),
            None,
        )

    def counts(self, name: str, at_least: float, **labels: str) -> bool:
        return (self.said(name, **labels) or 0) >= at_least


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as opened:
        yield opened


def started(rounds: Installation, role: str, client: httpx.Client, **settings: str) -> Watched:
    (port,) = free_ports(1)
    setting = "http_port" if role == "web" else "metrics_port"
    watched = Watched(rounds.start(role, **{setting: str(port)}, **settings), f"http://{LOOPBACK}:{port}", client)
    watched.wait_for(f"{role} to answer", watched.answers)
    return watched


def test_each_role_tells_of_its_share_of_the_work(tmp_path: Path, client: httpx.Client) -> None:
    branch = LittleBranch()
    with installed(
        tmp_path,
        database_url=f"sqlite:///{tmp_path / 'rounds.db'}",
        published_file=str(tmp_path / "published.jsonl"),
        policy_file=str(quick_policy(tmp_path, quiet_seconds=0, patience_seconds=0)),
    ) as rounds:
        rounds.run("migrate")
        web, planner, relay, clock = (
            started(rounds, role, client) for role in ("web", "plan-worker", "relay", "clock")
        )

        events = [*branch.known(), branch.event("visit.requested", branch.request("V-9", patient="P-unknown"))]
        for event in events:
            web.client.post(
                f"{web.url}/api/events", content=event, headers={"content-type": "application/cloudevents+json"}
            )
        planner.wait_for("a plan", lambda: planner.counts("rounds_plans_total", 1, result="published"))
        relay.wait_for("events sent", lambda: relay.counts("rounds_relay_events_sent_total", len(VISITS)))
        clock.wait_for("jobs", lambda: clock.counts("rounds_clock_jobs_total", 1, result="done"))

        assert web.said("rounds_events_taken_in_total", status="applied") == len(events) - 1
        assert web.said("rounds_events_refused_total", code="patient.unknown") == 1
        assert planner.counts("rounds_plan_solve_seconds_count", 1)
        for watched in (web, planner, relay, clock):
            assert watched.said("rounds_store_up") == 1
            assert watched.said("rounds_dead_letters_waiting") == 1
            assert watched.counts("rounds_process_resident_memory_bytes", 1)
            assert watched.get("/readyz").json()["is_ready"]
            assert not any(secret in watched.get("/metrics").text for secret in (*SECRETS, BRANCH, "V-1"))
        for watched in (planner, relay, clock):
            (role,) = watched.get("/readyz").json()["roles"]
            assert (role, watched.counts("rounds_role_silent_seconds", 0, role=role)) == (watched.role.name, True)
            assert watched.get("/api/branches").status_code == 404
            watched.role.end_well(END_SECONDS)


def test_beyond_this_machine_a_role_tells_metrics_for_a_token_only(tmp_path: Path, client: httpx.Client) -> None:
    with installed(
        tmp_path,
        database_url=f"sqlite:///{tmp_path / 'rounds.db'}",
        metrics_host="0.0.0.0",  # noqa: S104
    ) as rounds:
        rounds.run("migrate")
        closed = started(rounds, "clock", client)
        opened = started(rounds, "clock", client, metrics_token=TOKEN)

        assert closed.get("/metrics").status_code == 401
        assert opened.get("/metrics").status_code == 401
        assert opened.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert (closed.get("/healthz").status_code, closed.get("/readyz").status_code) == (200, 200)


def test_without_a_port_a_role_listens_nowhere_and_a_port_in_use_is_an_outside_failure(
    tmp_path: Path, client: httpx.Client
) -> None:
    with installed(tmp_path, database_url=f"sqlite:///{tmp_path / 'rounds.db'}", metrics_port="") as rounds:
        rounds.run("migrate")
        first = started(rounds, "relay", client)
        port = first.url.rpartition(":")[2]

        second = rounds.start("clock", metrics_port=port)
        assert second.process.wait(PATIENCE) == 3
        assert "http.cannot_listen" in second.log.read_text()

        silent = rounds.start("clock")
        wait_until(
            lambda: "job.done" in silent.log.read_text(),
            process=silent.process,
            log=silent.log,
            seconds=PATIENCE,
            what="the clock",
        )
        assert "http.listening" in first.role.log.read_text()
        assert "http.listening" not in silent.log.read_text()


def test_a_consumer_tells_its_lag_and_that_its_broker_is_away(
    doomed_kafka_broker: KafkaBroker, tmp_path: Path, client: httpx.Client
) -> None:
    broker, branch, topic = doomed_kafka_broker, LittleBranch(), "watched.events"
    with installed(
        tmp_path,
        database_url=f"sqlite:///{tmp_path / 'rounds.db'}",
        kafka_bootstrap=f"{LOOPBACK}:{broker.port}",
        kafka_events_topic=topic,
    ) as rounds:
        rounds.run("migrate")
        rounds.run("topics", "create", "--partitions", "2")
        consumer = started(rounds, "consume", client)
        events = list(branch.known())
        with closing(KafkaWriter(broker.settings())) as writer:
            answers = writer.send_all([Outgoing(topic=topic, key=BRANCH, value=event) for event in events], SEND)
        assert all(isinstance(answer, Acked) for answer in answers)

        consumer.wait_for(
            "events", lambda: consumer.counts("rounds_events_taken_in_total", len(events), status="applied")
        )
        (lane,) = {str(answer.partition) for answer in answers if isinstance(answer, Acked)}
        held = {"topic": topic, "partition": lane}
        consumer.wait_for("no lag", lambda: consumer.said("rounds_consumer_lag_records", **held) == 0)
        assert consumer.get("/readyz").json()["outside"] == {"broker": None}

        broker.freeze()
        consumer.wait_for("to be unready", lambda: consumer.get("/readyz").status_code == 503)
        unready = consumer.get("/readyz").json()
        assert (unready["code"], unready["store"]) == ("bus.unavailable", "reachable")
        assert consumer.get("/healthz").status_code == 200

        broker.thaw()
        consumer.wait_for("to be ready again", lambda: consumer.get("/readyz").status_code == 200)
        consumer.role.end_well(END_SECONDS)


def test_a_role_whose_database_goes_away_lives_is_not_ready_and_recovers(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path, client: httpx.Client
) -> None:
    with installed(tmp_path, database_url=postgres_url) as rounds:
        rounds.run("migrate")
        clock = started(rounds, "clock", client)
        assert clock.get("/readyz").status_code == 200

        postgres_server.crash()
        try:
            answer = clock.get("/readyz")
            assert (answer.status_code, answer.json()["code"]) == (503, "store.unavailable")
            assert clock.said("rounds_store_up") == 0
            assert clock.get("/healthz").status_code == 200
        finally:
            postgres_server.start()

        clock.wait_for("to be ready again", lambda: clock.get("/readyz").status_code == 200)
        assert clock.said("rounds_store_up") == 1


def test_a_role_that_meets_tables_of_another_version_says_so(tmp_path: Path, client: httpx.Client) -> None:
    database = tmp_path / "rounds.db"
    with installed(tmp_path, database_url=f"sqlite:///{database}") as rounds:
        rounds.run("migrate")
        relay = started(rounds, "relay", client)
        assert relay.get("/readyz").status_code == 200

        with closing(sqlite3.connect(database)) as file, file:
            file.execute("UPDATE alembic_version SET version_num = '0001'")

        answer = relay.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, "store.not_migrated")
