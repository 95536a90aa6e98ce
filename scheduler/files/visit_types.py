"""Visit types from a mapping (`config/visit_types.toml`): code → title, minutes, points, who."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scheduler.domain.people import Licence
from scheduler.domain.visit import Priority, VisitType
from scheduler.files.problems import InvalidFile, Problem, problems_of


class VisitTypeModel(BaseModel):
    """One duty of the job. `points` may have two decimals."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    title: Annotated[str, Field(min_length=1, max_length=80)]
    minutes: Annotated[int, Field(ge=5, le=720)]
    points: Annotated[float, Field(ge=0, le=20)]
    licences: Annotated[tuple[Licence, ...], Field(min_length=1)]
    credentials: tuple[str, ...] = ()
    remote: bool = False
    priority: Priority = Priority.NORMAL

    def visit_type(self, code: str) -> VisitType:
        return VisitType(
            code=code,
            title=self.title,
            minutes=self.minutes,
            centipoints=round(self.points * 100),
            licences=self.licences,
            credentials=tuple(sorted(self.credentials)),
            is_remote=self.remote,
            priority=self.priority,
        )


def visit_types_from(said: Mapping[str, Any], *, name: str = "visit types") -> Mapping[str, VisitType]:
    """Raises `InvalidFile` with every problem of every type."""
    types: dict[str, VisitType] = {}
    problems: list[Problem] = []
    for code, fields in said.items():
        try:
            types[code] = VisitTypeModel.model_validate(fields).visit_type(code)
        except ValidationError as error:
            problems += [
                Problem(path=f"{code}.{p.path}", code=p.code, sentence=p.sentence, remedy=p.remedy)
                for p in problems_of(error)
            ]
    if problems:
        raise InvalidFile(name, problems)
    return types
