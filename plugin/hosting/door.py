"""How panels and commands get into a running host: a port on loopback, and a file that says which and how."""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from bridge import __version__
from bridge.domain.host import Host

from .files import write_whole
from .installation import Installation
from .main_thread import MainQueue
from .server import Server
from .wire import PROTOCOL

log = logging.getLogger("superwhite.host")

_HELLO_SECONDS = 10.0
"""Within which a caller says its hello; afterwards it may be silent for as long as it likes."""


class Door:
    """Serves `host` on a port of its own from `open` to `close`, on threads that end with the process.

    `queue` is what the adapter goes to the main thread by; it is closed with the door.
    """

    def __init__(self, installation: Installation, name: str, host: Host, queue: MainQueue | None = None) -> None:
        self._installation = installation
        self._name = name
        self._host = host
        self._queue = queue
        self._token = secrets.token_urlsafe(32)
        self._server = Server(name, host, self._token)
        self._listener: socket.socket | None = None
        self._lock = threading.Lock()
        self._callers: set[socket.socket] = set()

    @property
    def path(self) -> Path:
        """The file that says how this door is found: readable by its user only, and gone with `close`."""
        return self._installation.doors / f"{self._name}-{os.getpid()}.json"

    def open(self) -> None:
        """Does nothing where it is open already. Raises `OSError`."""
        if self._listener is not None:
            return
        listener = socket.create_server(("127.0.0.1", 0))
        about = {
            "host": self._name,
            "pid": os.getpid(),
            "port": listener.getsockname()[1],
            "token": self._token,
            "protocol": PROTOCOL,
            "version": __version__,
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self.path, json.dumps(about))
        except OSError:
            listener.close()
            raise
        self._listener = listener
        threading.Thread(target=self._wait, args=(listener,), name="superwhite door", daemon=True).start()

    def open_panel(self) -> subprocess.Popen[bytes]:
        """Start the panel; a second one for the same host brings the first to the front. Raises `OSError`."""
        self.open()
        return self._installation.start("plugin.remote_host", [self._name, "--door", str(self.path)])

    def close(self) -> None:
        """Turn callers away and be found no longer; what is under way in the host is finished."""
        listener, self._listener = self._listener, None
        if self._queue is not None:
            self._queue.close()
        if listener is None:
            return
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        _hang_up(listener)  # wakes whoever waits in `accept`
        listener.close()
        with self._lock:
            callers = tuple(self._callers)
        for caller in callers:
            _hang_up(caller)
        self._host.close()

    def _wait(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return  # the door is closed
            threading.Thread(target=self._let_in, args=(caller,), name="superwhite caller", daemon=True).start()

    def _let_in(self, caller: socket.socket) -> None:
        with self._lock:
            self._callers.add(caller)
        try:
            caller.settimeout(_HELLO_SECONDS)
            with caller, caller.makefile("rb") as reader, caller.makefile("wb") as writer:
                if self._server.greet(reader, writer):
                    caller.settimeout(None)  # a panel that only looks on says nothing for hours
                    self._server.converse(reader, writer)
        except OSError as error:
            log.info("A caller has gone: %s", error)
        finally:
            with self._lock:
                self._callers.discard(caller)


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
