"""Movies: exact frames out of any container, streamed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from fractions import Fraction
from itertools import dropwhile
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bridge.domain.errors import MediaTruncated, MediaUnreadable
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts
from bridge.media.codes import Codes, Converter, Orientation
from bridge.media.ffmpeg import in_words, open_container
from bridge.media.frame import CodeFrame, check_inside, spread
from bridge.media.packets import decoded, set_up_decoder, sound_frames, video_stream
from bridge.media.probe import Movie, probe_movie

# Decoding a few frames costs less than emptying and refilling the decoder's threads.
_WORTH_A_SEEK = 16
_FROM_THE_START = -1


def open_movie(path: Path, rate: Fraction | None, threads: int, *, matte: bool = False) -> MovieClip:
    """Opens one movie file; see `bridge.media.clip.open_clip`. A `matte` may be tagged as any colour."""
    return MovieClip(probe_movie(path, rate, threads, matte=matte), threads)


class MovieClip:
    """A `Clip` over a movie. Each iteration has the file open for itself, and single frames share one opening."""

    def __init__(self, movie: Movie, threads: int) -> None:
        self._movie = movie
        self._threads = threads
        self._running: WeakSet[Generator[object]] = WeakSet()
        self._single = _Decoder(movie, threads)

    @property
    def facts(self) -> ClipFacts:
        return self._movie.facts

    def frames(self, wanted: FrameRange) -> Iterator[CodeFrame]:
        return self._start(wanted, range(wanted.start, wanted.end))

    def sample(self, wanted: FrameRange, count: int) -> Iterator[CodeFrame]:
        return self._start(wanted, spread(wanted, count))

    def frame(self, index: int) -> CodeFrame:
        self._check(FrameRange(index, index + 1))
        return self._single.frame(index)

    def pictures(self, wanted: FrameRange) -> Iterator[VideoFrame]:
        """As `frames`, but the pictures as they were decoded, before they are turned upright by `orientation`."""
        self._check(wanted)
        iteration = self._pictures(wanted)
        self._running.add(iteration)
        return iteration

    @property
    def orientation(self) -> Orientation:
        return self._movie.orientation

    def file(self, index: int) -> Path:  # noqa: ARG002
        return self.facts.path

    def close(self) -> None:
        for iteration in list(self._running):
            iteration.close()
        self._single.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, wanted: FrameRange) -> None:
        check_inside(wanted, self.facts)
        there = self._movie.cadence.frames
        if wanted.end > there:
            raise MediaTruncated(
                f"“{self.facts.path.name}” is cut off: frame {max(there, wanted.start)} and those after it are missing."
            )

    def _start(self, wanted: FrameRange, indices: Sequence[int]) -> Iterator[CodeFrame]:
        self._check(wanted)
        iteration = self._read(indices)
        self._running.add(iteration)
        return iteration

    def _pictures(self, wanted: FrameRange) -> Generator[VideoFrame]:
        with closing(_Reader(self._movie, self._threads)) as reader:
            shown, picture = -1, None
            for index in range(wanted.start, wanted.end):
                source = self._movie.cadence.source_of(index)
                if picture is None or source != shown:
                    shown, picture = source, reader.read(source)
                yield picture

    def _read(self, indices: Sequence[int]) -> Generator[CodeFrame]:
        with closing(_Decoder(self._movie, self._threads)) as decoder:
            for index in indices:
                yield decoder.frame(index)


class _Decoder:
    """Frames of a movie as codes; one that is shown again is not decoded again."""

    def __init__(self, movie: Movie, threads: int) -> None:
        self._movie = movie
        self._converter = Converter(movie.facts.bits, cosited=movie.facts.codec != "mjpeg")
        self._reader = _Reader(movie, threads)
        self._last: tuple[int, Codes] | None = None

    def frame(self, index: int) -> CodeFrame:
        movie = self._movie
        source = movie.cadence.source_of(index)
        if self._last is None or self._last[0] != source:
            picture = self._reader.read(source)
            with in_words(movie.facts.path):
                codes = movie.orientation.upright(self._converter.codes(picture, movie.facts.color))
            self._last = source, codes
        return CodeFrame(index, self._last[1], movie.facts.bits)

    def close(self) -> None:
        self._reader.close()
        self._last = None


class _Astray(Exception):
    """Decoding did not deliver the frame that was due."""

    def __init__(self, due: int) -> None:
        super().__init__(due)
        self.due = due


class _Reader:
    """Reads frames of a movie by number; goes on where it stands, and seeks where it must or where that saves decoding.

    A frame is recognised by its time, never by counting, except where the container keeps no times. Every frame between
    the random access point and the wanted one must turn up, whole: a gap means that the picture cannot be trusted.
    """

    def __init__(self, movie: Movie, threads: int) -> None:
        self._movie = movie
        self._threads = threads
        self._stack = ExitStack()
        self._frames: Iterator[tuple[int, VideoFrame | None]] | None = None
        self._due = 0

    def close(self) -> None:
        self._stack.close()
        self._frames = None

    def read(self, number: int) -> VideoFrame:
        """The movie's frame `number`. Raises `MediaTruncated` or `MediaUnreadable`."""
        with in_words(self._movie.facts.path):
            try:
                entry = self._entry(number)
                goes_on = self._frames is not None and self._due <= number
                if goes_on and self._key_number(entry) < self._due + _WORTH_A_SEEK:
                    return self._advance(number)
                return self._land(number, entry)
            except _Astray as error:
                self.close()  # it stands somewhere behind the damage: the next frame is looked for anew
                index = self._movie.cadence.first_showing(error.due)
                name = self._movie.facts.path.name
                raise MediaTruncated(f"“{name}” is damaged: frame {index} cannot be decoded.") from error

    def _entry(self, number: int) -> int:
        """The last random access point shown at or before `number`. With open groups of pictures, the frames that are
        decoded after one but shown before it need the one before."""
        times = self._movie.schedule.times
        return _FROM_THE_START if times is None else bisect_right(self._movie.schedule.key_times, times[number]) - 1

    def _key_number(self, entry: int) -> int:
        if entry == _FROM_THE_START:
            return 0
        return self._movie.schedule.number_at(self._movie.schedule.key_times[entry]) or 0

    def _land(self, number: int, entry: int) -> VideoFrame:
        # An entry point may turn out not to be one (gradual refresh), or the container may seek past it.
        for earlier in (entry, entry - 1, entry - 3):
            if earlier > _FROM_THE_START:
                try:
                    self._begin(earlier)
                    return self._advance(number)
                except _Astray:
                    continue
        self._begin(_FROM_THE_START)
        return self._advance(number)

    def _begin(self, entry: int) -> None:
        self.close()
        container = self._stack.enter_context(open_container(self._movie.facts.path))
        stream = video_stream(container, self._movie.facts.path)
        set_up_decoder(stream, self._threads)
        self._due = self._key_number(entry)
        self._frames = self._numbered(
            sound_frames(container, stream)
            if entry == _FROM_THE_START
            else decoded(self._from_key(container, stream, entry))
        )

    def _from_key(self, container: InputContainer, stream: VideoStream, entry: int) -> Iterator[Packet[VideoStream]]:
        """Packets from random access point `entry` on; from a later one where the container seeks past it."""
        time = self._movie.schedule.key_times[entry]
        try:
            container.seek(self._movie.schedule.key_seeks[entry], stream=stream)
        except av.error.FFmpegError as error:
            raise _Astray(self._due) from error
        return dropwhile(
            lambda packet: packet.size and not (packet.is_keyframe and packet.pts is not None and packet.pts >= time),
            container.demux(stream),
        )

    def _numbered(self, frames: Iterator[VideoFrame | None]) -> Iterator[tuple[int, VideoFrame | None]]:
        schedule = self._movie.schedule
        for position, frame in enumerate(frames):
            if schedule.times is None:
                yield position, frame
            elif frame is not None and (number := schedule.number_at(frame.pts)) is not None:
                yield number, frame

    def _advance(self, number: int) -> VideoFrame:
        if self._frames is None:
            raise _Astray(number)
        try:
            for found, frame in self._frames:
                if found < self._due:
                    continue
                if found > self._due or frame is None or frame.is_corrupt:
                    raise _Astray(self._due)
                self._due = found + 1
                if found == number:
                    self._check_shape(frame, number)
                    return frame
        except av.error.FFmpegError as error:
            raise _Astray(self._due) from error
        raise _Astray(self._due)

    def _check_shape(self, frame: VideoFrame, number: int) -> None:
        movie = self._movie
        before = f"{movie.width} x {movie.height} {movie.facts.pixel_format}"
        now = f"{frame.width} x {frame.height} {frame.format.name}"
        if before != now:
            index = movie.cadence.first_showing(number)
            raise MediaUnreadable(
                f"“{movie.facts.path.name}” changes at frame {index} from {before} to {now}.",
                remedy="Export the clip again in one size and format.",
            )
