"""The project that everyone who scripts Resolve sees: a document in memory, or a file that processes share."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Any

STATE_VARIABLE = "SUPERWHITE_FAKE_RESOLVE"
"""Names the file, for `Modules/DaVinciResolveScript.py`."""


class NeverReturns(BaseException):
    """Raised where Resolve would not return from a call; in a process of its own the call really does not."""


def new_id() -> str:
    return str(uuid.uuid4())


class State:
    """`doc` is the document. With `path` it is read before every call, and written after what may change it."""

    def __init__(self, doc: dict[str, Any], path: Path | None = None, sleeps: bool = False) -> None:
        self.doc = doc
        self.path = path
        self.calls: list[str] = []
        self._sleeps = sleeps
        self._depth = 0
        self._read_at: tuple[int, int] | None = None
        if path is not None and not path.exists():
            self.write()

    @classmethod
    def of(cls, path: Path, sleeps: bool = True) -> State:
        return cls(json.loads(path.read_text(encoding="utf-8")), path, sleeps)

    @property
    def project(self) -> dict[str, Any] | None:
        return self.doc["projects"].get(self.doc["current"])

    @property
    def traps(self) -> dict[str, Any]:
        return self.doc["traps"]

    @contextlib.contextmanager
    def turn(self, changes: bool) -> Generator[None, None, None]:
        """One call, alone: Resolve makes them one after the other too."""
        if self.path is None or self._depth:
            yield
            return
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._depth += 1
            try:
                self._read()
                yield
                if changes:
                    self.write()
            finally:
                self._depth -= 1

    def hang(self) -> None:
        if not self._sleeps:
            raise NeverReturns
        while True:
            time.sleep(60)

    def write(self) -> None:
        if self.path is None:
            return
        part = self.path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(self.doc), encoding="utf-8")
        part.replace(self.path)
        self._read_at = self._stamp()

    def _read(self) -> None:
        assert self.path is not None
        if self._stamp() != self._read_at:
            self.doc = json.loads(self.path.read_text(encoding="utf-8"))
            self._read_at = self._stamp()

    def _stamp(self) -> tuple[int, int]:
        assert self.path is not None
        about = self.path.stat()
        return about.st_mtime_ns, about.st_ino


# Walking the document


def tracks_of(timeline: dict[str, Any]) -> Generator[tuple[str, int, dict[str, Any]], None, None]:
    for kind in ("video", "audio"):
        for index, track in enumerate(timeline[kind], 1):
            yield kind, index, track


def item_of(project: dict[str, Any], item: str) -> tuple[dict[str, Any], str, int, dict[str, Any]] | None:
    """The timeline, kind and index of the track, and the record of an item."""
    for timeline in project["timelines"].values():
        for kind, index, track in tracks_of(timeline):
            for each in track["items"]:
                if each["id"] == item:
                    return timeline, kind, index, each
    return None
