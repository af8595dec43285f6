"""Superwhite in the context menu of Hiero's timeline, and in the menu bar; its panel is a window of its own."""

from __future__ import annotations

import atexit
import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager

from plugin.hosting import boundary
from plugin.hosting.door import Door
from plugin.hosting.installation import Installation
from plugin.hosting.main_thread import MainQueue

from .api import Event, core, ui
from .host import HieroHost

_EVENT = "kShowContextMenu/kTimeline"


def install(installation: Installation) -> None:
    """For a start-up script of Hiero's. Never raises."""
    with guarded(installation, "be set up"):
        post = _main_thread()

        def wake() -> None:
            post(queue.drain)

        queue = MainQueue("Hiero", wake)
        door = Door(installation, "hiero", HieroHost(installation.journal("hiero"), queue), queue)
        atexit.register(door.close)
        with guarded(installation, "be reached by commands"):
            door.open()

        def open_panel() -> None:
            with guarded(installation, "open its panel"):
                door.open_panel()

        def show(event: Event) -> None:
            with guarded(installation, "add to the menu"):
                event.menu.addAction("Superwhite …").triggered.connect(open_panel)

        core().events.registerInterest(_EVENT, show)


def _main_thread() -> Callable[[Callable[[], None]], object]:
    """What has a function called on the main thread: Nuke's way does not work in Hiero, and Hiero's not in Studio."""
    module = "nuke" if core().env["ProductName"] == "NukeStudio" else "hiero.core"
    post: Callable[[Callable[[], None]], object] = importlib.import_module(module).executeInMainThread
    return post


def guarded(installation: Installation, what: str) -> AbstractContextManager[None]:
    """Catches, logs and says what has failed; `what` completes “Superwhite could not …”."""
    return boundary.guarded(installation.log("hiero"), what, _tell)


def _tell(sentence: str) -> None:
    """Hiero has no message box of its own, and Qt's by whichever name it came with."""
    for binding in ("PySide6", "PySide2"):
        try:
            widgets = importlib.import_module(f"{binding}.QtWidgets")
        except ImportError:
            continue
        widgets.QMessageBox.warning(ui().mainWindow(), "Superwhite", sentence)
        return
