"""From start to end of a bridge: one per user, found through its run file, gone when idle."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

import uvicorn
from filelock import FileLock, Timeout

from bridge import __version__
from bridge.backends.base import Backend
from bridge.client import INSTALLATION, RunFile
from bridge.domain.errors import BridgeAlreadyRunning, BridgeUnreachable
from bridge.media.storage import os_error_to_output_error, write_atomic

from .app import create_app
from .services import Services, create_services

log = logging.getLogger(__name__)

_GRACE_SECONDS = 5
"""How long answers under way may take when the bridge stops."""


def run_bridge(
    home: Path,
    backends: Sequence[Backend],
    *,
    with_endpoints: bool = False,
    port: int = 0,
    idle_seconds: float = 900,
    foreground: bool = False,
) -> None:
    """Run the bridge of the state folder `home` until it is told to stop or nobody has needed it for `idle_seconds`.

    `port` 0 takes a free one; `foreground` logs to the terminal too; `with_endpoints` as in `create_services`. Raises
    `BridgeAlreadyRunning` when there is one, `BridgeUnreachable` when the port is taken, and `OutputError`s when the
    folder cannot be used.
    """
    _prepare(home)
    with _only_one(home), _logging(home / "bridge.log", foreground), _listening(port) as listener:
        asyncio.run(_serve(home, backends, with_endpoints, listener, idle_seconds))


async def _serve(
    home: Path, backends: Sequence[Backend], with_endpoints: bool, listener: socket.socket, idle_seconds: float
) -> None:
    async with create_services(home, backends, with_endpoints=with_endpoints) as services:
        server = _Server(services, idle_seconds)
        run_file = RunFile(
            port=listener.getsockname()[1],
            pid=os.getpid(),
            token=services.token,
            instance=services.instance,
            version=__version__,
            installation=INSTALLATION,
        )
        # The socket listens already: a client that comes at once waits in its queue for the server.
        write_atomic(RunFile.path(home), run_file.model_dump_json().encode(), mode=0o600)
        log.info("The bridge %s listens on port %d.", __version__, run_file.port)
        try:
            await server.serve(sockets=[listener])
        finally:
            if RunFile.read(home) == run_file:
                RunFile.path(home).unlink()
    log.info("The bridge has stopped.")


class _Server(uvicorn.Server):
    """Stops when told to by a signal or by `Services.leave`, and when idle."""

    def __init__(self, services: Services, idle_seconds: float) -> None:
        config = uvicorn.Config(
            create_app(services),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            callback_notify=self._leave_when_idle,
            timeout_notify=0,
        )
        super().__init__(config)
        self._services = services
        self._loop = asyncio.get_running_loop()
        self._idle_seconds = idle_seconds
        self._needed = time.monotonic()
        self._requests = 0
        services.on_leave = self._stop

    def _stop(self) -> None:
        self.should_exit = True

    # The base class would raise the signal again after serving, before the jobs and the run file are seen to.
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._loop.call_soon_threadsafe(self._services.leave)

    async def _leave_when_idle(self) -> None:
        """Called by uvicorn every second."""
        state, now = self.server_state, time.monotonic()
        if self._services.runner.busy or state.connections or state.total_requests != self._requests:
            self._needed, self._requests = now, state.total_requests
        elif now - self._needed >= self._idle_seconds and not self.should_exit:
            log.info("Nobody has needed the bridge for %.0f seconds.", self._idle_seconds)
            self._services.leave()


def _prepare(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
    except OSError as error:
        raise os_error_to_output_error(error, home) from error


@contextmanager
def _only_one(home: Path) -> Generator[None]:
    """Hold the lock of `home`; the system lets it go when the process ends, however it ends."""
    lock = FileLock(home / "bridge.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        other = RunFile.read(home)
        who = f"pid {other.pid}, port {other.port}" if other else "which is about to start or to stop"
        raise BridgeAlreadyRunning(f"Another bridge is running ({who}).") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _listening(port: int) -> Generator[socket.socket]:
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, every answer takes 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        try:
            if os.name == "posix":  # elsewhere the option would let a stranger share the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError as error:
            raise BridgeUnreachable(
                f"The bridge cannot listen on port {port}: {error.strerror}.", remedy="Choose another port, or none."
            ) from error
        yield listener


@contextmanager
def _logging(path: Path, foreground: bool) -> Generator[None]:
    handlers: list[logging.Handler] = [RotatingFileHandler(path, maxBytes=2_000_000, backupCount=3, encoding="utf-8")]
    if foreground:
        handlers.append(logging.StreamHandler())
    logging.basicConfig(
        level=logging.INFO, handlers=handlers, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        yield
    except Exception:
        log.exception("The bridge ended with an error.")
        raise
    finally:
        logging.shutdown()
