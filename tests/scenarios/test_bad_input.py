"""A good weekend's events with everything a producer can get wrong mixed in: all of it is refused, nothing of it shows.

Over both daylight-saving nights: the good events plan the Sunday that has 23 or 25 hours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from tests.command import Answer, quick_policy, rounds
from tests.made_up_events import (
    PATIENTS,
    a_care_plan,
    a_colleague,
    a_good_weekend,
    a_line,
    a_request,
    noon_before,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """`window` is right after the hour that is skipped, or in the second of the two that have one name."""

    sunday: date
    window: tuple[str, str]


NIGHTS = {
    "an hour is skipped": Night(
        sunday=date(2026, 3, 8), window=("2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00")
    ),
    "an hour comes twice": Night(
        sunday=date(2026, 11, 1), window=("2026-11-01T01:10:00-05:00", "2026-11-01T01:40:00-05:00")
    ),
}

A_SLIP = datetime(2096, 3, 7, 12, tzinfo=UTC)
"""A moment that could be, but for a slip in the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekend:
    """What came of the good events, and of the same with bad ones among them."""

    night: Night
    good: Path
    mixed: Path
    answer: Answer
    bad: list[tuple[str, bytes]]

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.mixed / "refused.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module", params=NIGHTS)
def weekend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Weekend:
    night = NIGHTS[request.param]
    folder = tmp_path_factory.mktemp("weekend")
    good, bad = a_good_weekend(night.sunday, night_window=night.window), bad_events(night.sunday)
    harmless = harmless_events(good, night.sunday)
    (first_code, first), *rest = bad
    others = [line for _, line in rest] + harmless
    # The last good events come apart, the bad ones between them; what they repeat came before.
    head, tail = good[:-6], good[-6:]
    mixed = [first, *head, *(line for pair in zip_longest(others, tail) for line in pair if line is not None)]
    assert first_code == "json.malformed"

    assert run(good, folder / "good").code == 0
    return Weekend(
        night=night, good=folder / "good", mixed=folder / "mixed", answer=run(mixed, folder / "mixed"), bad=bad
    )


def run(lines: list[bytes], out: Path) -> Answer:
    out.mkdir()
    events = out / "events.jsonl"
    events.write_bytes(b"\n".join(lines) + b"\n")
    env = {"ROUNDS_POLICY_FILE": str(quick_policy(out))}
    return rounds("run", events, "--out", out, "--json", env=env)


def bad_events(sunday: date) -> list[tuple[str, bytes]]:
    """The code each must be refused with, and the event."""
    at = noon_before(sunday) + timedelta(seconds=20)

    def visit(**facts: Any) -> bytes:
        return a_line("bad-visit-" + "-".join(facts), "visit.requested", a_request("V-bad", 2, sunday) | facts, at=at)

    def request(name: str, **envelope: Any) -> bytes:
        return a_line(name, "visit.requested", a_request("V-bad", 2, sunday), at=at, **envelope)

    upside_down = {"opens": f"{sunday}T12:00:00-05:00", "closes": f"{sunday}T10:00:00-05:00"}
    backwards = [{"weekday": "mon", "starts": "16:00", "ends": "08:00"}]
    return [
        ("json.malformed", b'{"specversion": "1.0", "id": "cut-off'),
        ("json.not_utf8", b'{"id": "\xff\xfe"}'),
        ("json.not_an_object", b"[1, 2, 3]"),
        ("json.not_a_number", b'{"specversion": NaN}'),
        ("event.too_large", b'{"data": "' + b"x" * 10_000_000 + b'"}'),
        ("event.unknown_type", request("bad-type", type="rounds.visit.wished.v1")),
        ("event.unknown_version", request("bad-version", type="rounds.visit.requested.v2")),
        ("field.not_one_of", request("bad-spec", specversion="0.3")),
        ("time.naive", request("bad-naive", time="2026-03-07T12:00:00")),
        ("time.impossible", request("bad-hour", time="2026-03-07T25:00:00-05:00")),
        ("date.out_of_range", request("bad-century", time="2199-03-07T12:00:00-05:00")),
        ("field.wrong_type", visit(minutes="45")),
        ("field.wrong_type", visit(remote="yes")),
        ("field.unknown", visit(colour="blue")),
        ("date.impossible", visit(date=f"{sunday.year}-02-30")),
        ("window.invalid", visit(windows=[upside_down])),
        ("visit_type.unknown", visit(type="dancing")),
        ("patient.unknown", visit(patient="P-404")),
        ("visit.unknown", a_line("bad-year", "visit.cancelled", {"visit": "V-404", "reason": "x"}, at=A_SLIP)),
        ("branch.unknown", request("bad-branch", branch="nowhere")),
        ("visit.unknown", a_line("bad-visit", "visit.cancelled", {"visit": "V-404", "reason": "x"}, at=at)),
        (
            "order.syntax",
            a_line("bad-order", "care_plan.created", a_care_plan("CP-2", "P-2", sunday, notation="2w4 oops"), at=at),
        ),
        (
            "shift.invalid",
            a_line("bad-shift", "case_manager.changed", a_colleague("CM-9") | {"hours": backwards}, at=at),
        ),
        ("event.conflict", a_line("good-2", "case_manager.changed", a_colleague("CM-1", ends="12:00"), at=at)),
    ]


def harmless_events(good: list[bytes], sunday: date) -> list[bytes]:
    """The same event twice, and an older version after a newer one."""
    older = a_line(
        "late", "case_manager.changed", a_colleague("CM-1", ends="09:00"), at=noon_before(sunday), entityversion=1
    )
    return [good[4], older]


def test_each_is_refused_with_its_code_a_sentence_and_a_remedy(weekend: Weekend) -> None:
    assert weekend.answer.code == 1
    assert [each["problems"][0]["code"] for each in weekend.answer.said["refused"]] == [code for code, _ in weekend.bad]
    for each in weekend.answer.said["refused"]:
        for problem in each["problems"]:
            assert problem["sentence"].strip()
            assert problem["remedy"].strip()


def test_each_waits_as_a_dead_letter_of_its_own(weekend: Weekend) -> None:
    assert len({each["letter"] for each in weekend.refused}) == len(weekend.bad)

    letters = rounds(
        "dead-letters", "list", "--json", env={"ROUNDS_DATABASE_URL": f"sqlite:///{weekend.mixed / 'run.db'}"}
    )
    assert sorted(letter["code"] for letter in letters.said) == sorted(code for code, _ in weekend.bad)


def test_the_same_event_twice_and_an_older_version_change_nothing_and_are_no_fault(weekend: Weekend) -> None:
    counted = weekend.answer.said["events"]

    assert (counted["duplicate"], counted["ignored"], counted["refused"]) == (1, 1, len(weekend.bad))


def test_plans_and_published_events_are_the_bytes_they_are_without_them(weekend: Weekend) -> None:
    plans = [path.relative_to(weekend.good) for path in sorted(weekend.good.rglob("plan.json"))]

    assert len(plans) == 3
    for path in [*plans, Path("published.jsonl")]:
        assert (weekend.mixed / path).read_bytes() == (weekend.good / path).read_bytes(), path


def test_the_night_visit_starts_in_its_hour_and_the_pinned_one_says_who_does_not_work(weekend: Weekend) -> None:
    sunday, monday = (
        json.loads((weekend.mixed / "east" / f"{day}" / "plan.json").read_text())
        for day in (weekend.night.sunday, weekend.night.sunday + timedelta(days=1))
    )

    (starts,) = [s["starts"] for r in sunday["routes"] for s in r["stops"] if s["visit"] == "V-night"]
    opens, closes = map(datetime.fromisoformat, weekend.night.window)
    assert opens <= datetime.fromisoformat(starts) <= closes
    assert [each["visit"] for each in monday["unassigned"]] == ["V-idle"]
    assert monday["unassigned"][0]["reasons"]
    assert "CM-3" not in {route["case_manager"] for route in monday["routes"]}


def test_no_patient_is_named_in_what_is_refused_or_published(weekend: Weekend) -> None:
    told = "".join((weekend.mixed / name).read_text() for name in ("refused.jsonl", "published.jsonl"))

    assert PATIENTS > 1
    assert "Secret Person" not in told + weekend.answer.out
