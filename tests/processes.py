"""Servers that tests start: free ports, waiting until they answer, ending only what was started here."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOOK_EVERY_SECONDS = 0.05
TAIL_LINES = 40


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on at this moment; held together, so all differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]


def accepts_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def wait_until(
    is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, seconds: float, what: str
) -> None:
    """Look until it is ready. Fails with the end of the log when the process dies or the time is up."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None:
            raise AssertionError(f"{what} ended with {process.returncode}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} was not ready after {seconds:.0f} s:\n{tail(log)}")
        time.sleep(LOOK_EVERY_SECONDS)


def end(process: subprocess.Popen[bytes], *, signal: int, patience_seconds: float = 20) -> None:
    """Ask this process to end, and insist if it does not."""
    if process.poll() is None:
        process.send_signal(signal)
    try:
        process.wait(patience_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
