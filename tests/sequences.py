"""Finished sequences for tests, and the pictures that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.domain.color import OutputColor
from bridge.domain.job import Deliverable
from bridge.media.exr import SequenceHeader, write_frame


def write_result(
    folder: Path,
    frames: Sequence[NDArray[np.float16]],
    *,
    color: OutputColor = OutputColor.LIN_REC709,
    white: int = 203,
    peak: float | None = 1000 / 203,
    first: int = 1001,
) -> Deliverable:
    """Write frames of light `(H, W, 3)` into a new folder, numbered from `first`, as a lift does."""
    folder.mkdir(parents=True)
    header = SequenceHeader(color, white, Fraction(25), "none" if color.is_st2065_4 else "piz")
    for number, light in enumerate(frames, first):
        write_frame(folder / f"{folder.name}.{number:08d}.exr", light, header.for_frame(number))
    height, width, _ = frames[0].shape
    return Deliverable(
        directory=folder,
        pattern=f"{folder.name}.%08d.exr",
        first=first,
        last=first + len(frames) - 1,
        frames=len(frames),
        rate=Fraction(25),
        width=width,
        height=height,
        color=color,
        reference_white=white,
        sidecar=folder / f"{folder.name}.json",
        review=None,
        poster=None,
        master=None,
        measures={} if peak is None else {"peak": peak},
    )


def frame_file(result: Deliverable, frame: int = 0) -> Path:
    return result.directory / (result.pattern % (result.first + frame))


def picture_of(ppm: bytes) -> NDArray[np.uint8]:
    """Pixels `(H, W, 3)` of a binary PPM with 8 bits, read by the rules of ppm(5)."""
    magic, width, height, top = ppm[:40].split(maxsplit=4)[:4]
    assert (magic, top) == (b"P6", b"255")
    size = int(width) * int(height) * 3
    header = len(ppm) - size
    assert ppm[:header].split() == [magic, width, height, top]
    assert ppm[header - 1 : header].isspace()
    return np.frombuffer(ppm, np.uint8, size, header).reshape(int(height), int(width), 3)
