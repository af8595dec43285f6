"""What a host has rendered for a job: where it lies, and when it goes.

Each click gives each such clip a fresh folder below the output folder, `plates/<clip>_<token>`, because there is room
on that drive. It holds what was rendered of the clip (`render`) and of its mask (`mask`), and stays while the job is
listed: the job can be tried again, and its source looked at. Whoever takes the job off the list removes it, and
whoever made it does so at once where no job comes of it. A hidden file marks it as one of ours; no other folder is ever
removed.
"""

from __future__ import annotations

import re
import shutil
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import OutputNotWritable
from bridge.domain.workflow import LiftRequest

_MARK = ".superwhite-plate"
_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 60
_DEPTH = 3
"""A frame lies at most this far below its folder."""


@dataclass(frozen=True)
class Plates:
    folder: Path

    @property
    def render(self) -> Path:
        return self.folder / "render"

    @property
    def mask(self) -> Path:
        return self.folder / "mask"


def fresh(output: Path, clip: str) -> Plates:
    """A new folder for what is rendered of `clip`. Blocks. Raises `OutputNotWritable`."""
    name = _UNSAFE.sub("_", clip)[:_LONGEST_NAME].strip("._") or "clip"
    plates = Plates(output / "plates" / f"{name}_{uuid.uuid4().hex[:8]}")
    try:
        for folder in (plates.render, plates.mask):
            folder.mkdir(parents=True)
        (plates.folder / _MARK).touch()
    except OSError as error:
        raise OutputNotWritable(
            f"The host cannot render into {output}.",
            detail=f"{plates.folder}: {error.strerror}",
            remedy="Choose another output folder in the settings, or change its permissions.",
        ) from error
    return plates


def remove(plates: Plates) -> None:
    """Blocks. What cannot be removed, because a program has it open, stays."""
    if (plates.folder / _MARK).is_file():
        shutil.rmtree(plates.folder, ignore_errors=True)


def remove_later(plates: Plates) -> None:
    threading.Thread(target=remove, args=(plates,), name="plates").start()


def remove_of(gone: LiftRequest, others: Iterable[LiftRequest]) -> None:
    """In the background, remove the plates of a request that is not listed any more, unless one of `others` that are
    uses them.
    """
    used = [path for request in others for path in _media(request)]

    def work() -> None:
        for path in _media(gone):
            for folder in list(path.parents)[:_DEPTH]:
                if (folder / _MARK).is_file() and not any(folder in other.parents for other in used):
                    remove(Plates(folder))

    threading.Thread(target=work, name="plates").start()


def _media(request: LiftRequest) -> tuple[Path, ...]:
    return (request.source.path, *([request.mask.path] if request.mask else []))
