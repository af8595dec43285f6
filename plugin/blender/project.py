"""Which project is open: by its path, and before it has one by an id that its first saving does not end."""

from __future__ import annotations

import os
import uuid
from typing import Any

from . import api

_UNSAVED = "unsaved:"


class Project:
    """Made and closed on the main thread; told by Blender of every file that is opened."""

    def __init__(self) -> None:
        self._session = ""
        self._borne: set[str] = set()
        self._begin()

        @api.bpy.app.handlers.persistent
        def opened(*_: Any) -> None:
            self._begin()

        self._opened = opened
        api.bpy.app.handlers.load_post.append(opened)

    def current(self) -> str:
        path = str(api.bpy.data.filepath)
        name = os.path.realpath(path) if path else self._session
        self._borne.add(name)
        return name

    @property
    def title(self) -> str:
        path = str(api.bpy.data.filepath)
        return os.path.basename(path) if path else "Untitled"  # noqa: PTH119 - a path of Blender's, which is text

    def is_open(self, project: str) -> bool:
        """Whether this is what is open, under this name or one that it had since it was opened."""
        return bool(project) and (project == self.current() or project in self._borne)

    def close(self) -> None:
        handlers = api.bpy.app.handlers.load_post
        if self._opened in handlers:
            handlers.remove(self._opened)

    def _begin(self) -> None:
        self._session = _UNSAVED + uuid.uuid4().hex
        self._borne.clear()
