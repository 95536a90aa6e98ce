"""Who sent what, what became of it, and what was told: held against each other after a run with faults.

The checks are those of Jepsen's Kafka workload (jepsen.tests.kafka: lost and aborted writes, duplicates, order, what
was never seen), taken on both sides of Rounds: from a sender to the effect, and from a decision to its readers. Reads
nothing itself: whoever ran the world fills in a `Ledger` once everything has come to rest. It speaks of ids only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

APPLIED = "applied"


class Answer(StrEnum):
    """What a sender was told."""

    ACKED = "acked"
    REFUSED = "refused"
    """Certainly not written."""
    UNKNOWN = "unknown"
    """No answer: it may have been written."""


class Fate(StrEnum):
    """What can go wrong with one event."""

    LOST = "lost"
    """It was promised, and is nowhere; or it is said to have taken effect, and there is no effect."""
    DUPLICATE = "duplicate"
    """It took effect, or was decided, more than once."""
    ABORTED = "aborted"
    """It was taken back, or never sent or decided, and yet it is there."""
    REORDERED = "reordered"
    """Of one key, a later one came before an earlier one."""
    UNSEEN = "unseen"
    """It is there to be read, and was not dealt with when all had come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`effect` names what the event does when it is applied; one name may be that of several events."""

    event: str
    key: str
    answer: Answer
    effect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One record of a topic as it was read back, from the first to the last."""

    event: str
    key: str
    partition: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One row of the outbox, in the order of its numbers. `about` is what it tells, whatever its id."""

    event: str
    key: str
    about: str
    is_sent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    fate: Fate
    side: str
    """`in` or `out`."""
    event: str
    said: str

    def __str__(self) -> str:
        return f"{self.side}: {self.event} {self.fate}: {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """`taken` is the inbox: status by event. `effects` counts what the database says was done, by name."""

    sent: Sequence[Sent] = ()
    incoming: Sequence[Held] = ()
    taken: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, int] = field(default_factory=dict)
    decided: Sequence[Decided] = ()
    published: Sequence[Held] = ()

    @property
    def wire_duplicates(self) -> int:
        """Published records beyond the first of each id: allowed, and counted."""
        return len(self.published) - len({held.event for held in self.published})


def findings(ledger: Ledger) -> list[Finding]:
    """Everything that breaks the promise; nothing when it was kept."""
    return [*_on_the_way_in(ledger), *_of_effects(ledger), *_on_the_way_out(ledger)]


def _on_the_way_in(ledger: Ledger) -> Iterator[Finding]:
    sent = _by_event(ledger.sent)
    there = {held.event for held in ledger.incoming}
    for event, answers in sent.items():
        if Answer.ACKED in answers and event not in there:
            yield Finding(fate=Fate.LOST, side="in", event=event, said="acked, but not in the topic")
        if answers == {Answer.REFUSED} and event in there:
            yield Finding(fate=Fate.ABORTED, side="in", event=event, said="refused, but in the topic")
    for event in dict.fromkeys(held.event for held in ledger.incoming):
        if event not in ledger.taken:
            yield Finding(fate=Fate.UNSEEN, side="in", event=event, said="in the topic, but not in the inbox")
    for event in ledger.taken:
        if event not in there:
            yield Finding(fate=Fate.ABORTED, side="in", event=event, said="in the inbox, but not in the topic")
    acked = [(each.key, each.event) for each in ledger.sent if each.answer is Answer.ACKED]
    yield from _reordered("in", acked, [(held.key, held.event) for held in ledger.incoming])


def _of_effects(ledger: Ledger) -> Iterator[Finding]:
    """By name and number: the effects there are, against the events that were applied."""
    does = {each.event: each.effect for each in ledger.sent if each.effect}
    due = Counter(does[event] for event, status in ledger.taken.items() if status == APPLIED and event in does)
    for effect in sorted({*due, *ledger.effects}):
        wanted, there = due[effect], ledger.effects.get(effect, 0)
        if there < wanted:
            yield Finding(fate=Fate.LOST, side="in", event=effect, said=f"applied {wanted} times, done {there} times")
        if there > wanted:
            fate = Fate.DUPLICATE if wanted else Fate.ABORTED
            yield Finding(fate=fate, side="in", event=effect, said=f"applied {wanted} times, done {there} times")


def _on_the_way_out(ledger: Ledger) -> Iterator[Finding]:
    there = {held.event for held in ledger.published}
    decided = {each.event for each in ledger.decided}
    for each in ledger.decided:
        if each.is_sent and each.event not in there:
            yield Finding(fate=Fate.LOST, side="out", event=each.event, said="marked as sent, but not in the topic")
        if not each.is_sent:
            yield Finding(fate=Fate.UNSEEN, side="out", event=each.event, said="decided, but still not sent")
    for event in sorted(there - decided):
        yield Finding(fate=Fate.ABORTED, side="out", event=event, said="in the topic, but never decided")
    for about, count in Counter(each.about for each in ledger.decided).items():
        if count > 1:
            yield Finding(fate=Fate.DUPLICATE, side="out", event=about, said=f"decided {count} times")
    order = [(each.key, each.event) for each in ledger.decided]
    yield from _reordered("out", order, [(held.key, held.event) for held in ledger.published])


def _reordered(side: str, wanted: Iterable[tuple[str, str]], found: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """The first time each event of a key was met, against the first time it was sent."""
    met = _firsts(found)
    for key, events in _firsts(wanted).items():
        places = {event: place for place, event in enumerate(met.get(key, ()))}
        highest, before = -1, ""
        for event in (each for each in events if each in places):
            if places[event] < highest:
                yield Finding(fate=Fate.REORDERED, side=side, event=event, said=f"of {key}, met before {before}")
            else:
                highest, before = places[event], event


def _firsts(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    by_key: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for key, event in pairs:
        by_key[key].setdefault(event)
    return {key: list(events) for key, events in by_key.items()}


def _by_event(sent: Iterable[Sent]) -> dict[str, set[Answer]]:
    """An event that is sent again, because no answer came, has the answers of all its sends."""
    answers: defaultdict[str, set[Answer]] = defaultdict(set)
    for each in sent:
        answers[each.event].add(each.answer)
    return dict(answers)
