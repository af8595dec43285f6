"""A stand-in for Hiero and Nuke Studio: what of their Python is documented, with the traps of the real one."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from . import media, timeline
from .app import App, Project

__all__ = ["App", "Project", "start"]


class Events:
    def __init__(self, app: App) -> None:
        self._app = app

    def registerInterest(self, type: str, callback: Callable[[Any], None]) -> None:
        self._app.interests.setdefault(type, []).append(callback)


class Editor:
    def __init__(self, app: App) -> None:
        self._app = app

    def selection(self) -> list[Any]:
        self._app.demand_main()
        return list(self._app.selected)


def start(monkeypatch: Any, version: int = 16, product: str = "NukeStudio") -> App:
    app = App(version, product)
    core, ui, hiero = (types.ModuleType(name) for name in ("hiero.core", "hiero.ui", "hiero"))
    for each in (media.Clip, media.MediaSource, media.BinItem, media.Bin, media.Tag):
        setattr(core, each.__name__, each)
    for each in (timeline.TrackItem, timeline.VideoTrack, timeline.TrackBase, timeline.Sequence):
        setattr(core, each.__name__, each)
    core.EffectTrackItem, core.Transition = timeline.EffectTrackItem, timeline.Transition  # type: ignore[attr-defined]
    core.env, core.events = app.env, Events(app)  # type: ignore[attr-defined]

    def projects() -> tuple[Project, ...]:
        app.demand_main()
        return tuple(app.opened)

    def in_main(call: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        app.waiting.put(lambda: call(*args, **kwargs))

    def active() -> timeline.Sequence | None:
        app.demand_main()
        return app.active

    core.projects = projects  # type: ignore[attr-defined]
    core.executeInMainThread = in_main  # type: ignore[attr-defined]
    ui.activeSequence = active  # type: ignore[attr-defined]
    ui.getTimelineEditor = lambda sequence: Editor(app)  # type: ignore[attr-defined]
    ui.mainWindow = lambda: None  # type: ignore[attr-defined]
    hiero.core, hiero.ui = core, ui  # type: ignore[attr-defined]
    media.MediaSource.movies = {}
    for name, module in (("hiero", hiero), ("hiero.core", core), ("hiero.ui", ui)):
        monkeypatch.setitem(sys.modules, name, module)
    return app
