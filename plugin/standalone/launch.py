"""The panel as a window of its own, for people without a scriptable host."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QAction

from bridge.client import Bridge
from qt_panels.actions import assign
from qt_panels.memory import Memory
from qt_panels.window import PanelWindow

from .browser import StandaloneBrowser
from .host import StandaloneHost

_MOST_RECENT = 8


class Window(PanelWindow):
    """`home` is the bridge's state folder."""

    def __init__(self, home: Path, memory: Memory) -> None:
        self.host = StandaloneHost(lambda: Bridge.attach_or_start(home=home), home / "standalone")
        self.browser = StandaloneBrowser(self.host)
        super().__init__(home, self.host, memory, "window", source=self.browser)
        self.setWindowTitle("Superwhite")
        self._opening = self._add_to_file_menu()
        assign(self._opening)
        self.browser.opened.connect(self._opened)
        self.browser.selection_changed.connect(self.panel.refresh_host)

    @property
    def own_actions(self) -> tuple[QAction, ...]:
        return (*self._opening, *super().own_actions)

    def _add_to_file_menu(self) -> tuple[QAction, ...]:
        """Above what is there already."""
        first = self.file_menu.actions()[0]
        opening = self._action("open", self.tr("Open …"), self.browser.choose_files)
        folder = self._action("open_folder", self.tr("Open a folder …"), self.browser.choose_folder)
        reading = self._action("reload", self.tr("Read the timeline again"), self.browser.reload)
        self.file_menu.insertActions(first, [opening, folder])
        self._recent_menu = self.file_menu.addMenu(self.tr("Open recent"))
        self._recent_menu.aboutToShow.connect(self._fill_recent)
        self.file_menu.insertActions(first, [self._recent_menu.menuAction(), reading])
        self.file_menu.insertSeparator(first)
        return opening, folder, reading

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
