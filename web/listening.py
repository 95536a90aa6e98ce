"""Listens and serves one app: in a thread of a process that does more, or as the whole of one.

Addresses of requests are not logged. The socket is taken before anything starts, so a port in use is an error of the
command and not a line in a log.
"""

from __future__ import annotations

import logging
import socket
from threading import Thread
from types import TracebackType
from typing import Final, Self

import uvicorn
from fastapi import FastAPI

from scheduler.domain.errors import Unavailable

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 10
"""So long a request under way may take when the server stops."""
BACKLOG: Final = 256


class CannotListen(Unavailable):
    code = "http.cannot_listen"
    remedy = "Choose another port with ROUNDS_HTTP_PORT or ROUNDS_METRICS_PORT, or end what listens there."

    def __init__(self, host: str, port: int, signal: str) -> None:
        self.host, self.port, self.signal = host, port, signal
        super().__init__(f"Cannot listen on {host}:{port} ({signal}).")


class Server:
    """`with` listens until the block ends; `serve` until Ctrl-C or a termination signal. Used once.

    Raises `CannotListen`.
    """

    def __init__(self, app: FastAPI, *, host: str, port: int) -> None:
        self._socket = _listening(host, port)
        self._server = uvicorn.Server(_config(app))
        self._thread = Thread(target=self._run, name="rounds-web", daemon=True)
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        """The port in the end, where 0 left it to the machine."""

    def start(self) -> None:
        """Connections are taken at once, and answered as soon as the thread is up."""
        self._thread.start()
        log.info("http.listening", extra={"host": self.host, "port": self.port})

    def stop(self) -> None:
        """Waits for requests under way, up to `PATIENCE_SECONDS`."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def serve(self) -> None:
        """In this thread, which must be the main one to hear signals."""
        log.info("http.listening", extra={"host": self.host, "port": self.port})
        try:
            self._run()
        except KeyboardInterrupt:
            log.info("http.stopped", extra={"host": self.host, "port": self.port})
        finally:
            self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.stop()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or type(error).__name__) from error


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )
