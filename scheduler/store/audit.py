"""The audit: who did what to which object, when and why. Append-only.

Each branch has its own chain (what belongs to no branch is in the chain ""). Every row carries the SHA-256 of its own
content and the hash of the row before, so a changed, removed or inserted row breaks the chain from there on. Rows cut
off at the end leave no gap: only a head that was kept elsewhere shows that (`verify_audit` returns the heads).
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select

from scheduler.domain.ids import BranchId
from scheduler.store.columns import as_text
from scheduler.store.tables import audit as table
from scheduler.store.transaction import Transaction

BEFORE_THE_FIRST = "0" * 64


class SqlAudit:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def record(self, *, at: datetime, actor: str, action: str, object: str, branch: BranchId | None,
               reason: str = "") -> None:  # fmt: skip
        chain = branch or ""
        self._transaction.own(chain)
        number, previous = self._end_of(chain)
        row: dict[str, Any] = {
            "chain": chain,
            "number": number + 1,
            "at": at,
            "actor": actor,
            "action": action,
            "object": object,
            "branch": branch,
            "reason": reason,
            "previous_hash": previous,
        }
        self._transaction.write(insert(table).values(**row, hash=row_hash({**row, "at": as_text(at)})))

    def _end_of(self, chain: str) -> tuple[int, str]:
        newest = select(table.c.number, table.c.hash).where(table.c.chain == chain)
        row = self._transaction.row(newest.order_by(table.c.number.desc()).limit(1))
        return (row.number, row.hash) if row else (0, BEFORE_THE_FIRST)


def row_hash(row: dict[str, Any]) -> str:
    """Of the canonical JSON of every column but the hash, with `at` as text in UTC."""
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
