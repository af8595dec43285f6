"""The movies that are sent to an endpoint: the plate, and the mask beside it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from bridge.colorimetry.primaries import conversion
from bridge.colorimetry.transfer import bt1886_inverse, eotf
from bridge.domain.color import Primaries, SourceColor

from .encode import MovieWriter, explained, rec709_h264
from .frame import CodeFrame, Codes, Depth
from .storage import replacing

# Models read plates as 8 bits: what the encoder loses should stay below what that rounds off.
_OPTIONS = {"preset": "veryfast", "crf": "10"}


class PlateWriter(MovieWriter):
    """H.264 8-bit 4:2:0 without sound, tagged and coded as BT.709 limited range: what every decoder reads alike."""

    def __init__(self, path: Path, *, width: int, height: int, rate: Fraction, threads: int = 0) -> None:
        coding = rec709_h264(_OPTIONS)
        super().__init__(
            path,
            coding,
            width=width,
            height=height,
            rate=rate,
            pixel_aspect=Fraction(1),
            audio=None,
            threads=threads,
        )

    def write(self, picture: NDArray[np.uint8]) -> None:
        """Adds a picture, full-range Rec.709 R'G'B' `(height, width, 3)`."""
        self._append(picture)


class Rec709:
    """Brings a clip's codes to 8-bit full-range Rec.709 R'G'B', display-referred as they are."""

    def __init__(self, color: SourceColor, bits: Depth) -> None:
        self._top = 2**bits - 1
        self._light = None
        if color.primaries is not Primaries.REC709:
            self._light = eotf(color.transfer)
            self._matrix = conversion(color.primaries, Primaries.REC709)

    def __call__(self, codes: Codes) -> NDArray[np.uint8]:
        """`(height, width, 3)` of codes `(3, height, width)`."""
        picture = codes.transpose(1, 2, 0)
        if self._light is not None:
            light = self._light(picture / self._top) @ self._matrix.T
            return np.rint(np.clip(bt1886_inverse(light), 0, 1) * 255).astype(np.uint8)
        if self._top == 255:
            return np.ascontiguousarray(picture, np.uint8)
        return np.rint(picture * (255 / self._top)).astype(np.uint8)


# FFV1 (RFC 9043) in Matroska keeps codes of every depth as they are. H.273 codes of what a clip can be.
_PRIMARIES = {
    Primaries.REC709: 1,
    Primaries.BT470BG: 5,
    Primaries.SMPTE170M: 6,
    Primaries.REC2020: 9,
    Primaries.P3D65: 12,
}
_TRANSFERS = {"bt1886": 1, "srgb": 13, "linear": 8}
_FORMATS = {8: "bgr0", 10: "gbrp10le", 16: "gbrp16le"}
_RGB_MATRIX, _UNSPECIFIED = 0, 2


@contextmanager
def lossless_movie(
    path: Path, *, width: int, height: int, rate: Fraction, color: SourceColor, bits: Depth
) -> Generator[Callable[[CodeFrame], None]]:
    """Yield what adds a frame to a movie that holds the very codes of a clip. It appears whole or not at all.

    Raises `OutputError`s, and `EngineFailed` where the encoder itself fails.
    """
    format_name = _FORMATS[bits]
    with replacing(path) as part, explained(path), av.open(str(part), "w", format="matroska") as container:
        stream: Any = container.add_stream("ffv1", rate=rate, options={"level": "3", "slices": "16"})
        stream.width, stream.height, stream.pix_fmt = width, height, format_name
        context = stream.codec_context
        context.time_base = 1 / rate
        context.color_primaries = _PRIMARIES.get(color.primaries, _UNSPECIFIED)
        context.color_trc = _TRANSFERS[color.transfer]
        context.colorspace = _RGB_MATRIX
        context.color_range = ColorRange.JPEG
        count = 0

        def write(frame: CodeFrame) -> None:
            nonlocal count
            picture = _picture(frame, format_name)
            picture.pts, picture.time_base = count, 1 / rate
            count += 1
            container.mux(stream.encode(picture))

        yield write
        container.mux(stream.encode(None))


def _picture(frame: CodeFrame, format_name: str) -> VideoFrame:
    _, height, width = frame.codes.shape
    picture = VideoFrame(width, height, format_name)
    planes = [_packed(frame.codes)] if frame.bits == 8 else frame.codes[[1, 2, 0]]
    for plane, samples in zip(picture.planes, planes, strict=True):
        lines = np.frombuffer(memoryview(plane), samples.dtype).reshape(height, -1)
        lines[:, : samples.shape[1]] = samples
    picture.color_range = ColorRange.JPEG
    return picture


def _packed(codes: Codes) -> Codes:
    """Lines of blue, green, red and nothing for every pixel."""
    _, height, width = codes.shape
    packed = np.zeros((height, width, 4), codes.dtype)
    packed[..., :3] = codes[::-1].transpose(1, 2, 0)
    return packed.reshape(height, 4 * width)
