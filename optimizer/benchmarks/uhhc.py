"""UHHC instances (Ceschia et al. 2026) as engine problems: objective `weighted`, one cent for one unit of it.

Visits are the required services in file order, routes the caregivers. Whole minutes. A service that must be over
when its window closes is late after the window's end less its duration; with two windows, each has its own price in
the span where it is the last that has opened. Every caregiver entitled to lunch has one break that may be missed at
its price, by an unused caregiver too. Reads files; never searches.

One corner is not the same: the engine counts no idle time before leaving past the end of the shift, the authors do.
So where somebody leaves home after their shift has ended, the official value may be higher than the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from optimizer.benchmarks.best_known import best_known
from optimizer.benchmarks.documents import (
    MALFORMED,
    Document,
    Number,
    durations,
    link_kind,
    name_of,
    read_document,
    unit_of,
)
from optimizer.benchmarks.errors import UnreadableInstance
from optimizer.benchmarks.family import Instance
from optimizer.benchmarks.uhhc_judge import judge
from optimizer.benchmarks.uhhc_routes import route, worst_prices
from optimizer.benchmarks.uhhc_weights import Weights
from optimizer.problem import NEVER, Alike, Curve, Problem, Relation, StartPrice, Visit

OBJECTIVE: Final = "weighted"
WHOLE_MINUTES: Final = (1,)


def read(path: Path) -> Instance:
    """Raises `UnreadableInstance` or `InexactNumbers`."""
    document, name = read_document(path), name_of(path)
    try:
        unit_of(path, _numbers(document), WHOLE_MINUTES)
        problem = _problem(document)
    except MALFORMED:
        raise UnreadableInstance(path, "it lacks the fields of a UHHC instance") from None
    return Instance(
        family="uhhc",
        name=name,
        objective=OBJECTIVE,
        problem=problem,
        scale=1,
        constant=0.0,
        judge=partial(judge, document),
        best_known=best_known(path, name, OBJECTIVE),
    )


def _numbers(document: Document) -> Iterator[Number]:
    yield from (weight or 0 for weight in document["metadata"]["cost_components"].values())
    for row in document["distances"]:
        yield from row
    for patient in document["patients"]:
        yield from durations(document, patient["required_services"])
        yield from (moment for window in patient["time_windows"] for moment in (window["start"], window["end"]))
        yield from _gap(patient) or ()
    yield from (moment for caregiver in document["caregivers"] for moment in caregiver["working_shift"].values())
    yield from document["lunch_breaks"].values()


def _problem(document: Document) -> Problem:
    patients, caregivers = document["patients"], document["caregivers"]
    weights = Weights(document)
    wanted = [(patient, service) for patient in patients for service in patient["required_services"]]
    service = np.array([int(m) for m in durations(document, [s for _, s in wanted])], dtype=np.int64)
    travel = np.array([document["distances"]], dtype=np.int64)
    horizon = _horizon(document) + int(service.sum()) + int(travel.max()) * (len(wanted) + 1)
    return Problem(
        visits=tuple(_visits(patients, service.tolist(), weights, horizon)),
        routes=tuple(route(document, index, weights, horizon) for index in range(len(caregivers))),
        allowed=np.array([[_may(c, p, s["service"]) for c in caregivers] for p, s in wanted], dtype=np.bool_),
        pair_price=weights.of("caregiver_preferences")
        * np.array([[_is_stranger(c, p) for c in caregivers] for p, _ in wanted], dtype=np.int64),
        service_seconds=np.repeat(service[:, None], len(caregivers), axis=1),
        travel_seconds=travel,
        travel_metres=travel.copy(),
        relations=tuple(_relations(patients)),
        worst_prices=worst_prices(weights),
    )


def _horizon(document: Document) -> int:
    """When even a day that waits for all windows and takes every gap and lunch at its longest has no more to do."""
    opens = [window["start"] for patient in document["patients"] for window in patient["time_windows"]]
    shifts = [caregiver["working_shift"]["end"] for caregiver in document["caregivers"]]
    gaps = sum(max(0, *gap) for patient in document["patients"] if (gap := _gap(patient)) is not None)
    lunch = document["lunch_breaks"]
    return int(max([*opens, *shifts, lunch["end"]]) + gaps + lunch["min_duration"])


def _may(caregiver: Document, patient: Document, service: str) -> bool:
    barred = patient.get("incompatible_caregivers") or ()
    return service in caregiver["abilities"] and caregiver["id"] not in barred


def _is_stranger(caregiver: Document, patient: Document) -> bool:
    preferred = patient.get("preferred_caregivers") or ()
    return bool(preferred) and caregiver["id"] not in preferred


def _visits(patients: Sequence[Document], minutes: Sequence[int], weights: Weights, horizon: int) -> Iterator[Visit]:
    lasting = iter(minutes)
    for patient in patients:
        windows = sorted((int(window["start"]), int(window["end"])) for window in patient["time_windows"])
        for number, _ in enumerate(patient["required_services"]):
            served_by_end = next(lasting) if weights.at_service_end else 0
            yield Visit(
                place=patient["distance_matrix_index"],
                windows=((windows[0][0], horizon),),
                start_prices=tuple(_lateness(windows, served_by_end, weights)),
                unserved_price=_left_out(patient, number, weights),
            )


def _lateness(windows: Sequence[tuple[int, int]], minutes: int, weights: Weights) -> Iterator[StartPrice]:
    late = Curve(steps=((0, weights.of("total_tardiness")),))
    until = [opens for opens, _ in windows[1:]] + [NEVER]
    for (opens, closes), again in zip(windows, until, strict=True):
        yield StartPrice(late_after=closes - minutes, late=late, applies_from=opens, applies_until=again)


def _left_out(patient: Document, number: int, weights: Weights) -> int | None:
    """An optional patient is paid for once, whatever the number of services."""
    if not patient.get("optional"):
        return None
    return 0 if number else weights.of("optional_patients")


def _relations(patients: Sequence[Document]) -> Iterator[Relation]:
    first = 0
    for patient in patients:
        gap, services = _gap(patient), len(patient["required_services"])
        if gap is not None:
            least, most = (int(minutes) for minutes in gap)
            yield Relation(
                first=first,
                second=first + 1,
                min_gap=least,
                max_gap=most,
                people=Alike.DIFFERENT,
                both_or_none=True,
            )
        elif services == 2 and patient.get("optional"):
            yield Relation(first=first, second=first + 1, both_or_none=True)
        first += services


def _gap(patient: Document) -> tuple[Number, Number] | None:
    """Minutes from the start of the first service to that of the second, where they must be in step."""
    services, kind = len(patient["required_services"]), link_kind(patient)
    if (services, kind) in {(1, None), (2, "independent")}:
        return None
    if (services, kind) == (2, "simultaneous"):
        return 0, 0
    if (services, kind) == (2, "sequential"):
        said = patient["synchronization"]["distance"]
        return said["min"], said["max"]
    raise ValueError(kind)
