"""What the topics and tables hold, once all has come to rest, as the ledger's checker wants it. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import Executable, Row, func, select

from consumers.broker_settings import BrokerSettings, client_options
from consumers.bus import Record
from scheduler.store.engine import Store
from scheduler.store.tables import audit, branch_work, inbox, outbox
from tests.campaign.sender import sent_of
from tests.campaign.world import GROUP, TOPICS, World
from tests.ledger import Decided, Held, Ledger

AT_A_TIME: Final = 2000


def rows(store: Store, query: Executable) -> Sequence[Row[Any]]:
    with store.reader.connect() as connection:
        return connection.execute(query).all()


def records_of(brokers: BrokerSettings, topic: str) -> list[Record]:
    """Every record from the first to the last, in order within each partition. Joins no group."""
    with _consumer(brokers) as consumer:
        lanes = _lanes(consumer, topic)
        consumer.assign(lanes)
        consumer.seek_to_beginning(*lanes)
        ends = consumer.end_offsets(lanes)
        found: list[Record] = []
        while any(consumer.position(lane) < ends[lane] for lane in lanes):
            polled = consumer.poll(timeout_ms=500, max_records=AT_A_TIME)
            found += [_record(each) for lane in sorted(polled) for each in polled[lane]]
    return found


def lag(brokers: BrokerSettings) -> int:
    """How many records of the events topic the group has not committed yet."""
    with _consumer(brokers, group_id=GROUP) as consumer:
        lanes = _lanes(consumer, TOPICS["events"])
        ends = consumer.end_offsets(lanes)
        return sum(ends[lane] - (consumer.committed(lane) or 0) for lane in lanes)


def ledger_of(world: World, store: Store, sent: Path, incoming: Sequence[Record]) -> Ledger:
    published = records_of(world.brokers.settings(), TOPICS["schedule"])
    return Ledger(
        sent=sent_of(sent),
        incoming=[_held(record) for record in incoming],
        taken={row.event: row.status for row in rows(store, select(inbox.c.event, inbox.c.status))},
        effects=effects(store),
        decided=[_decided(row) for row in rows(store, select(outbox).order_by(outbox.c.seq))],
        published=[_held(record) for record in published],
    )


def effects(store: Store) -> Counter[str]:
    """By name, as the workload names them: whatever the audit says was done because of an event."""
    ours = select(audit.c.branch, audit.c.action, audit.c.object).where(audit.c.actor.startswith("kafka "))
    return Counter(f"{row.branch} {row.action} {row.object}" for row in rows(store, ours))


def dirty_days(store: Store) -> list[str]:
    dirty = select(branch_work).where(branch_work.c.dirty_seq > branch_work.c.solved_seq)
    return [f"{row.branch} {row.day} {row.last_error or ''} {row.attempts}" for row in rows(store, dirty)]


def taken(store: Store) -> int:
    """How many events came in, whatever became of them."""
    return int(rows(store, select(func.count()).select_from(inbox))[0][0])


def unsent(store: Store) -> int:
    return int(rows(store, select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None)))[0][0])


def troubles(logs: str) -> Counter[str]:
    """What was logged as a warning or worse, but for refused events, which are sent on purpose. Where a library speaks
    in sentences, its name stands for them.
    """
    lines = [json.loads(line) for line in logs.splitlines() if line.startswith("{")]
    loud = [line for line in lines if line.get("level") not in (None, "debug", "info")]
    names = [line["logger"] if " " in line["event"] else line["event"] for line in loud]
    return Counter(name for name in names if name != "event.refused")


def _held(record: Record) -> Held:
    said = json.loads(record.value or b"{}")
    return Held(event=said["id"], key=record.key or "", partition=record.partition, offset=record.offset)


def _decided(row: Row[Any]) -> Decided:
    """`about` is the content, but for when it was decided: the same told twice would show, whatever its ids."""
    said = json.loads(row.data)
    said.pop("at")
    about = json.dumps([row.type, row.subject, said], sort_keys=True)
    return Decided(event=row.id, key=row.key, about=about, is_sent=row.sent_at is not None)


@contextmanager
def _consumer(brokers: BrokerSettings, **options: Any) -> Iterator[Any]:  # the library has no types
    consumer = KafkaConsumer(**client_options(brokers), enable_auto_commit=False, **options)
    try:
        yield consumer
    finally:
        consumer.close(autocommit=False)


def _lanes(consumer: Any, topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]


def _record(found: Any) -> Record:
    return Record(
        topic=found.topic,
        partition=found.partition,
        offset=found.offset,
        key=found.key.decode(errors="backslashreplace") if found.key else None,
        value=found.value,
        headers={name: (text or b"").decode(errors="backslashreplace") for name, text in found.headers},
    )
