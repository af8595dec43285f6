"""The end of a part, kept on the drive until the next part is made: what was cut short goes on from there."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bridge.assembly.seams import Picture, Seam
from bridge.media.storage import replacing, write_atomic

_DTYPE = np.dtype("<f4")


class Tails:
    """In `folder`, for work that `fingerprint` names. `size` is width and height."""

    def __init__(self, folder: Path, fingerprint: str, size: tuple[int, int]) -> None:
        self._folder = folder
        self._mark = fingerprint[:16]
        self._shape = (size[1], size[0], 3)

    def keep(self, part: int, tail: list[Picture], seams: list[Seam]) -> None:
        """The last frames of `part`, and the seams up to there; those of the part before go. Raises `OutputError`s."""
        self._folder.mkdir(exist_ok=True)
        with replacing(self._pictures(part)) as path, path.open("wb") as file:
            for picture in tail:
                np.ascontiguousarray(picture, _DTYPE).tofile(file)
        write_atomic(self._seams(part), json.dumps([asdict(seam) for seam in seams]).encode())
        for older in self._folder.glob("tail-*"):
            if older not in (self._pictures(part), self._seams(part)):
                older.unlink()

    def find(self, part: int, frames: int) -> tuple[list[Picture], list[Seam]] | None:
        """What was kept of `part`; none where it was not, or is not of `frames` frames."""
        try:
            pictures = np.fromfile(self._pictures(part), _DTYPE)
            told: list[dict[str, Any]] = json.loads(self._seams(part).read_bytes())
            seams = [Seam(**each) for each in told]
        except (OSError, ValueError, TypeError):
            return None
        if pictures.size != frames * int(np.prod(self._shape)):
            return None
        return list(pictures.reshape(frames, *self._shape)), seams

    def _pictures(self, part: int) -> Path:
        return self._folder / f"tail-{self._mark}-{part}.f32"

    def _seams(self, part: int) -> Path:
        return self._folder / f"tail-{self._mark}-{part}.json"
