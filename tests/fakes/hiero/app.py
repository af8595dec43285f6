"""One running Hiero or Nuke Studio."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any

from . import timeline
from .media import Bin, new_guid
from .timeline import Sequence


class UndoGroup:
    def __init__(self, app: App, title: str) -> None:
        self._app, self._title = app, title

    def __enter__(self) -> object:
        self._app.begin(self._title)
        return self

    def __exit__(self, *_: object) -> object:
        self._app.depth -= 1
        return None


class Project:
    def __init__(self, app: App, name: str, path: str = "") -> None:
        self._app, self._name, self._path = app, name, path
        self._guid = new_guid()
        self._sequences: list[Sequence] = []
        self._bin = Bin("clips")
        self._editable = True

    def guid(self) -> str:
        return self._guid

    def name(self) -> str:
        return self._name

    def path(self) -> str:
        return self._path

    def editable(self) -> bool:
        return self._editable

    def beginUndo(self, name: str) -> UndoGroup:
        self._app.demand_main()
        return UndoGroup(self._app, name)

    def sequences(self) -> list[Sequence]:
        return list(self._sequences)

    def clipsBin(self) -> Bin:
        return self._bin

    def removeVersion(self, version: object) -> None:
        raise AssertionError("hangs")


class App:
    def __init__(self, version: int = 16, product: str = "NukeStudio") -> None:
        self.main = threading.current_thread()
        self.env = {"VersionString": f"{version}.0v4", "ProductName": product}
        self.opened: list[Project] = []
        self.active: Sequence | None = None
        self.selected: list[Any] = []
        self.steps: list[str] = []
        self.loose: list[str] = []
        """Edits that no undo step holds."""
        self.depth = 0
        self.refused: set[str] = set()
        self.interests: dict[str, list[Callable[[Any], None]]] = {}
        self.waiting: queue.Queue[Callable[[], object]] = queue.Queue()
        self.busy = False
        self.messages: list[str] = []
        self.product = product
        timeline.APP[:] = [self]

    def demand_main(self) -> None:
        if threading.current_thread() is not self.main:
            raise RuntimeError("Hiero's objects may be touched on its main thread only")

    def edit(self, what: str) -> None:
        if not self.depth:
            self.loose.append(what)

    def begin(self, title: str) -> None:
        if not self.depth:
            self.steps.append(title)
        self.depth += 1

    def away(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run `work` on another thread, as the panel does, while this one is the main loop."""
        outcome: list[tuple[bool, Any]] = []

        def run() -> None:
            try:
                outcome.append((True, work(*arguments)))
            except BaseException as error:  # noqa: BLE001
                outcome.append((False, error))

        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive():
            try:
                if self.busy:
                    thread.join(0.01)
                else:
                    self.waiting.get(timeout=0.005)()
            except queue.Empty:
                continue
        good, value = outcome[0]
        if good:
            return value
        raise value

    def project(self, name: str = "cut", path: str = "/projects/cut.hrox") -> Project:
        made = Project(self, name, path)
        self.opened.append(made)
        return made

    def sequence(self, project: Project, name: str = "Reel 1", rate: Any = None, tracks: int = 1) -> Sequence:
        made = Sequence(name, rate)
        made._project = project
        made._tracks = [timeline.TrackData(f"V{number}", sequence=made) for number in range(1, tracks + 1)]
        project._sequences.append(made)
        self.active = made
        return made
