"""A source's sound over a range of its frames, ready to be encoded beside a movie's pictures."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import BlockingIOError, EOFError, FFmpegError
from av.filter import Graph

SAMPLE_RATE = 48_000
FRAME_SAMPLES = 1024
"""Samples of one AAC frame."""

# The layouts up to 5.1 that AAC has a channel configuration for (ISO/IEC 14496-3, table 1.19). Files that only count
# their channels mean the usual layout of that count. Everything else becomes stereo.
_LAYOUTS = {
    "mono": "mono",
    "1 channels": "mono",
    "3.0": "3.0",
    "4.0": "4.0",
    "5.0": "5.0",
    "5.0(side)": "5.0",
    "5.1": "5.1",
    "5.1(side)": "5.1",
    "6 channels": "5.1",
}

# A codec with overlapped blocks needs what comes before a frame to decode it right.
_PREROLL = Fraction(1, 2)

# Seconds by which time stamps may stray before silence is put in or sound is cut out: one lost AAC frame is more, the
# rounding of time stamps in Matroska and AVI is less. FFmpeg's default of 0.1 would let a damaged clip run early.
_GAP = 0.02


@dataclass(frozen=True)
class AudioRange:
    """Sound of `path` from `start_seconds` after its first video frame, for `duration` seconds."""

    path: Path
    start_seconds: Fraction
    duration: Fraction


class Soundtrack:
    """Decodes an `AudioRange` piece by piece. Sound that cannot be decoded is left out and leaves a warning."""

    def __init__(self, audio: AudioRange | None) -> None:
        self._failures: set[str] = set()
        self._name = audio.path.name if audio else ""
        self._frames = self._decoded(audio)
        self._first = next(self._frames, None)
        self.layout = self._first.layout.name if self._first else None
        """FFmpeg's name of the channel layout; none where there is nothing to play."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be decoded so far. A source without sound is no reason to warn."""
        if not self._failures:
            return ()
        share = "Some of the sound" if self.layout else "The sound"
        return (f"{share} of {self._name} cannot be decoded and is left out ({', '.join(sorted(self._failures))}).",)

    def read(self) -> AudioFrame | None:
        """The next planar float frame at 48 kHz, none at the end of the range.

        It has 1024 samples, only the last may have fewer; `pts` counts samples from the start of the range. Silence
        stands where the source has a gap.
        """
        frame, self._first = self._first, None
        return frame or next(self._frames, None)

    def close(self) -> None:
        """Lets go of the source."""
        self._frames.close()

    def _decoded(self, audio: AudioRange | None) -> Generator[AudioFrame]:
        if audio is None:
            return
        try:
            with av.open(audio.path) as container:
                yield from _cut(container, audio, self._failures)
        except FFmpegError as error:
            self._failures.add(error.strerror or str(error))


def _cut(container: InputContainer, audio: AudioRange, failures: set[str]) -> Iterator[AudioFrame]:
    stream = container.streams.best("audio")
    if stream is None:
        return
    start = _first_picture(audio.path) + audio.start_seconds
    end = start + audio.duration
    if start > _PREROLL:
        container.seek(int((start - _PREROLL) * av.time_base))
    graph: Graph | None = None
    for packet in container.demux(stream):
        if packet.pts is not None and packet.pts * packet.time_base >= end:
            break
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, AudioFrame) and frame.pts is not None]
        except FFmpegError as error:
            # One bad packet is a short silence, not the end of the sound.
            failures.add(error.strerror or str(error))
            continue
        for frame in frames:
            graph = graph or _graph(frame, start, end)
            yield from _through(graph, frame)
    if graph is not None:
        yield from _through(graph, None)


def _first_picture(path: Path) -> Fraction:
    """Seconds at which the first video frame is shown: what players and hosts take for the clip's zero."""
    with av.open(path) as container:
        frame = next(container.decode(video=0), None)
        return Fraction(0) if frame is None else (frame.pts or 0) * (frame.time_base or Fraction(0))


def _graph(frame: AudioFrame, start: Fraction, end: Fraction) -> Graph:
    """Cuts at the sample, resamples, and fills gaps with silence so that every sample stays at its time."""
    graph = Graph()
    graph.link_nodes(
        graph.add_abuffer(
            sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout, time_base=frame.time_base
        ),
        graph.add("atrim", f"start={float(start):.6f}:end={float(end):.6f}"),
        graph.add("asetpts", f"PTS-{float(start):.6f}/TB"),
        graph.add("aresample", f"{SAMPLE_RATE}:async=1:first_pts=0:min_hard_comp={_GAP}"),
        graph.add("aformat", f"sample_fmts=fltp:channel_layouts={_LAYOUTS.get(frame.layout.name, 'stereo')}"),
        graph.add("abuffersink"),
    ).configure()
    graph.set_audio_frame_size(FRAME_SAMPLES)
    return graph


def _through(graph: Graph, frame: AudioFrame | None) -> Iterator[AudioFrame]:
    try:
        graph.push(frame)
        while True:
            cut = graph.pull()
            assert isinstance(cut, AudioFrame)
            yield cut
    except (BlockingIOError, EOFError):  # it wants more, or has reached the end of the range
        return
