"""The official objective `mean3` and the rules of Mankowska, Meisel and Bierwirth (2014), from the file itself.

Shares nothing with the engine's problem or evaluator. Minutes, as exact fractions; nothing is tolerated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from optimizer.benchmarks.family import Verdict
from optimizer.benchmarks.rules import Document, Done, Service, count_faults, done, fitness_faults, step_faults
from optimizer.solution import Solution

OFFICE = 0


def judge(document: Document, unit: int, solution: Solution) -> Verdict:
    """`unit` is how many of the solution's units of time are a minute."""
    services = list(_services(document))
    days, faults = done(document, services, solution, unit)
    distances = document["distances"]
    faults += [*count_faults(services, days), *fitness_faults(days), *step_faults(days)]
    faults += [fault for day in days for fault in _overlaps(distances, day)]
    late = [max(Fraction(0), one.start - Fraction(one.service.patient["time_window"][1])) for d in days for one in d]
    distance, tardiness, worst = sum(_lengths(distances, days)), sum(late), max(late, default=Fraction(0))
    return Verdict(
        value=float((distance + tardiness + worst) / 3),
        is_feasible=not faults,
        faults=tuple(faults),
        parts={
            "distance": float(distance),
            "total_tardiness": float(tardiness),
            "max_tardiness": float(worst),
        },
    )


def _services(document: Document) -> Iterator[Service]:
    default = {service["id"]: service.get("default_duration") for service in document["services"]}
    for index, patient in enumerate(document["patients"]):
        for number, wanted in enumerate(patient["required_caregivers"]):
            minutes = wanted.get("duration")
            yield Service(
                patient=patient,
                number=number,
                code=wanted["service"],
                minutes=Fraction(default[wanted["service"]] if minutes is None else minutes),
                earliest=Fraction(patient["time_window"][0]),
                place=index + 1,
            )


def _overlaps(distances: Sequence[Sequence[int]], day: Sequence[Done]) -> Iterator[str]:
    place, free = OFFICE, Fraction(0)
    for one in day:
        if one.start < free + Fraction(distances[place][one.service.place]):
            yield f"{one.service.label}: caregiver {one.caregiver['id']} cannot be there in time"
        place, free = one.service.place, one.end


def _lengths(distances: Sequence[Sequence[int]], days: Sequence[Sequence[Done]]) -> Iterator[Fraction]:
    for day in days:
        way = [OFFICE, *(one.service.place for one in day), OFFICE] if day else []
        for here, there in pairwise(way):
            yield Fraction(distances[here][there])
