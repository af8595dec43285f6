"""Light that an endpoint has made becomes the sequence, frame by frame, as it arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Protocol

import numpy as np
from pydantic import JsonValue

from bridge.assembly.conveyor import cores, in_order
from bridge.assembly.fidelity import FidelityCheck, FrameCheck, checked_pairs
from bridge.assembly.finish import FinishedFrame, FrameFinisher
from bridge.assembly.limiting import Limit, Limiter
from bridge.assembly.making import make_sequence
from bridge.assembly.plan import Plan
from bridge.domain.color import PEAK_NITS, Primaries, Transfer
from bridge.domain.errors import ResultUnusable
from bridge.domain.job import Assembling, Deliverable, JobState
from bridge.engines.base import Codes, Rendition
from bridge.media.clip import Clip
from bridge.media.mask import Level, Mask
from bridge.media.received import read_light

Report = Callable[[JobState], None]


class Picture(Protocol):
    """An EXR file in memory."""

    @property
    def name(self) -> str: ...

    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True)
class Arriving:
    """Pictures of `size`, width and height, in the order of the plan; those beyond it were sent only to fill up.

    Where `cropped`, the plan's size is less, and what is right and below goes. Where `clamped`, so does light below 0.
    A picture of more than `pixels` is not read.
    """

    pictures: Iterator[Picture]
    size: tuple[int, int]
    pixels: int
    cropped: bool = False
    clamped: bool = False


@dataclass(frozen=True)
class _Received:
    """Light that an endpoint has made: scene-linear, Rec.709 primaries (LTX-2.3 HDR and the embedded engine alike)."""

    transfer: Transfer
    provenance: dict[str, JsonValue]
    peak: float
    primaries: Primaries = Primaries.REC709
    identity_below: float | None = None


def assemble(
    plan: Plan,
    clip: Clip,
    mask: Mask | None,
    arriving: Arriving,
    report: Report,
    *,
    engine: dict[str, JsonValue],
    cost: float | None = None,
) -> Deliverable:
    """Make the sequence of `plan`. Raises `ResultUnusable` for pictures that are not those that were asked for."""
    rendition = _Received(_transfer(plan), engine, PEAK_NITS / plan.request.output.reference_white)
    return make_sequence(
        plan,
        rendition,
        lambda finisher, check: _Frames(plan, finisher, check, arriving, _Sources(plan, rendition, clip, mask)),
        progress=lambda done, total: report(Assembling(done=done, total=total)),
        report=report,
        notes=_notes(plan),
        cost=cost,
    )


def _transfer(plan: Plan) -> Transfer:
    """How the endpoint was asked to read the codes, where it can be asked: outside a mask they are read alike."""
    match plan.request.parameters.get("transfer"):
        case "bt1886" | "srgb" as asked:
            return asked
        case _:
            return plan.plate.transfer


def _notes(plan: Plan) -> Sequence[str]:
    (width, height), facts = plan.size, plan.facts
    if (width, height) == (facts.width, facts.height):
        return ()
    note = f"The frames have {width}x{height} pixels, the clip {facts.width}x{facts.height}: scale them in the host."
    if plan.mask:
        return (note, f"Outside the mask they are the clip scaled to {width}x{height}, as the mask was to meet them.")
    return (note,)


@dataclass(frozen=True)
class _Source:
    """What a frame was made from, where it has to meet that again inside a mask."""

    codes: Codes
    level: Level
    limit: Limit


class _Sources:
    """The clip's own frames, and the mask's."""

    def __init__(self, plan: Plan, rendition: Rendition, clip: Clip, mask: Mask | None) -> None:
        self._plan = plan
        self._clip = clip
        self._mask = mask
        self._limiter = Limiter(plan, rendition)

    def __iter__(self) -> Iterator[_Source | None]:
        """For each frame of the plan in order; none of them where there is no mask."""
        if self._mask is None:
            yield from repeat(None)
            return
        lifted = self._plan.lifted
        for frame, level in zip(self._clip.frames(lifted), self._mask.frames(lifted), strict=True):
            yield _Source(frame.codes, level, self._limiter.of(frame.codes, level))

    def codes(self, number: int) -> Codes:
        return self._clip.frame(number - self._plan.facts.first_number).codes


class _Frames:
    """A `FrameSource` over what arrives. Frames that were sent only to fill up are left out."""

    def __init__(
        self,
        plan: Plan,
        finisher: FrameFinisher,
        check: FidelityCheck,
        arriving: Arriving,
        sources: _Sources,
    ) -> None:
        self._plan = plan
        self._finisher = finisher
        self._check = check
        self._arriving = arriving
        self._sources = sources
        self._checked = checked_pairs(list(plan.numbers))
        self.checks: list[FrameCheck] = []

    def __iter__(self) -> Iterator[FinishedFrame]:
        numbers, sources = self._plan.numbers, iter(self._sources)
        # Not zip alone: the pictures beyond what is wanted are read too, and checked with all others at the end.
        pictures = enumerate(self._arriving.pictures)
        wanted = ((numbers[i], picture, next(sources)) for i, picture in pictures if i < len(numbers))
        done = 0
        for frame, source in in_order(wanted, self._make, cores()):
            done += 1
            if frame.number in self._checked:
                self.checks.append(self._compare(frame.number, source))
            yield frame
        if done < len(numbers):
            raise ResultUnusable(f"{done} frames came from the endpoint, but {len(numbers)} were asked for.")

    def _make(self, item: tuple[int, Picture, _Source | None]) -> tuple[FinishedFrame, _Source | None]:
        number, picture, source = item
        if self._finisher.path(number).exists():
            return self._finisher.recover(number), source
        arriving = self._arriving
        light = read_light(picture.data, picture.name, arriving.pixels)
        width, height = arriving.size
        if light.shape != (height, width, 3):
            raise ResultUnusable(
                f"{picture.name} has {light.shape[1]}x{light.shape[0]} pixels, not {width}x{height} like the others."
            )
        if arriving.cropped:
            width, height = self._plan.size
            light = np.ascontiguousarray(light[:height, :width])
        if arriving.clamped:
            light = np.maximum(light, np.float16(0))
        return self._finisher.write(number, light, source and source.limit), source

    def _compare(self, number: int, source: _Source | None) -> FrameCheck:
        facts, path = self._plan.facts, self._finisher.path(number)
        codes = source.codes if source else self._sources.codes(number)
        compare = self._check if self._plan.size == (facts.width, facts.height) else self._check.of_another_size
        return compare(number, codes, path, source and source.level())
