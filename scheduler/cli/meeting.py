"""A role's first look at the broker, so that an account or certificate that is refused is told at once."""

from __future__ import annotations

import logging

from consumers.broker_opening import meet
from consumers.broker_settings import BrokerSettings
from consumers.bus import BusRefused, BusUnavailable

log = logging.getLogger(__name__)


def meet_broker(settings: BrokerSettings) -> None:
    """Raises `BusRefused`, which ends the role: nobody should have to find it in a log. One that is away is waited for.

    Later on a refusal does not end a role: passwords are changed at the broker first, and here a moment later.
    """
    try:
        meet(settings)
    except BusRefused:
        raise
    except BusUnavailable as error:
        log.warning("bus.lost", extra={"code": error.code})
