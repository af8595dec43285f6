"""Where two parts of a clip meet that a model has made apart: one gain for the later, then a cross-fade.

Pictures are LogC3 codes `(H, W, 3)` in 0..1, Rec.709 primaries. Light is matched in stops, and mixed in codes: a mix of
light would show the brighter part twice as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bridge.colorimetry.logc3 import logc3_decode, logc3_encode

Picture = NDArray[np.float32]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Of light in Rec.709 primaries: ITU-R BT.709."""

_DARK, _BRIGHT = 0.01, 30.0
"""Light, 1.0 at reference white, between which pixels tell: below is noise, above the end of LogC3."""

_MOST_GAIN = 0.5
"""Stops. Parts that differ by more do not differ by exposure."""

_LOOKED_AT = 1 << 15
"""Pixels of each picture that are compared."""


@dataclass(frozen=True)
class Seam:
    """`gain` is what the later part was raised by, `difference` how far the parts were apart even so on average, both
    in stops of luminance.
    """

    gain: float
    difference: float


def fit_seam(before: Sequence[Picture], after: Sequence[Picture]) -> Seam:
    """Of two makings of the same frames: the gain is the median of log2(before / after)."""
    apart = np.concatenate([_apart(a, b) for a, b in zip(before, after, strict=True)])
    if apart.size == 0:
        return Seam(0.0, 0.0)
    gain = float(np.clip(np.median(apart), -_MOST_GAIN, _MOST_GAIN))
    return Seam(gain, float(np.mean(np.abs(apart - gain))))


def raised(picture: Picture, gain: float) -> Picture:
    """`picture` brighter by `gain` stops."""
    if gain == 0:
        return picture
    return logc3_encode(logc3_decode(picture, np.float32, keep_toe=True) * np.float32(2**gain), np.float32)


def continued(tail: Sequence[Picture], frames: Iterable[Picture], seams: list[Seam]) -> Iterator[Picture]:
    """`frames`, whose first are the same as those of `tail`, as the clip goes on after what led to `tail`.

    The seam is added to `seams` before the first frame comes.
    """
    following = iter(frames)
    head = list(islice(following, len(tail)))
    seam = fit_seam(tail, head)
    seams.append(seam)
    for place, (before, after) in enumerate(zip(tail, head, strict=True), start=1):
        weight = np.float32(place / (len(tail) + 1))
        yield (before + weight * (raised(after, seam.gain) - before)).astype(np.float32, copy=False)
    for frame in following:
        yield raised(frame, seam.gain)


def _apart(before: Picture, after: Picture) -> NDArray[np.float32]:
    step = max(1, round((before.shape[0] * before.shape[1] / _LOOKED_AT) ** 0.5))
    a, b = (logc3_decode(picture[::step, ::step], np.float32) @ LUMA for picture in (before, after))
    telling = (a > _DARK) & (a < _BRIGHT) & (b > _DARK) & (b < _BRIGHT)
    return np.log2(a[telling] / b[telling])
