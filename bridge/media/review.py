"""What a person looks at before the sequence is in the timeline: an SDR review movie and a poster."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from .encode import EXACT, MovieWriter, rec709_h264
from .soundtrack import AudioRange
from .storage import write_atomic

# A review is looked at once, and its encoder competes with the frames for the processor: on a noisy 1080p picture
# ultrafast takes 9 ms where superfast takes 34 and veryfast 53, for a file up to four times as large, which is nothing
# beside the sequence. One key frame a second ("g") makes scrubbing quick.
_OPTIONS = {"preset": "ultrafast", "crf": "18"}


class ReviewWriter(MovieWriter):
    """H.264 8-bit 4:2:0, tagged and coded as BT.709 limited range, with the source's sound as AAC."""

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        pixel_aspect: Fraction = Fraction(1),
        audio: AudioRange | None,
        threads: int,
    ) -> None:
        coding = rec709_h264(_OPTIONS | {"g": str(max(1, round(rate)))})
        super().__init__(
            path,
            coding,
            width=width,
            height=height,
            rate=rate,
            pixel_aspect=pixel_aspect,
            audio=audio,
            threads=threads,
        )

    def write(self, picture: NDArray[np.uint8]) -> None:
        """Adds a picture as `SdrView` renders it: full-range Rec.709 RGB, `(height, width, 3)`."""
        self._append(picture)


def write_poster(path: Path, picture: NDArray[np.uint8]) -> None:
    """Writes full-range RGB `(height, width, 3)` as a JPEG of about quality 90, whole or not at all.

    JFIF says how its codes are meant: full range, the BT.601 matrix, here without chroma subsampling.
    """
    height, width, _ = picture.shape
    encoder = VideoCodecContext.create("mjpeg", "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "yuv444p"
    encoder.color_range = ColorRange.JPEG
    encoder.time_base = Fraction(1, 25)
    encoder.qmin = encoder.qmax = 3
    frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format="yuv444p",
        src_colorspace=Colorspace.ITU601,
        dst_colorspace=Colorspace.ITU601,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=EXACT,
        threads=1,
    )
    packets = encoder.encode(frame) + encoder.encode(None)
    write_atomic(path, b"".join(bytes(packet) for packet in packets))
