"""The official objective `weighted` and the rules of the UHHC model (Ceschia et al. 2026), from the file itself.

Shares nothing with the engine's problem or evaluator. Whole minutes, as fractions; nothing is tolerated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from optimizer.benchmarks.family import Verdict
from optimizer.benchmarks.rules import Document, Done, Service, count_faults, done, fitness_faults, step_faults
from optimizer.benchmarks.uhhc_day import NONE, Account, account_of
from optimizer.solution import Solution

Days = Sequence[Sequence[Done]]


def judge(document: Document, solution: Solution) -> Verdict:
    services = list(_services(document))
    days, faults = done(document, services, solution, 1)
    accounts = [
        account_of(document, caregiver, day, tour.breaks)
        for caregiver, day, tour in zip(document["caregivers"], days, solution.tours, strict=False)
    ]
    faults += [*count_faults(services, days), *fitness_faults(days), *step_faults(days)]
    for caregiver, account in zip(document["caregivers"], accounts, strict=False):
        faults += [f"caregiver {caregiver['id']}: {fault}" for fault in account.faults]
    parts = _parts(document, days, accounts)
    weights = document["metadata"]["cost_components"]
    return Verdict(
        value=float(sum((weights.get(name) or 0) * amount for name, amount in parts.items())),
        is_feasible=not faults,
        faults=tuple(faults),
        parts={name: float(amount) for name, amount in parts.items()},
    )


def _services(document: Document) -> Iterator[Service]:
    default = {service["id"]: service.get("default_duration") for service in document["services"]}
    for patient in document["patients"]:
        for number, wanted in enumerate(patient["required_services"]):
            minutes = wanted.get("duration")
            yield Service(
                patient=patient,
                number=number,
                code=wanted["service"],
                minutes=Fraction(default[wanted["service"]] if minutes is None else minutes),
                earliest=Fraction(min(window["start"] for window in patient["time_windows"])),
                place=patient["distance_matrix_index"],
            )


def _parts(document: Document, days: Days, accounts: Sequence[Account]) -> Mapping[str, Fraction | int]:
    late = [_lateness(document, one) for day in days for one in day]
    served = {one.service.patient["id"] for day in days for one in day}
    return {
        "travel_time": sum(account.travel for account in accounts),
        "total_tardiness": sum(late),
        "highest_tardiness": max(late, default=NONE),
        "total_waiting_time": sum(account.waits for account in accounts),
        "total_extra_time": sum(account.extra for account in accounts),
        "max_idle_time": max((account.idle for account in accounts), default=NONE),
        "caregiver_preferences": sum(_is_stranger(one) for day in days for one in day),
        "optional_patients": sum(patient["id"] not in served for patient in document["patients"]),
        "missed_lunch_break": sum(account.misses_lunch for account in accounts),
    }


def _lateness(document: Document, one: Done) -> Fraction:
    """Against the last window that has opened when the service starts."""
    windows = sorted((window["start"], window["end"]) for window in one.service.patient["time_windows"])
    opened = [closes for opens, closes in windows if opens <= one.start] or [windows[0][1]]
    met = one.end if document["metadata"]["time_window_met"] == "at_service_end" else one.start
    return max(NONE, met - Fraction(opened[-1]))


def _is_stranger(one: Done) -> bool:
    preferred = one.service.patient.get("preferred_caregivers") or ()
    return bool(preferred) and one.caregiver["id"] not in preferred
