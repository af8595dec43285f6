"""An ASGI application on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState


class _Protocol(H11Protocol):
    """Hands the connection on to the application, which may want to break it off."""

    def connection_made(self, transport: Any) -> None:
        self.app_state = {"transport": transport}
        super().connection_made(transport)


class Server:
    """Serves `app` from `start` to `stop`, always on the same port.

    uvicorn's protocol without its `Server`, which takes 0.2 s to stop. `certificate` is a PEM file with key and chain.
    """

    def __init__(
        self, app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, certificate: Path | None = None
    ) -> None:
        self._config = Config(
            app,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_keep_alive=60,
            ssl_certfile=certificate,
        )
        self._scheme = "https" if certificate else "http"
        self._host = host
        self.port = port
        self._state = ServerState()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._listening: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self._host}:{self.port}"

    def start(self) -> None:
        listener = self._listener()
        self.port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, ready)), name="endpoint", daemon=True
        )
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Break off every connection and end every task. Nothing where it does not run."""
        if self._thread and self._loop and self._over:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()
            self._thread = None

    @contextmanager
    def away(self) -> Generator[None]:
        """Connections are broken off, and new ones refused; what else goes on here goes on."""
        assert self._loop
        asyncio.run_coroutine_threadsafe(self._deafen(), self._loop).result()
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(self._listen(self._listener()), self._loop).result()

    def _listener(self) -> socket.socket:
        # Named in full: asyncio turns the delays of Nagle off for sockets that are known to be TCP, and no others.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._host, self.port))
        listener.listen(128)
        return listener

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._config.load()
        await self._listen(listener)
        ready.set()
        await self._over.wait()
        await self._deafen()
        # What is left, jobs too, is cancelled and waited for by the end of `asyncio.run`.

    async def _listen(self, listener: socket.socket) -> None:
        self._listening = await asyncio.get_running_loop().create_server(
            lambda: _Protocol(self._config, server_state=self._state, app_state={}),
            sock=listener,
            ssl=self._config.ssl,
        )

    async def _deafen(self) -> None:
        if self._listening:
            self._listening.close()
        for connection in list(self._state.connections):
            connection.transport.abort()
