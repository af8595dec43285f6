"""A frame of light as a picture for an SDR screen: exposed, tone-mapped, or in false colours."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numba import njit
from numpy.typing import NDArray

from bridge.colorimetry.primaries import Converter, luminance_weights
from bridge.colorimetry.tonemap import bt2390_eetf
from bridge.colorimetry.transfer import bt1886_inverse
from bridge.domain.color import Primaries
from bridge.domain.view import FALSE_COLORS, Mode
from bridge.media.halfmath import HALVES, bits, looked_up

from .gallery import Light

Picture = NDArray[np.uint8]

with np.errstate(invalid="ignore"):  # the signalling patterns of NaN
    FLOATS = np.nan_to_num(HALVES, posinf=65504, neginf=-65504).astype(np.float32)
    """The value of every half; those that are no numbers are 0, and what is beyond all bounds is at the bound."""


def render(light: Light, mode: Mode, exposure: float) -> Picture:
    """Full-range RGB `(height, width, 3)` for a Rec.709 display with BT.1886.

    `exposure` in stops; it does not change false colours, which show the light as it is.
    """
    match mode:
        case "false_color":
            return _false_color(light)
        case "tone_mapped":
            table = _table(exposure, light.white, max(light.white, light.peak_nits * 2**exposure))
        case "display":
            table = _table(exposure, light.white, None)
    return looked_up(_to_rec709(light.primaries)(light.frame), table)


def scaled(picture: Picture, width: int, height: int) -> Picture:
    """`picture` made to fit `width` x `height` by averaging, where it is larger."""
    rows, columns, _ = picture.shape
    factor = min(width / columns, height / rows, 1.0)
    if factor == 1.0:
        return picture
    frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        width=max(1, round(columns * factor)),
        height=max(1, round(rows * factor)),
        interpolation=Interpolation.AREA,
        threads=1,
    )
    return np.asarray(frame.to_ndarray(), np.uint8)


def ppm(picture: Picture) -> bytes:
    """Netpbm's binary P6 with 8 bits."""
    height, width, _ = picture.shape
    return b"P6 %d %d 255\n" % (width, height) + picture.tobytes()


def luminance(light: Light) -> NDArray[np.float32]:
    """Luminance `(height, width)` in cd/m2; what is below black, or no number, is 0."""
    red, green, blue = luminance_weights(light.primaries)
    out = np.empty(light.frame.shape[:2], np.float32)
    _luminance(bits(light.frame), FLOATS * light.white, red, green, blue, out.reshape(-1))
    return out


@lru_cache(maxsize=8)
def _to_rec709(primaries: Primaries) -> Converter:
    return Converter(primaries, Primaries.REC709)


@lru_cache(maxsize=64)
def _table(exposure: float, white: int, peak: float | None) -> NDArray[np.uint8]:
    """The code for every half: light beyond the display's white is cut off, or, from `peak` cd/m2 on, rolled off."""
    exposed = np.maximum(FLOATS.astype(np.float64), 0) * 2.0**exposure
    shown = exposed if peak is None else bt2390_eetf(exposed * white, peak, white) / white
    return np.rint(bt1886_inverse(np.minimum(shown, 1.0)) * 255).astype(np.uint8)


def _false_color(light: Light) -> Picture:
    limits = np.array([band.nits for band in FALSE_COLORS[1:]], np.float32)
    colors = np.array([band.rgb for band in FALSE_COLORS], np.uint8)
    return colors[np.searchsorted(limits, luminance(light), side="right")]


@njit("void(u2[::1], f4[::1], f8, f8, f8, f4[::1])", nogil=True, cache=True)
def _luminance(samples, values, red, green, blue, out):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    for i in range(out.size):
        y = red * values[samples[3 * i]] + green * values[samples[3 * i + 1]] + blue * values[samples[3 * i + 2]]
        out[i] = max(0.0, y)
