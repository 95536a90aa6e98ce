"""Opens clients of the broker, and says in our words why a broker does not let us in.

The library tries again and again, and in the end says only that time is up; why stands in its log alone. So while a
client is opened its log is overheard, and what was heard becomes an error that names what to check. The library also
leaves the thread and the sockets of a client that cannot be opened behind, so these are closed here.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from kafka import KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)
from kafka.net.compat import KafkaNetClient

from consumers.broker_log import tame_library_logs
from consumers.broker_settings import BrokerSettings, client_options
from consumers.bus import BusUnavailable, HungUp, NotAllowed, NotAuthenticated, NotTrusted, WithoutTls

TALKERS: Final = ("kafka.net.manager", "kafka.net.connection")
NO_ACCOUNT: Final = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError, IllegalSaslStateError)
OUR_CERTIFICATE: Final = (
    "ALERT_CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_EXPIRED", "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_UNKNOWN", "ALERT_UNKNOWN_CA", "ALERT_ACCESS_DENIED", "ALERT_HANDSHAKE_FAILURE",
)  # fmt: skip
"""What a broker says, in OpenSSL's words, of a client's certificate that is missing or not to its liking."""
NO_COMMON_TLS: Final = ("WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION")
HANGS_UP: Final = "socket disconnected"
"""In the library's words."""
ENDED_BY_THE_OTHER: Final = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)
NEVER_BY_ITSELF: Final = (*NO_ACCOUNT, AuthorizationError)
"""A new client would be told the same."""


def opened(client: Callable[..., Any], settings: BrokerSettings, *topics: str, **options: Any) -> Any:
    """Raises `BusUnavailable`, and of its kin what names the reason where the broker told one."""
    tame_library_logs()
    nets: list[Any] = []

    def made(**configs: Any) -> Any:
        nets.append(KafkaNetClient(**configs))
        return nets[-1]

    with _overheard() as heard:
        try:
            return client(*topics, **client_options(settings), kafka_client=made, **options)
        except KafkaError as error:
            for net in nets:
                net.close()
            raise in_our_words(error, heard) from error


def meet(settings: BrokerSettings) -> None:
    """Whether a broker lets us in. Raises as `opened` does."""
    opened(KafkaAdminClient, settings).close()


def in_our_words(error: BaseException, heard: Iterable[BaseException] = ()) -> BusUnavailable:
    """What was heard last and says something decides; then, whether somebody was there at all."""
    heard = [error, *heard]
    if told := [said for each in heard if (said := _refusal(each))]:
        return told[-1]
    lost = [each for each in heard if isinstance(each, KafkaConnectionError)]
    return HungUp(HANGS_UP) if lost and _is_hanging_up(lost[-1]) else BusUnavailable(type(error).__name__)


def _is_hanging_up(error: KafkaConnectionError) -> bool:
    """After the broker took the call; one that is not there takes none."""
    causes = (error.__context__, *error.args)
    return HANGS_UP in str(error) or any(isinstance(each, ENDED_BY_THE_OTHER) for each in causes)


def _refusal(error: BaseException) -> BusUnavailable | None:
    if isinstance(error, NO_ACCOUNT):
        return NotAuthenticated(type(error).__name__)
    if isinstance(error, AuthorizationError):
        return NotAllowed(type(error).__name__)
    return next((_of_tls(each) for each in (error, error.__context__, *error.args) if isinstance(each, ssl.SSLError)),
                None)  # fmt: skip


def _of_tls(error: ssl.SSLError) -> BusUnavailable | None:
    """None for what may be a broker that is just going down."""
    reason = str(error.reason)
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotTrusted(error.verify_message.rstrip("."))
    if reason.endswith(OUR_CERTIFICATE):
        return NotAuthenticated(reason)
    return WithoutTls(reason) if reason.endswith(NO_COMMON_TLS) else None


@contextmanager
def _overheard() -> Iterator[list[BaseException]]:
    """Every error the library logs meanwhile, also for another client: all of them speak to the same brokers."""
    heard: list[BaseException] = []
    with ExitStack() as ending:
        for name in TALKERS:
            ending.enter_context(_listening(logging.getLogger(name), heard))
        yield heard


@contextmanager
def _listening(talker: logging.Logger, heard: list[BaseException]) -> Iterator[None]:
    level, ear = talker.level, _Ear(heard, written_from=talker.getEffectiveLevel())
    talker.filters.insert(0, ear)  # before the one that keeps the library from repeating itself
    talker.setLevel(min(logging.WARNING, ear.written_from))  # it must speak, even if nobody wants it written
    try:
        yield
    finally:
        talker.setLevel(level)
        talker.removeFilter(ear)


class _Ear(logging.Filter):
    def __init__(self, heard: list[BaseException], *, written_from: int) -> None:
        super().__init__()
        self.heard, self.written_from = heard, written_from

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.args if isinstance(record.args, tuple) else ()
        self.heard += [each for each in said if isinstance(each, BaseException)]
        return record.levelno >= self.written_from
