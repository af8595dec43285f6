"""What was placed on which timeline, and in which files: written before the act and after it.

One JSON file for each timeline. It is all that reverting needs, also after a restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QIODevice, QLockFile, QSaveFile

from bridge.domain.cut import TimelineClip
from bridge.domain.host import HostFailure
from bridge.domain.job import Deliverable
from bridge.domain.wire import Frozen, Rate

LOCK_SECONDS = 30
"""How long another panel may be at work on the same timeline."""


class Placement(Frozen):
    """A result on a timeline. `clip` is what was lifted, as the timeline held it then; `replaces` are the ids of the
    placements that it hides as long as it is there.
    """

    id: str
    job: str
    clip: TimelineClip
    deliverable: Deliverable
    replaces: tuple[str, ...] = ()


class TimelineFile(Frozen):
    """A timeline that was written, with the SHA-256 of its bytes and the ids of the placements in it."""

    path: Path
    sha256: str
    holds: tuple[str, ...]


class Intent(Frozen):
    """A file that is about to be written into `folder`, and what is placed once it is there."""

    folder: Path
    sha256: str
    holds: tuple[str, ...]
    placements: tuple[Placement, ...]


class Journal(Frozen):
    """Of one timeline: what is placed, later ones above earlier ones, and the files of ours that hold it, in the order
    in which they were written.
    """

    timeline: Path
    rate: Rate | None = None
    placements: tuple[Placement, ...] = ()
    files: tuple[TimelineFile, ...] = ()
    intent: Intent | None = None

    def with_file(self, intent: Intent, path: Path) -> Journal:
        """After `intent` has come to pass at `path`."""
        file = TimelineFile(path=path, sha256=digest(path), holds=intent.holds)
        return self.model_copy(update={"placements": intent.placements, "files": (*self.files, file), "intent": None})

    def settled(self) -> Journal:
        """An intent is fulfilled where the file is there by its digest; else it came to nothing."""
        if self.intent is None:
            return self
        path = self.find(self.intent)
        return self.with_file(self.intent, path) if path else self.model_copy(update={"intent": None})

    def find(self, intent: Intent) -> Path | None:
        """The file that `intent` meant, if it was written."""
        known = {file.path for file in self.files}
        # Timelines are written as `<name>_hdr`, with a version behind where that is taken.
        start = f"{self.timeline.stem}_hdr"
        try:
            beside = sorted(path for path in intent.folder.iterdir() if path.name.startswith(start))
        except OSError:
            return None  # The folder is gone, and with it what may have been written.
        return next((path for path in beside if path not in known and is_unchanged(path, intent.sha256)), None)


class JournalStore:
    """The journals in `folder`, which is made when the first is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def key(timeline: Path) -> str:
        """What a journal is called, from the absolute path of its timeline."""
        return hashlib.sha256(str(timeline).encode()).hexdigest()[:16]

    @contextmanager
    def locked(self, key: str) -> Generator[None]:
        """Keep other panels off a journal. Raises `HostFailure`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, str(error)) from error
        lock = QLockFile(str(self.folder / f"{key}.lock"))
        lock.setStaleLockTime(0)  # Only a lock whose process is gone is stale.
        if not lock.tryLock(LOCK_SECONDS * 1000):
            raise HostFailure(
                QCoreApplication.translate("StandaloneHost", "Another panel is at work on this timeline."),
                remedy=QCoreApplication.translate("StandaloneHost", "Wait until it is done, then try again."),
                detail=str(self.folder),
            )
        try:
            yield
        finally:
            lock.unlock()

    def read(self, key: str) -> tuple[Journal | None, tuple[str, ...]]:
        """The journal, and what there is to say about it: a damaged one is set aside."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None, ()
        except OSError as error:
            raise _unwritable(path, str(error)) from error
        try:
            return Journal.model_validate_json(data), ()
        except ValueError:  # pydantic's error is one
            return None, (self._set_aside(path),)

    def write(self, journal: Journal) -> None:
        """Whole or not at all, and on the drive when this returns. Raises `HostFailure`."""
        file = QSaveFile(str(self._path(self.key(journal.timeline))))
        data = journal.model_dump_json(indent=1).encode()
        opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
        if not opened or file.write(data) != len(data) or not file.commit():
            raise _unwritable(Path(file.fileName()), file.errorString())

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _set_aside(self, path: Path) -> str:
        names = (path.with_suffix(f".damaged-{number}") for number in range(1, 10_000))
        aside = next(name for name in names if not name.exists())
        try:
            path.replace(aside)
        except OSError as error:
            raise _unwritable(aside, str(error)) from error
        text = QCoreApplication.translate(
            "StandaloneHost",
            "The journal of earlier imports was damaged and has been set aside as {path}: earlier imports into this "
            "timeline cannot be reverted here.",
        )
        return text.format(path=aside)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_unchanged(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and digest(path) == sha256
    except OSError:
        return False


def _unwritable(path: Path, detail: str) -> HostFailure:
    return HostFailure(
        QCoreApplication.translate(
            "StandaloneHost", "The journal of imports cannot be kept, so nothing was changed."
        ),
        remedy=QCoreApplication.translate("StandaloneHost", "Check that {folder} can be written to.").format(
            folder=path.parent
        ),
        detail=f"{path}: {detail}",
    )
