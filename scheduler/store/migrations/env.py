"""Alembic's entry, inside the package: no alembic.ini. `run.py` hands over the connection."""

from __future__ import annotations

from alembic import context

from scheduler.store import tables  # noqa: F401 - fills the metadata
from scheduler.store.columns import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run `rounds migrate`; Rounds hands its own connection to Alembic.")
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
