"""Superwhite in the context menu of Hiero's timeline, and in the menu bar; its panel is a window of its own."""

from __future__ import annotations

import atexit
import importlib
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager

from bridge.domain.host import HostFailure
from plugin.hosting.door import Door
from plugin.hosting.installation import Installation
from plugin.hosting.logbook import keep_log
from plugin.hosting.main_thread import MainQueue

from .api import Event, core, ui
from .host import HieroHost

log = logging.getLogger("superwhite.host")

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


@contextmanager
def guarded(installation: Installation, what: str) -> Generator[None, None, None]:
    """The boundary: catches, logs and says what has failed; `what` completes “Superwhite could not …”."""
    try:
        yield
    except HostFailure as failure:
        keep_log(installation.log("hiero"))
        log.warning("%s: %s (%s)", what, failure.sentence, failure.detail)
        _tell(" ".join(filter(None, (failure.sentence, failure.remedy))))
    except Exception:
        keep_log(installation.log("hiero"))
        log.exception("Could not %s", what)
        _tell(f"Superwhite could not {what}. The log says why: {installation.log('hiero')}")


def _tell(sentence: str) -> None:
    """Hiero has no message box of its own, and Qt's by whichever name it came with."""
    for binding in ("PySide6", "PySide2"):
        try:
            widgets = importlib.import_module(f"{binding}.QtWidgets")
        except ImportError:
            continue
        widgets.QMessageBox.warning(ui().mainWindow(), "Superwhite", sentence)
        return
