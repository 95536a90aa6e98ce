"""HHCRSP instances (Mankowska, Kummer, Italian towns) as engine problems: objective `mean3` = (D + T + Tmax) / 3.

Visits are the required services in file order. Times are minutes divided as finely as the file's numbers ask
(Mankowska: thousandths; the others: whole minutes); the engine's price is D + T + Tmax in that unit.
There is no closing time: the horizon is so far that no sensible day reaches it. Reads files; never searches.
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
from optimizer.benchmarks.hhcrsp_judge import judge
from optimizer.problem import Alike, Curve, Measure, Problem, Relation, Route, StartPrice, Visit, WorstPrice

FOLDERS: Final = ("mankowska", "kummer", "italian")
OBJECTIVE: Final = "mean3"
BY_THE_UNIT: Final = Curve(steps=((0, 1),))


def read(path: Path) -> Instance:
    """Raises `UnreadableInstance` or `InexactNumbers`."""
    document, name = read_document(path), name_of(path)
    try:
        unit = unit_of(path, _numbers(document))
        problem = _problem(document, unit)
    except MALFORMED:
        raise UnreadableInstance(path, "it lacks the fields of a HHCRSP instance") from None
    return Instance(
        family=path.resolve().parent.name if path.resolve().parent.name in FOLDERS else "hhcrsp",
        name=name,
        objective=OBJECTIVE,
        problem=problem,
        scale=3 * unit,
        constant=0.0,
        judge=partial(judge, document, unit),
        best_known=best_known(path, name, OBJECTIVE),
    )


def _numbers(document: Document) -> Iterator[Number]:
    for row in document["distances"]:
        yield from row
    for patient in document["patients"]:
        yield from patient["time_window"]
        yield from durations(document, patient["required_caregivers"])
        yield from _gap(patient) or ()


def _problem(document: Document, unit: int) -> Problem:
    patients, caregivers = document["patients"], document["caregivers"]
    wanted = [service for patient in patients for service in patient["required_caregivers"]]
    service = np.array([int(minutes * unit) for minutes in durations(document, wanted)], dtype=np.int64)
    travel = np.array([[[int(way * unit) for way in row] for row in document["distances"]]], dtype=np.int64)
    horizon = _horizon(patients, unit) + int(service.sum()) + int(travel.max()) * (len(wanted) + 1)
    pairs = (len(wanted), len(caregivers))
    return Problem(
        visits=tuple(_visits(patients, unit, horizon)),
        routes=tuple(_route(index, horizon) for index in range(len(caregivers))),
        allowed=np.array([[s["service"] in c["abilities"] for c in caregivers] for s in wanted], dtype=np.bool_),
        pair_price=np.zeros(pairs, dtype=np.int64),
        service_seconds=np.repeat(service[:, None], len(caregivers), axis=1),
        travel_seconds=travel,
        travel_metres=travel.copy(),
        relations=tuple(_relations(patients, unit)),
        worst_prices=(WorstPrice(measure=Measure.LATENESS, curve=BY_THE_UNIT),),
    )


def _horizon(patients: Sequence[Document], unit: int) -> int:
    """When even a day that waits for every window and keeps every gap at its longest has nothing more to wait for."""
    opens = max((patient["time_window"][0] for patient in patients), default=0)
    gaps = sum(max(0, *gap) for patient in patients if (gap := _gap(patient)) is not None)
    return int((opens + gaps) * unit)


def _visits(patients: Sequence[Document], unit: int, horizon: int) -> Iterator[Visit]:
    for place, patient in enumerate(patients, start=1):
        earliest, latest = (int(moment * unit) for moment in patient["time_window"])
        for _ in patient["required_caregivers"]:
            yield Visit(
                place=place,
                windows=((earliest, horizon),),
                start_prices=(StartPrice(late_after=latest, late=BY_THE_UNIT),),
            )


def _route(index: int, horizon: int) -> Route:
    return Route(
        person=index,
        start_place=0,
        end_place=0,
        opens=0,
        closes=horizon,
        prices=((Measure.DRIVE, BY_THE_UNIT),),
    )


def _relations(patients: Sequence[Document], unit: int) -> Iterator[Relation]:
    first = 0
    for patient in patients:
        if (gap := _gap(patient)) is not None:
            least, most = (int(minutes * unit) for minutes in gap)
            yield Relation(
                first=first,
                second=first + 1,
                min_gap=least,
                max_gap=most,
                people=Alike.DIFFERENT,
                both_or_none=True,
            )
        first += len(patient["required_caregivers"])


def _gap(patient: Document) -> tuple[Number, Number] | None:
    """Minutes from the start of the first service to that of the second."""
    services, kind = len(patient["required_caregivers"]), link_kind(patient)
    if (services, kind) == (1, None):
        return None
    if (services, kind) == (2, "simultaneous"):
        return 0, 0
    if (services, kind) == (2, "sequential"):
        least, most = patient["synchronization"]["distance"]
        return least, most
    raise ValueError(kind)
