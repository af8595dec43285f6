"""The movie that a workflow of this machine makes: for editing, so that nothing of it is lost on the way.

QuickTime Animation keeps 8-bit R'G'B' bit by bit; ProRes 4444 XQ keeps 10 bits without chroma subsampling, and loses
less than is seen. Editing applications read both. Sound is uncompressed.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from bridge.media.encode import EXACT, explained
from bridge.media.soundtrack import SAMPLE_RATE, AudioRange, Soundtrack
from bridge.media.storage import replacing

# swscale takes 16-bit RGB as 8-bit codes with a fraction: white is 255.0, not 65535.
_TO_SWSCALE = 255 * 256 / 65535

_BT709 = 1
_RGB_MATRIX = 0
# As many bits as the encoder gives at most: on noise of 30 of 1023 steps it is then off by 1.2 steps, not by 4.9 (RMS).
_XQ = {"profile": "4444xq", "vendor": "apl0", "bits_per_mb": "8192"}


@dataclass(frozen=True)
class MovieShape:
    """`deep` movies take 16-bit pictures, others 8-bit ones."""

    width: int
    height: int
    rate: Fraction
    pixel_aspect: Fraction
    deep: bool


class MovieOfResult:
    """Frames are added in order, full-range Rec.709 R'G'B' `(H, W, 3)`."""

    def __init__(self, container: OutputContainer, shape: MovieShape, sound: Soundtrack) -> None:
        self._container = container
        self._shape = shape
        self._sound = sound
        self._reformatter = VideoReformatter()
        self._frames = 0
        self._heard = Fraction(0)
        self._video = self._video_stream()
        self._audio: Any = None
        if sound.layout:
            self._audio = container.add_stream("pcm_s24le", rate=SAMPLE_RATE, layout=sound.layout)
            self._resampler = AudioResampler("s32", sound.layout, SAMPLE_RATE)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be taken of the sound so far."""
        return self._sound.warnings

    def _video_stream(self) -> Any:
        shape = self._shape
        options = _XQ if shape.deep else {}
        stream: Any = self._container.add_stream(
            "prores_ks" if shape.deep else "qtrle", rate=shape.rate, options=options
        )
        stream.width, stream.height = shape.width, shape.height
        stream.pix_fmt = "yuv444p10le" if shape.deep else "rgb24"
        context = stream.codec_context
        context.time_base = 1 / shape.rate
        context.sample_aspect_ratio = shape.pixel_aspect
        context.color_primaries = context.color_trc = _BT709
        context.colorspace = _BT709 if shape.deep else _RGB_MATRIX
        context.color_range = ColorRange.MPEG if shape.deep else ColorRange.JPEG
        return stream

    def write(self, picture: NDArray[Any]) -> None:
        if self._shape.deep:
            picture = np.rint(picture * _TO_SWSCALE).astype(np.uint16)
            frame = self._reformatter.reformat(
                VideoFrame.from_ndarray(picture, format="rgb48le"),
                format="yuv444p10le",
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.JPEG,
                dst_color_range=ColorRange.MPEG,
                # ProRes says in each frame what its colours are.
                dst_color_primaries=_BT709,
                dst_color_trc=_BT709,
                interpolation=EXACT,
                threads=1,
            )
        else:
            frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = self._frames, 1 / self._shape.rate
        self._frames += 1
        self._container.mux(self._video.encode(frame))
        self._follow_with_sound()

    def _follow_with_sound(self) -> None:
        while self._audio and self._heard < self._frames / self._shape.rate:
            frame = self._sound.read()
            if frame is None:
                return
            self._heard += Fraction(frame.samples, SAMPLE_RATE)
            for piece in self._resampler.resample(frame):
                self._container.mux(self._audio.encode(piece))

    def finish(self) -> None:
        self._container.mux(self._video.encode(None))
        if self._audio:
            self._container.mux(self._audio.encode(None))


@contextmanager
def movie_of_result(path: Path, shape: MovieShape, audio: AudioRange | None) -> Generator[MovieOfResult]:
    """Yield what takes the frames of the movie at `path` (`.mov`), which appears whole or not at all.

    Raises `OutputError`s, and `EngineFailed` where the encoder itself fails.
    """
    with ExitStack() as stack:
        sound = Soundtrack(audio)
        stack.callback(sound.close)
        part = stack.enter_context(replacing(path))
        stack.enter_context(explained(path))
        container = stack.enter_context(av.open(str(part), "w", format="mov"))
        movie = MovieOfResult(container, shape, sound)
        yield movie
        movie.finish()
