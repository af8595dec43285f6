"""EXR frames that came from outside, read from memory: their pixels, or a sentence that says why not."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from bridge.domain.errors import ResultUnusable

MAX_SIDE = 8192

_KINDS = (OpenEXR.scanlineimage, OpenEXR.tiledimage)
_LIGHT = ("R", "G", "B")
_HALF_MAX = np.float32(65504)
# Tiles may be larger than the picture, and the library takes memory for a whole one.
_TILE_PIXELS = 2**20


def read_light(data: bytes, name: str, max_pixels: int) -> NDArray[np.float16]:
    """The light `(H, W, 3)` of the flat RGB or RGBA picture `data`, called `name`; alpha is left out.

    Half samples come as they are, negative ones too; float samples are clamped to +-65504, then rounded. Raises
    `ResultUnusable` for everything else: more than `max_pixels` or than `MAX_SIDE` on a side, before any pixel is
    decoded; tiles far larger than the picture; other channels, subsampled ones, several parts, deep data; a data window
    that is not the display window; NaN and infinity; damage.
    """
    try:
        with OpenEXR.File(io.BytesIO(data), True, True, 0) as file:
            parts, header = len(file.parts), dict(file.header())
        _check(header, parts, name, max_pixels)
        with OpenEXR.File(io.BytesIO(data), True, False, 0) as file:
            channels = file.channels()
            planes = [np.asarray(channels[channel].pixels) for channel in _LIGHT]
    except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, MemoryError) as error:
        raise ResultUnusable(f"The frame {name} from the endpoint is damaged.", detail=str(error)) from error
    return np.stack([_half(plane, name) for plane in planes], axis=-1)


def _check(header: Mapping[str, Any], parts: int, name: str, max_pixels: int) -> None:
    data, display = (np.asarray(header[window], np.int64) for window in ("dataWindow", "displayWindow"))
    width, height = (int(side) for side in data[1] - data[0] + 1)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= max_pixels):
        raise ResultUnusable(
            f"The frame {name} from the endpoint is {width} x {height} pixels, which is not what was asked for."
        )
    if not np.array_equal(data, display):
        raise ResultUnusable(
            f"The frame {name} from the endpoint does not fill its picture.",
            detail=f"data window {data.tolist()}, display window {display.tolist()}",
        )
    if parts != 1 or header["type"] not in _KINDS:
        raise ResultUnusable(
            f"The frame {name} from the endpoint holds several pictures, or deep data.",
            detail=f"{parts} parts, {header['type']}",
        )
    tiles = header.get("tiles")
    if tiles is not None and tiles.xSize * tiles.ySize > max(_TILE_PIXELS, max_pixels):
        raise ResultUnusable(
            f"The frame {name} from the endpoint is cut into tiles far larger than itself.",
            detail=f"{tiles.xSize} x {tiles.ySize} pixels",
        )
    channels = {channel.name: channel for channel in header["channels"]}
    full = all((channel.xSampling, channel.ySampling) == (1, 1) for channel in channels.values())
    if not full or set(channels) - {"A"} != set(_LIGHT):
        raise ResultUnusable(
            f"The frame {name} from the endpoint is no RGB picture; it has the channels {', '.join(channels)}.",
            detail="all at full size" if full else "some of them subsampled",
        )


def _half(plane: NDArray[Any], name: str) -> NDArray[np.float16]:
    if plane.dtype.name not in ("float16", "float32"):
        raise ResultUnusable(f"The frame {name} from the endpoint does not hold light but {plane.dtype} numbers.")
    if not np.isfinite(plane).all():
        raise ResultUnusable(
            f"The frame {name} from the endpoint holds values that are no numbers (NaN or infinity)."
        )
    if plane.dtype == np.float16:
        return plane
    return np.clip(plane, -_HALF_MAX, _HALF_MAX).astype(np.float16)
