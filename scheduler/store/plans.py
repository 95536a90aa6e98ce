"""Plan revisions. A body never changes once written; only the moment it was published is added, once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, literal, select, update

from scheduler.domain.ids import BranchId, EventId
from scheduler.domain.missing import UnknownRevision
from scheduler.domain.plan import Plan, Revision
from scheduler.domain.stale import PlanMovedOn
from scheduler.store.codec import from_json, to_json
from scheduler.store.columns import Moment
from scheduler.store.tables import plan_revision as table
from scheduler.store.transaction import Transaction


class SqlPlans:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def head(self, branch: BranchId, day: date) -> Revision | None:
        return self._newest(branch, day)

    def published(self, branch: BranchId, day: date) -> Revision | None:
        return self._newest(branch, day, table.c.published_at.is_not(None))

    def get(self, branch: BranchId, day: date, number: int) -> Revision | None:
        return self._newest(branch, day, table.c.number == number)

    def add(self, revision: Revision) -> None:
        plan = revision.plan
        self._transaction.own(plan.branch)
        current = self._head_number(plan.branch, plan.date)
        if revision.number != current + 1 or not self._is_written(revision):
            raise PlanMovedOn(read=revision.number - 1, current=self._head_number(plan.branch, plan.date))

    def mark_published(self, branch: BranchId, day: date, number: int, at: datetime) -> None:
        """The first moment stays when it is marked again. Raises `UnknownRevision`."""
        self._transaction.own(branch)
        those = (table.c.branch == branch, table.c.day == day, table.c.number == number)
        first = func.coalesce(table.c.published_at, literal(at, Moment))
        if not self._transaction.write(update(table).where(*those).values(published_at=first)):
            raise UnknownRevision(branch, day, number)

    def days(self, branch: BranchId) -> Sequence[date]:
        self._transaction.own(branch)
        query = select(table.c.day).where(table.c.branch == branch).distinct().order_by(table.c.day)
        return [row.day for row in self._transaction.rows(query)]

    def drafts(self, branch: BranchId, until: date) -> Sequence[Revision]:
        self._transaction.own(branch)
        newer = table.alias("newer")
        is_head = ~exists().where(
            newer.c.branch == table.c.branch, newer.c.day == table.c.day, newer.c.number > table.c.number
        )
        query = _bodies().where(table.c.branch == branch, table.c.day <= until, is_head)
        rows = self._transaction.rows(query.where(table.c.published_at.is_(None)).order_by(table.c.day))
        return [_revision(row) for row in rows]

    def _newest(self, branch: BranchId, day: date, *conditions: ColumnElement[bool]) -> Revision | None:
        self._transaction.own(branch)
        query = _bodies().where(table.c.branch == branch, table.c.day == day, *conditions)
        row = self._transaction.row(query.order_by(table.c.number.desc()).limit(1))
        return _revision(row) if row else None

    def _head_number(self, branch: BranchId, day: date) -> int:
        """0 before the first revision."""
        highest = func.coalesce(func.max(table.c.number), 0).label("number")
        row = self._transaction.row(select(highest).where(table.c.branch == branch, table.c.day == day))
        return int(row.number) if row else 0

    def _is_written(self, revision: Revision) -> bool:
        return self._transaction.put_if_new(
            table,
            branch=revision.plan.branch,
            day=revision.plan.date,
            number=revision.number,
            made_at=revision.made_at,
            published_at=revision.published_at,
            caused_by=json.dumps(revision.caused_by),
            body=to_json(revision.plan),
        )


def _bodies() -> Select[Any]:
    return select(table.c.number, table.c.made_at, table.c.published_at, table.c.caused_by, table.c.body)


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        number=row.number,
        plan=from_json(Plan, row.body),
        caused_by=tuple(EventId(event) for event in json.loads(row.caused_by)),
        made_at=row.made_at,
        published_at=row.published_at,
    )
