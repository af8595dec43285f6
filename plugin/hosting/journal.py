"""What was placed in a host's projects: written before the act and after it, so that it can always be undone."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.domain.host import HostFailure

from .files import locked, write_whole

INTENDED, PLACED, REVERTED = "intended", "placed", "reverted"


@dataclass(frozen=True)
class Entry:
    """One result in one project.

    `clip` is the source's `HostClip.id`. `made` names what was added to the project, `before` how everything that was
    changed had been: both are the adapter's own, of values that JSON knows. `phase` is intended, placed or reverted;
    what is intended may have come to pass in part.
    """

    placement: str
    job: str
    project: str
    clip: str
    phase: str = INTENDED
    made: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    replaces: str = ""
    order: int = 0


class Journal:
    """The placings of one host, a file each in `folder`, which is made when the first is written.

    Every method raises `HostFailure` where the drive does not let it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def alone(self) -> Generator[None, None, None]:
        """Keep other processes off: two panels may work on one application."""
        with ExitStack() as held:
            with self._failing():
                self.folder.mkdir(parents=True, exist_ok=True)
                held.enter_context(locked(self.folder / "journal.lock"))
            yield

    def intend(self, job: str, project: str, clip: str, **more: Any) -> Entry:
        """A new entry, on the drive before anything is changed."""
        entry = Entry(uuid.uuid4().hex, job, project, clip, order=time.time_ns(), **more)
        self.write(entry)
        return entry

    def write(self, entry: Entry) -> None:
        with self._failing():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self._path(entry.placement), json.dumps(asdict(entry), indent=1))

    def turned(self, entry: Entry, phase: str, **more: Any) -> Entry:
        """`entry` in another phase, written."""
        entry = replace(entry, phase=phase, **more)
        self.write(entry)
        return entry

    def read(self, placement: str) -> Entry | None:
        """None where nothing is known of it. A damaged entry is a `HostFailure`: it must not pass for none."""
        if not placement.isalnum():
            return None
        path = self._path(placement)
        with self._failing():
            try:
                text = path.read_text(encoding="utf-8")
            except FileNotFoundError:
                return None
        try:
            return Entry(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise HostFailure(
                "The record of an earlier import is damaged, so that import cannot be taken back here.",
                remedy="Undo it by hand in the application.",
                detail=f"{path}: {error}",
            ) from error

    def entries(self, project: str) -> list[Entry]:
        """What is intended or placed in `project`, in the order in which it came to be; damaged ones are left out."""
        found = []
        with self._failing():
            names = sorted(path.stem for path in self.folder.glob("*.json")) if self.folder.is_dir() else []
        for name in names:
            try:
                entry = self.read(name)
            except HostFailure:
                continue
            if entry is not None and entry.project == project and entry.phase != REVERTED:
                found.append(entry)
        return sorted(found, key=lambda entry: entry.order)

    def _path(self, placement: str) -> Path:
        return self.folder / f"{placement}.json"

    @contextmanager
    def _failing(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            raise HostFailure(
                "The journal of imports cannot be kept, so nothing was changed.",
                remedy=f"Check that {self.folder} can be written to.",
                detail=f"{error.filename or self.folder}: {os.strerror(error.errno or 0)}",
            ) from error
