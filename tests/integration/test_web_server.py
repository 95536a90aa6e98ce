"""The server on a real port of this machine."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from pathlib import Path
from threading import enumerate as threads_alive

import httpx
import pytest

from tests.demands import ROOT
from tests.processes import LOOPBACK, accepts_connections, end, free_ports, wait_until
from tests.web_services import services_that_only_live
from web.access import OpenDoor
from web.listening import CannotListen
from web.server import WebServer

pytestmark = pytest.mark.external


def test_it_answers_while_the_block_lasts_and_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), WebServer(services_that_only_live(), host=LOOPBACK, port=0) as server:
        url = f"http://{LOOPBACK}:{server.port}"
        with httpx.Client() as client:
            assert client.get(f"{url}/healthz").json()["status"] == "alive"
            assert client.get(f"{url}/api/branches/secret-branch/days/2026-03-03/plan").status_code == 500

    assert not accepts_connections(server.port)
    assert "rounds-web" not in {thread.name for thread in threads_alive()}
    assert "secret-branch" not in "".join(record.getMessage() for record in caplog.records if record.name != "httpx")


def test_a_port_in_use_is_an_error_before_anything_starts() -> None:
    with (
        WebServer(services_that_only_live(), host=LOOPBACK, port=0) as server,
        pytest.raises(CannotListen) as refused,
    ):
        WebServer(services_that_only_live(), host=LOOPBACK, port=server.port)

    assert refused.value.port == server.port


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "10.0.0.7", "rounds.example"])  # noqa: S104
def test_it_never_listens_beyond_this_machine_without_a_token(host: str) -> None:
    with pytest.raises(OpenDoor):
        WebServer(services_that_only_live(), host=host, port=0)


def test_it_listens_everywhere_with_a_token() -> None:
    with WebServer(services_that_only_live(api_token="secret"), host="0.0.0.0", port=0) as server:  # noqa: S104
        answer = httpx.get(f"http://{LOOPBACK}:{server.port}/api/branches")

    assert answer.status_code == 401


PROGRAM = """
from tests.web_services import services_that_only_live
from web.server import WebServer
WebServer(services_that_only_live(), host="127.0.0.1", port={port}).serve()
print("ended well", flush=True)
"""


def test_as_the_whole_of_a_process_it_ends_well_on_interrupt(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    log = tmp_path / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(port=port)], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        wait_until(lambda: accepts_connections(port), process=process, log=log, seconds=60, what="the server")
        end(process, signal=signal.SIGINT)

    assert process.returncode == 0
    assert "ended well" in log.read_text()
