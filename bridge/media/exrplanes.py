"""Channels of OpenEXR pictures from outside, laid into the display window, with nothing said of their colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from bridge.domain.errors import MediaUnreadable
from bridge.media.ffmpeg import MAX_PIXELS, check_file, check_size

# x, y, width, height
_Window = tuple[int, int, int, int]


@dataclass(frozen=True)
class PlanesHeader:
    """What one file says before its pixels are read. `channels` are its names, `subsampled` those at less than full
    size; `attributes` is the whole header.
    """

    display: _Window
    data: _Window
    channels: frozenset[str]
    subsampled: frozenset[str]
    attributes: Mapping[str, Any]

    @property
    def rate(self) -> Fraction | None:
        """`framesPerSecond`, where it makes sense."""
        rate = Fraction(self.attributes.get("framesPerSecond", 0))
        return rate if 0 < rate <= 1000 else None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.display[2], self.display[3]


def read_planes_header(path: Path) -> PlanesHeader:
    """Reads a header. Raises `MediaUnreadable` where it is none of a flat picture of a size that can be read."""
    check_file(path)
    try:
        with OpenEXR.File(str(path), True, True, 0) as file:
            attributes: dict[str, Any] = dict(file.header())
        display, data = _window(attributes["displayWindow"]), _window(attributes["dataWindow"])
        channels = {channel.name: channel for channel in attributes["channels"]}
        Fraction(attributes.get("framesPerSecond", 0))
    except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise damaged(path, error) from error
    for window in (display, data):
        check_size(path, *window[2:])
    if attributes.get("type") in (OpenEXR.deepscanline, OpenEXR.deeptile):
        raise MediaUnreadable(f"“{path.name}” holds deep data.", remedy="Flatten it first.")
    tiles = attributes.get("tiles")
    # The library makes room for a whole tile, however little of it the picture fills.
    if tiles is not None and tiles.xSize * tiles.ySize > MAX_PIXELS:
        raise MediaUnreadable(f"“{path.name}” is cut into tiles far larger than itself.")
    return PlanesHeader(
        display=display,
        data=data,
        channels=frozenset(channels),
        subsampled=frozenset(
            n for n, channel in channels.items() if (channel.xSampling, channel.ySampling) != (1, 1)
        ),
        attributes=attributes,
    )


def check_full_size(path: Path, header: PlanesHeader, names: Collection[str]) -> None:
    """Raises `MediaUnreadable` where one of the channels `names` is subsampled."""
    if header.subsampled.intersection(names):
        raise MediaUnreadable(f"“{path.name}” has subsampled channels.", remedy="Write all channels at full size.")


def read_planes(path: Path, header: PlanesHeader, names: Collection[str]) -> dict[str, NDArray[np.float32]]:
    """The channels `names` as `(H, W)` of the display window, 0 outside the data; numbers as they are, all finite.

    Raises `MediaUnreadable` for damage, whole numbers, NaN and infinity.
    """
    try:
        with OpenEXR.File(str(path), True, False, 0) as file:
            channels = file.channels()
            planes = {name: np.asarray(channels[name].pixels) for name in names}
    except (RuntimeError, ValueError, LookupError) as error:
        raise damaged(path, error) from error
    left, top, width, height = header.display
    data_left, data_top, data_width, data_height = header.data
    inner = (
        slice(max(top, data_top), min(top + height, data_top + data_height)),
        slice(max(left, data_left), min(left + width, data_left + data_width)),
    )
    laid: dict[str, NDArray[np.float32]] = {}
    for name, plane in planes.items():
        if plane.shape != (data_height, data_width) or plane.dtype.kind != "f":
            raise MediaUnreadable(f"“{path.name}” holds whole numbers in its channels, not light.")
        seen = _cut(plane, inner, data_top, data_left).astype(np.float32)
        if not np.isfinite(seen).all():
            raise MediaUnreadable(
                f"“{path.name}” holds values that are no numbers (NaN or infinity).", remedy="Render the frame again."
            )
        laid[name] = seen
        if seen.shape != (height, width):
            laid[name] = np.zeros((height, width), np.float32)
            _cut(laid[name], inner, top, left)[...] = seen
    return laid


def damaged(path: Path, error: Exception) -> MediaUnreadable:
    """What is said of a file that OpenEXR does not read."""
    return MediaUnreadable(f"“{path.name}” is damaged, or is not an OpenEXR picture.", detail=str(error))


def _cut(plane: NDArray[Any], inner: tuple[slice, slice], top: int, left: int) -> NDArray[Any]:
    """The part of `plane`, whose first pixel is at (left, top), that lies in `inner`; empty where they do not meet."""
    rows, columns = (
        slice(max(0, span.start - first), max(0, span.stop - first))
        for span, first in zip(inner, (top, left), strict=True)
    )
    return plane[rows, columns]


def _window(corners: Any) -> _Window:
    (left, top), (right, bottom) = ((int(x), int(y)) for x, y in corners)
    return left, top, right - left + 1, bottom - top + 1
