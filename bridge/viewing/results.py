"""Frames of finished sequences, none of which is trusted to be what it was when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bridge.domain.errors import MediaUnreadable, OutputVanished
from bridge.domain.job import Deliverable
from bridge.media.exr import read_frame, read_header
from bridge.media.ffmpeg import check_file
from bridge.media.halfmath import Half

from .kept import stamp

_REMEDY = "The file was changed after it was made: lift the clip again."
_CHANNELS = ["B", "G", "R"]


def frame_path(result: Deliverable, frame: int) -> Path:
    """Where frame `frame`, counted from 0, lies. Raises `OutputVanished` where there is nothing."""
    path = result.file(frame)
    if stamp(path):
        return path
    remedy = "Reconnect the drive, or lift the clip again."
    if stamp(result.directory):
        raise OutputVanished(f"{path.name} is not in {result.directory} any more.", remedy=remedy)
    raise OutputVanished(f"The folder {result.directory} is gone, or its drive is not connected.", remedy=remedy)


def read_result(path: Path, result: Deliverable) -> Half:
    """The light of a frame; raises `MediaError`s where it is not of the size and kind that was delivered."""
    check_file(path)
    # Before any pixel is read: a header may promise a picture that no memory holds.
    shape, channels = _promised(path, read_header(path))
    if shape != (result.height, result.width):
        raise MediaUnreadable(
            f"{path.name} is {shape[1]} x {shape[0]} pixels, but the sequence is {result.width} x {result.height}.",
            remedy=_REMEDY,
        )
    if channels != _CHANNELS:
        raise MediaUnreadable(f"{path.name} does not hold the channels R, G and B alone.", remedy=_REMEDY)
    light = read_frame(path)
    if light.dtype != np.float16 or light.shape != (*shape, 3):
        raise MediaUnreadable(f"{path.name} does not hold half floats at full size.", remedy=_REMEDY)
    return light


def _promised(path: Path, header: Mapping[str, Any]) -> tuple[tuple[int, int], list[str]]:
    """Height, width and channel names."""
    try:
        (left, top), (right, bottom) = ((int(x), int(y)) for x, y in header["dataWindow"])
        return (bottom - top + 1, right - left + 1), sorted(channel.name for channel in header["channels"])
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise MediaUnreadable(f"The header of {path.name} cannot be read back.", detail=repr(error)) from error
