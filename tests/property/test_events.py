"""Whatever comes in, reading it never raises and always gives reasons; what took effect never takes effect again."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.contracts import INCOMING, Known, ParsedEvent, UnfitEvent, parse
from consumers.contracts.examples import EXAMPLES, envelope_of
from consumers.receipt import Status
from tests.builders import ZONE
from tests.office import TODAY, VISIT_TYPES, a_request, an_event, an_office, empty_database, in_days

__all__ = ["empty_database"]

CANARY = "Zyxwana Canary"
KNOWN = Known(visit_types=VISIT_TYPES, zone=ZONE)

odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", CANARY, "2026-02-30", "2026-03-02T10:00:00", "NaN", "\u0000", "9" * 400, 1e400, -1, 10**40]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.recursive(st.just(CANARY), lambda inner: st.lists(inner, min_size=1, max_size=1), max_leaves=40),
)
whole_events = st.sampled_from(sorted(INCOMING)).map(lambda wire_type: envelope_of(wire_type, EXAMPLES[wire_type]))


@st.composite
def events_with_an_odd_value(draw: st.DrawFn) -> bytes:
    """A valid event in which one value somewhere is replaced, taken away or added."""
    event = json.loads(json.dumps(draw(whole_events)))
    place: Any = event
    while True:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not (place[key] and isinstance(place[key], dict | list) and draw(st.booleans())):
            break
        place = place[key]
    match draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            place[key] = draw(odd_values)
        case "remove":
            del place[key]
        case _ if isinstance(place, dict):
            place[draw(st.sampled_from([CANARY, "extra", "Extra", "data"]))] = draw(odd_values)
    return json.dumps(event).encode()


@st.composite
def torn_events(draw: st.DrawFn) -> bytes:
    """The bytes of a valid event, cut off, with bytes put in, or with a part said twice."""
    raw = json.dumps(draw(whole_events)).encode()
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, len(raw)))
    noise = draw(st.binary(max_size=8) | st.sampled_from([b"[" * 300, b"\xff", b"\x00", b'"', b"\\", b"NaN", b"}{"]))
    return raw[:start] + noise + draw(st.sampled_from([raw[end:], raw[start:], b""]))


def assert_is_answered(raw: bytes) -> None:
    parsed = parse(raw)
    if isinstance(parsed, ParsedEvent):
        try:
            parsed.command(KNOWN)
        except UnfitEvent as error:
            problems = error.problems
        else:
            return
    else:
        problems = parsed.problems
    assert problems
    assert all(problem.code and problem.sentence and problem.remedy for problem in problems)
    assert CANARY not in str(problems)


@given(events_with_an_odd_value())
@settings(max_examples=600)
def test_an_event_with_an_odd_value_is_read_or_answered(raw: bytes) -> None:
    assert_is_answered(raw)


@given(torn_events())
@settings(max_examples=600)
def test_a_torn_event_is_read_or_answered(raw: bytes) -> None:
    assert_is_answered(raw)


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_answered(raw: bytes) -> None:
    assert_is_answered(raw)


@given(whole_events, st.randoms(use_true_random=False))
def test_the_digest_is_of_the_content_and_not_of_its_writing(event: dict[str, Any], chance: Any) -> None:
    shuffled = list(event.items())
    chance.shuffle(shuffled)
    plain, other = parse(json.dumps(event).encode()), parse(json.dumps(dict(shuffled), indent=1).encode())

    assert isinstance(plain, ParsedEvent)
    assert isinstance(other, ParsedEvent)
    assert plain.digest == other.digest


Told = tuple[str, dict[str, Any], int | None]


def a_story() -> st.SearchStrategy[list[Told]]:
    """Kinds of events with their data and version."""
    visits, days = st.sampled_from(["V-1", "V-2"]), st.integers(0, 3).map(lambda n: in_days(n).isoformat())
    plans = st.sampled_from(["1w2", "2w2", "3w1", "daily x4"]).map(
        lambda notation: {
            "id": "CP-1",
            "patient": "P-1",
            "starts": TODAY.isoformat(),
            "orders": [{"key": "sn", "notation": notation, "type": "routine"}],
        }
    )
    ends = st.fixed_dictionaries({"visit": visits, "reason": st.just("x")})
    begun = st.fixed_dictionaries({"visit": visits, "case_manager": st.sampled_from(["CM-1", "CM-2"])})
    kinds = {
        "visit.requested": st.builds(a_request, visits, date=days, clinicians=st.integers(1, 2)),
        "visit.changed": st.builds(a_request, visits, date=days, minutes=st.sampled_from([30, 60])),
        "visit.pinned": begun,
        "visit.cancelled": ends,
        "visit.started": begun,
        "visit.completed": begun.map(lambda said: said | {"began": "2026-03-02T09:00:00-05:00"}),
        "visit.not_done": ends,
        "patient.on_hold": days.map(lambda day: {"patient": "P-1", "starts": day}),
        "patient.returned": days.map(lambda day: {"patient": "P-1", "on": day}),
        "case_manager.absent": st.just({"case_manager": "CM-1", "starts": "2026-03-03T08:00:00-05:00"}),
        "case_manager.back": st.just({"case_manager": "CM-1", "from": "2026-03-04T08:00:00-05:00"}),
        "credential.changed": st.booleans().map(
            lambda lost: {"case_manager": "CM-1", "code": "wound_care", "revoked": lost}
        ),
        "care_plan.created": plans,
        "care_plan.changed": plans,
        "care_plan.ended": days.map(lambda day: {"care_plan": "CP-1", "on": day, "reason": "x"}),
    }
    versions = st.none() | st.integers(1, 4)
    told = [st.tuples(st.just(kind), data, versions) for kind, data in kinds.items()]
    return st.lists(st.one_of(told), min_size=1, max_size=12)


@given(story=a_story())
@settings(max_examples=25)
def test_replaying_any_event_changes_nothing(empty_database: Path, story: list[Told]) -> None:
    with TemporaryDirectory() as folder, an_office(empty_database, Path(folder)) as office:
        accepted = []
        for number, (kind, data, version) in enumerate(story):
            raw = an_event(kind, data, id=f"s-{number}", entityversion=version)
            receipt = office.take_in(raw)
            once = office.digest()
            again = office.take_in(raw)
            assert office.digest() == once
            assert again.status is (Status.REFUSED if receipt.is_refused else Status.DUPLICATE)
            accepted += [] if receipt.is_refused else [raw]

        told = office.digest()
        for raw in reversed(accepted):
            assert office.take_in(raw).status is Status.DUPLICATE
        assert office.digest() == told
