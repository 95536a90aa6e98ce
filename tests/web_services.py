"""Services for tests of the server itself: the process lives, and everything else is broken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn

from scheduler.clock import ManualClock
from web.services import Services


def services_that_only_live(**changed: Any) -> Services:
    given: dict[str, Any] = {
        "open_uow": _broken,
        "clock": ManualClock(datetime(2026, 3, 3, tzinfo=UTC)),
        "take_in": _broken,
        "read_day": _broken,
        "is_migrated": _broken,
    }
    return Services(**{**given, **changed})


def _broken(*_: object, **__: object) -> NoReturn:
    raise ValueError("broken on purpose")
