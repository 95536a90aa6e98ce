"""Reading facts off visit types: the type of a code, the discipline of those who may do it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scheduler.domain.errors import Invalid
from scheduler.domain.people import Licence
from scheduler.domain.visit import VisitType


class UnknownVisitType(Invalid):
    """A visit of a kind that is not configured."""

    code = "visit_type.unknown"
    remedy = "Use a code of config/visit_types.toml, or add the type there."

    def __init__(self, visit_type: str) -> None:
        self.visit_type = visit_type
        super().__init__(f"There is no visit type {visit_type}.")


def type_of(visit_types: Mapping[str, VisitType], code: str) -> VisitType:
    """Raises `UnknownVisitType`."""
    if (found := visit_types.get(code)) is None:
        raise UnknownVisitType(code)
    return found


def discipline_of(licences: Iterable[Licence]) -> str:
    """Nursing, unless only others may do it."""
    disciplines = sorted({licence.discipline for licence in licences})
    return disciplines[0] if len(disciplines) == 1 else Licence.RN.discipline
