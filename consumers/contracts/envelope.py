"""The envelope of every event: CloudEvents 1.0, JSON.

Structured mode: one object holds attributes and data. In Kafka's binary mode the attributes travel as `ce_`
headers (see `binary.py`). `branch` and `entityversion` are our extensions; a producer may add its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, Literal, TypedDict, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from consumers.contracts.fields import Id, Moment, Part
from consumers.contracts.problems import Problem, UnfitEvent
from scheduler.domain.commands import Command
from scheduler.domain.ids import BranchId
from scheduler.domain.visit import VisitType

PREFIX, VERSION = "rounds", "v1"
MOST_VERSION = 2**31 - 1  # CloudEvents integers have 32 bits

_VISIBLE = r"^[\x21-\x7e]+$"
Data_co = TypeVar("Data_co", bound=Part, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a command needs beside the event: configured visit types, and the branch's zone where it has one."""

    visit_types: Mapping[str, VisitType]
    zone: ZoneInfo


class Base(TypedDict):
    """What every command carries."""

    branch: BranchId
    at: datetime


class Incoming(BaseModel, ABC, Generic[Data_co]):
    """One event that Rounds understands. Fields it does not name must be CloudEvents extensions."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)

    specversion: Literal["1.0"]
    id: Annotated[
        str,
        Field(max_length=128, pattern=_VISIBLE, description="Unique within `source`; a re-sent event keeps it."),
    ]
    source: Annotated[
        str, Field(max_length=200, pattern=_VISIBLE, description="Who says so: a URI reference, such as `/ehr/north`.")
    ]
    type: str
    subject: (
        Annotated[str, Field(max_length=200, pattern=_VISIBLE, description="For routers; `data` is what counts.")]
        | None
    ) = None
    time: Annotated[Moment, Field(description="When it happened.")]
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Annotated[str, Field(max_length=300, pattern=_VISIBLE)] | None = None
    branch: Annotated[Id, Field(description="The branch it belongs to; also the key of the Kafka record.")]
    entityversion: (
        Annotated[
            int,
            Field(
                ge=1,
                le=MOST_VERSION,
                description="Rises with every change of the facts; older facts after newer ones have no effect. "
                "Without it, facts count as they arrive.",
            ),
        ]
        | None
    ) = None
    data: Data_co

    @classmethod
    def wire_type(cls) -> str:
        named: str = get_args(cls.model_fields["type"].annotation)[0]
        return named

    @property
    def version(self) -> int:
        return self.entityversion or 0

    def base(self) -> Base:
        return {"branch": BranchId(self.branch), "at": self.time}

    def addresses(self) -> tuple[str, ...]:
        """Those whose point must be found, before the event is taken in."""
        return ()

    def command(self, known: Known) -> Command:
        """Raises `UnfitEvent` with every reason."""
        if doubts := tuple(self.doubts(known)):
            raise UnfitEvent(doubts)
        return self.to_command(known)

    def doubts(self, _: Known) -> Iterator[Problem]:
        """What cannot be seen without knowing configuration and branch."""
        yield from ()

    @abstractmethod
    def to_command(self, known: Known) -> Command: ...
