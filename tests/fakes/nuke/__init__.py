"""A stand-in for Nuke 14 to 17: the published stub's names and arities, and the traps of the real one.

app = start(version=16)          # `import nuke` finds it from now on
read = app.make("Read", name="Read1", first=1001, last=1004)
"""

from __future__ import annotations

import sys
from typing import Any

from .app import App
from .module import modules

__all__ = ["App", "start"]

_OURS = ("plugin.nuke", "nuke", "nukescripts")


def start(monkeypatch: Any, version: int = 16, gui: bool = True) -> App:
    """A Nuke that runs in this process; what was imported of our adapter before knows another, and is forgotten."""
    app = App(version, gui)
    for name in list(sys.modules):
        if name in _OURS or name.startswith(tuple(f"{each}." for each in _OURS)):
            monkeypatch.delitem(sys.modules, name)
    for name, module in modules(app).items():
        monkeypatch.setitem(sys.modules, name, module)
    return app
