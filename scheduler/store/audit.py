"""The audit: who did what to which object, when and why. Append-only.

Each branch has its own chain (what belongs to no branch is in the chain ""). Every row carries the SHA-256 of its own
content and the hash of the row before, so a changed, removed or inserted row breaks the chain from there on. Rows cut
off at the end leave no gap: only a head that was kept elsewhere shows that (`verify_audit` returns the heads).
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, insert, select

from scheduler.domain.ids import BranchId
from scheduler.store.columns import as_text
from scheduler.store.tables import audit as table
from scheduler.store.transaction import Transaction

BEFORE_THE_FIRST = "0" * 64
_INSERT: Final = insert(table)
_NEWEST: Final = (
    select(table.c.number, table.c.hash)
    .where(table.c.chain == bindparam("chain"))
    .order_by(table.c.number.desc())
    .limit(1)
)


class SqlAudit:
    """Whoever owns a chain is the only one to lengthen it, so its end is read once and the rows go in together."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._ends: dict[str, tuple[int, str]] = {}
        self._new: list[dict[str, Any]] = []

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
        row["hash"] = row_hash({**row, "at": as_text(at)})
        self._ends[chain] = (row["number"], row["hash"])
        self._new.append(row)
        self._transaction.put_off(self._write)

    def _write(self) -> None:
        new, self._new = self._new, []
        self._transaction.write_all(_INSERT, new)

    def _end_of(self, chain: str) -> tuple[int, str]:
        if chain not in self._ends:
            row = self._transaction.row(_NEWEST, chain=chain)
            self._ends[chain] = (row.number, row.hash) if row else (0, BEFORE_THE_FIRST)
        return self._ends[chain]


def row_hash(row: dict[str, Any]) -> str:
    """Of the canonical JSON of every column but the hash, with `at` as text in UTC."""
    canonical = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
