"""The history of a search: what `rounds plot` reads, and never too long."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

from optimizer.answer import Progress
from scheduler.cli.history import MOST_POINTS, History, history_bytes, thinned
from scheduler.planning.planner import Planned, plan_day
from tests.builders import a_day

NAMES = {"seconds", "unserved", "price_cents", "bound_cents", "gap_percent", "rounds", "columns"}


def at_round(number: int) -> Progress:
    return Progress(round=number, unserved=(0,), price=2000 - number, bound=None, seconds=number / 10, columns=7)


def planned() -> Planned:
    return plan_day(a_day(visits=["ada"]), effort=0.1)


def points(planned: Planned, reported: History) -> list[dict[str, object]]:
    said: list[dict[str, object]] = json.loads(history_bytes(planned, reported, seconds=9.5))["history"]
    return said


def test_the_result_is_the_last_point() -> None:
    result, heard = replace(planned(), history=()), History()
    heard.take(at_round(1))

    first, last = points(result, heard)
    assert set(first) == set(last) == NAMES
    assert (first["rounds"], first["price_cents"], first["seconds"], first["columns"]) == (1, 1999, 0.1, 7)
    assert (last["seconds"], last["price_cents"]) == (9.5, result.plan.totals.price_cents)


def test_what_the_search_tells_of_itself_goes_before_what_it_reported() -> None:
    heard = History()
    heard.take(at_round(1))
    result = replace(planned(), history=(at_round(5), at_round(6)))

    assert [point["rounds"] for point in points(result, heard)][:2] == [5, 6]


def test_a_search_that_reports_for_long_keeps_its_shape_in_few_points() -> None:
    heard = History()
    for number in range(10 * MOST_POINTS):
        heard.take(at_round(number))

    rounds = [point.round for point in heard.points]
    assert MOST_POINTS / 2 <= len(rounds) <= MOST_POINTS
    assert rounds[0] == 0
    assert {later - earlier for earlier, later in pairwise(rounds)} == {rounds[1]}


def test_thinning_keeps_the_newest() -> None:
    many = [at_round(number) for number in range(3 * MOST_POINTS + 1)]

    kept = thinned(many)
    assert len(kept) <= MOST_POINTS
    assert kept[-1] is many[-1]
    assert list(thinned(many[:5])) == many[:5]
    assert list(thinned([])) == []
