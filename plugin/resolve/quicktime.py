"""How many pictures a QuickTime or MP4 file holds, from its sample table (QuickTime File Format Specification)."""

from __future__ import annotations

import struct
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def video_frames(path: Path) -> int:
    """0 for a file without a picture, or one that is no such movie. Raises `OSError`."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        # Handlers and sample sizes come in the order of their tracks.
        kinds: list[bytes] = []
        counts: list[int] = []
        for kind, start in _atoms(file, 0, end):
            file.seek(start)
            if kind == b"hdlr":
                said = file.read(12)[8:12]
                if said in (b"vide", b"soun", b"tmcd", b"text", b"sbtl"):
                    kinds.append(said)
            elif kind == b"stsz":
                counts.append(struct.unpack(">I", file.read(12).ljust(12, b"\0")[8:12])[0])
    return max((count for said, count in zip(kinds, counts) if said == b"vide"), default=0)  # noqa: B905 - Python 3.9


def _atoms(file: BinaryIO, start: int, end: int) -> Generator[tuple[bytes, int], None, None]:
    """Every atom's kind, and where what it holds begins; those that hold others are gone into."""
    while start + 8 <= end:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))[0], 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield kind, start + head
        if kind in _PARENTS:
            yield from _atoms(file, start + head, min(end, start + size))
        start += size
