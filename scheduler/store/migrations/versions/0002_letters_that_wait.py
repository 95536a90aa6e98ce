"""An index over the dead letters that wait, so that counting them never walks through their bytes.

Expands: the version before does not notice it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEX = "ix_dead_letter_waiting"
WAITS = sa.text("replayed_at IS NULL")


def upgrade() -> None:
    op.create_index(INDEX, "dead_letter", ["seen_at"], sqlite_where=WAITS, postgresql_where=WAITS)


def downgrade() -> None:
    op.drop_index(INDEX, table_name="dead_letter")
