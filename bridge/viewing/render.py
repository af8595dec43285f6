"""A frame of light as a picture for an SDR screen: exposed, tone-mapped, or in false colours."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numba import njit
from numpy.typing import NDArray

from bridge.colorimetry.primaries import Converter, luminance_weights
from bridge.domain.color import Primaries
from bridge.domain.view import FALSE_COLORS, PictureQuery
from bridge.media.halfmath import HALVES, Half, bits, looked_up
from bridge.media.view import display_codes

from .gallery import Light, picked

Picture = NDArray[np.uint8]

with np.errstate(invalid="ignore"):  # the signalling patterns of NaN
    FLOATS = np.nan_to_num(HALVES, posinf=65504, neginf=-65504).astype(np.float32)
    """The value of every half; those that are no numbers are 0, and what is beyond all bounds is at the bound."""


def render(light: Light, query: PictureQuery) -> Picture:
    """Full-range RGB `(height, width, 3)` for a Rec.709 display with BT.1886, no larger than `query` wants it.

    The exposure does not change false colours, which show the light as it is.
    """
    rows, columns, _ = light.frame.shape
    factor = min(query.width / columns, query.height / rows, 1.0)
    height, width = max(1, round(rows * factor)), max(1, round(columns * factor))
    match query.mode:
        case "false_color":
            # Pixels are picked: a mean of two of these colours would stand for a light that is nowhere.
            return _false_color(picked(light.frame, height, width), light)
        case "tone_mapped":
            peak = light.peak_nits * 2**query.exposure
        case "display":
            peak = float(light.white)
    picture = looked_up(_to_rec709(light.primaries)(light.frame), _codes(light.white, peak, query.exposure))
    return picture if factor == 1.0 else _averaged(picture, height, width)


def ppm(picture: Picture) -> bytes:
    """Netpbm's binary P6 with 8 bits."""
    height, width, _ = picture.shape
    return b"P6 %d %d 255\n" % (width, height) + picture.tobytes()


def luminance(frame: Half, primaries: Primaries, white: int) -> NDArray[np.float32]:
    """Luminance `(height, width)` in cd/m2; what is below black, or no number, is 0."""
    red, green, blue = luminance_weights(primaries)
    out = np.empty(frame.shape[:2], np.float32)
    _luminance(bits(frame), FLOATS * white, red, green, blue, out.reshape(-1))
    return out


@lru_cache(maxsize=8)
def _to_rec709(primaries: Primaries) -> Converter:
    return Converter(primaries, Primaries.REC709)


_codes = lru_cache(maxsize=64)(display_codes)


def _averaged(picture: Picture, height: int, width: int) -> Picture:
    frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        width=width, height=height, interpolation=Interpolation.AREA, threads=1
    )
    return np.asarray(frame.to_ndarray(), np.uint8)


def _false_color(frame: Half, light: Light) -> Picture:
    limits = np.array([band.nits for band in FALSE_COLORS[1:]], np.float32)
    colors = np.array([band.rgb for band in FALSE_COLORS], np.uint8)
    return colors[np.searchsorted(limits, luminance(frame, light.primaries, light.white), side="right")]


@njit("void(u2[::1], f4[::1], f8, f8, f8, f4[::1])", nogil=True, cache=True)
def _luminance(samples, values, red, green, blue, out):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    for i in range(out.size):
        y = red * values[samples[3 * i]] + green * values[samples[3 * i + 1]] + blue * values[samples[3 * i + 2]]
        out[i] = max(0.0, y)
