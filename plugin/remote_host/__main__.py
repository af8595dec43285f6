"""`python -m plugin.remote_host HOST`, which hosts' menus and `superwhite panel --host` run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from bridge.client import state_home
from bridge.domain.host import HostFailure
from qt_panels import language
from qt_panels.collector import Collector
from qt_panels.memory import Memory

from .attach import HOSTS, attach
from .window import HostWindow, OnlyOne


def main() -> int:
    parser = argparse.ArgumentParser(prog="superwhite panel")
    parser.add_argument("host", choices=sorted(HOSTS))
    parser.add_argument("--door", type=Path, help="the file by which the running application is found")
    parser.add_argument("--trace-rpc", type=Path, metavar="FILE", help="write what is said to the application here")
    given = parser.parse_args()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("superwhite")
    app.setApplicationDisplayName("Superwhite")
    home, memory = state_home(), Memory.of_user()
    language.install(app, memory.preferences.language)
    only = OnlyOne(f"{home} {given.host} {given.door or ''}")
    if not only.is_first():
        return 0
    try:
        host = attach(given.host, home, door=given.door, trace=given.trace_rpc)
    except HostFailure as failure:
        sys.stderr.write(f"Error: {failure.sentence}\n{failure.remedy}\n")
        return 1
    window = HostWindow(home, host, HOSTS[given.host], memory)
    only.called.connect(window.come_forward)
    Collector(app)
    window.show()
    if not memory.preferences.welcomed:
        window.welcome()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
