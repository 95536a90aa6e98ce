"""Branch-days with news, leased to planners.

A row counts news: `dirty_seq` rises with each, `solved_seq` is how far a plan answered. `ready_at` is when the row may
be claimed, whatever it waits for: the quiet after a burst, the time to retry, or the end of somebody's lease. Every
claim raises `fence`, so a planner that was held up and overtaken finds its own fence too old to write.

News is written with the commit, or before anything else is asked of the work: rows are held for a moment only, so
that planners find days to plan while much comes in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, func, insert, select, tuple_, update

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.stale import LeaseLost
from scheduler.ports.planning_work import Claim
from scheduler.store.debounce import NEVER_MET, Known, News, after
from scheduler.store.tables import branch_work as table
from scheduler.store.tables import work_cause as cause
from scheduler.store.transaction import Transaction

IS_DIRTY = table.c.dirty_seq > table.c.solved_seq
_INSERT: Final = insert(table)
_UPDATE: Final = update(table).where(table.c.branch == bindparam("of_branch"), table.c.day == bindparam("on_day"))
_CAUSE: Final = insert(cause)

Day = tuple[BranchId, date]


class SqlPlanningWork:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._news: dict[Day, list[News]] = {}

    def mark_dirty(self, branch: BranchId, day: date, *, because: EventId | None, now: datetime,
                   quiet: timedelta, patience: timedelta) -> None:  # fmt: skip
        """At once also lifts the wait after a failure; other news does not shorten it."""
        self._transaction.own(branch)
        news = News(because=because, now=now, quiet=quiet, patience=patience)
        self._news.setdefault((branch, day), []).append(news)
        self._transaction.put_off(self._write_news)

    def claim(self, *, owner: str, now: datetime, lease: timedelta) -> Claim | None:
        """Commit right after: until then the row keeps news of that day waiting."""
        self._write_news()
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
        self._begin_with(claim)
        until = now + lease
        ours = update(table).where(*_held(claim))
        return self._transaction.write(ours.values(lease_until=until, ready_at=until)) == 1

    def holds(self, claim: Claim, *, now: datetime) -> bool:  # noqa: ARG002 - the fence decides, not the time
        self._begin_with(claim)
        return self._transaction.row(_locked(select(table.c.fence).where(*_held(claim)))) is not None

    def finish(self, claim: Claim) -> None:
        """Raises `LeaseLost`, so that nothing of an overtaken planner's transaction stays."""
        self._begin_with(claim)
        answered = {"solved_seq": claim.dirty, "attempts": 0, "last_error": None, "retry_at": None}
        free = {"lease_owner": None, "lease_until": None, "ready_at": table.c.not_before}
        if not self._transaction.write(update(table).where(*_held(claim)).values(**answered, **free)):
            raise LeaseLost(branch=claim.branch, day=claim.date, fence=claim.fence)
        answered_causes = (cause.c.branch == claim.branch, cause.c.day == claim.date, cause.c.seq <= claim.dirty)
        self._transaction.write(delete(cause).where(*answered_causes))

    def release(self, claim: Claim, *, not_before: datetime, error: str) -> None:
        """Without effect when the lease was lost: there is nothing left to hand back. `error` is a code."""
        self._begin_with(claim)
        failed = {"attempts": table.c.attempts + 1, "last_error": error, "retry_at": not_before}
        free = {"lease_owner": None, "lease_until": None, "ready_at": not_before}
        self._transaction.write(update(table).where(*_held(claim)).values(**failed, **free))

    def next_due(self) -> datetime | None:
        """Leased days count with the end of their lease, when somebody else may take over."""
        self._write_news()
        row = self._transaction.row(select(func.min(table.c.ready_at).label("at")).where(IS_DIRTY))
        return row.at if row else None

    def _begin_with(self, claim: Claim) -> None:
        self._write_news()
        self._transaction.own(claim.branch)

    def _write_news(self) -> None:
        news, self._news = self._news, {}
        if not news:
            return
        known = {(BranchId(row.branch), row.day): row for row in self._transaction.rows(_these(sorted(news)))}
        new, changed, causes = [], [], list[dict[str, Any]]()
        for (branch, day), items in news.items():
            row = known.get((branch, day))
            columns, seqs = after(items, Known.of(row) if row else None)
            place = {"branch": branch, "day": day}
            if row is None:
                new.append({**NEVER_MET, **place, **columns})
            else:
                changed.append({"of_branch": branch, "on_day": day, **columns})
            causes += [{**place, "seq": seq, "event": event} for seq, event in seqs]
        self._transaction.write_all(_INSERT, new)
        self._transaction.write_all(_UPDATE, changed)
        self._transaction.write_all(_CAUSE, causes)

    def _causes(self, row: Row[Any]) -> tuple[EventId, ...]:
        """Each event once, in order of arrival."""
        those = (cause.c.branch == row.branch, cause.c.day == row.day, cause.c.seq <= row.dirty_seq)
        rows = self._transaction.rows(select(cause.c.event).where(*those).order_by(cause.c.seq))
        return tuple(dict.fromkeys(EventId(found.event) for found in rows))


def _locked(query: Select[Any], *, skip: bool = False) -> Select[Any]:
    """SQLite ignores this, and does not need it: its transactions that write come one after the other."""
    return query.with_for_update(skip_locked=skip)


def _these(days: Sequence[Day]) -> Select[Any]:
    """In one order, so that two who want several never wait for each other."""
    asked = select(table).where(tuple_(table.c.branch, table.c.day).in_(days))
    return _locked(asked.order_by(table.c.branch, table.c.day))


def _this(branch: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return (table.c.branch == branch, table.c.day == day)


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    ours = (table.c.fence == claim.fence, table.c.lease_owner == claim.owner)
    return (*_this(claim.branch, claim.date), *ours)
