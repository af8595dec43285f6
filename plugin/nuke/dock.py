"""The panel in a pane of Nuke's own window. Only where PySide6 is: Nuke 16 and later."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from bridge.domain.environment import OUR_PYTHON
from plugin.hosting.installation import Installation
from plugin.hosting.logbook import keep_log

from .host import NukeHost
from .idle import queue_of_nuke

log = logging.getLogger("superwhite.host")

_installation: Installation | None = None


def installed(installation: Installation) -> None:
    """Must come before the first pane: a layout that holds one makes it without asking anybody."""
    global _installation
    _installation = installation


class Pane(QWidget):
    """What Nuke makes for each pane, and again whenever a layout is restored. Says so where it cannot be the panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._close_down: Callable[[], None] | None = None
        self._fill()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_down()
        super().closeEvent(event)

    def event(self, event: QEvent) -> bool:
        # A pane that is closed gets no closeEvent in Nuke: its widgets are deleted.
        if event.type() == QEvent.Type.DeferredDelete:
            self.close_down()
        return super().event(event)

    def close_down(self) -> None:
        """Jobs go on: they are the bridge's."""
        close, self._close_down = self._close_down, None
        if close is not None:
            close()

    def _fill(self) -> None:
        """The boundary: whatever fails in here, Nuke has a pane with a sentence in it."""
        if _installation is None:
            self._say("Superwhite is not set up in this Nuke: run “superwhite install nuke”.")
            return
        keep_log(_installation.log("nuke"))
        try:
            self._close_down = _build(self._layout, _installation)
        except ImportError as error:
            log.exception("The docked panel cannot be loaded")
            self._say(
                f"The libraries of the docked panel are missing ({error.name}).\n\n"
                "Choose Superwhite > Panel in a window, or run “superwhite install nuke” again."
            )
        except Exception:
            log.exception("The docked panel has failed")
            self._say(f"The panel could not be opened. The log says why:\n{_installation.log('nuke')}")

    def _say(self, sentence: str) -> None:
        label = QLabel(sentence)
        label.setWordWrap(True)
        label.setMargin(self.fontMetrics().height())
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._layout.addWidget(label)


def _build(layout: QVBoxLayout, installation: Installation) -> Callable[[], None]:
    """Put the panel into `layout`; returns what closes it down. Raises `ImportError` where libraries are missing."""
    _find_libraries(installation)
    from qt_panels.link import Link
    from qt_panels.memory import Memory
    from qt_panels.panel import Panel
    from qt_panels.settings.dialog import SettingsDialog

    # Our own Python runs the bridge: this interpreter's program is Nuke.
    os.environ[OUR_PYTHON] = str(installation.python)
    memory = Memory.of_user()
    link = Link(installation.state)
    queue = queue_of_nuke()
    host = NukeHost(installation.journal("nuke"), queue)
    panel = Panel(link, host, memory)
    link.setParent(panel)

    def open_settings(page: str) -> None:
        dialog = SettingsDialog(link, memory, panel.shortcuts, panel)
        dialog.applied.connect(panel.set_preferences_changed)
        dialog.applied.connect(panel.refresh_bridge)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if page:
            dialog.show_page(page)
        dialog.open()

    panel.settings_wanted.connect(open_settings)
    layout.addWidget(panel)
    link.start()

    def close_down() -> None:
        panel.close_down()
        host.close()
        queue.close()  # nobody waits for a main thread that may never be idle again: Nuke itself may be closing

    return close_down


def _find_libraries(installation: Installation) -> None:
    """What the panel needs beside PySide6, last on the path: nothing of the host's own is to be shadowed."""
    folder = installation.root / ".docked" / f"cp{sys.version_info.major}{sys.version_info.minor}"
    if folder.is_dir() and str(folder) not in sys.path:
        sys.path.append(str(folder))
