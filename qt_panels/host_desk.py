"""Calls to the editing application, one after another on a thread of their own, because each may block."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from bridge.domain.errors import ErrorReport
from bridge.domain.host import Host, HostFailure
from bridge.domain.hosted import error_of

from .tickets import Tickets

T = TypeVar("T")


class HostDesk(QObject):
    """Holds the panel's `Host`. All methods belong to the GUI thread."""

    failed = Signal(object)
    """An `ErrorReport` that no widget takes for itself."""

    def __init__(self, host: Host, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._tickets = Tickets()
        self._tickets.failed.connect(self.failed)
        self._thread = ThreadPoolExecutor(1, "host")
        self._stopped = False

    def ask(
        self,
        owner: QObject,
        what: Callable[[Host], T],
        then: Callable[[T], None],
        fail: Callable[[ErrorReport], None] | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """Let `what` work with the host in the background; otherwise as `qt_panels.asks.Asks`. After `stop`, nothing
        comes of it.
        """
        if self._stopped:
            return
        self._thread.submit(self._do, self._tickets.issue(owner, then, fail, key), what)

    def stop(self) -> None:
        """Closes the host when what is under way has ended; waits for nothing."""
        if self._stopped:
            return
        self._stopped = True
        self._thread.submit(self._host.close)
        self._thread.shutdown(wait=False)

    def _do(self, ticket: int, what: Callable[[Host], object]) -> None:
        try:
            self._tickets.answer(ticket, what(self._host))
        except HostFailure as failure:
            self._tickets.refuse(ticket, error_of(failure))
        except Exception as error:  # noqa: BLE001 - the boundary to the host: whoever asked is told
            self._tickets.refuse(ticket, error)
