"""Dead letters are counted: expand.

Adds nullable columns and indexes. An older version that still runs leaves them empty; its letters are then kept once
more for each time they come, and lose nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")

letters = sa.table(
    "dead_letter",
    sa.column("id", sa.BigInteger),
    sa.column("source", sa.Text),
    sa.column("raw", sa.LargeBinary),
    sa.column("replayed_at", Moment),
    sa.column("digest", sa.Text),
)


def upgrade() -> None:
    for name, kind in (
        ("digest", sa.Text()),
        ("size", sa.Integer()),
        ("times", sa.Integer()),
        ("last_seen_at", Moment),
    ):
        op.add_column("dead_letter", sa.Column(name, kind, nullable=True))
    _mark_those_that_wait()
    op.create_index("ix_dead_letter_digest", "dead_letter", ["digest"], unique=True, **_waiting())
    op.create_index("ix_dead_letter_code", "dead_letter", ["code", "id"], **_waiting())
    op.create_index("ix_dead_letter_replayed_at", "dead_letter", ["replayed_at"])


def downgrade() -> None:
    for name in ("replayed_at", "code", "digest"):
        op.drop_index(f"ix_dead_letter_{name}", "dead_letter")
    for name in ("last_seen_at", "times", "size", "digest"):
        op.drop_column("dead_letter", name)


def _waiting() -> dict[str, Any]:
    condition = sa.text("replayed_at IS NULL")
    return {"sqlite_where": condition, "postgresql_where": condition}


def _mark_those_that_wait() -> None:
    """The oldest of those with equal bytes stands for them; the others stay as they are."""
    connection, seen = op.get_bind(), set[str]()
    waiting = sa.select(letters.c.id).where(letters.c.replayed_at.is_(None)).order_by(letters.c.id)
    for (number,) in connection.execute(waiting).all():
        this = letters.c.id == number
        source, raw = connection.execute(sa.select(letters.c.source, letters.c.raw).where(this)).one()
        digest = sha256(b"\0".join((source.encode(), raw))).hexdigest()
        if digest not in seen:
            seen.add(digest)
            connection.execute(sa.update(letters).where(this).values(digest=digest))
