"""The audit shows every change to what was written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from scheduler.domain.ids import BranchId
from scheduler.store import audit_check
from scheduler.store.audit_check import AuditVerdict, verify_audit
from scheduler.store.engine import Store
from scheduler.store.tables import audit
from tests.builders import BRANCH, at

NOW = at("06:00")
SOUTH = BranchId("south")


def recorded(store: Store, *actions: str, branch: BranchId | None = BRANCH) -> None:
    with store.unit_of_work() as uow:
        for n, action in enumerate(actions):
            moment = NOW + timedelta(seconds=n)
            uow.audit.record(at=moment, actor="dana", action=action, object="visit/ada", branch=branch, reason="called")
        uow.commit()


def tampered(store: Store, statement: object) -> None:
    with store.writer.begin() as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def first_break(verdict: AuditVerdict) -> tuple[str, int]:
    assert not verdict.is_sound
    return verdict.breaks[0].chain, verdict.breaks[0].number


@pytest.fixture
def told(store: Store) -> Store:
    """Three rows of one branch, one of another, one of none."""
    recorded(store, "pin", "unpin", "publish")
    recorded(store, "pin", branch=SOUTH)
    recorded(store, "migrate", branch=None)
    return store


def test_an_untouched_audit_is_sound_and_names_the_head_of_each_chain(told: Store) -> None:
    verdict = verify_audit(told)
    assert (verdict.is_sound, verdict.rows, set(verdict.heads)) == (True, 5, {BRANCH, SOUTH, ""})
    assert len(set(verdict.heads.values())) == 3


@pytest.mark.parametrize(
    "change", [{"reason": "no"}, {"actor": "eve"}, {"at": NOW}, {"branch": None}, {"hash": "0" * 64}]
)
def test_a_changed_row_breaks_its_chain_and_no_other(told: Store, change: dict[str, object]) -> None:
    tampered(told, update(audit).where(audit.c.chain == BRANCH, audit.c.number == 2).values(change))
    verdict = verify_audit(told)
    assert first_break(verdict) == (BRANCH, 2)
    assert len(verdict.breaks) == 1


def test_a_removed_row_breaks_its_chain(told: Store) -> None:
    tampered(told, delete(audit).where(audit.c.chain == BRANCH, audit.c.number == 2))
    verdict = verify_audit(told)
    assert first_break(verdict) == (BRANCH, 3)
    assert verdict.breaks[0].sentence == "Rows 2 to 2 are missing."


def test_rows_cut_off_at_the_end_show_in_the_heads_kept_elsewhere(told: Store) -> None:
    kept = verify_audit(told).heads
    tampered(told, delete(audit).where(audit.c.chain == BRANCH, audit.c.number == 3))
    verdict = verify_audit(told)
    assert verdict.is_sound
    assert verdict.heads[BRANCH] != kept[BRANCH]


def test_an_audit_longer_than_a_page_is_checked_to_its_end(told: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_check, "PAGE_ROWS", 2)
    assert verify_audit(told).rows == 5
    tampered(told, update(audit).where(audit.c.chain == SOUTH).values(actor="eve"))
    assert first_break(verify_audit(told)) == (SOUTH, 1)


def test_rows_recorded_at_the_same_time_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        for running in [pool.submit(recorded, store, f"action-{n}", "again") for n in range(8)]:
            running.result()
    verdict = verify_audit(store)
    assert (verdict.is_sound, verdict.rows) == (True, 16)
