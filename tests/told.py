"""What loops tell whoever watches them, written down in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Told:
    """Fits the ports of heartbeat and measures. `said` is what the heart said: `beat`, or the code of a wait."""

    said: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    lags: list[dict[tuple[str, int], int]] = field(default_factory=list)

    def beat(self) -> None:
        self.said.append("beat")

    def waits(self, code: str) -> None:
        self.said.append(code)

    def taken_in(self, status: str, code: str | None) -> None:
        self.counted[" ".join(filter(None, (status, code)))] += 1

    def lag(self, records: Mapping[tuple[str, int], int]) -> None:
        self.lags.append(dict(records))

    def reader_replaced(self) -> None:
        self.counted["reader replaced"] += 1

    def commit_refused(self) -> None:
        self.counted["commit refused"] += 1

    def paused(self) -> None:
        self.counted["paused"] += 1

    def sent(self, topic: str, events: int) -> None:
        self.counted[f"sent to {topic}"] += events

    def put_aside(self, code: str) -> None:
        self.counted[f"put aside {code}"] += 1

    def refused(self, events: int) -> None:
        self.counted["refused"] += events
