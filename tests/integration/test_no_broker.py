"""A broker that is not there costs a wait each time, and nothing that adds up."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import enumerate as threads_alive

import pytest

from consumers.broker import KafkaReader, KafkaWriter
from consumers.broker_settings import BrokerSettings
from consumers.broker_topics import ensure_topics
from consumers.bus import BusUnavailable
from tests.processes import LOOPBACK, free_ports

pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(sys.platform != "linux", reason="open files are counted under /proc"),
]

TIMES = 4
OPENING: dict[str, Callable[[BrokerSettings], object]] = {
    "a look at the topics": lambda settings: ensure_topics(settings, ()),
    "a reader": lambda settings: KafkaReader(settings, ["in"]),
    "a writer": KafkaWriter,
}


@pytest.mark.parametrize("what", OPENING)
def test_a_client_that_cannot_be_opened_leaves_no_thread_and_few_sockets_behind(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = replace(
        BrokerSettings(bootstrap_servers=(f"{LOOPBACK}:{free_ports(1)[0]}",)), request_seconds=1, metadata_seconds=1
    )
    opens_in_vain(what, settings)  # what is opened once for good is open by now
    caplog.clear()  # its records hold frames, and these hold clients
    threads, files = held()

    for _ in range(TIMES):
        opens_in_vain(what, settings)

    caplog.clear()
    threads_now, files_now = held()
    assert threads_now == threads
    assert files_now - files < TIMES  # the last client's may still be open; without care it is three to six for each


def opens_in_vain(what: str, settings: BrokerSettings) -> None:
    with pytest.raises(BusUnavailable):
        OPENING[what](settings)


def held() -> tuple[int, int]:
    """Threads of the library, and open files of this process; the library leaves some to the garbage collector."""
    gc.collect()
    return sum("kafka" in thread.name for thread in threads_alive()), len(list(Path("/proc/self/fd").iterdir()))
