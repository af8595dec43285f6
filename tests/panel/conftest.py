"""The real window against a real bridge."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from bridge.client import Bridge
from bridge.domain.errors import SuperwhiteError
from plugin.standalone.launch import Window
from qt_panels.memory import Memory
from qt_panels.window import PanelWindow


class Stage:
    """Opens windows on one state folder, as a user does who closes the panel and comes back."""

    def __init__(self, qtbot, home, memory):
        self.qtbot = qtbot
        self.home = home
        self.memory = memory
        self.windows = []

    def open(self, *paths):
        window = self._show(Window(self.home, self.memory))
        if paths:
            window.browser.open_paths(list(paths))
        return window

    def open_beside(self, host):
        """The panel of an application."""
        return self._show(PanelWindow(self.home, host, self.memory, "host window"))

    def _show(self, window):
        self.windows.append(window)
        self.qtbot.addWidget(window)
        window.resize(1400, 860)
        window.show()
        return window

    def click(self, button):
        """As a mouse does: what is hidden or off cannot be clicked."""
        assert isinstance(button, QWidget)
        assert button.isVisible()
        assert button.isEnabled()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def until(self, condition, seconds=60):
        self.qtbot.waitUntil(condition, timeout=seconds * 1000)

    def bridge(self):
        return Bridge.attach_or_start(home=self.home, start=False)

    def stop_bridge(self):
        with contextlib.suppress(SuperwhiteError), self.bridge() as bridge:
            bridge.shutdown()


@pytest.fixture
def stage(qtbot, tmp_path):
    memory = Memory.in_file(tmp_path / "memory.ini")
    memory.preferences = memory.preferences.model_copy(update={"welcomed": True, "handles": 2})
    one = Stage(qtbot, tmp_path / "home", memory)
    yield one
    for window in one.windows:
        window.close()  # one that is open would start another bridge
    one.stop_bridge()
