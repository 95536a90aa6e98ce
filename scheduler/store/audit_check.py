"""Checks the audit's chains, a page at a time, without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, tuple_

from scheduler.store.audit import BEFORE_THE_FIRST, row_hash
from scheduler.store.columns import as_text
from scheduler.store.tables import audit as table

if TYPE_CHECKING:
    from scheduler.store.engine import Store
    from scheduler.store.transaction import Transaction

PAGE_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditBreak:
    """The first row of a chain that is not what was written, or does not follow the row before it."""

    chain: str
    number: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """`heads` holds the last hash of each chain: keep them outside, and a chain cut short shows, too."""

    rows: int
    breaks: tuple[AuditBreak, ...]
    heads: Mapping[str, str]

    @property
    def is_sound(self) -> bool:
        return not self.breaks


def verify_audit(store: Store) -> AuditVerdict:
    with store.unit_of_work(read_only=True) as uow:
        return _verdict(uow.transaction)


def _verdict(transaction: Transaction) -> AuditVerdict:
    count, breaks = 0, dict[str, AuditBreak]()
    heads, numbers = dict[str, str](), dict[str, int]()
    for row in _pages(transaction):
        wrong = _fault(row, numbers.get(row.chain, 0), heads.get(row.chain, BEFORE_THE_FIRST))
        if wrong:
            breaks.setdefault(row.chain, AuditBreak(chain=row.chain, number=row.number, sentence=wrong))
        heads[row.chain], numbers[row.chain] = row.hash, row.number
        count += 1
    return AuditVerdict(rows=count, breaks=tuple(breaks.values()), heads=heads)


def _fault(row: Row[Any], number_before: int, hash_before: str) -> str | None:
    if row.number != number_before + 1:
        return f"Rows {number_before + 1} to {row.number - 1} are missing."
    if row.previous_hash != hash_before:
        return "The row does not follow the one before it."
    content = {name: value for name, value in row._asdict().items() if name != "hash"}
    if row.hash != row_hash({**content, "at": as_text(row.at)}):
        return "The row was changed after it was written."
    return None


def _pages(transaction: Transaction) -> Iterator[Row[Any]]:
    """Every row by chain and number."""
    key = tuple_(table.c.chain, table.c.number)
    after: tuple[str, int] | None = None
    while True:
        query = select(table).order_by(table.c.chain, table.c.number).limit(PAGE_ROWS)
        page = transaction.rows(query if after is None else query.where(key > tuple_(*after)))
        yield from page
        if len(page) < PAGE_ROWS:
            return
        after = (page[-1].chain, page[-1].number)
