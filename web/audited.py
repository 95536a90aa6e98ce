"""What was looked at or done through the API, for the audit: written before it is answered."""

from __future__ import annotations

from typing import Final

from scheduler.domain.ids import BranchId
from web.services import Services

ACTOR: Final = "api"
"""One token, one actor: who sits behind it is known to the proxy that signs people in."""


def record(services: Services, action: str, what: str, branch: BranchId | None) -> None:
    with services.open_uow() as uow:
        uow.audit.record(at=services.clock.now(), actor=ACTOR, action=action, object=what, branch=branch)
        uow.commit()
