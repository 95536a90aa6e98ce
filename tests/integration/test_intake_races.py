"""Two processes bring the same events at once, as after a rebalance: on a real server each takes effect once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from consumers.intake import Intake
from consumers.receipt import Receipt, Status
from scheduler.domain.ids import VisitId
from scheduler.domain.policy import Planning
from scheduler.handlers.bus import CommandBus
from scheduler.store.engine import Store, open_store
from scheduler.store.migrations.run import migrate
from tests.office import BRANCH, VISIT_TYPES, ManualClock, a_request, an_event

pytestmark = pytest.mark.external
HOME = {"latitude": 39.96, "longitude": -83.0}


def an_intake(store: Store) -> Intake:
    return Intake(
        open_unit_of_work=store.unit_of_work,
        commands=CommandBus(planning=Planning(), visit_types=VISIT_TYPES),
        clock=ManualClock(),
    )


@pytest.mark.parametrize("is_crowd", [False, True])
def test_events_brought_by_two_at_once_take_effect_once_and_in_order(postgres_url: str, is_crowd: bool) -> None:
    migrate(postgres_url)
    visits = [f"V-{number}" for number in range(20)]
    events = [an_event("visit.requested", a_request(visit)) for visit in visits]
    events += [an_event("visit.changed", a_request(visit, minutes=30)) for visit in visits]
    start = Barrier(2)

    def bring(store: Store) -> list[Receipt]:
        intake = an_intake(store)
        start.wait(timeout=30)
        if is_crowd:
            return list(intake.take_in_all(events, door="test"))
        return [intake.take_in(event, door="test") for event in events]

    with open_store(postgres_url) as store, ThreadPoolExecutor(2) as both:
        opened = an_intake(store)
        opened.take_in(an_event("branch.changed", {"name": "North", "zone": "America/New_York"}), door="test")
        opened.take_in(an_event("patient.changed", {"id": "P-1", "name": "Ada", "home": HOME}), door="test")
        one, two = both.map(bring, [store, store])

        outcomes = [{first.status, second.status} for first, second in zip(one, two, strict=True)]
        assert outcomes == [{Status.APPLIED, Status.DUPLICATE}] * len(events)
        with store.unit_of_work(read_only=True) as uow:
            assert {uow.visits.get(BRANCH, VisitId(visit)).minutes for visit in visits} == {30}
            assert uow.dead_letters.newest(1, waiting=False) == []
