"""Builders of small engine problems, by hand and by dice. Seconds, metres and cents, small enough to check by hand."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from optimizer.problem import (
    NEVER,
    NO_PLACE,
    Alike,
    Break,
    Curve,
    Measure,
    Problem,
    Relation,
    Route,
    StartPrice,
    Visit,
    WorstPrice,
)

BY_THE_UNIT = Curve(steps=((0, 1),))
"""One cent per unit."""


def dice_of(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - for drawing examples, not secrets


def a_visit(place: int = 1, *windows: tuple[int, int], **facts: Any) -> Visit:
    return Visit(place=place, windows=windows or ((0, 10_000),), **facts)


def a_route(**facts: Any) -> Route:
    """Starts and ends at place 0, free from 0 to 10,000, drive time at a cent a second."""
    defaults: dict[str, Any] = {
        "person": 0,
        "start_place": 0,
        "end_place": 0,
        "opens": 0,
        "closes": 10_000,
        "prices": ((Measure.DRIVE, BY_THE_UNIT),),
    }
    return Route(**{**defaults, **facts})


def on_a_line(places: int, step: int = 100) -> list[list[int]]:
    """Places in a row, `step` seconds apart."""
    return [[step * abs(one - other) for other in range(places)] for one in range(places)]


def a_problem(
    visits: Sequence[Visit],
    routes: Sequence[Route] | None = None,
    *,
    travel: Sequence[Sequence[int]] | None = None,
    service: int | Sequence[Sequence[int]] = 10,
    forbidden: Sequence[tuple[int, int]] = (),
    pair_price: dict[tuple[int, int], int] | None = None,
    **facts: Any,
) -> Problem:
    """Places in a row 100 s apart unless `travel` is given; metres are ten times the seconds."""
    routes = [a_route()] if routes is None else routes
    highest = max((visit.place for visit in visits), default=0)
    seconds = np.array([on_a_line(max(1, highest) + 1) if travel is None else travel], dtype=np.int64)
    shape = (len(visits), len(routes))
    allowed = np.ones(shape, dtype=np.bool_)
    for pair in forbidden:
        allowed[pair] = False
    prices = np.zeros(shape, dtype=np.int64)
    for pair, price in (pair_price or {}).items():
        prices[pair] = price
    seconds_of_service = np.zeros(shape, dtype=np.int64) + np.array(service, dtype=np.int64)
    return Problem(
        visits=tuple(visits),
        routes=tuple(routes),
        allowed=allowed,
        pair_price=prices,
        service_seconds=seconds_of_service,
        travel_seconds=seconds,
        travel_metres=np.minimum(seconds * 10, NEVER),
        **facts,
    )


def a_full_day(visits: int = 14, routes: int = 4) -> Problem:
    """Windows of all kinds on a line of places; every visit can be served."""
    dice = dice_of(7)
    windows = [(begin, begin + 3_000) for begin in (dice.randrange(0, 2_500) for _ in range(visits))]
    return a_problem(
        [a_visit(dice.randint(1, 9), window) for window in windows],
        [a_route(person=index) for index in range(routes)],
        pair_price={(v, r): dice.randint(0, 90) for v in range(visits) for r in range(routes)},
        relations=(
            Relation(first=0, second=1, min_gap=0, max_gap=0, people=Alike.DIFFERENT, both_or_none=True),
            Relation(first=2, second=3, min_gap=100, people=Alike.SAME),
        ),
        worst_prices=(WorstPrice(measure=Measure.DRIVE, curve=Curve(steps=((0, 1),))),),
    )


def a_random_problem(dice: Random, *, visits: int, routes: int, relations: int = 0) -> Problem:
    """Every primitive may occur: asymmetric travel, several windows, breaks, caps, curves, links, worst values."""
    places = 1 + dice.randint(1, max(1, visits))
    travel = [[0 if a == b else dice.randint(1, 60) for b in range(places)] for a in range(places)]
    if dice.random() < 0.2:
        travel[0][dice.randrange(places)] = NEVER
        travel[0][0] = 0
    return a_problem(
        [_visit(dice, places) for _ in range(visits)],
        [_route(dice, places, index) for index in range(routes)],
        travel=travel,
        service=[[dice.randint(0, 30) for _ in range(routes)] for _ in range(visits)] if visits and routes else 10,
        forbidden=[(v, r) for v in range(visits) for r in range(routes) if dice.random() < 0.15],
        pair_price={(v, r): dice.randint(-20, 50) for v in range(visits) for r in range(routes)},
        relations=tuple(_relation(dice, visits) for _ in range(relations if visits > 1 else 0)),
        worst_prices=_worst(dice),
    )


def _visit(dice: Random, places: int) -> Visit:
    opens = dice.randint(0, 300)
    windows = [(opens, opens + dice.randint(0, 200))]
    if dice.random() < 0.3:
        again = windows[0][1] + dice.randint(1, 100)
        windows.append((again, again + dice.randint(0, 100)))
    prices = []
    if dice.random() < 0.5:
        wished = opens + dice.randint(0, 150)
        early, late = Curve(steps=((0, dice.randint(0, 3)),)), Curve(steps=((5, 1), (20, 4)), per=2)
        prices.append(StartPrice(early_before=wished, late_after=wished + 20, early=early, late=late))
    if dice.random() < 0.2:
        late = Curve(steps=((0, 3),))
        prices.append(StartPrice(late_after=opens + 10, late=late, applies_from=opens, applies_until=opens + 90))
    return Visit(
        place=NO_PLACE if dice.random() < 0.15 else dice.randrange(places),
        windows=tuple(windows),
        unserved_class=dice.choice((0, 0, 1)),
        latest_end=dice.choice((NEVER, opens + 150)),
        start_prices=tuple(prices),
        points=dice.randint(0, 200),
    )


def _route(dice: Random, places: int, index: int) -> Route:
    opens = dice.randint(0, 60)
    return Route(
        person=index // 2,
        day=index % 2,
        start_place=dice.randrange(places),
        end_place=dice.randrange(places),
        opens=opens,
        closes=opens + dice.randint(150, 600),
        soft_closes=opens + 250,
        shift=(opens, opens + 400),
        departed=dice.choice((None, None, None, max(0, opens - 30))),
        base=dice.choice(((), ((Measure.PAID, 50), (Measure.VISITS, 1)))),
        breaks=tuple(_break(dice) for _ in range(dice.choice((0, 0, 1, 2)))),
        caps=dice.choice(((), ((Measure.VISITS, 3),), ((Measure.DRIVE, 160), (Measure.PAID, 400)))),
        prices=tuple((measure, _curve(dice)) for measure in _priced(dice)),
    )


def _priced(dice: Random) -> list[Measure]:
    return [measure for measure in Measure if measure is not Measure.LATENESS and dice.random() < 0.5]


def _curve(dice: Random) -> Curve:
    return dice.choice(
        (BY_THE_UNIT, Curve(steps=((0, 3),), per=10), Curve(steps=((100, 2), (150, 0), (200, 5)), per=3))
    )


def _break(dice: Random) -> Break:
    opens = dice.randint(0, 300)
    return Break(
        opens=opens,
        closes=opens + dice.randint(0, 150),
        seconds=dice.randint(0, 40),
        after=dice.choice((0, 100, 200)),
        is_paid=dice.random() < 0.5,
        missed_price=dice.choice((NEVER, 30)),
    )


def _relation(dice: Random, visits: int) -> Relation:
    first, second = dice.sample(range(visits), 2)
    least = dice.choice((None, 0, dice.randint(-60, 60)))
    most = dice.choice((None, 0, dice.randint(0, 90)))
    if least is not None and most is not None:
        most = max(least, most)
    return Relation(
        first=first,
        second=second,
        min_gap=least,
        max_gap=most,
        people=dice.choice((Alike.ANY, Alike.ANY, Alike.SAME, Alike.DIFFERENT)),
        days=dice.choice((Alike.ANY, Alike.ANY, Alike.ANY, Alike.DIFFERENT)),
        both_or_none=dice.random() < 0.3,
    )


def _worst(dice: Random) -> tuple[WorstPrice, ...]:
    measures = (Measure.LATENESS, Measure.IDLE, Measure.PAID)
    return tuple(
        WorstPrice(measure=measure, curve=Curve(steps=((0, 2),)), includes_empty=dice.random() < 0.5)
        for measure in measures
        if dice.random() < 0.3
    )
