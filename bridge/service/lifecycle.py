"""From start to end of a bridge: one per user, found through its run file, gone when idle."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from filelock import FileLock, Timeout

from bridge import __version__
from bridge.backends.base import Backend
from bridge.client import INSTALLATION, RunFile, declared_bases
from bridge.domain.errors import BridgeAlreadyRunning, BridgeUnreachable
from bridge.media.storage import os_error_to_output_error, write_atomic

from .app import create_app
from .queue.certificate import Certificate
from .queue.face import Face, demand_safe
from .queue.lifting import EMBEDDED
from .services import Services, create_services

log = logging.getLogger(__name__)

_GRACE_SECONDS = 5
"""How long answers under way may take when the bridge stops."""


OnListening = Callable[[str, str], None]


def run_bridge(
    home: Path,
    backends: Sequence[Backend],
    *,
    with_endpoints: bool = False,
    engine: str = EMBEDDED,
    port: int = 0,
    idle_seconds: float = 900,
    foreground: bool = False,
    face: Face | None = None,
    on_listening: OnListening | None = None,
) -> None:
    """Run the bridge of the state folder `home` until it is told to stop or nobody has needed it for `idle_seconds`.

    `port` 0 takes a free one; `foreground` logs to the terminal too; `with_endpoints` and `engine` as in
    `create_services`; `face` is how others see the bridge. `on_listening` is told host and port by which they reach it,
    and the token.

    Raises `BridgeAlreadyRunning` when there is one, `BridgeUnreachable` when the port is taken, `RequestError` for a
    face that lets anybody in, and `OutputError`s when the folder cannot be used.
    """
    face = face or Face()
    demand_safe(face)
    _prepare(home)
    with (
        _only_one(home),
        _logging(home / "bridge.log", foreground),
        _listening("127.0.0.1", 0 if face.is_apart else port) as here,
        _listening(face.host, port) if face.is_apart else nullcontext() as outside,
    ):
        services = partial(create_services, home, backends, with_endpoints=with_endpoints, engine=engine, face=face)
        asyncio.run(_serve(home, services, face, here, outside, idle_seconds, on_listening))


async def _serve(
    home: Path,
    create: Callable[[], Services],
    face: Face,
    here: socket.socket,
    outside: socket.socket | None,
    idle_seconds: float,
    on_listening: OnListening | None,
) -> None:
    async with create() as services:
        app = create_app(services)
        servers = [(_Server(app, services), here)]
        if outside:
            servers.append((_OutsideServer(app, services, face.certificate), outside))
        run_file = RunFile(
            port=here.getsockname()[1],
            pid=os.getpid(),
            token=services.token,
            instance=services.instance,
            version=__version__,
            installation=INSTALLATION,
            bases=declared_bases(),
        )
        # The sockets listen already: a client that comes at once waits in their queues for the servers.
        write_atomic(RunFile.path(home), run_file.model_dump_json().encode(), mode=0o600)
        log.info("The bridge %s listens on port %d.", __version__, run_file.port)
        address = face.reached_at((outside or here).getsockname()[1])
        if outside:
            _tell(face, address)
        if on_listening:
            on_listening(address, face.token or services.token)
        watched = [server for server, _ in servers]
        idle = asyncio.create_task(_leave_when_idle(services, watched, idle_seconds))
        try:
            async with asyncio.TaskGroup() as group:
                for server, listener in servers:
                    group.create_task(server.serve(sockets=[listener]))
        finally:
            idle.cancel()
            await asyncio.wait({idle})
            if RunFile.read(home) == run_file:
                RunFile.path(home).unlink()
    log.info("The bridge has stopped.")


def _tell(face: Face, address: str) -> None:
    log.info("Others reach it at %s://%s.", "https" if face.certificate else "http", address)
    if face.certificate is None:
        log.warning("Nothing is encrypted: whoever is on this network can read clips, results and the token.")


class _Server(uvicorn.Server):
    """Stops when told to by a signal or by `Services.leave`."""

    def __init__(self, app: FastAPI, services: Services, certificate: Certificate | None = None) -> None:
        config = uvicorn.Config(
            app,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ssl_certfile=certificate and certificate.certificate,
            ssl_keyfile=certificate and certificate.key,
        )
        super().__init__(config)
        self._services = services
        self._loop = asyncio.get_running_loop()
        services.on_leave.append(self._stop)

    def _stop(self) -> None:
        self.should_exit = True

    # The base class would raise the signal again after serving, before the jobs and the run file are seen to.
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._loop.call_soon_threadsafe(self._services.leave)


class _OutsideServer(_Server):
    """Leaves signals to the one for this machine."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _leave_when_idle(services: Services, servers: Sequence[uvicorn.Server], idle_seconds: float) -> None:
    needed, requests = time.monotonic(), 0
    while True:
        await asyncio.sleep(1)
        states = [server.server_state for server in servers]
        now, total = time.monotonic(), sum(state.total_requests for state in states)
        if services.busy or any(state.connections for state in states) or total != requests:
            needed, requests = now, total
        elif now - needed >= idle_seconds:
            log.info("Nobody has needed the bridge for %.0f seconds.", idle_seconds)
            services.leave()
            return


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
def _listening(host: str, port: int) -> Generator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, every answer takes 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        try:
            if os.name == "posix":  # elsewhere the option would let a stranger share the port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if host == "::":
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            raise BridgeUnreachable(
                f"The bridge cannot listen on {host}, port {port}: {error.strerror}.",
                remedy="Choose another port, or none.",
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
