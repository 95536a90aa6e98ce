"""Real days of the UHHC set as day files."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.domain.visit import LinkKind, Priority
from scheduler.files.day_reading import read_day
from scheduler.files.day_writing import day_bytes
from scheduler.files.problems import InvalidFile
from scheduler.files.uhhc import import_uhhc
from tests.unit.files.test_day_reading import AGENCY


def test_a_real_day_keeps_its_services_links_and_lunch(shared_data: Path) -> None:
    raw = (shared_data / "bench/hhcrsp/uhhc/i-077.json").read_bytes()
    day = read_day(day_bytes(import_uhhc(raw, branch="uhhc")), AGENCY)

    assert (len(day.visits), len(day.shifts)) == (120, 17)
    second = day.visit("p6/2")  # type: ignore[arg-type]
    assert second is not None
    assert [(link.kind, link.other) for link in second.links] == [(LinkKind.TOGETHER, "p6/1")]
    assert sum(v.priority is Priority.OPTIONAL for v in day.visits) > 0
    assert day.policy.limits.break_minutes == 30
    assert day.policy.prices.longest_idle_hour == 44 * 60


@pytest.mark.parametrize("raw", [b"{}", b"[1]", b'{"patients": 3}', b"no"])
def test_another_file_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(InvalidFile) as caught:
        import_uhhc(raw, branch="uhhc")

    assert caught.value.problems[0].remedy
