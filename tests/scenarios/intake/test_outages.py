"""When the store fails in the middle, nothing happened; the same event brought again takes effect once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from consumers.intake import Intake
from consumers.receipt import Status
from scheduler.domain.errors import RoundsError, Unavailable
from scheduler.ports.unit_of_work import UnitOfWork
from tests.office import Office, a_request, an_event


class Fault(RoundsError):
    """Of ours: neither the event's nor the store's."""

    code = "fault"


@dataclass
class Rehearsal:
    """Units of work of the office; the first call of `at` in any of them fails."""

    office: Office
    at: str
    errors: list[Exception]

    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        return cast(UnitOfWork, self._opened(read_only=read_only))

    @contextmanager
    def _opened(self, *, read_only: bool) -> Iterator[UnitOfWork]:
        with self.office.store.unit_of_work(read_only=read_only) as uow:
            part, _, method = self.at.rpartition(".")
            target = getattr(uow, part) if part else uow
            setattr(target, method, self._failing(getattr(target, method)))
            yield uow

    def _failing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def fails_once(*args: Any, **named: Any) -> Any:
            if self.errors:
                raise self.errors.pop()
            return call(*args, **named)

        return fails_once


def failing(office: Office, at: str, error: Exception) -> Intake:
    return replace(office.intake, open_unit_of_work=Rehearsal(office, at, [error]))


@pytest.mark.parametrize(
    "at", ["inbox.claim", "visits.save", "audit.record", "work.mark_dirty", "inbox.settle", "commit"]
)
def test_an_outage_anywhere_leaves_nothing_and_loses_nothing(office: Office, at: str) -> None:
    event, before = an_event("visit.requested", a_request()), office.digest()
    intake = failing(office, at, Unavailable("gone"))

    with pytest.raises(Unavailable):
        intake.take_in(event, door="test")

    assert office.digest() == before
    assert intake.take_in(event, door="test").status is Status.APPLIED


@pytest.mark.parametrize("at", ["dead_letters.met_again", "dead_letters.add", "inbox.settle", "commit"])
def test_an_outage_while_a_letter_is_written_leaves_nothing_and_loses_nothing(office: Office, at: str) -> None:
    event, before = an_event("visit.requested", a_request(patient="P-9")), office.digest()
    intake = failing(office, at, Unavailable("gone"))

    with pytest.raises(Unavailable):
        intake.take_in(event, door="test")

    assert office.digest() == before
    assert intake.take_in(event, door="test").is_refused


def test_a_fault_of_ours_is_a_letter_with_its_code(office: Office) -> None:
    intake = failing(office, "visits.save", Fault("Broken."))

    receipt = intake.take_in(an_event("visit.requested", a_request()), door="test")

    assert [problem.code for problem in receipt.problems] == ["fault"]
    assert office.rows("SELECT count(*) FROM visit") == [(0,)]
