"""Events about branches."""

from __future__ import annotations

from typing import Literal

from consumers.contracts.envelope import Incoming, Known
from consumers.contracts.fields import WEEKDAYS, Part, Text, Weekday, Zone
from scheduler.domain.branch import Branch
from scheduler.domain.commands import ChangeBranch
from scheduler.domain.ids import BranchId


class BranchFacts(Part):
    """An office with its territory; the envelope's `branch` is its id."""

    name: Text
    zone: Zone
    week_starts_on: Weekday = "sun"


class BranchChanged(Incoming[BranchFacts]):
    """A branch is new, or its facts changed."""

    type: Literal["rounds.branch.changed.v1"]

    def to_command(self, _: Known) -> ChangeBranch:
        facts = Branch(
            id=BranchId(self.branch),
            name=self.data.name,
            zone=self.data.zone,
            week_starts_on=WEEKDAYS.index(self.data.week_starts_on),
            version=self.version,
        )
        return ChangeBranch(**self.base(), facts=facts)
