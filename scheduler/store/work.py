"""Branch-days with news, leased to planners.

A row counts news: `dirty_seq` rises with each, `solved_seq` is how far a plan answered. `ready_at` is when the row may
be claimed, whatever it waits for: the quiet after a burst, the time to retry, or the end of somebody's lease. Every
claim raises `fence`, so a planner that was held up and overtaken finds its own fence too old to write.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.stale import LeaseLost
from scheduler.ports import Claim
from scheduler.store.debounce import news_in
from scheduler.store.tables import branch_work as table
from scheduler.store.tables import work_cause as cause
from scheduler.store.transaction import Transaction

IS_DIRTY = table.c.dirty_seq > table.c.solved_seq


class SqlPlanningWork:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def mark_dirty(self, branch: BranchId, day: date, *, because: EventId | None, now: datetime,
                   quiet: timedelta, patience: timedelta) -> None:  # fmt: skip
        """At once also lifts the wait after a failure; other news does not shorten it."""
        self._transaction.own(branch)
        known = self._transaction.row(_locked(select(table).where(*_this(branch, day))))
        changed = news_in(known, now=now, quiet=quiet, patience=patience)
        if known is None:
            self._transaction.write(insert(table).values(branch=branch, day=day, **changed))
        else:
            self._transaction.write(update(table).where(*_this(branch, day)).values(changed))
        if because is not None:
            seq = changed["dirty_seq"]
            self._transaction.write(insert(cause).values(branch=branch, day=day, seq=seq, event=because))

    def claim(self, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """Commit right after: until then the row keeps news of that day waiting."""
        ready = select(table).where(IS_DIRTY, table.c.ready_at <= now)
        row = self._transaction.row(_locked(ready.order_by(table.c.ready_at).limit(1), skip=True))
        if row is None:
            return None
        until = now + lease
        # A lease that ran out without a word is a failed attempt, too: its holder may have died of this very day.
        attempts = row.attempts + (1 if row.lease_owner else 0)
        held = {"lease_owner": owner, "lease_until": until, "ready_at": until, "fence": row.fence + 1}
        held |= {"claimed_seq": row.dirty_seq, "attempts": attempts}
        self._transaction.write(update(table).where(*_this(row.branch, row.day)).values(held))
        return Claim(
            branch=BranchId(row.branch),
            date=row.day,
            owner=owner,
            fence=row.fence + 1,
            until=until,
            dirty=row.dirty_seq,
            attempts=attempts,
            because=self._causes(row),
        )

    def renew(self, claim: Claim, *, now: datetime, lease: timedelta) -> bool:
        """A lease that ran out is renewed as long as nobody else took it."""
        self._transaction.own(claim.branch)
        until = now + lease
        ours = update(table).where(*_held(claim))
        return self._transaction.write(ours.values(lease_until=until, ready_at=until)) == 1

    def holds(self, claim: Claim, *, now: datetime) -> bool:  # noqa: ARG002 - the fence decides, not the time
        self._transaction.own(claim.branch)
        return self._transaction.row(_locked(select(table.c.fence).where(*_held(claim)))) is not None

    def finish(self, claim: Claim) -> None:
        """Raises `LeaseLost`, so that nothing of an overtaken planner's transaction stays."""
        self._transaction.own(claim.branch)
        answered = {"solved_seq": claim.dirty, "attempts": 0, "last_error": None, "retry_at": None}
        free = {"lease_owner": None, "lease_until": None, "ready_at": table.c.not_before}
        if not self._transaction.write(update(table).where(*_held(claim)).values(**answered, **free)):
            raise LeaseLost(branch=claim.branch, day=claim.date, fence=claim.fence)
        answered_causes = (cause.c.branch == claim.branch, cause.c.day == claim.date, cause.c.seq <= claim.dirty)
        self._transaction.write(delete(cause).where(*answered_causes))

    def release(self, claim: Claim, *, not_before: datetime, error: str) -> None:
        """Without effect when the lease was lost: there is nothing left to hand back. `error` is a code."""
        self._transaction.own(claim.branch)
        failed = {"attempts": table.c.attempts + 1, "last_error": error, "retry_at": not_before}
        free = {"lease_owner": None, "lease_until": None, "ready_at": not_before}
        self._transaction.write(update(table).where(*_held(claim)).values(**failed, **free))

    def next_due(self) -> datetime | None:
        """Leased days count with the end of their lease, when somebody else may take over."""
        row = self._transaction.row(select(func.min(table.c.ready_at).label("at")).where(IS_DIRTY))
        return row.at if row else None

    def _causes(self, row: Row[Any]) -> tuple[EventId, ...]:
        """Each event once, in order of arrival."""
        those = (cause.c.branch == row.branch, cause.c.day == row.day, cause.c.seq <= row.dirty_seq)
        rows = self._transaction.rows(select(cause.c.event).where(*those).order_by(cause.c.seq))
        return tuple(dict.fromkeys(EventId(found.event) for found in rows))


def _locked(query: Select[Any], *, skip: bool = False) -> Select[Any]:
    """SQLite ignores this, and does not need it: its transactions that write come one after the other."""
    return query.with_for_update(skip_locked=skip)


def _this(branch: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return (table.c.branch == branch, table.c.day == day)


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    ours = (table.c.fence == claim.fence, table.c.lease_owner == claim.owner)
    return (*_this(claim.branch, claim.date), *ours)
