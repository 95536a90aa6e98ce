"""Sends a workload at a steady pace, writes down every answer, and sends again whatever was not acked, in order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from consumers.broker import KafkaWriter
from consumers.broker_settings import BrokerSettings
from consumers.bus import NOT_SENT, Acked, BusUnavailable, Delivery, Outgoing
from tests.campaign.workload import Made
from tests.ledger import Answer, Sent

SEND: Final = timedelta(seconds=15)
PAUSE_SECONDS: Final = 0.1
MOST_AT_ONCE: Final = 500


class Sender(threading.Thread):
    """Ends when all is acked, or soon after `give_up`. Whatever ended it otherwise is in `failed`."""

    def __init__(
        self, brokers: BrokerSettings, topic: str, made: Iterator[Made], *, per_second: float, ledger: Path
    ) -> None:
        super().__init__(name="sender", daemon=True)
        self._brokers, self._topic, self._made = brokers, topic, made
        self._per_second, self._ledger = per_second, ledger
        self._gives_up = threading.Event()
        self._writer: KafkaWriter | None = None
        self.acked = 0
        self.told: set[str] = set()
        """The events that were acked, whatever came twice."""
        self.begun_at = 0.0
        self.failed: Exception | None = None

    def send_all(self) -> None:
        """Begin, and wait for the end. Raises whatever ended it before all was acked."""
        self.start()
        self.join()
        if self.failed:
            raise self.failed

    def give_up(self) -> None:
        self._gives_up.set()

    def run(self) -> None:
        self.begun_at = time.time()
        try:
            with self._ledger.open("w", encoding="utf-8") as ledger:
                self._send(ledger)
        except Exception as error:
            self.failed = error
            raise
        finally:
            self._close()

    def _send(self, ledger: TextIO) -> None:
        due, waiting, taken = self.begun_at, list[Made](), 0
        while not self._gives_up.is_set():
            wanted = int((time.time() - due) * self._per_second) - taken
            new = list(islice(self._made, min(max(wanted, 0), MOST_AT_ONCE - len(waiting))))
            taken += len(new)
            waiting += new
            if waiting:
                waiting = self._sent_once(waiting, ledger)
            elif wanted > 0:
                return
            else:
                self._gives_up.wait(PAUSE_SECONDS)

    def _sent_once(self, waiting: Sequence[Made], ledger: TextIO) -> list[Made]:
        """Those that must be sent again."""
        at = time.time()
        answers = [_answer(each) for each in self._deliveries(waiting)]
        for made, answer in zip(waiting, answers, strict=True):
            said = {"event": made.event, "key": made.key, "answer": answer, "effect": made.effect, "at": at}
            ledger.write(f"{json.dumps(said)}\n")
        ledger.flush()
        acked = [made.event for made, answer in zip(waiting, answers, strict=True) if answer is Answer.ACKED]
        self.acked += len(acked)
        self.told.update(acked)
        return [made for made, answer in zip(waiting, answers, strict=True) if answer is not Answer.ACKED]

    def _deliveries(self, waiting: Sequence[Made]) -> Sequence[Delivery | None]:
        try:
            if self._writer is None or self._writer.is_lost:
                self._close()
                self._writer = KafkaWriter(self._brokers)
            items = [Outgoing(topic=self._topic, key=made.key, value=made.raw) for made in waiting]
            return self._writer.send_all(items, SEND)
        except BusUnavailable:
            self._gives_up.wait(1)
            return [None] * len(waiting)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _answer(delivery: Delivery | None) -> Answer:
    """No writer could be opened: then certainly nothing was written."""
    if isinstance(delivery, Acked):
        return Answer.ACKED
    return Answer.REFUSED if delivery is None or delivery.reason == NOT_SENT else Answer.UNKNOWN


def sent_of(ledger: Path) -> list[Sent]:
    lines = map(json.loads, ledger.read_text(encoding="utf-8").splitlines())
    return [
        Sent(event=said["event"], key=said["key"], answer=Answer(said["answer"]), effect=said["effect"])
        for said in lines
    ]


def first_sent_at(ledger: Path) -> dict[str, float]:
    """Seconds since the epoch, by event."""
    at: dict[str, float] = {}
    for line in ledger.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        at.setdefault(said["event"], said["at"])
    return at
