"""From a decoded picture in any pixel format to full-range RGB codes.

swscale only unpacks and enlarges chroma here: its own matrixing puts white at 255 * 2**(n - 8) above 8 bits, which at
16 bits is 255 codes too low. The matrix of ITU-R BT.601, BT.709, BT.2020 (non-constant luminance), SMPTE 240M and FCC
is applied in one kernel, rounded once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar, cast

import numpy as np
from av.filter.graph import Graph
from av.sidedata.sidedata import SideData, Type
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numba import njit
from numpy.typing import NDArray

from bridge.domain.color import SourceColor
from bridge.media.frame import Codes, Depth

Sample = TypeVar("Sample", bound=np.generic)

# Kr and Kb, H.273 (2024) table 4.
_LUMA_WEIGHTS = {
    "bt709": (0.2126, 0.0722),
    "bt601": (0.299, 0.114),
    "bt2020": (0.2627, 0.0593),
    "smpte240m": (0.212, 0.087),
    "fcc": (0.30, 0.11),
}
_ENLARGE = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP


def depth_of(layout: VideoFormat) -> int:
    """Bits of the deepest component that is not alpha."""
    return max(component.bits for component in layout.components if not component.is_alpha)


def code_bits(layout: VideoFormat) -> Depth:
    """The depth of the codes that a pixel format decodes to."""
    depth = depth_of(layout)
    return 8 if depth <= 8 else 10 if depth <= 10 else 16


def is_rgb(layout: VideoFormat) -> bool:
    """Whether the samples are R, G, B already; palettes are."""
    return layout.is_rgb or layout.has_palette


def is_supported(layout: VideoFormat) -> bool:
    """False for CIE XYZ, Bayer mosaics and floating point."""
    return not (layout.is_bayer or layout.name.startswith("xyz") or depth_of(layout) > 16 or "f16" in layout.name)


@dataclass(frozen=True)
class Orientation:
    """How stored pictures are turned to stand upright: transposed first, then mirrored."""

    transpose: bool = False
    mirror_x: bool = False
    mirror_y: bool = False

    @classmethod
    def of(cls, frame: VideoFrame) -> Orientation:
        """From the display matrix of ISO/IEC 14496-12 (8.2.2): x' = a x + c y, y' = b x + d y, with y downwards."""
        try:
            # Typed as a mapping, but it iterates over its values.
            every = cast("Iterable[SideData]", frame.side_data)
            matrix = next((data for data in every if data.type is Type.DISPLAYMATRIX), None)
        except ValueError:
            # PyAV cannot list side data beside a kind that it does not know (EXIF); it still knows the angle.
            return cls._turned(frame.rotation)
        if matrix is None:
            return cls()
        a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
        if abs(b) + abs(c) > abs(a) + abs(d):
            return cls(transpose=True, mirror_x=c < 0, mirror_y=b < 0)
        return cls(mirror_x=a < 0, mirror_y=d < 0)

    @classmethod
    def _turned(cls, counterclockwise: int) -> Orientation:
        quarters = round(counterclockwise / 90) % 4
        return cls(transpose=quarters % 2 == 1, mirror_x=quarters in (2, 3), mirror_y=quarters in (1, 2))

    @property
    def degrees(self) -> int:
        """The clockwise turn, 0, 90, 180 or 270; a mirroring besides is not counted."""
        if self.transpose:
            return 90 if self.mirror_x else 270
        return 180 if self.mirror_y else 0

    def upright(self, planes: NDArray[Sample]) -> NDArray[Sample]:
        """Planes `(C, H, W)` turned."""
        if self.transpose:
            planes = planes.swapaxes(1, 2)
        if self.mirror_x:
            planes = planes[:, :, ::-1]
        if self.mirror_y:
            planes = planes[:, ::-1]
        return np.ascontiguousarray(planes)


class Converter:
    """Turns frames of one clip into codes of one depth. Not for two threads at once.

    `cosited` says that 4:2:2 chroma sits on every second luma sample, as BT.601 and BT.709 have it. Decoders leave that
    unsaid, HEVC's even when told, and swscale centres what is unsaid. (JPEG's is centred.)
    """

    def __init__(self, bits: Depth, *, cosited: bool) -> None:
        self._bits: Depth = bits
        self._cosited = cosited
        self._scaler = VideoReformatter()
        self._siting: Graph | None = None

    def codes(self, frame: VideoFrame, color: SourceColor) -> Codes:
        """Codes (3, H, W), not yet turned upright, of a frame in a format that `is_supported`."""
        layout = frame.format
        depth = planar_depth(depth_of(layout))
        width = frame.width
        out: Codes = np.empty((3, frame.height, width), np.uint8 if self._bits == 8 else np.uint16)
        if is_rgb(layout):
            table = self._table(depth, color.full_range)
            if not (layout.is_planar and layout.is_rgb):
                frame = self._reformat(frame, "gbrp" if depth == 8 else f"gbrp{depth}le", full_range=True)
            for channel, source in enumerate((2, 0, 1)):
                plane = samples_of(frame, source)[:, :width]
                out[channel] = plane if table is None else table[plane]
        elif len([1 for component in layout.components if not component.is_alpha]) == 1:
            table = self._table(depth, color.full_range)
            luma = self._reformat(frame, "gray" if depth == 8 else f"gray{depth}le", color.full_range)
            plane = samples_of(luma, 0)[:, :width]
            out[:] = plane if table is None else table[plane]
        else:
            name = "yuv444p" if depth == 8 else f"yuv444p{depth}le"
            if self._cosited and layout.chroma_height() == layout.height and layout.chroma_width() < layout.width:
                frame = self._sited_left(frame)
            yuv = self._reformat(frame, name, color.full_range)
            y, cb, cr = (samples_of(yuv, index) for index in range(3))
            _matrix(y, cb, cr, _coefficients(color, depth, self._bits), out)
        return out

    def _sited_left(self, frame: VideoFrame) -> VideoFrame:
        if self._siting is None:
            self._siting = Graph()
            self._siting.threads = 1
            source = self._siting.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1)
            )
            siting = self._siting.add("setparams", "chroma_location=left")
            self._siting.link_nodes(source, siting, self._siting.add("buffersink")).configure()
        self._siting.vpush(frame)
        return self._siting.vpull()

    def _reformat(self, frame: VideoFrame, name: str, full_range: bool) -> VideoFrame:
        # Source and destination are declared alike, so that swscale changes neither matrix nor range.
        extent = ColorRange.JPEG if full_range else ColorRange.MPEG
        return self._scaler.reformat(
            frame,
            format=name,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=extent,
            dst_color_range=extent,
            interpolation=_ENLARGE,
            threads=1,
        )

    def _table(self, depth: int, full_range: bool) -> Codes | None:
        """Codes of every sample value, or none where the sample is the code."""
        if full_range and depth == self._bits:
            return None
        top = 2**self._bits - 1
        samples = np.arange(2**depth, dtype=np.float64)
        light = samples / (2**depth - 1) if full_range else (samples / 2 ** (depth - 8) - 16) / 219
        codes = np.rint(np.clip(light, 0, 1) * top)
        return codes.astype(np.uint8 if self._bits == 8 else np.uint16)


def planar_depth(depth: int) -> int:
    """The depth of FFmpeg's planar formats that holds `depth` bits."""
    return next(known for known in (8, 9, 10, 12, 14, 16) if depth <= known)


def samples_of(frame: VideoFrame, index: int) -> NDArray[Any]:
    """A plane's samples in native byte order, with the padding at the end of each line."""
    plane = frame.planes[index]
    size = 1 if depth_of(frame.format) <= 8 else 2
    samples = np.frombuffer(cast(Any, plane), np.dtype(f"{'>' if frame.format.is_big_endian else '<'}u{size}"))
    lines = samples.reshape(plane.height, abs(plane.line_size) // size)
    # Bottom-up pictures have a negative line size; their buffer still begins at the lowest address.
    return (lines[::-1] if plane.line_size < 0 else lines).astype(f"=u{size}", copy=False)


def _coefficients(color: SourceColor, depth: int, bits: int) -> tuple[np.float32, ...]:
    """Offsets of Y and C, gain of Y, the four chroma terms, and the greatest code; H.273 equations for n bits."""
    kr, kb = _LUMA_WEIGHTS[color.matrix]
    kg = 1 - kr - kb
    top = 2**bits - 1
    unit = 2 ** (depth - 8)
    span_y, span_c, black = (
        (2**depth - 1, 2**depth - 1, 0) if color.full_range else (219 * unit, 224 * unit, 16 * unit)
    )
    gain_c = top / span_c
    terms = (
        black,
        128 * unit,
        top / span_y,
        2 * (1 - kr) * gain_c,
        -2 * kb * (1 - kb) / kg * gain_c,
        -2 * kr * (1 - kr) / kg * gain_c,
        2 * (1 - kb) * gain_c,
        top,
    )
    return tuple(np.float32(term) for term in terms)


@njit(nogil=True, cache=True, error_model="numpy")
def _matrix(y, cb, cr, terms, out):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    """`out` (3, H, W) from Y', Cb, Cr planes whose lines may be padded."""
    _, height, width = out.shape
    black, middle, gain, r_cr, g_cb, g_cr, b_cb, top = terms
    half = np.float32(0.5)
    zero = np.float32(0)
    for row in range(height):
        for column in range(width):
            luma = (np.float32(y[row, column]) - black) * gain
            u = np.float32(cb[row, column]) - middle
            v = np.float32(cr[row, column]) - middle
            out[0, row, column] = np.int32(min(max(luma + r_cr * v, zero), top) + half)
            out[1, row, column] = np.int32(min(max(luma + g_cb * u + g_cr * v, zero), top) + half)
            out[2, row, column] = np.int32(min(max(luma + b_cb * u, zero), top) + half)
