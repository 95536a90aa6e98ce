"""Plan revisions in the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownRevision
from scheduler.domain.plan import Revision
from scheduler.domain.stale import PlanMovedOn
from scheduler.store.engine import Store
from tests.builders import BRANCH, DAY
from tests.contracts.store.given import NOW, revision


def added(store: Store, *revisions: Revision) -> None:
    with store.unit_of_work() as uow:
        for each in revisions:
            uow.plans.add(each)
        uow.commit()


def test_a_revision_comes_back_as_it_was_added(store: Store) -> None:
    added(store, revision(1, caused_by=(EventId("b"), EventId("a"))))

    with store.unit_of_work(read_only=True) as uow:
        head = uow.plans.head(BRANCH, DAY)
        assert head == revision(1, caused_by=(EventId("b"), EventId("a")))
        assert uow.plans.get(BRANCH, DAY, 1) == head
        assert uow.plans.get(BRANCH, DAY, 2) is None


def test_a_day_nobody_planned_has_neither_head_nor_published_revision(store: Store) -> None:
    with store.unit_of_work(read_only=True) as uow:
        assert uow.plans.head(BRANCH, DAY) is None
        assert uow.plans.published(BRANCH, DAY) is None


def test_the_published_revision_is_the_newest_people_were_told_not_the_newest_made(store: Store) -> None:
    added(store, revision(1), revision(2), revision(3))
    with store.unit_of_work() as uow:
        uow.plans.mark_published(BRANCH, DAY, 1, NOW)
        uow.plans.mark_published(BRANCH, DAY, 2, NOW)
        uow.commit()

    with store.unit_of_work(read_only=True) as uow:
        published, head = uow.plans.published(BRANCH, DAY), uow.plans.head(BRANCH, DAY)
        assert published is not None
        assert (published.number, published.published_at) == (2, NOW)
        assert head is not None
        assert (head.number, head.published_at) == (3, None)


@pytest.mark.parametrize("number", [1, 3])
def test_a_revision_that_does_not_follow_the_head_is_refused(store: Store, number: int) -> None:
    added(store, revision(1))
    with store.unit_of_work() as uow, pytest.raises(PlanMovedOn) as refused:
        uow.plans.add(revision(number))
    assert (refused.value.read, refused.value.current) == (number - 1, 1)


def test_of_two_who_add_the_same_number_at_once_one_is_told_that_the_plan_moved_on(store: Store) -> None:
    together = Barrier(2)

    def tries() -> str:
        together.wait()
        try:
            added(store, revision(1))
        except PlanMovedOn:
            return "moved on"
        return "added"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result() for future in [pool.submit(tries) for _ in range(2)]]
    assert sorted(outcomes) == ["added", "moved on"]


def test_the_first_moment_of_publishing_stays(store: Store) -> None:
    added(store, revision(1))
    for moment in (NOW, NOW + timedelta(hours=1)):
        with store.unit_of_work() as uow:
            uow.plans.mark_published(BRANCH, DAY, 1, moment)
            uow.commit()
    with store.unit_of_work(read_only=True) as uow:
        published = uow.plans.published(BRANCH, DAY)
        assert published is not None
        assert published.published_at == NOW


def test_publishing_a_revision_that_is_not_there_is_refused(store: Store) -> None:
    with store.unit_of_work() as uow, pytest.raises(UnknownRevision):
        uow.plans.mark_published(BRANCH, DAY, 7, NOW)


def test_drafts_are_unpublished_heads_up_to_a_day_by_day(store: Store) -> None:
    days = [DAY + timedelta(days=n) for n in range(4)]
    added(
        store,
        revision(1, day=days[1]),
        revision(2, day=days[1]),
        revision(1, day=days[0], published_at=NOW),
        revision(2, day=days[0]),
        revision(1, day=days[2]),
        revision(2, day=days[2], published_at=NOW),
        revision(1, day=days[3]),
        revision(1, day=days[0], branch=BranchId("south")),
    )
    with store.unit_of_work(read_only=True) as uow:
        drafts = uow.plans.drafts(BRANCH, days[2])
        assert [(draft.plan.date, draft.number) for draft in drafts] == [(days[0], 2), (days[1], 2)]


def test_the_days_of_a_branch_are_those_with_a_revision_each_once(store: Store) -> None:
    added(store, revision(1), revision(2))

    with store.unit_of_work(read_only=True) as uow:
        assert list(uow.plans.days(BRANCH)) == [DAY]
        assert list(uow.plans.days(BranchId("elsewhere"))) == []
