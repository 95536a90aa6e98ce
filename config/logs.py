"""How log lines are written: one line per thing that happened, fields from an allow-list, no patient data.

The core logs through the standard library (`log.info("plan.revised", extra={...})`); structlog renders. Fields
that are not on the list are dropped, so that a name cannot slip out by accident, and exceptions are written
without the values they carry.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

ALLOWED: Final = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "logger",
        "exception",
        "actor",
        "action",
        "attempts",
        "bind",
        "branch",
        "caused",
        "case_manager",
        "claimed",
        "code",
        "count",
        "day",
        "days",
        "dead",
        "door",
        "dirty",
        "due",
        "duration_ms",
        "engine",
        "event_id",
        "event_ids",
        "fence",
        "gap",
        "horizon",
        "host",
        "inbox",
        "job",
        "kind",
        "letter",
        "moved",
        "number",
        "offset",
        "outbox",
        "owner",
        "partition",
        "path_template",
        "port",
        "pending",
        "price",
        "published",
        "purged",
        "reason_code",
        "received",
        "relayed",
        "remaining",
        "revision",
        "role",
        "rows",
        "seed",
        "seq",
        "sent",
        "served",
        "severity",
        "solve_ms",
        "source",
        "state",
        "status",
        "status_code",
        "stopped_by",
        "topic",
        "type",
        "unassigned",
        "until",
        "version",
        "visit",
        "visits",
        "failures",
        "violations",
        "told",
        "remedy",
        "routes",
        "waited_ms",
    }
)
_STANDARD: Final = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


def start_logging(*, level: str, form: str, stream: TextIO | None = None) -> None:
    """Send every log line of the process to `stream` (standard error when none)."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _take_extra,
        _keep_allowed,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("kafka", "apscheduler", "uvicorn.access", "sqlalchemy", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def _take_extra(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record = fields.get("_record")
    if isinstance(record, logging.LogRecord):
        fields.update({k: v for k, v in vars(record).items() if k not in _STANDARD})
        fields["logger"] = record.name
        if record.exc_info and record.exc_info[0] is not None:
            fields["exception"] = record.exc_info[0].__name__
            record.exc_info, record.exc_text = None, None
    return fields


def _keep_allowed(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {k: v for k, v in fields.items() if k in ALLOWED or k.startswith("_")}
