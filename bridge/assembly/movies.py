"""The movies beside a sequence: the SDR review with its poster, and the HDR10 master."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bridge.domain.job import Assembling, JobState
from bridge.media.exr import read_frame
from bridge.media.master import Hdr10Light, Hdr10Writer
from bridge.media.review import ReviewWriter, write_poster
from bridge.media.soundtrack import AudioRange

from .conveyor import cores, in_order
from .finish import FinishedFrame, FrameFinisher
from .plan import Plan


def sound_of(plan: Plan) -> AudioRange | None:
    """The part of the source's sound that belongs to the lifted range."""
    if not plan.facts.has_audio:
        return None
    rate = plan.facts.rate
    return AudioRange(plan.facts.path, Fraction(plan.lifted.start) / rate, Fraction(len(plan.lifted)) / rate)


def review_writer(plan: Plan, path: Path) -> ReviewWriter:
    """A writer of the plan's review movie. One thread: the frames themselves keep every core busy."""
    return ReviewWriter(
        path,
        width=plan.size[0],
        height=plan.size[1],
        rate=plan.facts.rate,
        pixel_aspect=plan.facts.pixel_aspect,
        audio=sound_of(plan),
        threads=1,
    )


class Review:
    """`review.mp4` of all frames in order, and `poster.jpg` of the one in the middle."""

    def __init__(self, plan: Plan) -> None:
        self.path = plan.staging / "review.mp4"
        self.poster = plan.staging / "poster.jpg"
        self._middle = plan.numbers[len(plan.numbers) // 2]
        self._writer = review_writer(plan, self.path)

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._writer.warnings

    def add(self, frame: FinishedFrame) -> None:
        if frame.view is None:
            raise ValueError("the frame was finished without a view")
        self._writer.write(frame.view)
        if frame.number == self._middle:
            write_poster(self.poster, frame.view)

    def __enter__(self) -> Self:
        self._writer.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)


def write_hdr10_master(
    plan: Plan, finisher: FrameFinisher, report: Callable[[JobState], None]
) -> tuple[Path, tuple[str, ...]]:
    """`<name>_hdr10.mp4` from the finished frames; returns its path and what the viewer has to know.

    The light levels that stand in its header are measured first, so the frames are read twice.
    """
    output, facts, total = plan.request.output, plan.facts, len(plan.numbers)
    light = Hdr10Light(output.color, output.reference_white)
    for done, frame in enumerate(_frames(plan, finisher), start=1):
        light.add(frame)
        report(Assembling(done=done, total=2 * total))
    path = plan.staging / f"{plan.name}_hdr10.mp4"
    with Hdr10Writer(
        path,
        width=plan.size[0],
        height=plan.size[1],
        rate=facts.rate,
        pixel_aspect=facts.pixel_aspect,
        color=output.color,
        reference_white=output.reference_white,
        max_cll=light.max_cll,
        max_fall=light.max_fall,
        audio=sound_of(plan),
        threads=0,
    ) as master:
        for done, frame in enumerate(_frames(plan, finisher), start=1):
            master.write(frame)
            report(Assembling(done=total + done, total=2 * total))
    return path, master.warnings


def _frames(plan: Plan, finisher: FrameFinisher) -> Iterator[NDArray[np.float16]]:
    return in_order(plan.numbers, lambda number: read_frame(finisher.path(number)), cores())
