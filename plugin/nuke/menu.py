"""Superwhite's menu in Nuke, and the ways to its panel: docked where that can be, else in a window of its own."""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import sys
from typing import Any, Protocol, cast

import nuke

from plugin.hosting.door import Door
from plugin.hosting.installation import Installation

from .boundary import guarded
from .host import NukeHost
from .idle import queue_of_nuke

PANEL_ID = "org.superwhite.panel"
_TITLE = "Superwhite"

# Nuke evaluates this text in its main namespace, where nothing of ours is known by name.
_WIDGET = "__import__('plugin.nuke.dock', fromlist=['Pane']).Pane"

_FIRST_WITH_PYSIDE6 = 16
_PYTHON_OF_PANEL = (3, 11)


class _Panels(Protocol):
    """What is used of `nukescripts.panels`, of which nobody publishes types."""

    def registerWidgetAsPanel(self, widget: str, name: str, id: str, create: bool = False) -> Any: ...
    def restorePanel(self, id: str) -> Any: ...


def install(installation: Installation) -> None:
    """For `menu.py`, which Nuke runs when its window has been built. Never raises."""
    with guarded(installation, "be set up"):
        if not nuke.GUI:
            return
        queue = queue_of_nuke()
        door = Door(installation, "nuke", NukeHost(installation.journal("nuke"), queue), queue)
        atexit.register(door.close)
        with guarded(installation, "be reached by commands"):
            door.open()
        menu = nuke.menu("Nuke").addMenu(_TITLE)
        if can_dock():
            from . import dock

            dock.installed(installation)
            _panels().registerWidgetAsPanel(_WIDGET, _TITLE, PANEL_ID)
            menu.addCommand("Panel", lambda: _open_pane(installation))
        menu.addCommand("Panel in a window", lambda: _open_window(installation, door))


def can_dock() -> bool:
    """Nuke has brought PySide6, and a Python that the panel runs on, since version 16."""
    return (
        nuke.NUKE_VERSION_MAJOR >= _FIRST_WITH_PYSIDE6
        and sys.version_info >= _PYTHON_OF_PANEL
        and importlib.util.find_spec("PySide6") is not None
    )


def _panels() -> _Panels:
    return cast(_Panels, importlib.import_module("nukescripts.panels"))


def _open_pane(installation: Installation) -> None:
    """In the pane of the properties, where Nuke's own layouts have one."""
    with guarded(installation, "open its panel"):
        pane = nuke.getPaneFor("Properties.1")
        if pane is None:
            _panels().restorePanel(PANEL_ID)
        else:
            _panels().registerWidgetAsPanel(_WIDGET, _TITLE, PANEL_ID, True).addToPane(pane)


def _open_window(installation: Installation, door: Door) -> None:
    with guarded(installation, "open its panel"):
        door.open_panel()
