"""Tells whoever sends on Kafka which events could not take effect: ids, place and code, never content.

A door such as HTTP answers; Kafka does not, so this topic is its answer. It may say a thing twice. What cannot be
said is logged and left: the letter lies in the database all the same, and no event waits for this.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from consumers.bus import Acked, BusWriter, Delivery, Outgoing, Record
from consumers.receipt import Receipt
from scheduler.domain.errors import Unavailable

log = logging.getLogger(__name__)

CONTENT_TYPE: Final = "application/json"

RefusedRecord: TypeAlias = tuple[Record, Receipt]


@dataclass(kw_only=True)
class DeadTopic:
    """`send` must be longer than the writer's own patience. Belongs to the thread of the loop that refuses."""

    topic: str
    open_writer: Callable[[], BusWriter]
    send: timedelta = timedelta(seconds=25)
    _writer: BusWriter | None = None

    def tell(self, refused: Iterable[RefusedRecord]) -> None:
        references = [reference(record, receipt, self.topic) for record, receipt in refused]
        if not references:
            return
        try:
            deliveries = self._send(references)
        except Unavailable as error:
            log.warning("dead_letters.not_told", extra={"code": error.code, "count": len(references)})
            return
        untold = [each.reason for each in deliveries if not isinstance(each, Acked)]
        if untold:
            log.warning("dead_letters.not_told", extra={"code": untold[0], "count": len(untold)})

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _send(self, references: Sequence[Outgoing]) -> Sequence[Delivery]:
        if self._writer is None or self._writer.is_lost:
            self.close()
            self._writer = self.open_writer()
        return self._writer.send_all(references, self.send)


def reference(record: Record, receipt: Receipt, topic: str) -> Outgoing:
    """What is said of one: the number of its letter, the first reason's code, and where the event was read."""
    said = {
        "id": receipt.letter,
        "source": receipt.source,
        "event": receipt.event,
        "code": receipt.problems[0].code,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
    }
    value = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return Outgoing(topic=topic, key=receipt.branch, value=value, headers={"content-type": CONTENT_TYPE})
