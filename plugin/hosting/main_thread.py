"""Calls into a host that wants them on its own main thread, in slices short enough that nothing stutters."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from bridge.domain.host import HostFailure

PATIENCE_SECONDS = 20.0
"""How long a slice waits for its turn: a host that renders, or shows a dialog, gives none."""

_BUDGET_SECONDS = 0.02
"""What one turn takes at most before the host has its main thread back; a slice that has begun is always finished."""


class Main(Protocol):
    """Runs `work(*arguments)` where the host allows it, and gives what it returns or raises."""

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Any: ...


def direct(work: Callable[..., Any], *arguments: Any) -> Any:
    """A `Main` for whoever is on the right thread already."""
    return work(*arguments)


class _Slice:
    def __init__(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.work, self.arguments = work, arguments
        self.result: Any = None
        self.error: BaseException | None = None
        self.begun = threading.Event()
        self.done = threading.Event()

    def run(self) -> None:
        self.begun.set()
        try:
            self.result = self.work(*self.arguments)
        except BaseException as error:  # noqa: BLE001 - carried to whoever asked
            self.error = error
        finally:
            self.done.set()


class MainQueue:
    """A `Main` for other threads: work waits here until the host's main thread calls `drain`.

    Made on that main thread. `wake` asks the host to do so soon; hosts that look by themselves, by a timer, need none.
    A slice that has had no turn within `patience` seconds is withdrawn, never run later: whoever asked was told that
    it was not done.
    """

    def __init__(
        self, title: str, wake: Callable[[], None] | None = None, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._title = title
        self._wake = wake
        self._patience = patience
        self._lock = threading.Lock()
        self._waiting: deque[_Slice] = deque()
        self._main = threading.current_thread()
        self._closed = False

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Blocks until it is done. Raises what `work` raises, and `HostFailure` where it had no turn."""
        if threading.current_thread() is self._main:
            return work(*arguments)
        piece = _Slice(work, arguments)
        with self._lock:
            if self._closed:
                raise HostFailure(f"{self._title} is closing.", kind="lost")
            self._waiting.append(piece)
        if self._wake is not None:
            self._wake()
        if not piece.begun.wait(self._patience) and self._withdraw(piece):
            raise HostFailure(
                f"{self._title} is busy and did not answer.",
                kind="busy",
                remedy="Wait until it has finished rendering, or close the dialog that it shows, then try again.",
            )
        piece.done.wait()
        if piece.error is not None:
            raise piece.error
        return piece.result

    def drain(self) -> None:
        """Give waiting work its turn. Only on the host's main thread."""
        end = time.monotonic() + _BUDGET_SECONDS
        while True:
            with self._lock:
                if not self._waiting:
                    return
                piece = self._waiting.popleft()
            piece.run()
            if time.monotonic() >= end:
                break
        if self._wake is not None:
            with self._lock:
                more = bool(self._waiting)
            if more:
                self._wake()

    def close(self) -> None:
        """Withdraw what waits, and take no more."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting, deque()
        for piece in waiting:
            piece.error = HostFailure(f"{self._title} is closing.", kind="lost")
            piece.begun.set()
            piece.done.set()

    def _withdraw(self, piece: _Slice) -> bool:
        with self._lock:
            if piece not in self._waiting:
                return False  # it has just begun
            self._waiting.remove(piece)
            return True
