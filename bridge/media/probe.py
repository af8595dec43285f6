"""The facts of a movie, and all that is needed to read its frames."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from bridge.domain.errors import MediaUnreadable, RequestError
from bridge.domain.frames import Timecode
from bridge.domain.media import ClipFacts
from bridge.media.codes import Orientation, code_bits
from bridge.media.ffmpeg import check_file, check_size, in_words, open_container
from bridge.media.packets import schedule_of, sound_frames, video_stream
from bridge.media.schedule import Cadence, Schedule, settle
from bridge.media.sourcecolor import Tags, level_color, refuse_log_metadata, source_color

ASSUMED_RATE = Fraction(24)
# AVFieldOrder: every value above progressive.
_FIELD_ORDERS = frozenset({2, 3, 4, 5})


@dataclass(frozen=True)
class Movie:
    """`width` and `height` are as stored, before `orientation`. Of `facts.frames`, `cadence.frames` are there."""

    facts: ClipFacts
    schedule: Schedule
    cadence: Cadence
    orientation: Orientation
    width: int
    height: int


def probe_movie(path: Path, declared: Fraction | None, threads: int, *, matte: bool = False) -> Movie:
    """Examines a movie; of a `matte` it does not matter what its tags say of colour.

    Raises `MediaError`s, those about its kind before anything long is done.
    """
    check_file(path)
    with open_container(path) as container, in_words(path):
        stream = video_stream(container, path)
        if not matte:
            for metadata in (container.metadata, *(each.metadata for each in container.streams)):
                refuse_log_metadata(path.name, metadata)
        first = next(sound_frames(container, stream), None)
        if first is None:
            raise MediaUnreadable(f"No frame of “{path.name}” can be decoded.")
        check_size(path, first.width, first.height)
        tags = Tags.of(path.name, first, stream.codec_context)
        color = level_color(tags) if matte else source_color(tags)
        interlaced = first.interlaced_frame or stream.codec_context.field_order in _FIELD_ORDERS
        stated = [rate for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate) if rate]
        stamp = _timecode_tag(container, stream)
        has_audio = bool(container.streams.audio)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        codec = stream.codec_context.name

    schedule, promised = schedule_of(path, first, threads)
    cadence = settle(schedule, declared, stated or [ASSUMED_RATE])
    warnings: list[str] = []
    if not stated and declared is None:
        warnings.append(f"The file states no frame rate; {ASSUMED_RATE} frames per second are assumed.")
    warnings += _cadence_warnings(cadence, promised)
    if interlaced:
        warnings.append("The clip is interlaced and its fields are kept together; deinterlace it for clean motion.")
    timecode, first_number = None, 0
    if stamp:
        try:
            timecode = Timecode.parse(stamp)
            first_number = timecode.to_frame(cadence.rate)
        except RequestError as error:
            timecode = None
            warnings.append(f"The start timecode is ignored. {error.sentence}")
    orientation = Orientation.of(first)
    width, height = first.width, first.height
    if orientation.transpose:
        width, height, aspect = height, width, 1 / aspect
    facts = ClipFacts(
        path=path,
        kind="movie",
        width=width,
        height=height,
        rate=cadence.rate,
        frames=max(cadence.frames, promised),
        bits=code_bits(first.format),
        color=color,
        first_number=first_number,
        start_timecode=timecode,
        rotation=orientation.degrees,
        pixel_aspect=aspect,
        has_audio=has_audio,
        variable_rate=cadence.uneven,
        interlaced=interlaced,
        codec=codec,
        pixel_format=first.format.name,
        warnings=tuple(warnings),
    )
    return Movie(facts, schedule, cadence, orientation, first.width, first.height)


def _cadence_warnings(cadence: Cadence, promised: int) -> list[str]:
    warnings: list[str] = []
    rate = f"{float(cadence.rate):.5g} frames per second"
    if cadence.uneven:
        warnings.append(f"The frame rate varies; the clip is read at {rate}, so frames may repeat or be left out.")
    elif cadence.shown is not None:
        warnings.append(f"The clip is read at {rate}, which is not its own rate, so frames repeat or are left out.")
    if promised > cadence.frames:
        warnings.append(f"The file is cut off: of {promised} frames, {cadence.frames} are there.")
    return warnings


def _timecode_tag(container: InputContainer, stream: VideoStream) -> str | None:
    """The first start timecode found: of the picture, of the container, of a timecode track."""
    every = (stream.metadata, container.metadata, *(other.metadata for other in container.streams))
    tags = (value for metadata in every for key, value in metadata.items() if key.lower() == "timecode")
    return next(filter(None, tags), None)
