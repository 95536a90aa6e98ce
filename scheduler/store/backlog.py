"""How much waits, and since when. Reads by indexes only, so it may be asked every few seconds, whatever is kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Executable, Row, case, func, select

from scheduler.domain.backlog import Backlog
from scheduler.store.columns import Moment
from scheduler.store.tables import branch, branch_work, dead_letter, inbox, lease, outbox
from scheduler.store.transaction import Transaction


class SqlBacklogs:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def look(self) -> Backlog:
        """Five questions; ask in a transaction that only reads, so that the answers belong together."""
        work, sending, letters = self._sum(_WORK), self._sum(_UNSENT), self._sum(_LETTERS)
        return Backlog(
            last_event_at=self._sum(_LAST_EVENT).at,
            dirty_days=work.dirty,
            held_days=work.held,
            failed_days=work.failed,
            due_at=work.due_at,
            oldest_news_at=work.news_at,
            unsent=sending.number,
            unsent_since=sending.since,
            letters=letters.number,
            letters_since=letters.since,
            leases={found.name: found.until for found in self._transaction.rows(_LEASES)},
        )

    def _sum(self, question: Executable) -> Row[Any]:
        """A sum over no rows is a row, too."""
        (row,) = self._transaction.rows(question)
        return row


def _work() -> Executable:
    """A day that failed has attempts until a plan answers it; one that is held waits for nobody but its holder."""
    table = branch_work.c
    return select(
        func.count().label("dirty"),
        func.count(table.lease_owner).label("held"),
        func.count(case((table.attempts > 0, 1))).label("failed"),
        func.min(table.ready_at).label("due_at"),
        func.min(table.first_dirty_at).label("news_at"),
    ).where(table.dirty_seq > table.solved_seq)


def _unsent() -> Executable:
    """The first that waits is the oldest: numbers rise with the commits of a branch."""
    table = outbox.c
    first = select(table.at).where(table.sent_at.is_(None)).order_by(table.seq).limit(1).scalar_subquery()
    return select(func.count(table.seq).label("number"), first.label("since")).where(table.sent_at.is_(None))


def _letters() -> Executable:
    table = dead_letter.c
    return select(func.count().label("number"), func.min(table.seen_at).label("since")).where(
        table.replayed_at.is_(None)
    )


def _last_event() -> Executable:
    """Branch by branch, because the inbox is never small and its index begins with the branch."""
    table = inbox.c
    newest = select(func.max(table.received_at)).where(table.branch == branch.c.id).correlate(branch)
    return select(func.max(newest.scalar_subquery(), type_=Moment).label("at")).select_from(branch)


_WORK, _UNSENT, _LETTERS, _LAST_EVENT = _work(), _unsent(), _letters(), _last_event()
_LEASES = select(lease.c.name, lease.c.until).order_by(lease.c.name)
