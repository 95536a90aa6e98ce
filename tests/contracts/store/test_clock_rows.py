"""Job runs, leases, acknowledgements and geocodes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from scheduler.domain.ids import CaseManagerId
from scheduler.domain.place import Point
from scheduler.store.engine import Store, open_store
from scheduler.store.errors import StoreUnavailable
from tests.builders import BRANCH, DAY, at
from tests.processes import free_ports

START = at("02:00")
LEASE = timedelta(minutes=10)


def minute(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def begins(store: Store, due: str, *, owner: str = "one", at_minute: int = 0) -> bool:
    with store.unit_of_work() as uow:
        may_run = uow.job_runs.begin("roll", due, owner=owner, now=minute(at_minute), lease=LEASE)
        uow.commit()
    return may_run


def finishes(store: Store, due: str) -> None:
    with store.unit_of_work() as uow:
        uow.job_runs.finish("roll", due, now=minute(1))
        uow.commit()


def last(store: Store) -> str | None:
    with store.unit_of_work(read_only=True) as uow:
        return uow.job_runs.last("roll")


def test_of_many_who_ask_to_run_a_job_one_may(store: Store) -> None:
    together = Barrier(4)

    def asks(owner: str) -> bool:
        together.wait()
        return begins(store, "2026-03-03", owner=owner)

    with ThreadPoolExecutor(4) as pool:
        answers = [future.result() for future in [pool.submit(asks, f"clock-{n}") for n in range(4)]]
    assert sorted(answers) == [False, False, False, True]


def test_a_finished_run_is_never_given_out_again(store: Store) -> None:
    assert begins(store, "2026-03-03")
    finishes(store, "2026-03-03")
    assert not begins(store, "2026-03-03", owner="two", at_minute=1000)
    assert begins(store, "2026-03-04", owner="two")


def test_of_two_who_hold_a_run_one_after_the_other_only_the_second_is_accepted_and_once(store: Store) -> None:
    assert begins(store, "2026-03-03", owner="slow")
    assert begins(store, "2026-03-03", owner="ahead", at_minute=120)

    accepted = []
    for owner in ("slow", "ahead", "ahead", "slow"):
        with store.unit_of_work() as uow:
            accepted.append(uow.job_runs.finish("roll", "2026-03-03", now=minute(1), owner=owner))
            uow.commit()

    assert accepted == [False, True, False, False]


def test_a_run_whose_holder_fell_silent_goes_to_one_other(store: Store) -> None:
    assert begins(store, "2026-03-03")
    assert not begins(store, "2026-03-03", owner="two", at_minute=9)
    assert begins(store, "2026-03-03", owner="two", at_minute=10)
    assert not begins(store, "2026-03-03", owner="three", at_minute=10)


def test_the_last_run_is_the_newest_finished_one_with_nothing_unfinished_before_it(store: Store) -> None:
    assert last(store) is None
    for due in ("2026-03-01", "2026-03-02", "2026-03-03"):
        begins(store, due)
    assert last(store) is None
    finishes(store, "2026-03-01")
    finishes(store, "2026-03-03")
    assert last(store) == "2026-03-01"
    finishes(store, "2026-03-02")
    assert last(store) == "2026-03-03"


def acquires(store: Store, owner: str, *, at_minute: int, name: str = "relay") -> int | None:
    with store.unit_of_work() as uow:
        fence = uow.leases.acquire(name, owner=owner, now=minute(at_minute), lease=LEASE)
        uow.commit()
    return fence


def test_a_lease_is_held_by_one_until_it_runs_out_and_the_fence_rises(store: Store) -> None:
    assert acquires(store, "one", at_minute=0) == 1
    assert acquires(store, "two", at_minute=9) is None
    assert acquires(store, "one", at_minute=9) == 1
    assert acquires(store, "two", at_minute=18) is None
    assert acquires(store, "two", at_minute=19) == 2
    assert acquires(store, "one", at_minute=20) is None
    assert acquires(store, "one", at_minute=0, name="reaper") == 1


def test_the_last_answer_of_a_case_manager_to_a_revision_counts(store: Store) -> None:
    kim, lou = CaseManagerId("kim"), CaseManagerId("lou")
    with store.unit_of_work() as uow:
        for who, revision, declines in ((lou, 1, True), (kim, 1, False), (kim, 2, True), (kim, 2, False)):
            uow.acknowledgements.add(branch=BRANCH, day=DAY, revision=revision, case_manager=who, at=START,
                                     is_declined=declines, reason="")  # fmt: skip
        uow.commit()
    with store.unit_of_work(read_only=True) as uow:
        assert uow.acknowledgements.of(BRANCH, DAY) == [(kim, 1, False), (kim, 2, False), (lou, 1, True)]
        assert uow.acknowledgements.of(BRANCH, DAY + timedelta(days=1)) == []


def test_an_address_is_known_again_in_other_case_and_spacing_to_the_last_bit(store: Store) -> None:
    found = Point(latitude=40.123456789012345, longitude=-75.1)
    with store.unit_of_work() as uow:
        uow.geocodes.save("1 Main  St,\nAmes", "nominatim", found, at=START)
        uow.commit()
    with store.unit_of_work(read_only=True) as uow:
        assert uow.geocodes.find("1 main st, AMES", "nominatim") == found
        assert uow.geocodes.find("1 main st, AMES", "other") is None
        assert uow.geocodes.find("2 main st, AMES", "nominatim") is None


def test_a_database_that_is_shared_says_what_time_it_is(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        before = datetime.now(UTC)
        assert store.is_shared
        assert abs(store.time() - before) < timedelta(minutes=1)
        assert store.time().tzinfo is UTC


@pytest.mark.external
def test_one_that_is_not_running_says_nothing() -> None:
    (closed,) = free_ports(1)
    with open_store(f"postgresql://rounds@127.0.0.1:{closed}/rounds") as store, pytest.raises(StoreUnavailable):
        store.time()
