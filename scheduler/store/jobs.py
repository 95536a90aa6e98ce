"""Who may run a clock job, and who holds a named right. Rows decide, by the clock time the caller gives."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from scheduler.store.tables import job_run
from scheduler.store.tables import lease as held
from scheduler.store.transaction import Transaction


class SqlJobRuns:
    """One row per job and due slot. A run whose holder fell silent is given to the next who asks."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def begin(self, job: str, due: str, *, owner: str, now: datetime, lease: timedelta) -> bool:
        times = {"owner": owner, "began_at": now, "lease_until": now + lease}
        if self._transaction.put_if_new(job_run, job=job, due=due, fence=1, **times):
            return True
        silent = (*_run(job, due), job_run.c.finished_at.is_(None), job_run.c.lease_until <= now)
        taken = update(job_run).where(*silent).values(fence=job_run.c.fence + 1, **times)
        return self._transaction.write(taken) == 1

    def finish(self, job: str, due: str, *, now: datetime, owner: str | None = None) -> bool:
        """Clocks differ, so a run may be taken from a holder that is still at it: of the two, one is accepted."""
        ours = () if owner is None else (job_run.c.owner == owner, job_run.c.finished_at.is_(None))
        return self._transaction.write(update(job_run).where(*_run(job, due), *ours).values(finished_at=now)) == 1

    def last(self, job: str) -> str | None:
        """The newest slot that is finished, and before which none is unfinished: what comes after may be missing."""
        unfinished = (
            select(func.min(job_run.c.due))
            .where(job_run.c.job == job, job_run.c.finished_at.is_(None))
            .scalar_subquery()
        )
        row = self._transaction.row(
            select(func.max(job_run.c.due).label("due")).where(
                job_run.c.job == job,
                job_run.c.finished_at.is_not(None),
                (unfinished.is_(None)) | (job_run.c.due < unfinished),
            )
        )
        return row.due if row else None


class SqlLeases:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def acquire(self, name: str, *, owner: str, now: datetime, lease: timedelta) -> int | None:
        """The holder's own call renews, with the same fence; the next holder's fence is higher."""
        until = now + lease
        if self._transaction.put_if_new(held, name=name, owner=owner, fence=1, until=until):
            return 1
        ours = update(held).where(held.c.name == name, held.c.owner == owner).values(until=until)
        silent = update(held).where(held.c.name == name, held.c.until <= now)
        taken = silent.values(owner=owner, until=until, fence=held.c.fence + 1)
        if self._transaction.write(ours) or self._transaction.write(taken):
            row = self._transaction.row(select(held.c.fence).where(held.c.name == name))
            return row.fence if row else None
        return None


def _run(job: str, due: str) -> tuple[ColumnElement[bool], ...]:
    return (job_run.c.job == job, job_run.c.due == due)
