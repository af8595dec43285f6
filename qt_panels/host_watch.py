"""Asks the host what is open and selected, ever again: most hosts tell nobody by themselves."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from bridge.domain.errors import ErrorReport
from bridge.domain.host import Host, HostFacts, Selection

from .host_desk import HostDesk

_MILLISECONDS = 1000
"""Between two looks at a host that answers."""

_SLOWEST_MILLISECONDS = 8000
"""Between two looks at one that is busy or gone: each costs it a turn, or us a time-out."""


class HostWatch(QObject):
    seen = Signal(object, object)
    """`HostFacts` and a `Selection`, at every look."""
    lost = Signal(object)
    """An `ErrorReport`: the application has gone. Once, until it is seen again."""
    busy = Signal(object)
    """An `ErrorReport`: the application has no time now."""
    failed = Signal(object)
    """An `ErrorReport` of another kind. Once, as long as it stays the same."""

    def __init__(self, desk: HostDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = self._changed = False
        self._problem: ErrorReport | None = None
        self.poll = QTimer(self, interval=_MILLISECONDS)
        self.poll.timeout.connect(self._look)
        self.poll.start()

    def refresh(self) -> None:
        """Look now; while a slow host still thinks, it is asked once more at most."""
        self._changed = True
        if self._asked:
            return

        def look(host: Host) -> tuple[HostFacts, Selection]:
            return host.facts(), host.selection()

        self._asked, self._changed = True, False
        self._desk.ask(self, look, self._take, self._fail)

    def stop(self) -> None:
        self.poll.stop()

    def _look(self) -> None:
        if not self._asked:
            self.refresh()

    def _take(self, answer: tuple[HostFacts, Selection]) -> None:
        self._answered()
        if self._problem is not None:
            self._problem = None
            self.poll.setInterval(_MILLISECONDS)
        self.seen.emit(*answer)

    def _fail(self, error: ErrorReport) -> None:
        self._answered()
        before, self._problem = self._problem, error
        if error.kind == "HostBusy":
            self._slow_down()
            self.busy.emit(error)
        elif error.kind == "HostLost":
            self._slow_down()
            if before is None or before.kind != error.kind:
                self.lost.emit(error)
        elif error != before:
            self.failed.emit(error)

    def _slow_down(self) -> None:
        self.poll.setInterval(min(_SLOWEST_MILLISECONDS, 2 * self.poll.interval()))

    def _answered(self) -> None:
        self._asked = False
        if self._changed:
            self.refresh()
