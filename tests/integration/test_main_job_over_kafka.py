"""The whole way over real servers, in the roles an operator runs: request, schedule, cancellation, revision."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid5

import httpx
import pytest

from consumers.broker import KafkaReader, KafkaWriter
from consumers.bus import Acked, Outgoing, Record, next_offsets
from scheduler.store.outbox import OUR_EVENTS
from tests.integration.installation import Installation, installed
from tests.integration.kafka_broker import KafkaBroker
from tests.integration.little_branch import BRANCH, SECRETS, VISITS, LittleBranch
from tests.processes import LOOPBACK, free_ports

pytestmark = pytest.mark.external

POLL = timedelta(milliseconds=200)
SEND = timedelta(seconds=30)
ARRIVAL_SECONDS = 120
END_SECONDS = 10
PUBLISHED, REVISED = "rounds.schedule.published.v1", "rounds.schedule.revised.v1"
UNREADABLE = b'{"specversion": "1.0", "id": "e-torn'

Said = dict[str, Any]
Found = TypeVar("Found")


@dataclass
class World:
    """Everybody around Rounds: sends events, and keeps all that Rounds says."""

    rounds: Installation
    writer: KafkaWriter
    reader: KafkaReader
    records: list[Record] = field(default_factory=list)

    def send(self, *events: bytes) -> None:
        topic = self.rounds.settings["ROUNDS_KAFKA_EVENTS_TOPIC"]
        items = [Outgoing(topic=topic, key=BRANCH, value=event) for event in events]
        assert all(isinstance(answer, Acked) for answer in self.writer.send_all(items, SEND))

    def hear(self, look: Callable[[], Found | None]) -> Found:
        """What is looked for, as soon as it was said. Fails when a role ends, or the time is up."""
        deadline = time.monotonic() + ARRIVAL_SECONDS
        while (found := look()) is None:
            self.rounds.must_run()
            assert time.monotonic() < deadline, f"{self.schedule}\n{self.rounds.told()}"
            if records := self.reader.poll(POLL):
                self.records += records
                assert self.reader.commit(next_offsets(records))
        return found

    def hear_schedule(self, *, since: int = 0, **facts: Any) -> Said:
        """The first event about the whole day, from number `since` on, whose data hold these facts."""
        wanted = facts.items()
        return self.hear(lambda: next((said for said in self.whole_day[since:] if wanted <= _flat(said).items()), None))

    @property
    def schedule(self) -> list[Said]:
        return self._said_on("ROUNDS_KAFKA_SCHEDULE_TOPIC")

    @property
    def whole_day(self) -> list[Said]:
        return [said for said in self.schedule if said["type"] in (PUBLISHED, REVISED)]

    @property
    def dead_letters(self) -> list[Said]:
        return self._said_on("ROUNDS_KAFKA_DEAD_TOPIC")

    def _said_on(self, setting: str) -> list[Said]:
        """Each once: what is sent again has the same bytes."""
        topic = self.rounds.settings[setting]
        values = dict.fromkeys(record.value for record in self.records if record.topic == topic)
        return [json.loads(value or b"null") for value in values]


def _flat(said: Said) -> dict[str, Any]:
    """What a schedule event is looked up by."""
    data = said["data"]
    return {"type": said["type"], "served": data["totals"]["served"], "caused_by": tuple(data["caused_by"])}


@contextmanager
def a_world(broker: KafkaBroker, home: Path, database_url: str, name: str, **settings: str) -> Iterator[World]:
    """Rounds installed on topics of its own, tables and topics made, nothing running yet."""
    topics = {f"kafka_{each}_topic": f"{name}.{each}" for each in ("events", "dead", "schedule")}
    bootstrap = f"{LOOPBACK}:{broker.port}"
    with installed(
        home, database_url=database_url, kafka_bootstrap=bootstrap, kafka_group=name, **topics, **settings
    ) as rounds:
        rounds.run("migrate")
        rounds.run("topics", "create", "--partitions", "3")
        assert not any(each["is_new"] for each in json.loads(rounds.run("topics", "create", "--json")))
        heard = [topics["kafka_schedule_topic"], topics["kafka_dead_topic"]]
        with (
            closing(KafkaWriter(broker.settings())) as writer,
            closing(KafkaReader(broker.settings(group=f"{name}.world"), heard)) as reader,
        ):
            yield World(rounds, writer, reader)


def test_a_day_is_told_and_a_cancellation_revises_only_what_it_touches(
    kafka_broker: KafkaBroker, postgres_url: str, tmp_path: Path
) -> None:
    branch = LittleBranch()
    with a_world(kafka_broker, tmp_path, postgres_url, "main") as world:
        roles = [world.rounds.start(name) for name in ("consume", "plan-worker", "relay", "clock")]

        world.send(*branch.known())
        told = world.hear_schedule(served=len(VISITS))
        assert told["data"]["date"] == branch.day.isoformat()
        assert told["data"]["unassigned"] == []

        stranger = branch.event("visit.requested", branch.request("V-9", patient="P-unknown"), id="e-stranger")
        world.send(UNREADABLE, stranger, branch.cancelled("V-2", id="e-cancelled"))
        revised = world.hear_schedule(type=REVISED, caused_by=("e-cancelled",))
        letters = world.hear(lambda: world.dead_letters if len(world.dead_letters) == 2 else None)

        assert_names_only(revised, "V-2")
        assert_well_told(world.schedule)
        assert_put_aside(world.rounds, letters)
        for role in roles:
            role.end_well(END_SECONDS)
    for secret in SECRETS:
        assert secret not in world.rounds.logs()
        assert not any(secret.encode() in (record.value or b"") for record in world.records)


def assert_names_only(revised: Said, visit: str) -> None:
    changes = revised["data"]["changes"]
    assert [(change["visit"], change["kind"], change["case_manager_after"]) for change in changes] == [
        (visit, "removed", None)
    ]
    assert revised["data"]["case_managers"] == [changes[0]["case_manager_before"]]


def assert_well_told(events: list[Said]) -> None:
    """In order: one published day, then revisions that each name the one before; ids that follow from what is told."""
    days = [said for said in events if said["type"] in (PUBLISHED, REVISED)]
    assert [said["type"] for said in days] == [PUBLISHED] + [REVISED] * (len(days) - 1)
    assert [said["data"]["replaces"] for said in days[1:]] == [said["data"]["revision"] for said in days[:-1]]
    revisions = [said["data"]["revision"] for said in events]
    assert revisions == sorted(revisions)
    assert [said["id"] for said in events] == [stable_id(said) for said in events]
    assert len({said["id"] for said in events}) == len(events)


def stable_id(said: Said) -> str:
    kind = said["type"].removeprefix("rounds.").removesuffix(".v1")
    data = said["data"]
    about = (kind, said["branch"], data["date"], str(data["revision"]), said["subject"])
    return str(uuid5(OUR_EVENTS, "\n".join(about)))


def assert_put_aside(rounds: Installation, letters: list[Said]) -> None:
    """Both bad events wait for a person, the world was told where, and nothing else was put aside."""
    waiting = json.loads(rounds.run("dead-letters", "list", "--json"))
    assert {(each["event"], each["code"]) for each in waiting} == {
        (None, "json.malformed"),
        ("e-stranger", "patient.unknown"),
    }
    for letter in letters:
        (kept,) = [each for each in waiting if each["id"] == letter["id"]]
        assert {name: letter[name] for name in ("source", "event", "code")}.items() <= kept.items()


def test_one_process_over_kafka_and_a_file_does_the_same(kafka_broker: KafkaBroker, tmp_path: Path) -> None:
    branch, (port,) = LittleBranch(), free_ports(1)
    database = f"sqlite:///{tmp_path / 'rounds.db'}"
    with a_world(kafka_broker, tmp_path, database, "whole", http_port=str(port)) as world:
        serve = world.rounds.start("serve")

        world.send(*branch.known())
        world.hear_schedule(served=len(VISITS))
        world.send(branch.cancelled("V-3", id="e-cancelled"))
        revised = world.hear_schedule(type=REVISED, caused_by=("e-cancelled",))

        assert_names_only(revised, "V-3")
        assert_well_told(world.schedule)
        assert httpx.get(f"http://{LOOPBACK}:{port}/readyz").status_code == 200
        serve.end_well(END_SECONDS)
