"""A window that holds a panel, with its menus, its settings and its first start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from bridge.domain.host import Host

from .actions import assign, described
from .link import Link
from .memory import Memory
from .panel import Panel
from .settings.dialog import SettingsDialog
from .welcome import Welcome


class PanelWindow(QMainWindow):
    """`home` is the bridge's state folder; `source` is as the panel's. `name` is what its place on the screen is kept
    under.
    """

    def __init__(self, home: Path, host: Host, memory: Memory, name: str, source: QWidget | None = None) -> None:
        super().__init__()
        self._memory = memory
        self._name = name
        self.link = Link(home, self)
        self.panel = Panel(self.link, host, memory, source=source)
        self.setCentralWidget(self.panel)
        self._welcome = self._action("welcome", self.tr("Welcome"), self.welcome)
        self._quit = self._action("quit", self.tr("Quit"), self.close)
        assign((self._welcome, self._quit))
        self.file_menu = self._make_menus()
        self.panel.settings_wanted.connect(self.open_settings)
        if not self.restoreGeometry(memory.layout(name)):
            em = self.fontMetrics().horizontalAdvance("n")
            self.resize(180 * em, 100 * em)
        self.link.start()

    @property
    def own_actions(self) -> tuple[QAction, ...]:
        """What the window offers beside the panel."""
        return (self._welcome, self._quit)

    def open_settings(self, page: str = "") -> None:
        shortcuts = [*self.panel.shortcuts, *described(self.own_actions)]
        dialog = SettingsDialog(self.link, self._memory, shortcuts, self)
        dialog.applied.connect(self._settings_applied)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if page:
            dialog.show_page(page)
        dialog.open()

    def welcome(self) -> None:
        """The three cards of the first start."""
        welcome = Welcome(self.link, self._memory, self)
        welcome.open_endpoints.connect(lambda: self.open_settings("endpoints"))
        welcome.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        welcome.open()

    def come_forward(self) -> None:
        """To the front, from wherever it is."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks nothing: jobs go on in the bridge, and the next start shows them."""
        self._memory.keep_layout(self._name, self.saveGeometry())
        self.panel.close_down()
        super().closeEvent(event)

    def _action(self, name: str, text: str, do: object) -> QAction:
        made = QAction(text, self)
        made.setObjectName(name)
        made.triggered.connect(do)
        return made

    def _make_menus(self) -> QMenu:
        panel = {action.objectName(): action for action in self.panel.commands}
        file = self.menuBar().addMenu(self.tr("&File"))
        file.addAction(panel["settings"])
        file.addAction(self._quit)
        lift = self.menuBar().addMenu(self.tr("&Lift"))
        lift.addActions([panel["lift"], panel["edit_clip"]])
        jobs = self.menuBar().addMenu(self.tr("&Jobs"))
        jobs.addActions(list(self.panel.jobs.commands))
        view = self.menuBar().addMenu(self.tr("&View"))
        view.addActions(list(self.panel.viewer.commands))
        view.addSeparator()
        view.addActions(
            [panel[name] for name in ("focus_clips", "focus_look", "focus_viewer", "focus_jobs", "search")]
        )
        self.menuBar().addMenu(self.tr("&Help")).addAction(self._welcome)
        return file

    def _settings_applied(self) -> None:
        self.panel.set_preferences_changed()
        self.panel.refresh_bridge()
