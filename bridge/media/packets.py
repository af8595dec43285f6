"""A movie's packets, counted and timed: which frames there are, when they show, and where decoding can begin."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av.error
import numpy as np
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bridge.domain.errors import MediaUnreadable, NoVideo
from bridge.media.ffmpeg import check_size, in_words, open_container
from bridge.media.schedule import Schedule

_MOV = "mov,mp4,m4a,3gp,3g2,mj2"
# Their headers state a duration; others have it estimated, which proves nothing about a missing end.
_DURATION_STATED = frozenset({"matroska,webm", "mxf"})
# MPEG-4 part 2 codes frames that show nothing new as packets without a picture; VP8 has packets that are never shown.
_SILENT_PACKETS = frozenset({"mpeg4", "msmpeg4v2", "msmpeg4v3", "vp8"})
_MICROSECOND = Fraction(1, 1_000_000)


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The stream that a player would show; cover art does not count. Raises `NoVideo`, `MediaUnreadable`."""
    pictures = Disposition.attached_pic | Disposition.timed_thumbnails
    moving = [stream for stream in container.streams.video if not stream.disposition & pictures]
    if not moving:
        raise NoVideo(f"“{path.name}” has no video track.")
    stream = max(moving, key=lambda found: bool(found.disposition & Disposition.default))
    # PyAV's types do not say so, but a stream whose codec is unknown has no context.
    context = cast("VideoCodecContext | None", stream.codec_context)
    if context is None:
        raise MediaUnreadable(
            f"The video codec of “{path.name}” is not known here.", remedy="Export the clip as ProRes, H.264 or HEVC."
        )
    check_size(path, context.width, context.height)
    return stream


def set_up_decoder(stream: VideoStream, threads: int) -> None:
    """Before the first packet: `threads` threads, 0 meaning one per core; and chroma where broadcast standards site it.

    Horizontally co-sited chroma is what BT.601, BT.709 and every studio codec mean, but only some of them say it, and
    swscale centres what is unsaid. A location in the bitstream overrides this. JPEG is centred by its own standard.
    """
    context = stream.codec_context
    stream.thread_type = "AUTO"
    context.thread_count = threads
    if context.name != "mjpeg":
        context.options = {"chroma_sample_location": "left"}


def decoded(packets: Iterator[Packet[VideoStream]]) -> Iterator[VideoFrame | None]:
    """Frames in display order, none for a packet that cannot be decoded."""
    for packet in packets:
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            yield None
        else:
            yield from frames


def sound_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame | None]:
    """What `decoded` gives of a container that was just opened, from the first frame that is whole.

    Recordings of broadcasts begin anywhere: what precedes the first random access point, or refers to before it, is not
    part of the clip.
    """
    packets = container.demux(stream)
    first = next((packet for packet in packets if packet.is_keyframe), None)
    if first is None:
        return
    whole = False
    for frame in decoded(chain((first,), packets)):
        whole = whole or (frame is not None and not frame.is_corrupt)
        if whole:
            yield frame


@dataclass
class _Scan:
    """Packets of the video stream that will be shown. `end` is the latest of all streams, in seconds."""

    times: array[int] = field(default_factory=lambda: array("q"))
    keys: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    untimed: bool = False
    last: int | None = None
    last_duration: int = 0
    last_decoded: int = -1
    end: Fraction = Fraction(0)

    def add(self, packet: Packet[Stream]) -> None:
        if packet.dts is not None:
            self.last_decoded = packet.dts
        if packet.pts is None:
            self.untimed = True
            return
        self.times.append(packet.pts)
        if self.last is None or packet.pts > self.last:
            self.last, self.last_duration = packet.pts, packet.duration or 0
        if packet.is_keyframe:
            # Some indexes are in decoding time, some in presentation time: the earlier is right for both.
            self.keys.append((packet.pts, packet.pts if packet.dts is None else min(packet.pts, packet.dts)))


def schedule_of(path: Path, first: VideoFrame, threads: int) -> tuple[Schedule, int]:
    """The schedule of a movie whose first whole frame is `first`; and the frames it had where it is cut off, else 0.

    Reads every packet and decodes none, but for containers and codecs in which packets are not frames one to one: those
    are decoded once from end to end.
    """
    with open_container(path) as container, in_words(path):
        stream = video_stream(container, path)
        name = container.format.name
        scan = _from_index(container, stream, path.stat().st_size, first.pts) or _from_packets(container, stream)
        times: NDArray[np.int64] | None = np.unique(np.frombuffer(scan.times, np.int64))
        if first.pts is not None:
            times = times[times >= first.pts]
        unstamped = bool(container.format.flags & Flags.no_timestamps.value) or scan.untimed
        # AVI keeps no presentation times: with reordered frames they are guesses, differently after a seek.
        guessed = name == "avi" and len(scan.keys) < len(scan.times)
        # In a transport stream each field of an interlaced picture may be a packet of its own.
        fields = name == "mpegts" and first.interlaced_frame
        doubtful = unstamped or guessed or fields or stream.codec_context.name in _SILENT_PACKETS
        whole = len(times) == len(scan.times) - sum(1 for time in scan.times if first.pts is None or time < first.pts)
        if doubtful or not whole or not len(times) or times[0] != first.pts:
            readable, times = _by_decoding(path, threads)
        else:
            readable = len(times)
        promised = _promised(container, stream, scan)
        if promised and times is not None:
            # Any frame after the last decoding time may have lost one that shows before it.
            times = times[times <= max(scan.last_decoded, times[0])]
            readable = len(times)
        # Time stamps of program streams belong to packs, not to frames: after a seek they fall differently.
        keys = [] if unstamped or guessed or times is None or name == "mpeg" else sorted(scan.keys)
        schedule = Schedule(
            readable=readable,
            time_base=stream.time_base or Fraction(1, 25),
            times=times,
            key_times=tuple(shown for shown, _ in keys),
            key_seeks=tuple(seek for _, seek in keys),
            last_duration=scan.last_duration,
        )
        return schedule, promised


def _from_index(container: InputContainer, stream: VideoStream, size: int, first: int | None) -> _Scan | None:
    """The scan of an intra-coded QuickTime movie from its index alone: such files are too large to be read through."""
    entries = stream.index_entries
    if container.format.name != _MOV or not stream.frames or len(entries) != stream.frames:
        return None
    scan = _Scan()
    for entry in entries:
        if not entry.is_keyframe:
            return None
        if not entry.is_discard and entry.pos + entry.size <= size:
            scan.times.append(entry.timestamp)
            scan.keys.append((entry.timestamp, entry.timestamp))
            scan.last_decoded = entry.timestamp
    # An index is in decoding time; where the two times differ, the packets have to tell.
    return scan if scan.times and scan.times[0] == first else None


def _from_packets(container: InputContainer, stream: VideoStream) -> _Scan:
    scan = _Scan()
    if container.format.name == _MOV:
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
    packets = container.demux()
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            # A file that cannot be read on ends here; what its header promises beyond is counted as missing.
            return scan
        if not packet.size or packet.is_discard:
            continue
        time = packet.dts if packet.pts is None else packet.pts
        if time is not None:
            scan.end = max(scan.end, (time + (packet.duration or 0)) * packet.time_base)
        if packet.stream_index == stream.index:
            scan.add(packet)


def _by_decoding(path: Path, threads: int) -> tuple[int, NDArray[np.int64] | None]:
    """How many frames there are, and their times where each can be decoded, has one, and they ascend."""
    with open_container(path) as container:
        stream = video_stream(container, path)
        set_up_decoder(stream, threads)
        count = 0
        stamps = array("q")
        for frame in sound_frames(container, stream):
            count += 1
            if frame is not None and frame.pts is not None:
                stamps.append(frame.pts)
    times = np.frombuffer(stamps, np.int64)
    return count, times if len(times) == count and bool(np.all(np.diff(times) > 0)) else None


def _promised(container: InputContainer, stream: VideoStream, scan: _Scan) -> int:
    """How many frames the container's header announces, where that is more than there are; else 0."""
    if container.format.name == _MOV:
        listed = sum(1 for entry in stream.index_entries if not entry.is_discard)
        return listed if listed > len(scan.times) else 0
    if container.format.name == "avi":
        return stream.frames if stream.frames > scan.last_decoded + 1 else 0
    if container.format.name in _DURATION_STATED and container.duration is not None and stream.guessed_rate:
        start = (container.start_time or 0) * _MICROSECOND
        stated = container.duration * _MICROSECOND
        # Two frames of grace: durations are rounded, and may count the end of a longer last frame.
        if (stated - max(scan.end, scan.end - start)) * stream.guessed_rate > 2:
            return round(stated * stream.guessed_rate)
    return 0
