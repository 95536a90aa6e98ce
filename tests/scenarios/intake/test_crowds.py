"""Events that come in a crowd share transactions, and each becomes what it would have become alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from consumers.receipt import Receipt, Status
from scheduler.ports.unit_of_work import UnitOfWork
from scheduler.store.errors import StoreBusy
from tests.campaign.workload import Workload
from tests.office import NOW, Office, a_request, an_event, an_office, in_days

MANY = 60


@dataclass
class Counted:
    """How many transactions were begun to write. `hinders` may do something in the midst of each."""

    office: Office
    begun: int = 0
    hinders: Callable[[UnitOfWork], None] = lambda _: None

    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        uow = self.office.store.unit_of_work(read_only=read_only)
        self.begun += not read_only
        self.hinders(uow)
        return uow


def in_a_crowd(office: Office, raws: Sequence[bytes], counted: Counted | None = None) -> list[Receipt]:
    intake = replace(office.intake, open_unit_of_work=counted or office.store.unit_of_work)
    return list(intake.take_in_all(raws, door="test"))


def requests(count: int) -> list[bytes]:
    return [an_event("visit.requested", a_request(f"V-{number}")) for number in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_a_crowd_leaves_what_its_events_leave_one_by_one(empty_database: Path, tmp_path: Path, seed: int) -> None:
    raws = [*a_morning(seed), b"no event", an_event("visit.requested", {})]
    left = []
    for name, most in (("alone", 1), ("together", 50)):
        (folder := tmp_path / name).mkdir()
        with an_office(empty_database, folder) as office:
            for at in range(0, len(raws), most):
                in_a_crowd(office, raws[at : at + most])
            left.append(facts_of(office))
    alone, together = left
    assert together == alone


def test_a_crowd_takes_one_transaction(office: Office) -> None:
    counted = Counted(office)

    receipts = in_a_crowd(office, requests(MANY), counted)

    assert [each.status for each in receipts] == [Status.APPLIED] * MANY
    assert counted.begun == 1
    assert office.rows("SELECT count(*), max(seq) FROM work_cause") == [(MANY, MANY)]


def test_one_that_is_refused_takes_nobody_with_it(office: Office) -> None:
    strange = an_event("visit.cancelled", {"visit": "V-nobody", "reason": "unknown"})
    first, *others = requests(5)

    receipts = in_a_crowd(office, [first, strange, *others])

    assert [each.is_refused for each in receipts] == [False, True, False, False, False, False]
    assert office.rows("SELECT count(*) FROM visit") == [(5,)]
    assert office.rows("SELECT count(*) FROM inbox WHERE status = 'dead'") == [(1,)]
    assert len(office.letters()) == 1


def test_the_same_event_twice_in_a_crowd_takes_effect_once(office: Office) -> None:
    (request,) = requests(1)
    other = json.dumps(json.loads(request) | {"data": a_request("V-other")}).encode()

    receipts = in_a_crowd(office, [request, request, other])

    assert [each.status for each in receipts] == [Status.APPLIED, Status.DUPLICATE, Status.REFUSED]
    assert receipts[-1].problems[0].code == "event.conflict"


def test_a_crowd_that_cannot_be_kept_leaves_nothing(office: Office) -> None:
    def refuse(uow: UnitOfWork) -> None:
        def busy() -> None:
            raise StoreBusy("rehearsed")

        uow.commit = busy  # type: ignore[method-assign]

    before = office.digest()
    with pytest.raises(StoreBusy):
        in_a_crowd(office, requests(5), Counted(office, hinders=refuse))

    assert office.digest() == before
    assert all(office.take_in(raw).status is Status.APPLIED for raw in requests(5))


def test_addresses_are_looked_up_outside_of_any_shared_transaction(office: Office) -> None:
    moved = an_event("patient.changed", {"id": "P-1", "name": "Ada", "home": {"address": "1 Main Street"}})
    counted = Counted(office)

    in_a_crowd(office, [*requests(3), moved, *requests(3)], counted)

    assert counted.begun == 3


def test_what_an_event_changed_is_seen_by_the_next(office: Office) -> None:
    asked = an_event("visit.requested", a_request("V-1"))
    moved = an_event("visit.changed", a_request("V-1", date=in_days(2).isoformat()))
    away = an_event("patient.on_hold", {"patient": "P-1", "starts": in_days(2).isoformat(), "reason": "hospital"})

    receipts = in_a_crowd(office, [asked, moved, away])

    assert [each.days for each in receipts] == [(in_days(1),), (in_days(1), in_days(2)), (in_days(2),)]


def a_morning(seed: int) -> list[bytes]:
    made = Workload(seed=seed, branches=3, now=NOW).events(200)
    return [each.raw for each in islice(made, 200)]


def facts_of(office: Office) -> dict[str, Any]:
    """Letters are numbered and audit rows hashed in the order of what was done, so that counts as well. What settled
    the office in bears other ids each time.
    """
    names = [name for (name,) in office.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = {name: map(repr, office.rows(f"SELECT * FROM {name}")) for name in names}  # noqa: S608
    return {name: sorted(row for row in rows if "('/ehr'" not in row) for name, rows in found.items()}
