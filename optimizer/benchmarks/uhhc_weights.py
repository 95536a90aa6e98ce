"""What one unit of each component costs in a UHHC instance. One that is missing or null costs nothing."""

from __future__ import annotations

from typing import Final

from optimizer.benchmarks.documents import Document

KINDS: Final = {"at_service_start": False, "at_service_end": True}
KNOWN: Final = frozenset(
    {
        "travel_time",
        "total_tardiness",
        "highest_tardiness",
        "total_waiting_time",
        "total_extra_time",
        "max_idle_time",
        "caregiver_preferences",
        "optional_patients",
        "missed_lunch_break",
    }
)


class Weights:
    """Raises `ValueError` when a component carries weight that has no meaning here."""

    __slots__ = ("_weights", "at_service_end")

    def __init__(self, document: Document) -> None:
        metadata = document["metadata"]
        self.at_service_end = KINDS[metadata["time_window_met"]]
        self._weights = {name: int(weight or 0) for name, weight in metadata["cost_components"].items()}
        if unknown := [name for name, weight in self._weights.items() if weight and name not in KNOWN]:
            raise ValueError(unknown)

    def of(self, component: str) -> int:
        return self._weights.get(component, 0)
