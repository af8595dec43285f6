"""Menus and panes of Nuke's window."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .stub import STUB

if TYPE_CHECKING:
    from .app import App


class Menu(STUB.strict("Menu")):  # type: ignore[misc]
    def __init__(self, name: str) -> None:
        self._name = name
        self._items: dict[str, Any] = {}

    def addMenu(self, name: str, *_: Any) -> Menu:
        return self._items.setdefault(name, Menu(name))

    def addCommand(self, name: str, command: Any = None, *_: Any) -> None:
        if not (isinstance(command, str) or callable(command)):
            raise TypeError("a command is text or a function")
        self._items[name] = command


class Pane:
    """A dock. `widgets` are what its tabs show."""

    def __init__(self) -> None:
        self.widgets: list[Any] = []

    def add(self, panel: PythonPanel) -> None:
        self.widgets.append(panel.widget)


class PythonPanel:
    """Evaluates the text of its widget as Nuke does, where no plugin is known by name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.widget: Any = None

    def addToPane(self, pane: Pane | None = None) -> PythonPanel:
        self.widget = eval(self._text, {"__name__": "__main__"})()
        if pane is not None:
            pane.add(self)
        return self


def panels_of(app: App) -> tuple[types.ModuleType, types.ModuleType]:
    nukescripts, panels = types.ModuleType("nukescripts"), types.ModuleType("nukescripts.panels")
    registered: dict[str, Callable[[], PythonPanel]] = {}

    def register(widget: str, name: str, id: str, create: bool = False) -> PythonPanel | None:
        if not isinstance(widget, str):
            raise TypeError("the widget is named by text")
        registered[id] = lambda: PythonPanel(widget).addToPane(app.panes.setdefault(id, Pane()))
        return PythonPanel(widget) if create else None

    def restore(id: str) -> PythonPanel | None:
        return registered[id]() if id in registered else None

    def unregister(id: str, command: object) -> None:
        del registered[id]

    panels.registerWidgetAsPanel = register  # type: ignore[attr-defined]
    panels.restorePanel = nukescripts.restorePanel = restore  # type: ignore[attr-defined]
    nukescripts.unregisterPanel = unregister  # type: ignore[attr-defined]
    return nukescripts, panels
