"""Refused records are remembered by their place: expand.

Adds a table. An older version that still runs does not fill it; what it refuses may then be tried again after a crash,
as before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "refused_record",
        sa.Column("topic", Key, nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("letter", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", "slot", name="pk_refused_record"),
    )


def downgrade() -> None:
    op.drop_table("refused_record")
