"""Every table. Key columns are typed; what only the domain reads is one JSON body (`codec.py`).

`branch` leads each key, so the rows of one branch lie together and no query of one branch meets another's.
Columns named `day` are local dates of the branch. What each table promises: `docs/database.md`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from scheduler.store.columns import Key, Moment, metadata

Sequence64 = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER; there it is 64 bits wide anyway."""

branch = Table(
    "branch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)


def _only(condition: str) -> dict[str, Any]:
    """An index over the rows that fit, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _facts(name: str) -> Table:
    """Facts about one thing of a branch, replaced by newer ones."""
    return Table(
        name,
        metadata,
        Column("branch", Key, nullable=False),
        Column("id", Key, nullable=False),
        Column("version", Integer, nullable=False),
        Column("body", Text, nullable=False),
        PrimaryKeyConstraint("branch", "id"),
    )


patient = _facts("patient")
case_manager = _facts("case_manager")
care_plan = _facts("care_plan")

visit = Table(
    "visit",
    metadata,
    Column("branch", Key, nullable=False),
    Column("id", Key, nullable=False),
    Column("day", Date, nullable=False),
    Column("patient", Key, nullable=False),
    Column("status", Text, nullable=False),
    Column("case_manager", Key),
    Column("care_plan", Key),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("branch", "id"),
    Index(None, "branch", "day", "status"),
    Index(None, "branch", "patient", "day", "status", "case_manager"),
    Index(
        None,
        "branch",
        "care_plan",
        **_only("care_plan IS NOT NULL"),
    ),
)

plan_revision = Table(
    "plan_revision",
    metadata,
    Column("branch", Key, nullable=False),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("caused_by", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("branch", "day", "number"),
    Index(
        "ix_plan_revision_draft",
        "branch",
        "day",
        **_only("published_at IS NULL"),
    ),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("branch", Key, nullable=False),
    Column("day", Date, nullable=False),
    Column("case_manager", Key, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("is_declined", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("branch", "day", "case_manager", "revision"),
)

branch_work = Table(
    "branch_work",
    metadata,
    Column("branch", Key, nullable=False),
    Column("day", Date, nullable=False),
    Column("dirty_seq", BigInteger, nullable=False),
    Column("claimed_seq", BigInteger, nullable=False),
    Column("solved_seq", BigInteger, nullable=False),
    Column("first_dirty_at", Moment, nullable=False),
    Column("due_by", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("retry_at", Moment),
    Column("ready_at", Moment, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", Moment),
    Column("fence", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    PrimaryKeyConstraint("branch", "day"),
    Index(
        "ix_branch_work_dirty",
        "ready_at",
        **_only("dirty_seq > solved_seq"),
    ),
)

work_cause = Table(
    "work_cause",
    metadata,
    Column("branch", Key, nullable=False),
    Column("day", Date, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("event", Key, nullable=False),
    PrimaryKeyConstraint("branch", "day", "seq"),
    ForeignKeyConstraint(["branch", "day"], ["branch_work.branch", "branch_work.day"], ondelete="CASCADE"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("source", Key, nullable=False),
    Column("event", Key, nullable=False),
    Column("digest", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("branch", Key, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text),
    PrimaryKeyConstraint("source", "event"),
    Index(None, "branch", "received_at"),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Sequence64, primary_key=True, autoincrement=True),
    Column("source", Key, nullable=False),
    Column("event", Key),
    Column("door", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("replayed_at", Moment),
    Column("digest", Text),
    Column("size", Integer),
    Column("times", Integer),
    Column("last_seen_at", Moment),
    Index("ix_dead_letter_digest", "digest", unique=True, **_only("replayed_at IS NULL")),
    Index("ix_dead_letter_open", "id", **_only("replayed_at IS NULL")),
    Index("ix_dead_letter_code", "code", "id", **_only("replayed_at IS NULL")),
    Index(None, "replayed_at"),
    sqlite_autoincrement=True,
)
WAITING = text("replayed_at IS NULL")
"""Of a dead letter: nobody replayed it."""

refused_record = Table(
    "refused_record",
    metadata,
    Column("topic", Key, nullable=False),
    Column("partition", Integer, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("letter", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    PrimaryKeyConstraint("topic", "partition", "slot"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Sequence64, primary_key=True, autoincrement=True),
    Column("id", Key, nullable=False),
    Column("type", Text, nullable=False),
    Column("key", Key, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("sent_at", Moment),
    UniqueConstraint("id"),
    Index(
        "ix_outbox_unsent",
        "seq",
        **_only("sent_at IS NULL"),
    ),
    Index(None, "sent_at"),
    sqlite_autoincrement=True,
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", Key, nullable=False),
    Column("due", Key, nullable=False),
    Column("owner", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("finished_at", Moment),
    PrimaryKeyConstraint("job", "due"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Key, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("chain", Key, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("branch", Key),
    Column("reason", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("chain", "number"),
)

geocode = Table(
    "geocode",
    metadata,
    Column("address_digest", Key, nullable=False),
    Column("provider", Key, nullable=False),
    Column("latitude", Float(53), nullable=False),
    Column("longitude", Float(53), nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("address_digest", "provider"),
)
