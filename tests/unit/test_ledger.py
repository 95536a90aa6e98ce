"""The ledger's checker finds every fault that is planted in a sound ledger, names it, and finds nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ledger import Answer, Decided, Fate, Held, Ledger, Sent, findings

ACKED, REFUSED, UNKNOWN = Answer.ACKED, Answer.REFUSED, Answer.UNKNOWN


def sent(event: str, answer: Answer = ACKED, *, key: str = "north", effect: str = "") -> Sent:
    return Sent(event=event, key=key, answer=answer, effect=effect)


def held(*events: str, key: str = "north") -> tuple[Held, ...]:
    return tuple(Held(event=event, key=key, offset=offset) for offset, event in enumerate(events))


def decided(event: str, *, about: str | None = None, is_sent: bool = True) -> Decided:
    return Decided(event=event, key="north", about=about or event, is_sent=is_sent)


SOUND = Ledger(
    sent=(
        sent("e1", effect="requested V-1"),
        sent("e2", UNKNOWN, effect="cancelled V-1"),
        sent("e2", effect="cancelled V-1"),
        sent("e3", REFUSED),
        sent("e4"),
        sent("s1", key="south", effect="requested V-2"),
    ),
    incoming=(*held("e1", "e2", "e2", "e4"), *held("s1", key="south")),
    taken={"e1": "applied", "e2": "applied", "e4": "dead", "s1": "ignored"},
    effects={"requested V-1": 1, "cancelled V-1": 1},
    decided=(decided("p1"), decided("p2"), decided("p3")),
    published=held("p1", "p2", "p1", "p2", "p3"),
)


def test_a_kept_promise_has_no_findings_and_repeats_on_the_wire_are_counted() -> None:
    assert findings(SOUND) == []
    assert SOUND.wire_duplicates == 2


def without(event: str) -> dict[str, str]:
    return {each: status for each, status in SOUND.taken.items() if each != event}


PLANTED: dict[str, tuple[Ledger, Fate, str]] = {
    "an acked event that is not in the topic": (
        replace(SOUND, incoming=(*held("e1", "e2", "e2"), *held("s1", key="south")), taken=without("e4")),
        Fate.LOST,
        "e4",
    ),
    "an event in the topic that nobody took in": (
        replace(SOUND, taken=without("s1")),
        Fate.UNSEEN,
        "s1",
    ),
    "a refused event that is there after all": (
        replace(SOUND, incoming=(*SOUND.incoming, *held("e3")), taken={**SOUND.taken, "e3": "ignored"}),
        Fate.ABORTED,
        "e3",
    ),
    "an event in the inbox that was never in the topic": (
        replace(SOUND, taken={**SOUND.taken, "ghost": "ignored"}),
        Fate.ABORTED,
        "ghost",
    ),
    "an event that is applied and has no effect": (
        replace(SOUND, effects={"requested V-1": 1}),
        Fate.LOST,
        "cancelled V-1",
    ),
    "an effect that was made twice": (
        replace(SOUND, effects={"requested V-1": 2, "cancelled V-1": 1}),
        Fate.DUPLICATE,
        "requested V-1",
    ),
    "an effect of an event that was not applied": (
        replace(SOUND, effects=dict(SOUND.effects) | {"requested V-2": 1}),
        Fate.ABORTED,
        "requested V-2",
    ),
    "events of one sender that changed places": (
        replace(SOUND, incoming=(*held("e4", "e1", "e2"), *held("s1", key="south"))),
        Fate.REORDERED,
        "e4",
    ),
    "a decision that is marked as sent and is not there": (
        replace(SOUND, published=held("p1", "p3")),
        Fate.LOST,
        "p2",
    ),
    "a decision that is still not sent": (
        replace(SOUND, decided=(*SOUND.decided, decided("p4", is_sent=False))),
        Fate.UNSEEN,
        "p4",
    ),
    "something told that nobody decided": (
        replace(SOUND, published=(*SOUND.published, *held("p9"))),
        Fate.ABORTED,
        "p9",
    ),
    "one thing decided under two ids": (
        replace(SOUND, decided=(*SOUND.decided, decided("p4", about="p3")), published=held("p1", "p2", "p3", "p4")),
        Fate.DUPLICATE,
        "p3",
    ),
    "decisions of one branch told in another order": (
        replace(SOUND, published=held("p2", "p1", "p2", "p3")),
        Fate.REORDERED,
        "p2",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found_and_named(fault: str) -> None:
    ledger, fate, event = PLANTED[fault]

    assert (fate, event) in {(found.fate, found.event) for found in findings(ledger)}
    assert {found.fate for found in findings(ledger)} == {fate}


def test_every_fate_is_planted() -> None:
    assert {fate for _, fate, _ in PLANTED.values()} == set(Fate)
