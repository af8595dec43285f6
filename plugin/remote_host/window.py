"""The panel's window beside a host that runs in another process; there is one for each application that is open."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from bridge.domain.host import Host
from qt_panels.memory import Memory
from qt_panels.window import PanelWindow

_ANSWER_MILLISECONDS = 1000


class HostWindow(PanelWindow):
    """Closes with its host: jobs go on in the bridge, and the host's next panel shows them."""

    def __init__(self, home: Path, host: Host, title: str, memory: Memory) -> None:
        super().__init__(home, host, memory, "host window")
        self.setWindowTitle(self.tr("Superwhite for {host}").format(host=title))
        self._seen = False
        self.panel.watch.seen.connect(self._host_seen)
        self.panel.host_lost.connect(self._host_lost)

    def _host_seen(self) -> None:
        self._seen = True

    def _host_lost(self) -> None:
        """One that was never there is waited for: the panel says so."""
        if self._seen:
            self.close()


class OnlyOne(QObject):
    """Sees to it that one application has one window, whatever is clicked: a second process calls the first."""

    called = Signal()

    def __init__(self, what: str) -> None:
        super().__init__()
        self._name = "superwhite-" + hashlib.sha256(what.encode()).hexdigest()[:16]
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def is_first(self) -> bool:
        """Whether there is no other; the other has been called otherwise."""
        line = QLocalSocket()
        line.connectToServer(self._name)
        if line.waitForConnected(_ANSWER_MILLISECONDS):
            return False
        QLocalServer.removeServer(self._name)  # what a crash has left behind
        self._server.listen(self._name)
        return True

    def _answer(self) -> None:
        while self._server.hasPendingConnections():
            self._server.nextPendingConnection().deleteLater()
            self.called.emit()
