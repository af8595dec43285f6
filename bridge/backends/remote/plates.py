"""What is sent to an endpoint: the plate of exactly the wanted frames, its mask, or its sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction
from itertools import repeat
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bridge.assembly.conveyor import cores, in_order
from bridge.assembly.movies import sound_of
from bridge.assembly.plan import Plan, masked, plan_work
from bridge.assembly.space import demand_space
from bridge.domain.capability import Limits
from bridge.domain.job import JobState, Preparing
from bridge.engines.protocol import PlateOrder, Plates
from bridge.media.clip import CodeFrame, open_clip
from bridge.media.mask import Level, Mask
from bridge.media.plate import PlateWriter, Rec709, lossless_movie
from bridge.media.sound import sound_seconds, write_wav
from bridge.media.soundtrack import AudioRange

from .fitting import Fitter, Fitting, fit

Report = Callable[[JobState], None]

T = TypeVar("T")

_LEAST_BYTES_PER_PIXEL = 0.02
"""What no plate of real pictures comes below: a job that needs more than the drive has is refused before it starts."""


def write_plates(order: PlateOrder, report: Report) -> Plates:
    """Write into `order.folder` what the endpoint is sent. Raises `MediaError`s, `OutputError`s and `RequestError`s."""
    report(Preparing())
    order.folder.mkdir(exist_ok=True)
    if order.sound_only:
        return _sound(order)
    source = order.request.source
    with (
        open_clip(source.path, rate=source.rate) as clip,
        masked(plan_work(order, clip.facts)) as (plan, mask),
    ):
        frames = len(plan.lifted)
        limits = Limits(
            min_frames=order.min_frames,
            max_frames=order.max_frames,
            frames_modulus=order.modulus,
            frames_remainder=order.remainder,
        )
        sent = limits.padded(frames)
        fitting = fit(*plan.size, modulus=order.size_modulus, largest_short_side=order.largest_short_side)
        width, height = fitting.padded
        demand_space(order.folder, int(width * height * sent * _LEAST_BYTES_PER_PIXEL), "The plate")
        mask_movie = None
        if mask and order.request.workflow.startswith("hdr_lift"):
            # It is needed when the result is there: better that it is found damaged before anything is paid for.
            mask.read_through(lambda: report(Preparing()))
        elif mask:
            mask_movie = order.folder / "mask.mp4"
            _write_mask(mask_movie, plan, mask, sent, report)
        plate = order.folder / ("plate.mkv" if order.lossless else "plate.mp4")
        pictures = _padded(clip.frames(plan.lifted), sent)
        if order.lossless:
            _write_lossless(plate, plan, pictures, report)
        else:
            _write(plate, plan, fitting, pictures, report)
    rate = plan.facts.rate
    return Plates(
        plate=plate,
        mask=mask_movie,
        frames=frames,
        sent=sent,
        width=width + width % 2,
        height=height + height % 2,
        rate=rate,
        seconds=float(sent / rate),
    )


def _padded(frames: Iterator[T], total: int) -> Iterator[T]:
    """`frames`, and the last of them again until there are `total`."""
    count, last = 0, None
    for last in frames:
        count += 1
        yield last
    if last is not None:
        yield from repeat(last, total - count)


def _write(path: Path, plan: Plan, fitting: Fitting, frames: Iterator[CodeFrame], report: Report) -> None:
    facts = plan.facts
    to_rec709 = Rec709(facts.color, facts.bits)
    fitted = Fitter(fitting)
    width, height = fitting.padded
    with PlateWriter(path, width=width, height=height, rate=facts.rate) as writer:
        for frame in frames:
            writer.write(fitted(to_rec709(frame.codes)))
            report(Preparing())


def _write_lossless(path: Path, plan: Plan, frames: Iterator[CodeFrame], report: Report) -> None:
    facts = plan.facts
    with lossless_movie(
        path, width=facts.width, height=facts.height, rate=facts.rate, color=facts.color, bits=facts.bits
    ) as write:
        for frame in frames:
            write(frame)
            report(Preparing())


def _write_mask(path: Path, plan: Plan, mask: Mask, sent: int, report: Report) -> None:
    """The mask as a movie of the plate's size, rate and length, white where something is to happen."""
    facts = plan.facts
    pictures = in_order(mask.frames(plan.lifted), _grey, cores())
    with PlateWriter(path, width=facts.width, height=facts.height, rate=facts.rate) as writer:
        for picture in _padded(pictures, sent):
            writer.write(picture)
            report(Preparing())


def _grey(level: Level) -> NDArray[np.uint8]:
    grey = np.rint(level() * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


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
