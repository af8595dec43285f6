"""Writes an MP4 from RGB pictures and a source's sound: what the review movie and the HDR10 master share."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bridge.domain.errors import EngineFailed, JobCancelled, SuperwhiteError

from .soundtrack import SAMPLE_RATE, AudioRange, Soundtrack
from .storage import os_error_to_output_error, replacing

# With these swscale rounds to the nearest code of the matrix; without them chroma is off by up to a code.
EXACT = (
    Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
)

_SOUND_BITS_PER_CHANNEL = 96_000
_H273_BT709 = 1


@dataclass(frozen=True)
class Coding:
    """How pictures become a video stream of limited range, 4:2:0.

    Chroma is sited left, as H.264 and H.265 assume where nothing is said. `matrix` is swscale's number of the YCbCr
    matrix, `matrix_code` that of H.273. `reordered` is how many frames the encoder lets a later one overtake.
    """

    codec: str
    tag: str
    options: Mapping[str, str]
    rgb_format: Literal["rgb24", "rgb48le"]
    pixel_format: str
    primaries: ColorPrimaries
    transfer: ColorTrc
    matrix: Colorspace
    matrix_code: int
    reordered: int


def rec709_h264(options: Mapping[str, str]) -> Coding:
    """H.264 8-bit 4:2:0, tagged and coded as BT.709 limited range: what every decoder reads alike. Without B-frames."""
    return Coding(
        codec="libx264",
        tag="avc1",
        options=dict(options) | {"bf": "0"},
        rgb_format="rgb24",
        pixel_format="yuv420p",
        primaries=ColorPrimaries.BT709,
        transfer=ColorTrc.BT709,
        matrix=Colorspace.ITU709,
        matrix_code=_H273_BT709,
        reordered=0,
    )


class MovieWriter:
    """Encodes pictures as they come. The file appears under its name, whole, when the writer is closed.

    A context manager: it closes at the end of the block, or aborts when an exception leaves it. All methods raise
    `OutputError`s for a drive that is full, read-only or gone, and `EngineFailed` where the encoder itself fails.
    """

    def __init__(
        self,
        path: Path,
        coding: Coding,
        *,
        width: int,
        height: int,
        rate: Fraction,
        pixel_aspect: Fraction,
        audio: AudioRange | None,
        threads: int,
    ) -> None:
        self._path = path
        self._coding = coding
        self._shape = (height, width, 3)
        self._rate = rate
        self._frames = 0
        self._coded = 0
        self._finished = False
        self._reformatter = VideoReformatter()
        self._soundtrack = Soundtrack(audio)
        self._sound_until = Fraction(0)
        self._sound: AudioStream | None = None
        self._file = replacing(path)
        self._container = av.open(
            self._file.__enter__(), "w", format="mp4", container_options={"movflags": "+faststart"}
        )
        try:
            with explained(path):
                self._video = self._video_stream(pixel_aspect, threads)
                if self._soundtrack.layout:
                    self._sound = self._container.add_stream("aac", rate=SAMPLE_RATE, layout=self._soundtrack.layout)
                    self._sound.bit_rate = _SOUND_BITS_PER_CHANNEL * self._sound.layout.nb_channels
                self._container.start_encoding()
        except SuperwhiteError:
            self.abort()
            raise

    def _video_stream(self, pixel_aspect: Fraction, threads: int) -> VideoStream:
        coding = self._coding
        stream = self._container.add_stream(coding.codec, rate=self._rate, options=dict(coding.options))
        assert isinstance(stream, VideoStream)
        height, width, _ = self._shape
        stream.width = width + width % 2
        stream.height = height + height % 2
        stream.pix_fmt = coding.pixel_format
        context = stream.codec_context
        context.time_base = 1 / self._rate
        context.sample_aspect_ratio = pixel_aspect
        context.color_primaries = coding.primaries
        context.color_trc = coding.transfer
        context.colorspace = coding.matrix_code
        context.color_range = ColorRange.MPEG
        context.codec_tag = coding.tag
        context.thread_count = threads
        return stream

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the viewer of the movie has to know; complete when the writer is closed."""
        return self._soundtrack.warnings

    def _append(self, picture: NDArray[Any]) -> None:
        """Encodes the next picture, full-range RGB codes `(height, width, 3)`.

        Chroma is shared by two pixels each way, so an odd picture grows by a repeated column or row at its edge.
        """
        if picture.shape != self._shape:
            raise ValueError(f"a picture of {picture.shape} was given to a movie of {self._shape}")
        height, width, _ = self._shape
        if height % 2 or width % 2:
            picture = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        coding = self._coding
        frame = self._reformatter.reformat(
            VideoFrame.from_ndarray(picture, format=coding.rgb_format),
            format=coding.pixel_format,
            src_colorspace=coding.matrix,
            dst_colorspace=coding.matrix,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=EXACT,
            threads=1,
        )
        frame.pts = self._frames
        frame.time_base = 1 / self._rate
        self._frames += 1
        with explained(self._path):
            self._mux_video(self._video.encode(frame))
            self._follow_with_sound()

    def _mux_video(self, packets: Sequence[Packet[VideoStream]]) -> None:
        for packet in packets:
            # x265 gives decoding times out of memory that it never set when a movie has fewer frames than it reorders.
            packet.dts = self._coded - self._coding.reordered
            self._coded += 1
            self._container.mux(packet)

    def _follow_with_sound(self) -> None:
        # Sound keeps level with the pictures so that neither piles up in memory.
        while self._sound and self._sound_until < self._frames / self._rate:
            frame = self._soundtrack.read()
            if frame is None:
                return
            self._container.mux(self._sound.encode(frame))
            self._sound_until += Fraction(frame.samples, SAMPLE_RATE)

    def close(self) -> None:
        """Finishes the file and gives it its name; where that fails, nothing remains. Once closed, does nothing."""
        if self._finished:
            return
        try:
            with explained(self._path):
                self._mux_video(self._video.encode(None))
                if self._sound:
                    self._container.mux(self._sound.encode(None))
                self._container.close()
        except SuperwhiteError:
            self.abort()
            raise
        self._finished = True
        self._soundtrack.close()
        self._file.__exit__(None, None, None)

    def abort(self) -> None:
        """Drops what has been written. Once closed, does nothing."""
        if self._finished:
            return
        self._finished = True
        self._soundtrack.close()
        # Closing writes the end of a file that is deleted next: whether the drive takes it does not matter.
        with contextlib.suppress(FFmpegError):
            self._container.close()
        self._file.__exit__(JobCancelled, JobCancelled(f"{self._path.name} was given up."), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


@contextlib.contextmanager
def explained(path: Path) -> Generator[None]:
    """What the system or the encoder says while it writes `path`, as errors of the tree."""
    try:
        yield
    except OSError as error:
        raise os_error_to_output_error(error, path) from error
    except FFmpegError as error:
        raise EngineFailed(f"{path.name} could not be encoded.", detail=str(error)) from error
