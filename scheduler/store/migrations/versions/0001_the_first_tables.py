"""The first tables.

Written once; a change is a new step beside this one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Moment = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _facts_and_plans()
    _work()
    _events()
    _clock_and_records()


def downgrade() -> None:
    for table in reversed(ALL):
        op.drop_table(table)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _facts_and_plans() -> None:
    op.create_table(
        "branch",
        sa.Column("id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_branch"),
    )
    op.create_table(
        "patient",
        sa.Column("branch", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name="pk_patient"),
    )
    op.create_table(
        "case_manager",
        sa.Column("branch", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name="pk_case_manager"),
    )
    op.create_table(
        "care_plan",
        sa.Column("branch", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name="pk_care_plan"),
    )
    op.create_table(
        "visit",
        sa.Column("branch", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("patient", Key, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("case_manager", Key, nullable=True),
        sa.Column("care_plan", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "id", name="pk_visit"),
    )
    op.create_index("ix_visit_branch_care_plan", "visit", ["branch", "care_plan"], **_where("care_plan IS NOT NULL"))
    op.create_index("ix_visit_branch_day_status", "visit", ["branch", "day", "status"])
    op.create_index(
        "ix_visit_branch_patient_day_status_case_manager",
        "visit",
        ["branch", "patient", "day", "status", "case_manager"],
    )
    op.create_table(
        "plan_revision",
        sa.Column("branch", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("published_at", Moment, nullable=True),
        sa.Column("caused_by", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "day", "number", name="pk_plan_revision"),
    )
    op.create_index("ix_plan_revision_draft", "plan_revision", ["branch", "day"], **_where("published_at IS NULL"))
    op.create_table(
        "acknowledgement",
        sa.Column("branch", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("case_manager", Key, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("is_declined", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "day", "case_manager", "revision", name="pk_acknowledgement"),
    )


def _work() -> None:
    op.create_table(
        "branch_work",
        sa.Column("branch", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dirty_seq", sa.BigInteger(), nullable=False),
        sa.Column("claimed_seq", sa.BigInteger(), nullable=False),
        sa.Column("solved_seq", sa.BigInteger(), nullable=False),
        sa.Column("first_dirty_at", Moment, nullable=False),
        sa.Column("due_by", Moment, nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("retry_at", Moment, nullable=True),
        sa.Column("ready_at", Moment, nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", Moment, nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("branch", "day", name="pk_branch_work"),
    )
    op.create_index("ix_branch_work_dirty", "branch_work", ["ready_at"], **_where("dirty_seq > solved_seq"))
    op.create_table(
        "work_cause",
        sa.Column("branch", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["branch", "day"],
            ["branch_work.branch", "branch_work.day"],
            name="fk_work_cause_branch_work",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("branch", "day", "seq", name="pk_work_cause"),
    )


def _events() -> None:
    op.create_table(
        "inbox",
        sa.Column("source", Key, nullable=False),
        sa.Column("event", Key, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("branch", Key, nullable=False),
        sa.Column("occurred_at", Moment, nullable=False),
        sa.Column("received_at", Moment, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", "event", name="pk_inbox"),
    )
    op.create_index("ix_inbox_branch_received_at", "inbox", ["branch", "received_at"])
    op.create_table(
        "dead_letter",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("event", Key, nullable=True),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("replayed_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letter"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("seq", Number, autoincrement=True, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"])
    op.create_index("ix_outbox_unsent", "outbox", ["seq"], **_where("sent_at IS NULL"))


def _clock_and_records() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", Key, nullable=False),
        sa.Column("due", Key, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("lease_until", Moment, nullable=False),
        sa.Column("finished_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("job", "due", name="pk_job_run"),
    )
    op.create_table(
        "lease",
        sa.Column("name", Key, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "audit",
        sa.Column("chain", Key, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("branch", Key, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_audit"),
    )
    op.create_table(
        "geocode",
        sa.Column("address_digest", Key, nullable=False),
        sa.Column("provider", Key, nullable=False),
        sa.Column("latitude", sa.Float(precision=53), nullable=False),
        sa.Column("longitude", sa.Float(precision=53), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("address_digest", "provider", name="pk_geocode"),
    )


ALL = (
    "branch",
    "patient",
    "case_manager",
    "care_plan",
    "visit",
    "plan_revision",
    "acknowledgement",
    "branch_work",
    "work_cause",
    "inbox",
    "dead_letter",
    "outbox",
    "job_run",
    "lease",
    "audit",
    "geocode",
)
