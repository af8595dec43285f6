"""The modules `nuke` and `nukescripts`, as a running Nuke shows them to its Python."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from .app import App
from .panes import Menu, panels_of
from .stub import STUB


def modules(app: App) -> dict[str, types.ModuleType]:
    """By their names in `sys.modules`. What the stub does not have cannot be had."""
    nuke = types.ModuleType("nuke")
    for name, value in STUB.constants.items():
        if isinstance(value, (int, str)):
            setattr(nuke, name, value)
    flags = {"INPUTS": 1, "HIDDEN_INPUTS": 2, "EXPRESSIONS": 4}
    version = {
        "NUKE_VERSION_MAJOR": app.version,
        "NUKE_VERSION_MINOR": 0,
        "NUKE_VERSION_STRING": f"{app.version}.0v4",
        "GUI": app.gui,
        "env": Environment(app),
        "Undo": _undo(app),
        "nodes": Nodes(app),
        "CancelledError": type("CancelledError", (Exception,), {}),
    }
    for name, value in {**flags, **version, **app.node_classes, **app.knob_classes}.items():
        setattr(nuke, name, value)
    for name, behaviour in functions(app).items():
        setattr(nuke, name, STUB.function(name, behaviour))
    if app.version >= 14:
        nuke.lastHitGroup = lambda: app.wrap(app.hit)  # type: ignore[attr-defined]
    nukescripts, panels = panels_of(app)
    nukescripts.panels = panels  # type: ignore[attr-defined]
    return {"nuke": nuke, "nukescripts": nukescripts, "nukescripts.panels": panels}


def functions(app: App) -> dict[str, Callable[..., Any]]:
    def all_nodes(*args: Any, group: Any = None, recurseGroups: bool = False) -> list[Any]:
        app.demand_main()
        at = app.context[-1] if group is None else group._op.number
        ops = list(app.graph.ops.values()) if recurseGroups else app.graph.children(at)
        return app.listed([app.wrap(op.number) for op in ops if op.number and (not args or op.kind == args[0])])

    def to_node(s: str) -> Any:
        app.demand_main()
        at = app.context[-1]
        for part in s.removeprefix("root.").split("."):
            op = next((op for op in app.graph.children(at) if op.name == part), None)
            if op is None:
                return None
            at = op.number
        return app.wrap(at)

    def delete(n: Any) -> None:
        op = n._op
        app.graph.edit(f"Delete {op.name}")
        app.graph.remove(app.op(op.number), heal=False)

    def in_main(call: Callable[..., Any], args: Any = (), kwargs: Any = None) -> None:
        if not isinstance(args, tuple):
            args = (args,)
        if not app.gui:
            call(*args, **(kwargs or {}))
            return
        app.waiting.put(lambda: _printed(call, args, kwargs or {}))

    def in_main_with_result(call: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        raise AssertionError("gives None for every error, and waits for ever on the main thread: not to be used")

    def say(prompt: str) -> None:
        if not app.gui:
            raise RuntimeError("there is no GUI")
        app.demand_main()
        app.messages.append(prompt)

    def menu(name: str) -> Any:
        if not app.gui:
            raise RuntimeError("there is no GUI")
        return app.menus.setdefault(name, Menu(name))

    def on(event: str) -> tuple[Callable[..., None], Callable[..., None]]:
        def add(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
            app.callbacks[event].append(call)

        def remove(call: Any, args: Any = (), kwargs: Any = None, nodeClass: str = "Root") -> None:
            if call not in app.callbacks[event]:
                raise ValueError("no such callback")
            app.callbacks[event].remove(call)

        return add, remove

    add_load, remove_load = on("load")
    add_close, remove_close = on("close")
    return {
        "allNodes": all_nodes,
        "toNode": to_node,
        "delete": delete,
        "root": lambda: app.wrap(0),
        "views": lambda: list(app.views),
        "execute": app.execute,
        "executeInMainThread": in_main,
        "executeInMainThreadWithResult": in_main_with_result,
        "getColorspaceList": lambda colorspaceKnob: colorspaceKnob.values(),
        "message": say,
        "menu": menu,
        "getPaneFor": lambda panelName: app.panes.get(panelName),
        "addOnScriptLoad": add_load,
        "removeOnScriptLoad": remove_load,
        "addOnScriptClose": add_close,
        "removeOnScriptClose": remove_close,
    }


def _printed(call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """An error in a posted call is printed, and nobody hears of it."""
    try:
        call(*args, **kwargs)
    except Exception as error:  # noqa: BLE001
        print("Traceback:", error)  # noqa: T201


class Environment(STUB.strict("GlobalsEnvironment")):  # type: ignore[misc]
    def __init__(self, app: App) -> None:
        self._app = app

    def __getitem__(self, index: str) -> Any:
        return {"nc": self._app.noncommercial, "studio": False, "hiero": False, "gui": self._app.gui}[index]


class Nodes:
    def __init__(self, app: App) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in ("Read", "Write", "Switch", "Roto", "RotoPaint", "Blur", "Merge2", "Group", "Dot"):
            raise AttributeError(name)
        return lambda **values: self._app.make(name, **values)


def _undo(app: App) -> type:
    class Undo(STUB.strict("Undo")):  # type: ignore[misc]
        @classmethod
        def begin(cls, *name: str) -> None:
            app.demand_main()
            app.graph.begin()

        @classmethod
        def name(cls, title: str) -> None:
            app.graph.name(title)

        @classmethod
        def end(cls) -> None:
            app.graph.end()

        @classmethod
        def cancel(cls) -> None:
            app.graph.cancel()

        @classmethod
        def disabled(cls) -> bool:
            return bool(app.graph.disabled)

        @classmethod
        def disable(cls) -> None:
            app.graph.disabled += 1

        @classmethod
        def enable(cls) -> None:
            if not app.graph.disabled:
                raise RuntimeError("Undo.enable without Undo.disable")
            app.graph.disabled -= 1

    return Undo
