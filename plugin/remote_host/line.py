"""A line to a host in another process: whole lines out, whole lines in, each with a deadline."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from bridge.domain.host import HostFailure
from plugin.hosting.wire import LONGEST_LINE

_LAST_WORDS = 2000
_LEAVING_SECONDS = 2.0


class Line(Protocol):
    def send(self, line: bytes) -> None:
        """Raises `OSError` where nobody is there any more."""
        ...

    def receive(self, seconds: float) -> bytes:
        """The next line; empty when the other side has left. Raises `TimeoutError`."""
        ...

    def close(self) -> None:
        """Ends the line, and with it a worker that stands behind it."""
        ...

    def drop(self) -> None:
        """As `close`, at once: the other side hangs."""
        ...

    def last_words(self) -> str:
        """What the other side has said beside the line, where it is a process of ours."""
        ...


class _Reader:
    """Reads lines on a thread of its own: pipes have no time-outs on every system."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, args=(stream,), name="host line", daemon=True).start()

    def next(self, seconds: float) -> bytes:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        if not line:
            self._lines.put(line)  # who asks again is told again
        return line

    def _read(self, stream: IO[bytes]) -> None:
        with suppress(OSError, ValueError):  # closed here, or by the other side
            while line := stream.readline(LONGEST_LINE):
                self._lines.put(line)
        self._lines.put(b"")


class Door:
    """A line to an application that runs, by its port on this machine. Raises `OSError`."""

    def __init__(self, port: int, seconds: float) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._socket.settimeout(None)
        self._reader = _Reader(self._socket.makefile("rb"))

    def send(self, line: bytes) -> None:
        self._socket.sendall(line)

    def receive(self, seconds: float) -> bytes:
        return self._reader.next(seconds)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    drop = close

    def last_words(self) -> str:
        return ""


class Worker:
    """A process of ours that owns a host's library, so that it can be killed when the library does not return.

    Raises `HostFailure` where it cannot be started.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        try:
            self._process = subprocess.Popen(
                list(command),
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for us: the worker ends with its line
            )
        except OSError as error:
            raise HostFailure("The worker for this application cannot be started.", detail=str(error)) from error
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._input = self._process.stdin
        self._reader = _Reader(self._process.stdout)
        self._words = bytearray()
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()

    def send(self, line: bytes) -> None:
        self._input.write(line)
        self._input.flush()

    def receive(self, seconds: float) -> bytes:
        return self._reader.next(seconds)

    def close(self) -> None:
        """A worker that is idle leaves by itself when its line ends; one that does not is killed."""
        with suppress(OSError):
            self._input.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LEAVING_SECONDS)
        self.drop()

    def drop(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._input.close()

    def last_words(self) -> str:
        self._listener.join(_LEAVING_SECONDS)
        return self._words.decode(errors="replace").strip()

    def _listen(self, stream: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            while data := os.read(stream.fileno(), _LAST_WORDS):
                self._words = (self._words + data)[-_LAST_WORDS:]
