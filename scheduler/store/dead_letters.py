"""Events that could not take effect, until a person replays or drops them.

Identical bytes of one source wait once: a unique index over the digests of those that wait decides, so two processes
that refuse the same event at once keep one letter. Lists never read the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from scheduler.domain.missing import UnknownDeadLetter
from scheduler.ports.dead_letters import DeadLetter, LetterSummary, Undeliverable
from scheduler.store.tables import WAITING
from scheduler.store.tables import dead_letter as table
from scheduler.store.transaction import Transaction

WAITS: Final = table.c.replayed_at.is_(None)
TIMES: Final = func.coalesce(table.c.times, 1)
KEPT: Final = func.length(table.c.raw).label("kept")
# Rows of an older version know neither how often they came nor how large they were.
SUMMARY: Final = (
    *(table.c[name] for name in ("id", "source", "event", "door", "code", "sentence", "remedy")),
    *(table.c.seen_at, table.c.replayed_at, table.c.last_seen_at, table.c.size, TIMES.label("times"), KEPT),
)
_WAITING_IDS: Final = select(table.c.id).where(WAITS).limit(1)
_ENDS: Final = select(
    _WAITING_IDS.order_by(table.c.id).scalar_subquery().label("oldest"),
    _WAITING_IDS.order_by(table.c.id.desc()).scalar_subquery().label("newest"),
)


class SqlDeadLetters:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def met_again(self, event: Undeliverable, *, is_arrival: bool) -> LetterSummary | None:
        known = update(table).where(table.c.digest == event.digest, WAITS)
        changed = known.values(**_reasons(event), **(_arrival(event) if is_arrival else {}))
        row = self._transaction.row(changed.returning(*SUMMARY))
        return _summary(row) if row else None

    def add(self, event: Undeliverable) -> LetterSummary:
        new = self._transaction.insert(table).values(
            source=event.source,
            event=event.event,
            door=event.door,
            raw=event.raw,
            size=event.size,
            digest=event.digest,
            seen_at=event.seen_at,
            last_seen_at=event.seen_at,
            times=1,
            **_reasons(event),
        )
        once = new.on_conflict_do_update(
            index_elements=[table.c.digest], index_where=WAITING, set_=_reasons(event) | _arrival(event)
        )
        (row,) = self._transaction.rows(once.returning(*SUMMARY))
        return _summary(row)

    def has_room(self, most: int) -> bool:
        """Letters have rising numbers, so most of the time the oldest and the newest tell, and none is counted."""
        ends = self._transaction.row(_ENDS)
        if ends is None or ends.oldest is None or ends.newest - ends.oldest + 1 < most:
            return True
        some = select(table.c.id).where(WAITS).limit(most).subquery()
        (row,) = self._transaction.rows(select(func.count()).select_from(some))
        return int(row[0]) < most

    def newest(self, limit: int, *, after: int | None = None, code: str | None = None, waiting: bool = True
               ) -> Sequence[LetterSummary]:  # fmt: skip
        these = [*_with(code), *([WAITS] if waiting else []), *([table.c.id < after] if after is not None else [])]
        query = select(*SUMMARY).where(*these).order_by(table.c.id.desc()).limit(limit)
        return [_summary(row) for row in self._transaction.rows(query)]

    def oldest(self, limit: int, *, after: int, until: int, code: str | None = None) -> Sequence[int]:
        these = (*_with(code), WAITS, table.c.id > after, table.c.id <= until)
        rows = self._transaction.rows(select(table.c.id).where(*these).order_by(table.c.id).limit(limit))
        return [row.id for row in rows]

    def get(self, letter: int) -> DeadLetter | None:
        row = self._transaction.row(select(*SUMMARY, table.c.raw).where(table.c.id == letter))
        return DeadLetter(**_facts(row), raw=row.raw) if row else None

    def mark_replayed(self, letter: int, at: datetime) -> None:
        """Raises `UnknownDeadLetter`."""
        if not self._transaction.write(update(table).where(table.c.id == letter).values(replayed_at=at)):
            raise UnknownDeadLetter(letter)

    def drop(self, letter: int) -> None:
        """Raises `UnknownDeadLetter`."""
        if not self._transaction.write(delete(table).where(table.c.id == letter)):
            raise UnknownDeadLetter(letter)

    def purge(self, replayed_before: datetime) -> int:
        return self._transaction.write(delete(table).where(table.c.replayed_at < replayed_before))


def _reasons(event: Undeliverable) -> dict[str, Any]:
    return {"code": event.code, "sentence": event.sentence, "remedy": event.remedy}


def _arrival(event: Undeliverable) -> dict[str, Any]:
    return {"times": TIMES + 1, "last_seen_at": event.seen_at}


def _with(code: str | None) -> tuple[ColumnElement[bool], ...]:
    return (table.c.code == code,) if code is not None else ()


def _summary(row: Row[Any]) -> LetterSummary:
    return LetterSummary(**_facts(row))


def _facts(row: Row[Any]) -> dict[str, Any]:
    facts = row._asdict()
    kept = facts.pop("kept")
    facts.pop("raw", None)
    size = kept if facts["size"] is None else facts["size"]
    return facts | {
        "size": size,
        "is_whole": kept == size,
        "last_seen_at": facts["last_seen_at"] or facts["seen_at"],
    }
