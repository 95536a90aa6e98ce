"""The report says what must be reached, what was measured, and never more than the rows do."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.benchmarks.cases import BEST_OF_TWENTY
from optimizer.benchmarks.report import BEGIN, END, MarkersMissing, report, written_into
from optimizer.benchmarks.report_measures import MEMORY, PROFILE, ROUND_COST, THREADS, USUAL
from optimizer.benchmarks.rows import Row, with_known_bounds
from optimizer.benchmarks.targets import TARGETS, Target

DAYS, GAP = (next(t for t in TARGETS if t.work.startswith(work)) for work in ("home-health", "proven gap, 16"))


def a_row(**facts: Any) -> Row:
    said: dict[str, Any] = {
        "family": "mankowska", "instance": "A1", "objective": "mean3", "size": 10, "routes": 3, "visits": 13,
        "solver": "rounds", "version": "rounds-engine/1", "seed": 1, "threads": 2, "cores": "2 threads",
        "limit_seconds": 2.0, "value": 100.0, "best_known": 100.0, "best_known_gap_percent": 0.0, "unserved": 0,
        "is_feasible": True, "where": {"date": "2026-03-03", "machine": "x86_64", "cores": 2, "load": 1.5,
                                       "python": "3.11.7", "versions": {"numba": "0.68.1"}, "options": "--seconds 2"},
    }  # fmt: skip
    return Row(**{**said, **facts})


def of_size(size: int) -> Target:
    return next(t for t in TARGETS if "mankowska" in t.families and t.sizes[0] <= size <= t.sizes[1])


def verdict(target: Target, *rows: Row) -> tuple[str, bool | None]:
    return target.judge(target.own(rows), target.peers(rows))


def test_ten_patients_must_all_be_optimal() -> None:
    assert verdict(of_size(10), a_row(), a_row(seed=2, value=100.0004))[1] is True
    assert verdict(of_size(10), a_row(), a_row(seed=2, value=100.2)) == ("1 of 2 runs equal", False)
    assert verdict(of_size(10), a_row(is_feasible=False))[1] is False


def test_a_mean_gap_counts_every_instance_once_and_an_infeasible_run_fails_it() -> None:
    facts: dict[str, Any] = {"size": 25, "limit_seconds": 10.0}
    rows = [a_row(instance="B1", seed=seed, best_known_gap_percent=1.0, **facts) for seed in (1, 2, 3)]
    rows.append(a_row(instance="B2", best_known_gap_percent=0.0, **facts))

    assert verdict(of_size(25), *rows) == ("mean 0.50 %, worst 1.00 %", True)
    broken = a_row(instance="B2", is_feasible=False, **facts)
    assert verdict(of_size(25), *rows[:3], broken) == ("an infeasible answer", False)


def test_runs_with_another_limit_do_not_count() -> None:
    assert of_size(10).own([a_row(limit_seconds=60.0)]) == []


def test_published_runs_are_compared_instance_by_instance() -> None:
    facts: dict[str, Any] = {"size": 50, "limit_seconds": 60.0, "published": {BEST_OF_TWENTY: 100.0}}
    better, worse = a_row(instance="C1", value=90.0, **facts), a_row(instance="C2", value=100.1, **facts)

    assert verdict(of_size(50), better)[1] is True
    told, is_reached = verdict(of_size(50), better, worse)
    assert (told.split(",")[0], is_reached) == ("no worse on 1 of 2", False)
    assert verdict(of_size(50), a_row(size=50, limit_seconds=60.0)) == ("nothing published", None)


def a_day(solver: str = "rounds", **facts: Any) -> Row:
    shared: dict[str, Any] = {
        "family": "day", "objective": "seconds", "instance": "d1", "size": 72, "routes": 16, "limit_seconds": 10.0,
        "solver": solver, "best_known": None, "best_known_gap_percent": None,
    }  # fmt: skip
    return a_row(**{**shared, **facts})


def test_a_day_is_measured_against_the_best_feasible_peer_of_the_same_seed() -> None:
    rows = [
        a_day(value=96.0),
        a_day("pyvrp", value=100.0),
        a_day("vroom", value=50.0, is_feasible=False),
        a_day("ortools", value=120.0),
        a_day("pyvrp", value=10.0, seed=2),
    ]

    told, is_reached = verdict(DAYS, *rows)

    assert told.startswith("0.960 of the best peer, worst day 0.960; where all serve everything 0.960")
    assert is_reached is True


def test_a_peer_that_took_longer_still_counts_and_is_told_apart() -> None:
    rows = [a_day(value=96.0), a_day("pyvrp", value=120.0, seconds=11.0), a_day("vroom", value=100.0, seconds=50.0)]

    told, _ = verdict(DAYS, *rows)

    assert told.startswith("0.960 of the best peer")
    assert told.endswith("; of the best that kept to the limit 0.800")


def test_one_day_that_is_worse_than_a_peer_fails_the_row() -> None:
    rows = [a_day(value=80.0), a_day("pyvrp", value=100.0)]
    rows += [a_day(value=100.4, instance="d2"), a_day("pyvrp", value=100.0, instance="d2", unserved=1)]

    assert verdict(DAYS, *rows)[1] is False


def test_what_no_plan_can_be_below_is_told_where_all_days_have_a_bound() -> None:
    days = [a_day(value=96.0), a_day("pyvrp", value=100.0), a_day(value=90.0, instance="d2")]
    days.append(a_day("pyvrp", value=100.0, instance="d2"))
    longer = [a_day(limit_seconds=300.0, value=95.0, bound=94.0), a_day(limit_seconds=60.0, value=95.0, bound=80.0)]
    of_fewer = a_day(limit_seconds=300.0, value=70.0, bound=70.0, instance="d2", unserved=1)
    of_the_other = a_day(limit_seconds=300.0, value=90.0, bound=90.0, instance="d2")

    assert "no plan can be" not in verdict(DAYS, *with_known_bounds([*days, *longer, of_fewer]))[0]
    told, is_reached = verdict(DAYS, *with_known_bounds([*days, *longer, of_fewer, of_the_other]))

    assert told.endswith("; below 0.919 no plan can be, by the proven bounds")
    assert is_reached is True
    assert "| d1 | 72 | 1 | 96 | 96 | - | - | 94 | 2.13 | 0.0 | 100 (0 s) |" in report([*days, *longer])


def test_days_without_a_peer_prove_nothing() -> None:
    assert verdict(DAYS, a_day(value=80.0)) == ("no peer beside it", None)


def test_a_proven_gap_must_hold_in_every_run() -> None:
    near = a_day(limit_seconds=30.0, gap_percent=0.4, bound=1.0)

    assert verdict(GAP, near)[1] is True
    assert verdict(GAP, near, a_day(limit_seconds=30.0, gap_percent=0.6, bound=1.0, seed=2))[1] is False
    assert verdict(GAP, near, a_day(limit_seconds=30.0, seed=2))[1] is False
    assert verdict(GAP, a_day(limit_seconds=30.0)) == ("no bound", None)


def test_a_report_has_the_summary_the_instances_the_peers_and_what_they_cannot_be_asked() -> None:
    rows = [
        a_row(),
        a_day(value=96.0),
        a_day("pyvrp", value=100.0, seconds=10.0, cannot=("breaks",), cores="one core", version="pyvrp 0.14.1"),
        a_day("vroom", is_feasible=False, value=None, cores="2 threads"),
        a_row(instance="odd", limit_seconds=1.0),
    ]
    measured: list[dict[str, Any]] = [
        {"measure": ROUND_COST, "visits": 72, "routes": 16, "rounds": 1000, "seconds": 1.0, "microseconds": 20.0},
        {"measure": ROUND_COST, "visits": 180, "routes": 40, "rounds": 1000, "seconds": 1.0, "microseconds": 40.0},
        {"measure": MEMORY, "visits": 400, "peak_mb": 701.0},
        {"measure": USUAL, "visits": 72, "count": 4, "slowest_seconds": 7.5, "median_seconds": 6.0},
        {"measure": THREADS, "day": "d1", "seed": 1, "one": 200, "two": 190},
        {"measure": THREADS, "day": "d1", "seed": 1, "one": 200, "two": 198},
        {"measure": PROFILE, "about": "perf.", "parts": [[60.0, "kernel ruin.ruin"]]},
    ]

    text = report(rows, measured)

    assert "| HHCRSP `mean3`, 10 patients | 2 s | all optimal | 1 of 1 runs equal | 1 instances, 1 runs | yes |" in text
    assert "| memory, 400 visits | - | ≤ 700 MB peak | 701.0 MB | 1 timed | **no** |" in text
    assert "| d1 | 72 | 1 | 96 | 96 | - | - | - | - | 0.0 | 100 (10 s) | infeasible |" in text
    assert "| pyvrp | day | breaks |" in text
    assert "| mankowska | odd | 1 s |" in text
    assert "| 180 | 40 | 1000 | 1.00 | 40.0 | 2.00 | 2.50 |" in text
    assert "| < 10 s with its bound | 7.5 s | 4 timed | yes |" in text
    assert "Two threads cost 0.9900 of one." in text
    assert "| d1 | 1 | 200 | 198 | 0.9900 |" in text
    assert "`kernel ruin.ruin`" in text
    assert "2026-03-03, x86_64, 2 shared cores, load 1.5 to 1.5, Python 3.11.7, numba 0.68.1" in text


def test_an_infeasible_answer_stands_below_its_table() -> None:
    text = report([a_row(is_feasible=False, value=90.0, faults=("window closed",))])

    assert "**Infeasible**: A1, seed 1: window closed" in text


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    document = f"# Before\n\n{BEGIN}\nold\n{END}\n\nafter\n"

    once = written_into(document, "new", name="x.md")

    assert once == f"# Before\n\n{BEGIN}\n\nnew\n\n{END}\n\nafter\n"
    assert written_into(once, "new", name="x.md") == once
    with pytest.raises(MarkersMissing, match=r"x\.md"):
        written_into("# Nothing", "new", name="x.md")
    with pytest.raises(MarkersMissing):
        written_into(f"{END}\n{BEGIN}", "new", name="x.md")


def test_no_rows_make_a_report_without_tables() -> None:
    assert "|" not in report([])
