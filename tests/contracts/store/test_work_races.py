"""Many planners at the same rows, in threads and in processes."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event, Lock

from scheduler.domain.ids import BranchId, EventId
from scheduler.store.engine import Store, open_store
from tests.builders import DAY, at

START = at("06:00")
AN_HOUR, AT_ONCE = timedelta(hours=1), timedelta(0)
PLANNERS = 4
BRANCHES = [BranchId(f"branch-{n}") for n in range(6)]
DAYS = [DAY + timedelta(days=n) for n in range(3)]


def mark(store: Store, branch: BranchId, day: date, event: str) -> None:
    with store.unit_of_work() as uow:
        uow.work.mark_dirty(branch, day, because=EventId(event), now=START, quiet=AT_ONCE, patience=AT_ONCE)
        uow.commit()


def mark_all(store: Store) -> None:
    for branch in BRANCHES:
        for day in DAYS:
            mark(store, branch, day, f"first-{branch}-{day}")


def test_planners_in_threads_never_hold_the_same_branch_day_and_answer_all_news(store: Store) -> None:
    mark_all(store)
    holding, answered, guard, news_is_over = set[tuple[str, date]](), Counter[str](), Lock(), Event()

    def plan(owner: str) -> None:
        while True:
            was_over = news_is_over.is_set()
            with store.unit_of_work() as uow:
                claim = uow.work.claim(owner=owner, now=START, lease=AN_HOUR)
                uow.commit()
            if claim is None and was_over:
                return
            if claim is None:
                continue
            mine = (claim.branch, claim.date)
            with guard:
                assert mine not in holding
                holding.add(mine)
            with store.unit_of_work() as uow:
                assert uow.work.holds(claim, now=START)
                uow.work.finish(claim)
                with guard:
                    answered.update(claim.because)
                    holding.remove(mine)
                uow.commit()

    def tell() -> None:
        try:
            for n in range(40):
                mark(store, BRANCHES[n % len(BRANCHES)], DAYS[n % len(DAYS)], f"later-{n}")
        finally:
            news_is_over.set()

    with ThreadPoolExecutor(PLANNERS + 1) as pool:
        running = [pool.submit(plan, f"planner-{n}") for n in range(PLANNERS)]
        running.append(pool.submit(tell))
        for each in running:
            each.result()

    assert set(answered.values()) == {1}
    assert len(answered) == len(BRANCHES) * len(DAYS) + 40


def claims_of_a_process(url: str, owner: str) -> list[tuple[str, date]]:
    """Claims until nothing is left, and never hands back."""
    mine = list[tuple[str, date]]()
    with open_store(url) as store:
        while True:
            with store.unit_of_work() as uow:
                claim = uow.work.claim(owner=owner, now=START, lease=AN_HOUR)
                uow.commit()
            if claim is None:
                return mine
            mine.append((claim.branch, claim.date))


def test_planners_in_two_processes_share_the_branch_days_without_overlap(store: Store, store_url: str) -> None:
    mark_all(store)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(claims_of_a_process, store_url, f"process-{n}") for n in range(2)]
        claims = [claim for each in asked for claim in each.result()]
    assert sorted(claims) == sorted((branch, day) for branch in BRANCHES for day in DAYS)
