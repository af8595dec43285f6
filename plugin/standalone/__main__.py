"""`python -m plugin.standalone [PATH …]`, which `superwhite panel` and `superwhite-panel` run."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from bridge.client import state_home
from qt_panels import language
from qt_panels.collector import Collector
from qt_panels.memory import Memory

from .launch import Window


def main() -> int:
    app = QApplication(sys.argv[:1])
    app.setApplicationName("superwhite")
    app.setApplicationDisplayName("Superwhite")
    memory = Memory.of_user()
    language.install(app, memory.preferences.language)
    window = Window(state_home(), memory)
    Collector(app)
    window.show()
    if paths := [Path(argument) for argument in sys.argv[1:]]:
        window.browser.open_paths(paths)
    if not memory.preferences.welcomed:
        window.welcome()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
