"""One channel of a picture, as levels from 0 to 1.

A matte is numbers: its luma or its alpha is taken as it was coded, and no transfer function is applied.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from bridge.domain.color import SourceColor
from bridge.domain.errors import MediaUnreadable
from bridge.media.codes import Converter, Orientation, code_bits, is_rgb, planar_depth, samples_of
from bridge.media.exrplanes import PlanesHeader, check_full_size, read_planes, read_planes_header
from bridge.media.frame import Depth
from bridge.media.sequence import is_openexr
from bridge.media.shaping import Picture
from bridge.media.stills import read_still

Channel = Literal["luma", "alpha"]

_RED, _BLUE = np.float32(0.2126), np.float32(0.0722)
"""ITU-R BT.709 luma; what is missing to 1 is green's."""


def has_alpha(layout: VideoFormat) -> bool:
    """Whether a pixel format has an alpha; palettes do."""
    return layout.has_palette or any(component.is_alpha for component in layout.components)


def levels_of(
    frame: VideoFrame, channel: Channel, color: SourceColor, orientation: Orientation
) -> Callable[[], Picture]:
    """What makes the upright levels `(H, W)` of a decoded frame, on any thread. `color` tells the range of the luma.

    A frame without alpha is opaque.
    """
    if channel == "alpha":
        if not has_alpha(frame.format):
            return lambda: np.ones((frame.height, frame.width), np.float32)
        return lambda: _upright(_alpha(frame), orientation)
    if is_rgb(frame.format) or len([c for c in frame.format.components if not c.is_alpha]) == 1:
        bits: Depth = code_bits(frame.format)
        return lambda: _upright(_converted_luma(frame, bits, color), orientation)
    return lambda: _upright(_coded_luma(frame, color.full_range), orientation)


def _converted_luma(frame: VideoFrame, bits: Depth, color: SourceColor) -> Picture:
    codes = Converter(bits, cosited=True).codes(frame, color)
    red, green, blue = (plane.astype(np.float32) / np.float32(2**bits - 1) for plane in codes)
    return luma(red, green, blue)


def luma(red: Picture, green: Picture, blue: Picture) -> Picture:
    """Of levels by the weights of BT.709; where all three are one number, exactly that."""
    return np.asarray(green + _RED * (red - green) + _BLUE * (blue - green), np.float32)


def _coded_luma(frame: VideoFrame, full_range: bool) -> Picture:
    """Y' as it was coded: its own samples, for swscale changes them on the way to grey."""
    layout = frame.format
    depth = planar_depth(max(c.bits for c in layout.components if not c.is_alpha))
    if len({component.plane for component in layout.components}) < len(layout.components):
        frame = _reformatted(frame, "yuv444p", depth)
    samples = samples_of(frame, 0)[:, : frame.width]
    unit = 2 ** (depth - 8)
    black, span = (0, 2**depth - 1) if full_range else (16 * unit, 219 * unit)
    return _looked_up(samples, depth, black, span)


def _alpha(frame: VideoFrame) -> Picture:
    """Alpha is full range in every format."""
    layout = frame.format
    depth = planar_depth(max((c.bits for c in layout.components if c.is_alpha), default=8))
    if not (layout.is_planar and len(layout.components) == 4):
        grey_or_rgb = is_rgb(layout) or len(layout.components) == 2
        frame = _reformatted(frame, "gbrap" if grey_or_rgb else "yuva444p", depth)
    return _looked_up(samples_of(frame, 3)[:, : frame.width], depth, 0, 2**depth - 1)


def _looked_up(samples: NDArray[Any], depth: int, black: int, span: int) -> Picture:
    table = np.clip((np.arange(2**depth) - black) / span, 0, 1).astype(np.float32)
    return table.take(samples, mode="clip")


def _reformatted(frame: VideoFrame, name: str, depth: int) -> VideoFrame:
    # Source and destination are declared alike, so that swscale changes neither matrix nor range.
    return VideoReformatter().reformat(
        frame,
        format=name if depth == 8 else f"{name}{depth}le",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )


def _upright(levels: Picture, orientation: Orientation) -> Picture:
    return orientation.upright(levels[None])[0]


class StillLevels:
    """The levels in one picture file: PNG, TIFF, DPX, JPEG or OpenEXR."""

    def __init__(self, path: Path) -> None:
        """Raises `MediaError`s. Of an OpenEXR only the header is read."""
        self._path = path
        self._header: PlanesHeader | None = None
        if is_openexr(path):
            self._header = read_planes_header(path)
            self.width, self.height = self._header.size
            return
        self._still = read_still(path, matte=True)
        frame = self._still.frame
        turned = self._still.orientation.transpose
        self.width, self.height = (frame.height, frame.width) if turned else (frame.width, frame.height)

    def offers(self, channel: Channel) -> bool:
        """Whether there is anything to take as `channel`."""
        if self._header is None:
            return channel == "luma" or has_alpha(self._still.frame.format)
        return _channels(self._header, channel) is not None

    def read(self, channel: Channel) -> Picture:
        """`(H, W)` in 0..1: what an OpenEXR holds beyond is taken as 0 and 1. Raises `MediaError`s."""
        if self._header is None:
            return levels_of(self._still.frame, channel, self._still.color, self._still.orientation)()
        names = _channels(self._header, channel)
        if names is None:
            raise MediaUnreadable(
                f"“{self._path.name}” has no {channel}; its channels are {', '.join(sorted(self._header.channels))}.",
                remedy="Write the matte to the alpha, or alone to a file of its own.",
            )
        check_full_size(self._path, self._header, names)
        planes = read_planes(self._path, self._header, names)
        levels = luma(*(planes[name] for name in names)) if len(names) == 3 else planes[names[0]]
        return np.clip(levels, 0, 1, out=levels)


def _channels(header: PlanesHeader, channel: Channel) -> tuple[str, ...] | None:
    """Names of what holds the levels. A channel that is alone and no alpha is the luma, whatever it is called."""
    there = header.channels
    if channel == "alpha":
        return ("A",) if "A" in there else None
    choices = (("R", "G", "B"), ("Y",), ("R",), *((name,) for name in there - {"A"} if len(there) == 1))
    return next((names for names in choices if there.issuperset(names)), None)
