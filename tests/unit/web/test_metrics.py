"""What is told to Prometheus: names, labels, and that each count rises where it should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn, cast

import pytest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from scheduler.clock import ManualClock
from scheduler.domain.backlog import Backlog
from scheduler.planning.outcome import Outcome, Result
from scheduler.ports.unit_of_work import OpenUnitOfWork
from scheduler.store.errors import StoreUnavailable
from tests.demands import ROOT
from web.metrics import Measures
from web.pulse import Pulse

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
LABELS = {"role", "topic", "partition", "status", "code", "result", "le"}


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def measured(backlog: Backlog | None = None, *pulses: Pulse) -> Measures:
    """With a store where so much waits; None is a store that is away."""
    measures = Measures()
    measures.watch_store(cast(OpenUnitOfWork, _Store(backlog)), ManualClock(NOW))
    measures.watch(pulses)
    return measures


class _Store:
    def __init__(self, backlog: Backlog | None) -> None:
        self._backlog = backlog

    @contextmanager
    def __call__(self, *, read_only: bool) -> Iterator[Any]:
        assert read_only
        if self._backlog is None:
            raise StoreUnavailable("away")
        yield self

    @property
    def backlogs(self) -> Any:
        return self

    def look(self) -> Backlog:
        assert self._backlog is not None
        return self._backlog


def families(measures: Measures) -> list[Metric]:
    content, media = measures.told("")
    assert media.startswith("text/plain")
    return list(text_string_to_metric_families(content.decode()))


def told(measures: Measures) -> dict[str, float]:
    """`{"rounds_plans_total planned": 1.0}`: names with the values of their labels, by label."""
    samples = (sample for family in families(measures) for sample in family.samples)
    return {" ".join([sample.name, *dict(sorted(sample.labels.items())).values()]): sample.value for sample in samples}


def everything() -> Measures:
    """Every count has happened, so that every name and label is told."""
    pulse = Pulse(role="relay", limit_seconds=60, first_seconds=60, monotonic=lambda: 0.0)
    pulse.waits("bus.unavailable")
    measures = measured(Backlog(last_event_at=NOW), pulse)
    measures.taken_in("refused", "patient.unknown")
    measures.lag({("in", 0): 1})
    measures.planned(Outcome(result=Result.FAILED, code="planner.crashed", seconds=1.0))
    measures.sent("out", 1)
    measures.put_aside("bus.too_large")
    measures.job("retention", None)
    return measures


def test_every_name_begins_alike_and_is_explained_in_a_sentence() -> None:
    said = families(everything())

    assert len(said) > 30
    assert [family.name for family in said if not family.name.startswith("rounds_")] == []
    assert [
        f.name for f in said if not f.name.startswith("rounds_process_") and not f.documentation.endswith(".")
    ] == []


def test_labels_are_of_a_kind_whose_number_is_bounded() -> None:
    used = {label for family in families(everything()) for sample in family.samples for label in sample.labels}

    assert used <= LABELS


def test_every_name_is_in_the_handbook_and_the_handbook_names_no_other() -> None:
    said = {
        sample.name for family in families(everything()) for sample in family.samples if "_process_" not in sample.name
    }
    known = {re.sub(r"_(bucket|sum|count)$", "", name) for name in said}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\brounds_[a-z_]+", page)) - {"rounds_process_"}

    assert known == named


def test_what_waits_is_told_with_its_age() -> None:
    said = told(
        measured(
            Backlog(
                last_event_at=ago(minutes=1),
                dirty_days=3,
                held_days=1,
                failed_days=2,
                due_at=ago(seconds=90),
                oldest_news_at=ago(hours=1),
                unsent=7,
                unsent_since=ago(seconds=4),
                letters=5,
                letters_since=ago(days=1),
                leases={"relay": NOW + timedelta(seconds=30)},
            )
        )
    )

    assert (
        said
        | {
            "rounds_store_up": 1,
            "rounds_inbox_age_seconds": 60,
            "rounds_dirty_days": 3,
            "rounds_dirty_days_held": 1,
            "rounds_dirty_days_failed": 2,
            "rounds_dirty_days_late_seconds": 90,
            "rounds_dirty_days_age_seconds": 3600,
            "rounds_outbox_unsent_events": 7,
            "rounds_outbox_age_seconds": 4,
            "rounds_dead_letters_waiting": 5,
            "rounds_dead_letters_age_seconds": 86_400,
            "rounds_relay_lease_seconds": 30,
        }
        == said
    )


def test_what_is_not_yet_due_is_not_late_and_a_lease_that_ran_out_is_none() -> None:
    said = told(measured(Backlog(dirty_days=1, due_at=NOW + timedelta(minutes=1), leases={"relay": ago(seconds=1)})))

    assert (said["rounds_dirty_days_late_seconds"], said["rounds_relay_lease_seconds"]) == (0, 0)
    assert "rounds_inbox_age_seconds" not in said  # no event ever came, so there is no age


def test_while_the_store_is_away_the_counts_of_the_process_are_told_all_the_same() -> None:
    measures = measured(None)
    measures.taken_in("applied", None)

    said = told(measures)

    assert (said["rounds_store_up"], said["rounds_events_taken_in_total applied"]) == (0, 1)
    assert "rounds_dirty_days" not in said


def test_events_are_counted_by_what_became_of_them() -> None:
    measures = measured(Backlog())
    for status, code in (("applied", None), ("applied", None), ("refused", "patient.unknown")):
        measures.taken_in(status, code)

    said = told(measures)

    assert said["rounds_events_taken_in_total applied"] == 2
    assert said["rounds_events_taken_in_total refused"] == said["rounds_events_refused_total patient.unknown"] == 1


def test_the_lag_of_a_partition_that_moved_on_is_not_told_any_more() -> None:
    measures = measured(Backlog())
    measures.lag({("in", 0): 3, ("in", 1): 0})
    measures.lag({("in", 1): 4})

    said = {name: value for name, value in told(measures).items() if "lag" in name}

    assert said == {"rounds_consumer_lag_records 1 in": 4}


@pytest.mark.parametrize("result", Result)
def test_a_turn_is_counted_unless_nothing_was_due(result: Result) -> None:
    measures = measured(Backlog())

    measures.planned(Outcome(result=result, seconds=2.5))

    counted = told(measures).get(f"rounds_plans_total {result}", 0)
    assert counted == (0 if result is Result.IDLE else 1)
    assert told(measures)["rounds_plan_solve_seconds_count"] == counted


def test_a_failure_is_counted_with_its_code_and_the_time_it_took() -> None:
    measures = measured(Backlog())

    measures.planned(Outcome(result=Result.FAILED, code="engine.no_plan", seconds=2.5))

    said = told(measures)
    assert said["rounds_plans_failed_total engine.no_plan"] == 1
    assert (said["rounds_plan_solve_seconds_bucket 2.0"], said["rounds_plan_solve_seconds_bucket 5.0"]) == (0, 1)
    assert said["rounds_plan_gap_ratio_count"] == 0


def test_a_job_of_the_clock_is_done_or_failed_with_a_code() -> None:
    measures = measured(Backlog())
    measures.job("retention", None)
    measures.job("retention", "store.busy")

    said = told(measures)

    assert (said["rounds_clock_jobs_total  done"], said["rounds_clock_jobs_total store.busy failed"]) == (1, 1)


def test_open_metrics_are_told_to_whoever_asks_for_them() -> None:
    content, media = everything().told("application/openmetrics-text; version=1.0.0")

    assert media.startswith("application/openmetrics-text")
    assert content.endswith(b"# EOF\n")


def test_a_fault_while_looking_is_not_hidden_as_a_store_that_is_away() -> None:
    def broken(**_: object) -> NoReturn:
        raise ValueError("broken on purpose")

    measures = Measures()
    measures.watch_store(broken, ManualClock(NOW))

    with pytest.raises(ValueError, match="on purpose"):
        measures.told("")
