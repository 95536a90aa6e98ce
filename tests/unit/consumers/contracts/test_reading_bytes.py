"""Bytes become one JSON object within limits, or come back with the reason why not."""

from __future__ import annotations

import json

import pytest

from consumers.contracts import ParsedEvent, Unreadable, parse, structured
from consumers.contracts.reading import MOST_BYTES, MOST_ENTRIES
from tests.office import a_request, an_event
from tests.unit.consumers.contracts.answers import only_problem, problems


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "event.empty"),
        (b"", "event.empty"),
        (b" \n ", "event.empty"),
        (b"{}", "event.empty"),
        (b"null", "json.not_an_object"),
        (b"[1]", "json.not_an_object"),
        (b'{"type": "x"', "json.malformed"),
        (b"{'type': 1}", "json.malformed"),
        (b"\xef\xbb\xbf{}", "json.malformed"),
        (b'{"a": "\xff"}', "json.not_utf8"),
        ('{"a": 1}'.encode("utf-16"), "json.not_utf8"),
        (b'{"a": NaN}', "json.not_a_number"),
        (b'{"a": [-Infinity]}', "json.not_a_number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "json.malformed"),
        (b"[" * 13 + b"]" * 13, "json.too_deep"),
        (b"[" * 200_000, "json.too_deep"),
        (b'"' + b'\\"' * 100_000, "json.malformed"),
        (b" " * MOST_BYTES + b"{}", "event.too_large"),
        (b"[" * 10_000_000, "event.too_large"),
    ],
)
def test_bytes_that_are_no_json_object_say_why(raw: bytes | None, code: str) -> None:
    assert only_problem(raw) == ("", code)


def test_the_largest_event_is_read_and_one_byte_more_is_not() -> None:
    raw = an_event("visit.cancelled", {"visit": "V-1", "reason": "x"})
    largest = raw + b" " * (256 * 1024 - len(raw))

    assert isinstance(parse(largest), ParsedEvent)
    assert only_problem(largest + b" ") == ("", "event.too_large")


def test_the_deepest_event_is_looked_at_and_a_deeper_one_is_not() -> None:
    deep = b'{"a": ' * 11 + b"[]" + b"}" * 11

    assert {code for _, code in ((p.path, p.code) for p in problems(deep))} == {"event.no_type"}
    assert only_problem(b'{"a": ' + deep + b"}") == ("", "json.too_deep")


def test_in_binary_mode_the_attributes_count_too() -> None:
    headers = {"ce_specversion": "1.0", "ce_id": "e", "ce_more": "x" * 100}

    assert only_problem(structured(b" " * (256 * 1024 - 50) + b"{}", headers)) == ("", "event.too_large")


def test_brackets_inside_texts_are_not_depth() -> None:
    assert isinstance(
        parse(an_event("patient.changed", {"id": "P-2", "name": "[" * 50, "home": {"address": "Elm 1"}})), ParsedEvent
    )


def test_a_field_given_twice_is_refused_wherever_it_is() -> None:
    raw = an_event("visit.cancelled", {"visit": "V-1", "reason": "x"})
    twice = raw.replace(b'"reason": "x"', b'"reason": "x", "reason": "y"').replace(b'"branch"', b'"id": "2", "branch"')

    assert [(p.path, p.code) for p in problems(twice)] == [
        ("id", "json.repeated_field"),
        ("data.reason", "json.repeated_field"),
    ]


def test_a_stream_of_noise_gets_a_short_answer() -> None:
    noise = {f"x{number}": number for number in range(5000)}

    assert len(problems(an_event("visit.requested", a_request() | noise))) == 50


def test_binary_mode_is_the_same_event() -> None:
    plain = json.loads(an_event("visit.cancelled", {"visit": "V-1", "reason": "x"}, entityversion=3))
    data = json.dumps(plain.pop("data")).encode()
    headers = {f"ce_{name}": str(value) for name, value in plain.items()} | {"content-type": "application/json"}

    parsed = parse(structured(data, headers))

    assert isinstance(parsed, ParsedEvent)
    whole = parse(json.dumps(plain | {"data": json.loads(data)}).encode())
    assert isinstance(whole, ParsedEvent)
    assert (parsed.model.entityversion, parsed.digest) == (3, whole.digest)


@pytest.mark.parametrize("value", [b"", b"{", b'{}, "id": "other"', b'1, "data": {}', b"\xff"])
def test_a_value_cannot_speak_for_the_envelope(value: bytes) -> None:
    headers = {"ce_specversion": "1.0", "ce_id": "e", "ce_type": "rounds.visit.cancelled.v1", "ce_entityversion": "x"}

    assert isinstance(parse(structured(value, headers)), Unreadable)


def test_structured_mode_and_tombstones_pass_as_they_are() -> None:
    assert structured(b"{}", {"content-type": "application/cloudevents+json"}) == b"{}"
    assert structured(None, {"ce_specversion": "1.0"}) is None


def test_a_number_beyond_all_numbers_is_refused() -> None:
    raw = an_event("visit.requested", a_request(points=7)).replace(b'"points": 7', b'"points": 1e999')

    assert only_problem(raw)[0] == "data.points"


def test_half_a_character_is_refused() -> None:
    raw = an_event("visit.cancelled", {"visit": "V-1", "reason": "x"}).replace(b'"x"', b'"\\ud800"')

    assert only_problem(raw) == ("", "json.malformed")


def test_a_list_without_end_is_refused_before_its_entries_are_looked_at() -> None:
    raw = an_event("visit.requested", a_request(windows=[{}] * (MOST_ENTRIES + 1)))

    assert only_problem(raw) == ("data.windows", "field.too_many")
