"""Identifiers. Opaque, never a name, never reused; they may appear in logs, keys and URLs."""

from __future__ import annotations

from typing import Final, NewType

BranchId = NewType("BranchId", str)
PatientId = NewType("PatientId", str)
CaseManagerId = NewType("CaseManagerId", str)
CarePlanId = NewType("CarePlanId", str)
VisitId = NewType("VisitId", str)
ShiftId = NewType("ShiftId", str)
PlaceId = NewType("PlaceId", str)
EventId = NewType("EventId", str)

MOST_NAMED: Final = 50
"""So many ids one log line names at most; the number beside them is the whole."""
