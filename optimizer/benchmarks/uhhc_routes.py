"""The caregivers of a UHHC instance as routes of the engine, and what the worst of them costs. Whole minutes."""

from __future__ import annotations

from typing import Final

from optimizer.benchmarks.documents import Document
from optimizer.benchmarks.uhhc_weights import Weights
from optimizer.problem import Break, Curve, Measure, Route, WorstPrice

PRICED: Final = {
    Measure.DRIVE: "travel_time",
    Measure.WAIT: "total_waiting_time",
    Measure.LATE_RETURN: "total_extra_time",
}
WORST: Final = {Measure.LATENESS: "highest_tardiness", Measure.IDLE: "max_idle_time"}


def route(document: Document, index: int, weights: Weights, horizon: int) -> Route:
    caregiver = document["caregivers"][index]
    places = {point["id"]: point["distance_matrix_index"] for point in document["terminal_points"]}
    shift = (int(caregiver["working_shift"]["start"]), int(caregiver["working_shift"]["end"]))
    has_lunch = bool(caregiver.get("lunch_break"))
    return Route(
        person=index,
        start_place=places[caregiver["departing_point"]],
        end_place=places[caregiver["arrival_point"]],
        opens=shift[0],
        closes=horizon,
        soft_closes=shift[1],
        shift=shift,
        breaks=(_lunch(document["lunch_breaks"], weights),) if has_lunch else (),
        prices=tuple((measure, _line(weights.of(name))) for measure, name in PRICED.items() if weights.of(name)),
        unused_price=weights.of("missed_lunch_break") if has_lunch else 0,
    )


def worst_prices(weights: Weights) -> tuple[WorstPrice, ...]:
    """Over all caregivers, the unused ones included: they are idle for their whole shift."""
    return tuple(
        WorstPrice(measure=measure, curve=_line(weights.of(name)), includes_empty=True)
        for measure, name in WORST.items()
        if weights.of(name)
    )


def _lunch(said: Document, weights: Weights) -> Break:
    """Taken at a patient's place before the service; where it opens the day, what follows is idle but no waiting."""
    minutes = int(said["min_duration"])
    return Break(
        opens=int(said["start"]),
        closes=int(said["end"]) - (minutes if weights.at_service_end else 0),
        seconds=minutes,
        is_paid=True,
        missed_price=weights.of("missed_lunch_break"),
        needs_next_stop=True,
        frees_first_wait=True,
    )


def _line(rate: int) -> Curve:
    return Curve(steps=((0, rate),))
