"""OpenEXR sources: scene-linear SDR, taken into codes that BT.1886 leads back to the same light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from bridge.domain.color import Primaries, SourceColor
from bridge.domain.errors import MediaUnreadable, SourceNotSdr
from bridge.media.ffmpeg import MAX_PIXELS, check_file, check_size

# Room for rounding above reference white, no more.
_WHITE_LIMIT = 1 + 1 / 1024
_TOP = 65535
_GAMMA = 2.4

# ASWF Color Interop Forum, “Identifying the Color Space of OpenEXR Files” 1.0.0; each as `_scene` or `_display`.
_INTEROP = {
    "lin_rec709": Primaries.REC709,
    "lin_rec2020": Primaries.REC2020,
    "lin_p3d65": Primaries.P3D65,
    "lin_ap1": Primaries.AP1,
    "lin_ap0": Primaries.AP0,
}

# x, y, width, height
_Window = tuple[int, int, int, int]


@dataclass(frozen=True)
class LinearHeader:
    """What one file says before its pixels are read; `channels` are the names of R, G and B."""

    display: _Window
    data: _Window
    channels: tuple[str, str, str]
    color: SourceColor
    rate: Fraction | None
    pixel_aspect: Fraction


def read_linear_header(path: Path) -> LinearHeader:
    """Reads a header. Raises `MediaUnreadable` where it is none of a flat RGB or grey picture in known primaries."""
    check_file(path)
    try:
        with OpenEXR.File(str(path), True, True, 0) as file:
            header: dict[str, Any] = dict(file.header())
        display, data = _window(header["displayWindow"]), _window(header["dataWindow"])
        channels = {channel.name: channel for channel in header["channels"]}
        aspect = Fraction(header.get("pixelAspectRatio", 1)).limit_denominator(1000)
        rate = Fraction(header.get("framesPerSecond", 0))
    except (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise _damaged(path, error) from error
    for window in (display, data):
        check_size(path, *window[2:])
    if header.get("type") in (OpenEXR.deepscanline, OpenEXR.deeptile):
        raise MediaUnreadable(f"“{path.name}” holds deep data.", remedy="Flatten it first.")
    tiles = header.get("tiles")
    # The library makes room for a whole tile, however little of it the picture fills.
    if tiles is not None and tiles.xSize * tiles.ySize > MAX_PIXELS:
        raise MediaUnreadable(f"“{path.name}” is cut into tiles far larger than itself.")
    names = ("R", "G", "B") if "R" in channels else ("Y", "Y", "Y")
    if not set(names) <= set(channels) or "RY" in channels:
        raise MediaUnreadable(
            f"“{path.name}” has no channels R, G and B; it has {', '.join(sorted(channels)) or 'none'}.",
            remedy="Write the picture to the channels R, G and B.",
        )
    if any(channels[name].xSampling != 1 or channels[name].ySampling != 1 for name in names):
        raise MediaUnreadable(f"“{path.name}” has subsampled channels.", remedy="Write all channels at full size.")
    return LinearHeader(
        display=display,
        data=data,
        channels=names,
        color=_color(path, header),
        rate=rate if 0 < rate <= 1000 else None,
        pixel_aspect=aspect if aspect > 0 else Fraction(1),
    )


def read_linear(path: Path, header: LinearHeader) -> NDArray[np.uint16]:
    """Codes (3, H, W) of the display window, 16 bits: `v = L ** (1 / 2.4)`, negatives as 0, black outside the data.

    That is the exact inverse of BT.1886 with zero black, so decoding gives the file's linear light back. Raises
    `SourceNotSdr` above reference white and `MediaUnreadable` for NaN and infinity.
    """
    try:
        with OpenEXR.File(str(path), True, False, 0) as file:
            channels = file.channels()
            planes = [np.asarray(channels[name].pixels) for name in header.channels]
    except (RuntimeError, ValueError, LookupError) as error:
        raise _damaged(path, error) from error
    left, top, width, height = header.display
    data_left, data_top, data_width, data_height = header.data
    inner = (
        slice(max(top, data_top), min(top + height, data_top + data_height)),
        slice(max(left, data_left), min(left + width, data_left + data_width)),
    )
    codes = np.zeros((3, height, width), np.uint16)
    for channel, plane in enumerate(planes):
        if plane.shape != (data_height, data_width) or plane.dtype.kind != "f":
            raise MediaUnreadable(f"“{path.name}” holds whole numbers in its colour channels, not light.")
        light = _cut(plane, inner, data_top, data_left).astype(np.float32)
        if light.size:
            _cut(codes[channel], inner, top, left)[:] = _encode(path, light)
    return codes


def _encode(path: Path, light: NDArray[np.float32]) -> NDArray[np.float32]:
    peak = float(light.max())
    if not (np.isfinite(peak) and np.isfinite(light.min())):
        raise MediaUnreadable(
            f"“{path.name}” holds values that are no numbers (NaN or infinity).", remedy="Render the frame again."
        )
    if peak > _WHITE_LIMIT:
        raise SourceNotSdr(
            f"“{path.name}” reaches {peak:.4g} times reference white: it is HDR already, so there is nothing to lift."
        )
    return np.rint(np.clip(light, 0, 1) ** np.float32(1 / _GAMMA) * np.float32(_TOP))


def _cut(plane: NDArray[Any], inner: tuple[slice, slice], top: int, left: int) -> NDArray[Any]:
    """The part of `plane`, whose first pixel is at (left, top), that lies in `inner`; empty where they do not meet."""
    rows, columns = (
        slice(max(0, span.start - first), max(0, span.stop - first))
        for span, first in zip(inner, (top, left), strict=True)
    )
    return plane[rows, columns]


def _color(path: Path, header: Mapping[str, Any]) -> SourceColor:
    named = header.get("colorInteropID")
    chromaticities = header.get("chromaticities")
    assumed: tuple[str, ...] = ()
    if named and named != "unknown":
        primaries = _INTEROP.get(str(named).removesuffix("_scene").removesuffix("_display"))
        if primaries is None:
            raise MediaUnreadable(
                f"“{path.name}” says that its colour is {named}, which is not linear light in known primaries.",
                remedy="Write the frames as linear Rec.709, Rec.2020, P3-D65, ACEScg or ACES2065-1.",
            )
    elif chromaticities is not None:
        primaries = _primaries_of(chromaticities)
        if primaries is None:
            raise MediaUnreadable(
                f"The chromaticities of “{path.name}” are those of no known primaries.",
                remedy="Write the frames as linear Rec.709, Rec.2020, P3-D65, ACEScg or ACES2065-1.",
            )
    else:
        primaries, assumed = Primaries.REC709, ("primaries",)
    return SourceColor(primaries, "bt1886", "rgb", True, assumed)


def _primaries_of(chromaticities: Any) -> Primaries | None:
    given = np.asarray(chromaticities, np.float64).ravel()
    for primaries in Primaries:
        known = np.ravel(primaries.chromaticities)
        if given.shape == known.shape and np.allclose(given, known, rtol=0, atol=5e-4):
            return primaries
    return None


def _window(corners: Any) -> _Window:
    (left, top), (right, bottom) = ((int(x), int(y)) for x, y in corners)
    return left, top, right - left + 1, bottom - top + 1


def _damaged(path: Path, error: Exception) -> MediaUnreadable:
    return MediaUnreadable(f"“{path.name}” is damaged, or is not an OpenEXR picture.", detail=str(error))
