"""A hundred thousand broken events through the real topic: none stops intake, each is accounted for, nobody is named.

    python -m tests.campaign.mutations --seed 7 --events 100000 --rows docs/reliability/runs.jsonl

Sound events, whose people bear planted names, are broken in every way a sender can break them, by a seed. Then every
record of the topic must be told of on the dead topic or be in the inbox, every letter must give a reason, and no
planted name may stand in any log, on the dead topic or in a header.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from consumers.broker import KafkaWriter
from consumers.bus import OVERTOOK, Acked, Outgoing, Record
from scheduler.store.engine import Store, open_store
from scheduler.store.tables import dead_letter, inbox
from tests.campaign.command import run
from tests.campaign.mutators import CANARIES, Mutated, mutated
from tests.campaign.reading import records_of, rows
from tests.campaign.rest import at_rest
from tests.campaign.sender import SEND
from tests.campaign.supervisor import Supervisor
from tests.campaign.world import TOPICS, World, a_world

AT_A_TIME: Final = 200
MOST_SHOWN: Final = 20


def campaign(seed: int, count: int, *, consumers: int = 2, rest_seconds: float = 1800) -> dict[str, Any]:
    with (
        a_world(nodes=1, partitions=6, log_level="DEBUG", most_letters=str(count)) as world,
        open_store(world.url) as store,
    ):
        supervisor = Supervisor(world.rounds, {"consume": consumers})
        begun = time.monotonic()
        try:
            supervisor.start()
            sent, by_kind = _sent(world, mutated(seed, count, branches=4, now=datetime.now(UTC)))
            restless = at_rest(world, store, seconds=rest_seconds, meanwhile=supervisor.tend, is_planned=False)
            supervisor.tend()
        finally:
            supervisor.stop()
        seconds = time.monotonic() - begun
        found = [*restless, *_found(world, store, sent), *(f"ended: {each}" for each in supervisor.ended)]
        return {
            "seed": seed,
            "mutated": sum(by_kind.values()),
            "taken_by_the_topic": sent,
            "seconds": round(seconds),
            "by_kind": dict(by_kind),
            "became": _became(store),
            "reasons": _reasons(store),
            "found": len(found),
            "findings": found[:MOST_SHOWN],
        }


def _sent(world: World, events: Iterator[Mutated]) -> tuple[int, Counter[str]]:
    """How many the topic took, and how many there were of each kind. What is too large for it is refused for good."""
    taken, by_kind, batch = 0, Counter[str](), list[Mutated]()
    writer = KafkaWriter(world.brokers.settings())
    try:
        for event in events:
            batch.append(event)
            if len(batch) == AT_A_TIME:
                taken, batch = taken + _take(writer, batch, by_kind), []
        taken += _take(writer, batch, by_kind)
    finally:
        writer.close()
    return taken, by_kind


def _take(writer: KafkaWriter, batch: Sequence[Mutated], by_kind: Counter[str]) -> int:
    # The writer knows no tombstones, because Rounds sends none; the library takes them as they are.
    items = [Outgoing(topic=TOPICS["events"], key=each.key, value=each.raw, headers=each.headers)  # type: ignore[arg-type]
             for each in batch]  # fmt: skip
    answers = writer.send_all(items, SEND)
    taken = [isinstance(answer, Acked) or answer.reason == OVERTOOK for answer in answers]
    for each, answer, is_taken in zip(batch, answers, taken, strict=True):
        if is_taken == (each.kind == "10 MB"):
            raise AssertionError(f"{each.kind}: {answer}")
    by_kind.update(each.kind for each in batch)
    return sum(taken)


def _found(world: World, store: Store, sent: int) -> Iterator[str]:
    incoming = records_of(world.brokers.settings(), TOPICS["events"])
    dead = records_of(world.brokers.settings(), TOPICS["dead"])
    if len(incoming) != sent:
        yield f"{len(incoming)} records in the topic, {sent} sent"
    yield from _unaccounted(incoming, dead, store)
    yield from _without_reason(store)
    yield from _canaries(world, dead)


def _unaccounted(incoming: Sequence[Record], dead: Sequence[Record], store: Store) -> Iterator[str]:
    """Told of as refused, or in the inbox as something else than refused."""
    refused = {(said["partition"], said["offset"]) for said in (json.loads(each.value or b"null") for each in dead)}
    fine = select(inbox.c.event).where(inbox.c.status.in_(("applied", "ignored")))
    settled = {row.event for row in rows(store, fine)}
    for record in incoming:
        if (record.partition, record.offset) not in refused and _id_of(record) not in settled:
            yield f"nothing became of {record.partition}/{record.offset}: {(record.value or b'')[:60]!r}"


def _id_of(record: Record) -> str | None:
    try:
        said = json.loads(record.value or b"")
    except (ValueError, RecursionError):
        return None
    return said.get("id") if isinstance(said, dict) else None


def _without_reason(store: Store) -> Iterator[str]:
    letters = select(dead_letter.c.id).where(
        (dead_letter.c.code == "") | (dead_letter.c.sentence == "") | (dead_letter.c.remedy == "")
    )
    yield from (f"letter {row.id} gives no reason" for row in rows(store, letters))


def _canaries(world: World, dead: Sequence[Record]) -> Iterator[str]:
    told = world.rounds.logs()
    on_topic = "".join(f"{each.key}{each.value!r}{each.headers}" for each in dead)
    for place, text in (("a log", told), ("the dead topic", on_topic)):
        yield from (f"{canary} stands in {place}" for canary in CANARIES if canary in text)
    if not told or not dead:
        yield "no log or no dead letter was there to be looked at"


def _became(store: Store) -> dict[str, int]:
    return _counted(store, inbox.c.status)


def _reasons(store: Store) -> dict[str, int]:
    return _counted(store, dead_letter.c.code)


def _counted(store: Store, column: ColumnElement[str]) -> dict[str, int]:
    """The most frequent first."""
    query = select(column.label("name"), func.count().label("times")).group_by(column)
    return {row.name: row.times for row in rows(store, query.order_by(func.count().desc(), column))}


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    return campaign(asked.seed, asked.events, consumers=asked.consumers)


def main(words: Sequence[str] | None = None) -> None:
    run("mutations", _measured, words, about="Broken events.", seed=7, events=100_000, consumers=2)


if __name__ == "__main__":
    main()
