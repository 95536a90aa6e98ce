from __future__ import annotations

import pytest

from scheduler.domain.errors import Conflict, Invalid, NotFound, RoundsError, Unavailable


class _PlanMovedOn(Conflict):
    code = "plan.moved_on"

    def __init__(self, *, read: int, current: int) -> None:
        self.read, self.current, self._private = read, current, "kept to itself"
        super().__init__(f"Edited revision {read}, but the plan is at {current}.")


def test_an_error_reads_as_its_sentence() -> None:
    assert str(_PlanMovedOn(read=3, current=5)) == "Edited revision 3, but the plan is at 5."


def test_the_facts_of_an_error_are_its_public_attributes() -> None:
    assert _PlanMovedOn(read=3, current=5).facts() == {"read": 3, "current": 5}


def test_a_leaf_without_a_remedy_of_its_own_has_that_of_its_branch() -> None:
    assert _PlanMovedOn(read=3, current=5).remedy == Conflict.remedy


@pytest.mark.parametrize("branch", [Invalid, Conflict, NotFound, Unavailable])
def test_every_branch_has_a_code_of_its_own_and_a_remedy(branch: type[RoundsError]) -> None:
    assert branch.code != RoundsError.code
    assert branch.remedy.endswith(".")
