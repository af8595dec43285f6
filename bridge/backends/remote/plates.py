"""What is sent to an endpoint: the plate of exactly the wanted frames, its mask, or its sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from bridge.assembly.movies import sound_of
from bridge.assembly.plan import Plan, plan_work
from bridge.assembly.space import demand_space
from bridge.domain.capability import Limits
from bridge.domain.errors import RequestError
from bridge.domain.frames import FrameRange
from bridge.domain.job import JobState, Preparing
from bridge.engines.protocol import PlateOrder, Plates
from bridge.media.clip import Clip, CodeFrame, open_clip
from bridge.media.plate import PlateWriter, Rec709, lossless_movie
from bridge.media.sound import sound_seconds, write_wav
from bridge.media.soundtrack import AudioRange

Report = Callable[[JobState], None]

_ASPECT_TOLERANCE = 0.01

_LEAST_BYTES_PER_PIXEL = 0.02
"""What no plate of real pictures comes below: a job that needs more than the drive has is refused before it starts."""


def write_plates(order: PlateOrder, report: Report) -> Plates:
    """Write into `order.folder` what the endpoint is sent. Raises `MediaError`s, `OutputError`s and `RequestError`s."""
    report(Preparing())
    order.folder.mkdir(exist_ok=True)
    if order.sound_only:
        return _sound(order)
    source = order.request.source
    with open_clip(source.path, rate=source.rate) as clip:
        plan = plan_work(order, clip.facts)
        frames = len(plan.lifted)
        limits = Limits(
            min_frames=order.min_frames,
            max_frames=order.max_frames,
            frames_modulus=order.modulus,
            frames_remainder=order.remainder,
        )
        sent = limits.padded(frames)
        width, height = plan.size
        demand_space(order.folder, int(width * height * sent * _LEAST_BYTES_PER_PIXEL), "The plate")
        plate = order.folder / ("plate.mkv" if order.lossless else "plate.mp4")
        pictures = _padded(clip.frames(plan.lifted), sent)
        _write_lossless(plate, plan, pictures, report) if order.lossless else _write(plate, plan, pictures, report)
        mask = _mask(order, plan, sent, report)
    rate = plan.facts.rate
    return Plates(
        plate=plate,
        mask=mask,
        frames=frames,
        sent=sent,
        width=width + width % 2,
        height=height + height % 2,
        rate=rate,
        seconds=float(sent / rate),
    )


def _padded(frames: Iterator[CodeFrame], total: int) -> Iterator[CodeFrame]:
    """`frames`, and the last of them again until there are `total`."""
    count, last = 0, None
    for last in frames:
        count += 1
        yield last
    if last is not None:
        yield from repeat(last, total - count)


def _write(path: Path, plan: Plan, frames: Iterator[CodeFrame], report: Report) -> None:
    facts = plan.facts
    to_rec709 = Rec709(facts.color, facts.bits)
    with PlateWriter(path, width=facts.width, height=facts.height, rate=facts.rate) as writer:
        for frame in frames:
            writer.write(to_rec709(frame.codes))
            report(Preparing())


def _write_lossless(path: Path, plan: Plan, frames: Iterator[CodeFrame], report: Report) -> None:
    facts = plan.facts
    with lossless_movie(
        path, width=facts.width, height=facts.height, rate=facts.rate, color=facts.color, bits=facts.bits
    ) as write:
        for frame in frames:
            write(frame)
            report(Preparing())


def _mask(order: PlateOrder, plan: Plan, sent: int, report: Report) -> Path | None:
    """The mask as a movie of the plate's size, rate and length, white where something is to happen."""
    spec = order.request.mask
    if spec is None:
        return None
    path = order.folder / "mask.mp4"
    facts = plan.facts
    with open_clip(spec.path, rate=facts.rate) as mask:
        _demand_shape(mask, plan)
        pictures = _padded(_mask_frames(mask, plan), sent)
        with PlateWriter(path, width=facts.width, height=facts.height, rate=facts.rate) as writer:
            for frame in pictures:
                writer.write(_grey(frame, facts.width, facts.height))
                report(Preparing())
    return path


def _demand_shape(mask: Clip, plan: Plan) -> None:
    ours, its = plan.facts, mask.facts
    if abs(its.width * ours.height / (its.height * ours.width) - 1) > _ASPECT_TOLERANCE:
        raise RequestError(
            f"The mask has {its.width}x{its.height} pixels, which is not the shape of the clip "
            f"({ours.width}x{ours.height}).",
            remedy="Export the mask at the size of the clip.",
        )


def _mask_frames(mask: Clip, plan: Plan) -> Iterator[CodeFrame]:
    """A still holds for the whole; a mask as long as the clip belongs to all of it; else it begins with the range."""
    frames, wanted = mask.facts.frames, len(plan.lifted)
    if frames == 1:
        return chain(mask.frames(FrameRange(0, 1)), ())
    if frames == plan.facts.frames:
        return mask.frames(plan.lifted)
    if frames == wanted:
        return mask.frames(FrameRange(0, wanted))
    raise RequestError(
        f"The mask has {frames} frames, but the clip has {plan.facts.frames}, of which {wanted} are sent.",
        remedy="Use a mask as long as the clip or as the range, or a single picture.",
    )


def _grey(frame: CodeFrame, width: int, height: int) -> NDArray[np.uint8]:
    """The largest of R, G and B, as an 8-bit picture of the plate's size."""
    level = np.rint(frame.codes.max(axis=0) * (255 / (2**frame.bits - 1))).astype(np.uint8)
    if level.shape != (height, width):
        level = VideoFrame.from_ndarray(level, "gray").reformat(width=width, height=height).to_ndarray()
    return np.repeat(level[..., None], 3, axis=2).astype(np.uint8, copy=False)


def _sound(order: PlateOrder) -> Plates:
    """The sound of the range, of a clip; all of it, of a file that has sound alone."""
    source = order.request.source
    path = order.folder / "sound.wav"
    whole = sound_seconds(source.path)
    audio = AudioRange(source.path, Fraction(0), whole)
    rate = source.rate or Fraction(24)
    if source.cut or (source.start, source.end) != (None, None):
        with closing(open_clip(source.path, rate=source.rate)) as clip:
            plan = plan_work(order, clip.facts)
            audio = sound_of(plan) or audio
            rate = plan.facts.rate
    seconds = write_wav(path, audio)
    return Plates(plate=None, sound=path, frames=0, sent=0, width=0, height=0, rate=rate, seconds=float(seconds))
