"""What every official home health checker asks: all services once, by somebody skilled, not too early, in step.

Reads the instance's own file and nothing of the engine's problem, evaluator or timing. Minutes, as fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from optimizer.solution import Solution

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """One of a patient's services: number 0 is the first in the file."""

    patient: Document
    number: int
    code: str
    minutes: Fraction
    earliest: Fraction
    place: int

    @property
    def label(self) -> str:
        return f"patient {self.patient['id']}, service {self.code}"


@dataclass(frozen=True, slots=True)
class Done:
    """A service as somebody did it."""

    service: Service
    caregiver: Document
    start: Fraction

    @property
    def end(self) -> Fraction:
        return self.start + self.service.minutes


def done(
    document: Document, services: Sequence[Service], solution: Solution, unit: int
) -> tuple[list[list[Done]], list[str]]:
    """What each caregiver did, in order, and what in the solution this file knows nothing of."""
    caregivers, strange = document["caregivers"], []
    if len(solution.tours) != len(caregivers):
        strange.append(f"{len(solution.tours)} tours for {len(caregivers)} caregivers")
    days = []
    for caregiver, tour in zip(caregivers, solution.tours, strict=False):
        stops = list(zip(tour.visits, tour.starts, strict=False))
        strange += [f"no service has number {visit}" for visit, _ in stops if not 0 <= visit < len(services)]
        days.append([Done(services[v], caregiver, Fraction(at, unit)) for v, at in stops if 0 <= v < len(services)])
    return days, strange


def count_faults(services: Sequence[Service], days: Sequence[Sequence[Done]]) -> Iterator[str]:
    """Everything once; an optional patient may be left out, but only with all services."""
    times = Counter(id(one.service) for day in days for one in day)
    served = {one.service.patient["id"] for day in days for one in day}
    for service in services:
        is_left_out = service.patient.get("optional") and service.patient["id"] not in served
        if times[id(service)] != 1 and not is_left_out:
            yield f"{service.label}: done {times[id(service)]} times"


def fitness_faults(days: Sequence[Sequence[Done]]) -> Iterator[str]:
    for day in days:
        for one in day:
            service, caregiver = one.service, one.caregiver
            if service.code not in caregiver["abilities"]:
                yield f"{service.label}: caregiver {caregiver['id']} lacks the skill"
            if caregiver["id"] in (service.patient.get("incompatible_caregivers") or ()):
                yield f"{service.label}: caregiver {caregiver['id']} is incompatible"
            if one.start < service.earliest:
                yield f"{service.label}: starts before its window"


def step_faults(days: Sequence[Sequence[Done]]) -> Iterator[str]:
    """Two services of one patient: their gap, and that two people do them, unless they are independent."""
    found = {(one.service.patient["id"], one.service.number): one for day in days for one in day}
    for (patient, number), second in found.items():
        said = second.service.patient.get("synchronization")
        if number != 1 or said is None or said["type"] == "independent" or (patient, 0) not in found:
            continue
        first = found[patient, 0]
        least, most = _gap(said)
        if not least <= second.start - first.start <= most:
            yield f"patient {patient}: {float(second.start - first.start)} between starts, not {least} to {most}"
        if first.caregiver["id"] == second.caregiver["id"]:
            yield f"patient {patient}: caregiver {first.caregiver['id']} does both services"


def _gap(said: Document) -> tuple[Fraction, Fraction]:
    if said["type"] == "simultaneous":
        return Fraction(0), Fraction(0)
    gap = said["distance"]
    least, most = (gap["min"], gap["max"]) if isinstance(gap, Mapping) else gap
    return Fraction(least), Fraction(most)
