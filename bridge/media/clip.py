"""The way in: a movie or an image sequence becomes a `Clip`."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from bridge.domain.errors import RequestError
from bridge.media.frame import Clip, CodeFrame
from bridge.media.movie import open_movie
from bridge.media.numbering import files_at
from bridge.media.sequence import open_sequence

__all__ = ["Clip", "CodeFrame", "open_clip"]


def open_clip(path: Path, *, rate: Fraction | None = None, threads: int = 0) -> Clip:
    """Opens a movie, or an image sequence by a file of it, its pattern (`%04d`, `####`, `[1001-1048]`) or its folder.

    `rate` is the frame rate of a sequence, or the constant rate at which a movie is to be read; by default it is what
    the media says. `threads` is for decoding; 0 means one per core.

    Raises the `MediaError`s; `SourceNotSdr` for HLG, PQ, camera log, and linear light above reference white.
    """
    if rate is not None and not 0 < rate <= 1000:
        raise RequestError(f"{rate} frames per second is outside 0 to 1000.")
    files = files_at(path)
    return open_movie(path, rate, threads) if files is None else open_sequence(files, rate, threads)
