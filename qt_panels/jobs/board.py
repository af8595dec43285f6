"""Tells the host what its jobs do, where it has a place of its own in which jobs are listed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from bridge.domain.errors import ErrorReport
from bridge.domain.host import Host, HostFacts, JobLine
from qt_panels.host_desk import HostDesk

from .model import JobsModel

_MOST = 20
_MILLISECONDS = 1000
"""Between two lists: each costs the host a turn of its main thread."""


class JobBoard(QObject):
    """Only what has changed is told, and nothing while the host has not taken the last list: no call waits for more
    than one of these.
    """

    def __init__(self, desk: HostDesk, jobs: JobsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._jobs = jobs
        self._shown: tuple[JobLine, ...] | None = None
        self._offered = self._waiting = False
        self._timer = QTimer(self, interval=_MILLISECONDS)
        self._timer.timeout.connect(self._tell)

    def set_host(self, facts: HostFacts) -> None:
        self._offered = facts.abilities.shows_jobs
        if self._offered and not self._timer.isActive():
            self._timer.start()
            self._tell()

    def pause(self) -> None:
        """Tell nothing until the host is seen again, and then everything: it may have forgotten."""
        self._shown = None
        self._timer.stop()

    def _tell(self) -> None:
        if self._waiting or not self._offered:
            return
        lines = self._jobs.lines(_MOST)
        if lines == self._shown:
            return

        def show(host: Host) -> None:
            host.show_jobs(lines)

        def then(_: None) -> None:
            self._waiting = False

        def fail(_: ErrorReport) -> None:
            """The list is a courtesy: a host that stays away is told of by whoever needs it."""
            self._waiting = False
            self.pause()

        self._waiting, self._shown = True, lines
        self._desk.ask(self, show, then, fail)
