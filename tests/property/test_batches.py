"""Cutting a batch into events: whatever the bytes, as many pieces as the array has, untouched, or a refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.bodies import MalformedBatch, events_of

SPACE = st.text(" \t\r\n", max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(events=st.lists(VALUES, max_size=6), space=SPACE, is_ascii=st.booleans())
def test_every_event_of_an_array_comes_out_as_it_went_in(events: list[Any], space: str, is_ascii: bool) -> None:
    written = [json.dumps(event, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass") for event in events]
    gap = space.encode()
    batch = gap + b"[" + gap + (gap + b"," + gap).join(written) + gap + b"]" + gap

    if all(_is_utf8(each) for each in written):
        assert events_of(batch) == written
    else:
        with pytest.raises(MalformedBatch):
            events_of(batch)


@given(noise=st.binary(max_size=60) | st.text('[]{},:"\\ 1a.eE-', max_size=40).map(str.encode))
def test_noise_is_cut_exactly_where_it_is_an_array(noise: bytes) -> None:
    try:
        said = json.loads(noise.decode())
    except ValueError:
        said = None
    if isinstance(said, list):
        assert [json.loads(event) for event in events_of(noise)] == said
    else:
        with pytest.raises(MalformedBatch):
            events_of(noise)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
