"""The panel as a window of its own, for people without a scriptable host."""

from __future__ import annotations

import gc
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMainWindow

from bridge.client import Bridge
from qt_panels.actions import assign, described
from qt_panels.link import Link
from qt_panels.memory import Memory
from qt_panels.panel import Panel
from qt_panels.settings.dialog import SettingsDialog
from qt_panels.welcome import Welcome

from .browser import StandaloneBrowser
from .host import StandaloneHost

_MOST_RECENT = 8


class Window(QMainWindow):
    """`home` is the bridge's state folder."""

    def __init__(self, home: Path, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        self.setWindowTitle("Superwhite")
        self.link = Link(home, self)
        self.host = StandaloneHost(lambda: Bridge.attach_or_start(home=home), home / "standalone")
        self.browser = StandaloneBrowser(self.host)
        self.panel = Panel(self.link, self.host, memory, source=self.browser)
        self.setCentralWidget(self.panel)
        self._actions = self._make_actions()
        assign(self._actions)
        self._make_menus()
        self.browser.opened.connect(self._opened)
        self.browser.selection_changed.connect(self.panel.refresh_host)
        self.panel.settings_wanted.connect(self.open_settings)
        if not self.restoreGeometry(memory.layout("window")):
            em = self.fontMetrics().horizontalAdvance("n")
            self.resize(180 * em, 100 * em)
        self.link.start()

    def open_settings(self, page: str = "") -> None:
        shortcuts = [*self.panel.shortcuts, *described(self._actions)]
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

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks nothing: jobs go on in the bridge, and the next start shows them."""
        self._memory.keep_layout("window", self.saveGeometry())
        self.panel.close_down()
        super().closeEvent(event)

    def _make_actions(self) -> tuple[QAction, ...]:
        def action(name: str, text: str) -> QAction:
            made = QAction(text, self)
            made.setObjectName(name)
            return made

        opening = action("open", self.tr("Open …"))
        opening.triggered.connect(self.browser.choose_files)
        folder = action("open_folder", self.tr("Open a folder …"))
        folder.triggered.connect(self.browser.choose_folder)
        reading = action("reload", self.tr("Read the timeline again"))
        reading.triggered.connect(self.browser.reload)
        welcome = action("welcome", self.tr("Welcome"))
        welcome.triggered.connect(self.welcome)
        leaving = action("quit", self.tr("Quit"))
        leaving.triggered.connect(self.close)
        return opening, folder, reading, welcome, leaving

    def _make_menus(self) -> None:
        opening, folder, reading, welcome, leaving = self._actions
        panel = {action.objectName(): action for action in self.panel.commands}
        file = self.menuBar().addMenu(self.tr("&File"))
        file.addActions([opening, folder])
        self._recent_menu = file.addMenu(self.tr("Open recent"))
        self._recent_menu.aboutToShow.connect(self._fill_recent)
        file.addAction(reading)
        file.addSeparator()
        file.addAction(panel["settings"])
        file.addAction(leaving)
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
        self.menuBar().addMenu(self.tr("&Help")).addAction(welcome)

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for path in self._memory.recent:
            action = self._recent_menu.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self.browser.open_paths([path]))

    def _opened(self, path: object) -> None:
        if isinstance(path, Path):
            others = [each for each in self._memory.recent if each != path]
            self._memory.recent = (path, *others)[:_MOST_RECENT]

    def _settings_applied(self) -> None:
        self.panel.set_preferences_changed()
        self.panel.refresh_bridge()


def spare_collector() -> None:
    """Leave what has been loaded, and lives as long as the program, out of Python's garbage collections.

    A full one takes 70 ms with it, in which nothing on the screen moves. For a process of our own only: in a host, this
    is the host's to decide.
    """
    gc.collect()
    gc.freeze()
