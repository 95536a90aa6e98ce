"""Every way a sender can break an event, drawn from a seed. The people in the events bear planted names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Final, TypeAlias

from tests.campaign.workload import Workload

CANARIES: Final = ("Zephyrine Quillfeather", "Ottokar Brumblewick", "77 Larkspurrow Lane", "-83.0713377")
"""Two names, an address and a longitude that nothing else holds."""
Said: TypeAlias = dict[str, Any]
Mutator: TypeAlias = Callable[[Said, Random], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutated:
    kind: str
    key: str | None
    raw: bytes | None
    headers: Mapping[str, str]


def _json(said: object) -> bytes:
    return json.dumps(said).encode()


def _with(said: Said, **facts: Any) -> bytes:
    return _json({**said, **facts})


def _with_data(said: Said, chance: Random, value: Any) -> bytes:
    """One field of the data, at random, replaced."""
    name = chance.choice(list(said["data"]))
    return _with(said, data={**said["data"], name: value})


def _truncated(said: Said, chance: Random) -> bytes:
    raw = _json(said)
    return raw[: chance.randrange(1, len(raw))]


def _flipped(said: Said, chance: Random) -> bytes:
    raw = bytearray(_json(said))
    for _ in range(chance.randrange(1, 6)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def _not_utf8(said: Said, chance: Random) -> bytes:
    raw = _json(said)
    cut = chance.randrange(len(raw))
    return raw[:cut] + b"\xff\xfe\xc3" + raw[cut:]


def _wrong_type(said: Said, chance: Random) -> bytes:
    return _with_data(said, chance, chance.choice([None, True, 3.5, -1, [], {}, [CANARIES[0]], CANARIES[0], {"a": {}}]))


def _wrong_envelope(said: Said, chance: Random) -> bytes:
    name = chance.choice([name for name in said if name not in ("id", "source", "data", "branch")])
    return _with(said, **{name: chance.choice([None, 7, [], {}, "", "x" * 5000])})


def _left_out(said: Said, chance: Random) -> bytes:
    name = chance.choice(list(said))
    return _json({each: value for each, value in said.items() if each != name})


def _left_out_of_data(said: Said, chance: Random) -> bytes:
    name = chance.choice(list(said["data"]))
    return _with(said, data={each: value for each, value in said["data"].items() if each != name})


def _added(said: Said, chance: Random) -> bytes:
    """A field nobody knows, with a patient's name for a name."""
    return _with(said, data={**said["data"], chance.choice(CANARIES): chance.choice(CANARIES)})


def _not_a_number(said: Said, chance: Random) -> bytes:
    return _json(said).replace(
        b'"data": {', b'"data": {"x": ' + chance.choice([b"NaN", b"-Infinity", b"1e999"]) + b", "
    )


def _deep(said: Said, chance: Random) -> bytes:
    depth = chance.choice([13, 100, 5000])
    return _json(said).replace(b'"data": {', b'"data": {"x": ' + b"[" * depth + b"]" * depth + b", ")


def _large(said: Said, chance: Random) -> bytes:
    return _with_data(said, chance, CANARIES[0] * chance.choice([12_000, 30_000]))


def _too_large_for_the_topic(said: Said, chance: Random) -> bytes:
    return _with_data(said, chance, CANARIES[0] * 500_000)


def _unknown_version(said: Said, chance: Random) -> bytes:
    return _with(said, type=said["type"].replace(".v1", chance.choice([".v2", ".v0", ".v1.1", ""])))


def _unknown_type(said: Said, chance: Random) -> bytes:
    return _with(said, type=chance.choice(["rounds.visit.wished.v1", "", "other", CANARIES[1]]))


def _other_time(said: Said, chance: Random) -> bytes:
    return _with(said, time=chance.choice(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2199-01-01T00:00:00Z",
                                           "2026-02-30T00:00:00Z", "yesterday", "2026-03-02T12:00:00"]))  # fmt: skip


def _other_date(said: Said, chance: Random) -> bytes:
    return _with_data(said, chance, chance.choice(["0000-00-00", "9999-12-31", "1899-01-01", "2026-02-30"]))


def _foreign_branch(said: Said, chance: Random) -> bytes:
    return _with(said, branch=chance.choice(["nowhere", "b00", "B00", "", "b00\x00", "b" * 300]))


def _other_id(said: Said, chance: Random) -> bytes:
    return _with(said, id=chance.choice(["", "x" * 5000, "a\nb", 7, None]))


def _no_object(said: Said, chance: Random) -> bytes:
    return chance.choice([b"", b" ", b"[]", b"null", b"7", b'"text"', b"\x00", _json([said]), _json(said) * 2])


def _tombstone(said: Said, chance: Random) -> None:
    del said, chance


def _twice_the_key(said: Said, chance: Random) -> bytes:
    return _json(said).replace(b'"data":', chance.choice([b'"data": {}, "data":', b'"id": "again", "data":']))


def _control_characters(said: Said, chance: Random) -> bytes:
    return _with_data(said, chance, chance.choice(["\x00", "\u202e" + CANARIES[0], "\ud800", "a\x1b[31m"]))


def _other_content(said: Said, chance: Random) -> bytes:
    """An id that came before, or will, with other content."""
    return _with(said, id=f"{said['branch']}-{chance.randrange(1, 40):06d}")


def _sound(said: Said, chance: Random) -> bytes:
    del chance
    return _json(said)


MUTATORS: Final[Mapping[str, tuple[Mutator, int]]] = {
    "sound": (_sound, 20),
    "truncated": (_truncated, 30),
    "bytes flipped": (_flipped, 30),
    "not UTF-8": (_not_utf8, 20),
    "wrong type": (_wrong_type, 40),
    "wrong envelope": (_wrong_envelope, 30),
    "left out of the envelope": (_left_out, 20),
    "left out of the data": (_left_out_of_data, 30),
    "unknown field": (_added, 20),
    "not a number": (_not_a_number, 10),
    "deep": (_deep, 10),
    "over 256 KB": (_large, 1),
    "10 MB": (_too_large_for_the_topic, 1),
    "unknown version": (_unknown_version, 10),
    "unknown type": (_unknown_type, 10),
    "far time": (_other_time, 20),
    "far date": (_other_date, 20),
    "foreign branch": (_foreign_branch, 20),
    "odd id": (_other_id, 10),
    "no object": (_no_object, 10),
    "tombstone": (_tombstone, 3),
    "key twice": (_twice_the_key, 10),
    "control characters": (_control_characters, 10),
    "id used before": (_other_content, 10),
}
"""Each way to break an event, and how often it is drawn."""


def mutated(seed: int, count: int, *, branches: int, now: datetime) -> Iterator[Mutated]:
    """Facts come sound, with planted names; everything after them is drawn."""
    chance = Random(f"{seed}/mutations")  # noqa: S311
    names, weights = list(MUTATORS), [weight for _, weight in MUTATORS.values()]
    for number, made in enumerate(Workload(seed=seed, branches=branches, now=now).events(count)):
        said = _planted(json.loads(made.raw), chance)
        is_fact = number < branches * 20 and said["type"] == "rounds.branch.changed.v1"
        kind = "sound" if is_fact else chance.choices(names, weights)[0]
        header = {"note": "x" * chance.randrange(20)} if chance.random() < 0.1 else {}
        raw = MUTATORS[kind][0](said, chance)
        # The library sends nothing that has neither key nor value.
        key = chance.choice([made.key, made.key, made.key, None if raw is not None else made.key, "elsewhere"])
        yield Mutated(kind=kind, key=key, raw=raw, headers=header)


def _planted(said: Said, chance: Random) -> Said:
    """Names where names belong, in facts about people; and in a patient's home an address."""
    if said["type"] == "rounds.patient.changed.v1":
        home = {**said["data"]["home"], "longitude": float(CANARIES[3]), "address": CANARIES[2]}
        return said | {"data": {**said["data"], "name": chance.choice(CANARIES[:2]), "home": home}}
    return said
