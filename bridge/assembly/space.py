"""Whether the drive can hold the result, before and while it is made."""

from __future__ import annotations

import shutil
from pathlib import Path

from bridge.domain.errors import DiskFull

_BYTES_PER_PIXEL = 6
_SMALLEST_RATIO = {"none": 1.0, "dwaa": 0.02, "dwab": 0.02}
"""Smallest size over the uncompressed size that real pictures come to; 0.1 for the lossless codecs."""


def smallest_sequence(width: int, height: int, frames: int, codec: str) -> int:
    """Bytes that `frames` cannot come below: a job that needs more than the drive has is refused before it starts."""
    return int(width * height * frames * _BYTES_PER_PIXEL * _SMALLEST_RATIO.get(codec, 0.1))


def demand_space(folder: Path, needed: int, what: str) -> None:
    """Raise `DiskFull` when the drive of `folder` has less than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"{what} needs at least {_readable(needed)}, and the drive of {folder} has {_readable(free)} free."
        )


def _readable(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
