"""Events about care plans. Orders are read here already, so that a slip of the pen comes back at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from consumers.contracts.envelope import Incoming, Known
from consumers.contracts.fields import WEEKDAYS, Clock, Code, Day, Id, Minutes, Part, Reason, Weekday
from consumers.contracts.problems import Problem, fault
from scheduler.domain.care_plan import CarePlan, CarePlanOrder
from scheduler.domain.commands import ChangeCarePlan, CreateCarePlan, EndCarePlan
from scheduler.domain.errors import Invalid
from scheduler.domain.ids import BranchId, CarePlanId, PatientId
from scheduler.domain.orders import parse_order
from scheduler.domain.visit import Priority
from scheduler.domain.visit_types import UnknownVisitType


def _readable(notation: str) -> str:
    try:
        parse_order(notation)
    except Invalid as error:
        sentence = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise fault(error.code, sentence, error.remedy) from None
    return notation


Notation = Annotated[
    str,
    Field(min_length=1, max_length=200, description="`2w4 1w5`, `q2w x3`, `PRN x2 for pain`: docs/orders.md."),
    AfterValidator(_readable),
]


class OrderFacts(Part):
    """One order for one kind of visit. `key` stays for the life of the care plan: it names the visits."""

    key: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    notation: Notation
    type: Annotated[Code, Field(description="A code of `config/visit_types.toml`.")]
    minutes: Minutes | None = None
    weekdays: Annotated[tuple[Weekday, ...], Field(max_length=7, description="Allowed days; none: any.")] = ()
    earliest: Annotated[Clock, Field(description="Earliest start.")] | None = None
    latest: Annotated[Clock, Field(description="Latest start.")] | None = None
    priority: Priority | None = None
    credentials: Annotated[tuple[Code, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.earliest and self.latest and self.latest < self.earliest:
            raise fault("window.invalid", "The window closes before it opens.", "Swap `earliest` and `latest`.")
        return self

    def order(self, known: Known) -> CarePlanOrder:
        return CarePlanOrder(
            key=self.key,
            notation=self.notation,
            visit_type=self.type,
            minutes=self.minutes,
            allowed_weekdays=tuple(sorted({WEEKDAYS.index(day) for day in self.weekdays})),
            earliest=self.earliest,
            latest=self.latest,
            priority=self.priority or known.visit_types[self.type].priority,
            credentials=tuple(sorted(set(self.credentials))),
        )


class CarePlanFacts(Part):
    """The orders of one patient's episode. Without `ends` it lasts sixty days."""

    id: Annotated[Id, Field(max_length=40)]
    patient: Id
    starts: Day
    ends: Day | None = None
    orders: Annotated[tuple[OrderFacts, ...], Field(max_length=30)]

    @model_validator(mode="after")
    def _is_one_plan(self) -> Self:
        if self.ends is not None and self.ends < self.starts:
            raise fault("care_plan.invalid", "The care plan ends before it starts.", "Correct one of the days.")
        if self.ends is not None and (self.ends - self.starts).days > 366:
            raise fault("care_plan.too_long", "The care plan lasts over a year.", "Send one care plan an episode.")
        if any(times > 1 for times in Counter(order.key for order in self.orders).values()):
            raise fault("order.repeated_key", "Two orders have one key.", "Give each order a key of its own.")
        return self

    def care_plan(self, branch: BranchId, known: Known, version: int) -> CarePlan:
        return CarePlan(
            id=CarePlanId(self.id),
            branch=branch,
            patient=PatientId(self.patient),
            starts=self.starts,
            ends=self.ends,
            orders=tuple(order.order(known) for order in self.orders),
            version=version,
        )


class CarePlanEnd(Part):
    """`on` is the last day of care."""

    care_plan: Id
    on: Day
    reason: Reason


class CarePlanCreated(Incoming[CarePlanFacts]):
    """Care begins: the orders become visits."""

    type: Literal["rounds.care_plan.created.v1"]

    def doubts(self, known: Known) -> Iterator[Problem]:
        yield from _doubts(self.data, known)

    def to_command(self, known: Known) -> CreateCarePlan:
        facts = self.data.care_plan(BranchId(self.branch), known, self.version)
        return CreateCarePlan(**self.base(), facts=facts)


class CarePlanChanged(Incoming[CarePlanFacts]):
    """Orders changed: all of them anew. Visits already told to the patient change last."""

    type: Literal["rounds.care_plan.changed.v1"]

    def doubts(self, known: Known) -> Iterator[Problem]:
        yield from _doubts(self.data, known)

    def to_command(self, known: Known) -> ChangeCarePlan:
        facts = self.data.care_plan(BranchId(self.branch), known, self.version)
        return ChangeCarePlan(**self.base(), facts=facts)


class CarePlanEnded(Incoming[CarePlanEnd]):
    """Care ends: visits after the last day are cancelled."""

    type: Literal["rounds.care_plan.ended.v1"]

    def to_command(self, _: Known) -> EndCarePlan:
        said = self.data
        return EndCarePlan(**self.base(), care_plan=CarePlanId(said.care_plan), on=said.on, reason=said.reason)


def _doubts(plan: CarePlanFacts, known: Known) -> Iterator[Problem]:
    for number, order in enumerate(plan.orders):
        if order.type not in known.visit_types:
            unknown = UnknownVisitType(order.type)
            yield Problem(
                path=f"data.orders[{number}].type", code=unknown.code, sentence=str(unknown), remedy=unknown.remedy
            )
