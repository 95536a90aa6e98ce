"""Branch-days with news, and the leases on them. Quiet is 20 s, patience 180 s, a lease 30 s."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.stale import LeaseLost
from scheduler.ports.planning_work import Claim
from scheduler.store.engine import Store
from tests.builders import BRANCH, DAY, at

START = at("06:00")
QUIET, PATIENCE, LEASE = timedelta(seconds=20), timedelta(seconds=180), timedelta(seconds=30)
AT_ONCE = timedelta(0)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def news(store: Store, event: str | None, *, at: float = 0, quiet: timedelta = QUIET, day: date = DAY,
         branch: str = BRANCH) -> None:  # fmt: skip
    because = EventId(event) if event else None
    with store.unit_of_work() as uow:
        uow.work.mark_dirty(BranchId(branch), day, because=because, now=after(at), quiet=quiet, patience=PATIENCE)
        uow.commit()


def claimed(store: Store, *, at: float, owner: str = "planner-1") -> Claim | None:
    with store.unit_of_work() as uow:
        claim = uow.work.claim(owner=owner, now=after(at), lease=LEASE)
        uow.commit()
    return claim


def held(store: Store, *, at: float, owner: str = "planner-1") -> Claim:
    claim = claimed(store, at=at, owner=owner)
    assert claim is not None
    return claim


def finished(store: Store, claim: Claim) -> None:
    with store.unit_of_work() as uow:
        uow.work.finish(claim)
        uow.commit()


def released(store: Store, claim: Claim, *, until: float, error: str = "travel.unavailable") -> None:
    with store.unit_of_work() as uow:
        uow.work.release(claim, not_before=after(until), error=error)
        uow.commit()


def next_due(store: Store) -> datetime | None:
    with store.unit_of_work(read_only=True) as uow:
        return uow.work.next_due()


def test_nothing_is_due_before_any_news(store: Store) -> None:
    assert claimed(store, at=0) is None
    assert next_due(store) is None


def test_news_is_planned_after_the_quiet_period_not_before(store: Store) -> None:
    news(store, "e1")

    assert next_due(store) == after(20)
    assert claimed(store, at=19.999) is None
    claim = held(store, at=20)
    assert (claim.branch, claim.date, claim.dirty, claim.because) == (BRANCH, DAY, 1, ("e1",))
    assert (claim.owner, claim.fence, claim.attempts, claim.until) == ("planner-1", 1, 0, after(50))


def test_further_news_prolongs_the_quiet_but_never_past_the_patience(store: Store) -> None:
    for second in range(0, 179, 10):
        news(store, f"e{second}", at=second)
        assert next_due(store) == after(min(second + 20, 180))

    claim = held(store, at=180)
    assert claim.dirty == 18
    assert claim.because == tuple(f"e{second}" for second in range(0, 179, 10))


def test_urgent_news_is_planned_at_once_and_later_news_does_not_put_it_off(store: Store) -> None:
    news(store, "soon")
    news(store, "now", at=1, quiet=AT_ONCE)
    assert next_due(store) == after(1)

    news(store, "later", at=2)
    assert next_due(store) == after(1)
    assert held(store, at=2).because == ("soon", "now", "later")


def test_the_most_overdue_day_is_claimed_first_and_each_once(store: Store) -> None:
    news(store, "e1", day=DAY + timedelta(days=1))
    news(store, "e2", at=5, day=DAY)
    news(store, "e3", at=3, branch="south")

    order = [held(store, at=60).because[0] for _ in range(3)]
    assert order == ["e1", "e3", "e2"]
    assert claimed(store, at=60) is None


def test_a_finished_day_is_clean_and_its_next_news_starts_over(store: Store) -> None:
    news(store, "e1")
    finished(store, held(store, at=20))
    assert next_due(store) is None
    assert claimed(store, at=500) is None

    news(store, "e2", at=1000)
    assert next_due(store) == after(1020)
    claim = held(store, at=1020)
    assert (claim.because, claim.dirty, claim.fence) == (("e2",), 2, 2)


def test_news_during_the_solve_leaves_the_day_dirty_with_only_that_news(store: Store) -> None:
    news(store, "e1")
    claim = held(store, at=20)
    news(store, "e2", at=25)
    assert claimed(store, at=26, owner="planner-2") is None
    finished(store, claim)

    assert next_due(store) == after(45)
    again = held(store, at=45)
    assert (again.because, again.dirty) == (("e2",), 2)


def test_a_burst_during_a_long_solve_has_a_patience_of_its_own(store: Store) -> None:
    news(store, "e1")
    claim = held(store, at=20)
    for second in range(30, 209, 10):
        news(store, f"e{second}", at=second)
    finished(store, claim)
    assert next_due(store) == after(210)


def test_a_lease_that_ran_out_lets_the_next_one_in_with_a_higher_fence(store: Store) -> None:
    news(store, "e1")
    first = held(store, at=20)
    assert next_due(store) == after(50)
    assert claimed(store, at=49, owner="planner-2") is None

    second = held(store, at=50, owner="planner-2")
    assert second.fence == first.fence + 1
    assert second.because == first.because
    assert second.attempts == 1


def test_a_lost_lease_cannot_write(store: Store) -> None:
    news(store, "e1")
    lost = held(store, at=20)
    held(store, at=50, owner="planner-2")

    with store.unit_of_work() as uow:
        assert not uow.work.holds(lost, now=after(51))
        assert not uow.work.renew(lost, now=after(51), lease=LEASE)
        uow.work.release(lost, not_before=after(0), error="late")
        with pytest.raises(LeaseLost):
            uow.work.finish(lost)
        uow.commit()
    assert next_due(store) == after(80)


def test_the_same_planner_that_claims_anew_cannot_write_with_its_older_claim(store: Store) -> None:
    news(store, "e1")
    older, newer = held(store, at=20), held(store, at=50)
    with store.unit_of_work() as uow:
        assert not uow.work.holds(older, now=after(51))
        assert uow.work.holds(newer, now=after(51))


def test_a_renewed_lease_keeps_others_out_and_the_fence(store: Store) -> None:
    news(store, "e1")
    claim = held(store, at=20)
    with store.unit_of_work() as uow:
        assert uow.work.renew(claim, now=after(45), lease=LEASE)
        uow.commit()

    assert claimed(store, at=60, owner="planner-2") is None
    with store.unit_of_work() as uow:
        assert uow.work.holds(claim, now=after(60))


def test_a_failure_waits_for_its_retry_and_counts(store: Store) -> None:
    news(store, "e1")
    released(store, held(store, at=20), until=100)

    assert next_due(store) == after(100)
    assert claimed(store, at=99) is None
    again = held(store, at=100)
    assert (again.attempts, again.because) == (1, ("e1",))

    released(store, again, until=300)
    last = held(store, at=300)
    assert last.attempts == 2
    finished(store, last)
    news(store, "e2", at=400)
    assert held(store, at=420).attempts == 0


def test_a_released_claim_cannot_write_any_more(store: Store) -> None:
    news(store, "e1")
    claim = held(store, at=20)
    released(store, claim, until=100)
    with store.unit_of_work() as uow:
        assert not uow.work.holds(claim, now=after(21))
        with pytest.raises(LeaseLost):
            uow.work.finish(claim)


def test_news_does_not_shorten_the_wait_after_a_failure_unless_it_is_urgent(store: Store) -> None:
    news(store, "e1")
    released(store, held(store, at=20), until=600)

    news(store, "e2", at=30)
    assert next_due(store) == after(600)
    news(store, "e3", at=40, quiet=AT_ONCE)
    assert next_due(store) == after(40)


def test_news_without_an_event_dirties_the_day_without_a_cause(store: Store) -> None:
    news(store, None)
    claim = held(store, at=20)
    assert (claim.dirty, claim.because) == (1, ())


def test_an_event_that_dirties_a_day_twice_is_one_cause(store: Store) -> None:
    news(store, "e1")
    news(store, "e2", at=1)
    news(store, "e1", at=2)
    assert held(store, at=60).because == ("e1", "e2")
