"""The EXR frames of an archive become the sequence, one by one, while the archive arrives."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from pydantic import JsonValue

from bridge.assembly.conveyor import cores, in_order
from bridge.assembly.fidelity import FidelityCheck, FrameCheck, checked_pairs
from bridge.assembly.finish import FinishedFrame, FrameFinisher
from bridge.assembly.limiting import Limit, Limiter
from bridge.assembly.making import distrust, make_sequence
from bridge.assembly.plan import Plan, masked, plan_work
from bridge.domain.color import PEAK_NITS, Primaries, Transfer
from bridge.domain.errors import ResultUnusable
from bridge.domain.job import Assembling, Deliverable, JobState
from bridge.engines.base import Codes, Rendition
from bridge.engines.protocol import UnpackOrder
from bridge.media.archive import (
    ArchiveLimits,
    Member,
    NotStreamable,
    Seen,
    check_whole,
    members_as_they_come,
    members_of,
)
from bridge.media.clip import Clip, open_clip
from bridge.media.mask import Level, Mask
from bridge.media.received import read_light
from bridge.media.ziprecords import Growing

Report = Callable[[JobState], None]

_HEADER_BYTES = 1 << 20

_ROUNDED = 64
"""Pixels by which a side may be another than its scale says: models make multiples of 32 or 64."""

_LARGER = 1.5
"""Times as many pixels as were asked for are read at most: room for sides that are rounded up."""


@dataclass(frozen=True)
class _Received:
    """Light that an endpoint has made: scene-linear, Rec.709 primaries (LTX-2.3 HDR and the embedded engine alike)."""

    transfer: Transfer
    provenance: dict[str, JsonValue]
    peak: float
    primaries: Primaries = Primaries.REC709
    identity_below: float | None = None


def unpack(order: UnpackOrder, growing: Growing, report: Report) -> Deliverable:
    """Make the sequence that `order` asks for. Raises `ResultUnusable` for an archive that does not hold it."""
    source = order.request.source
    # Four channels of 32-bit floats, which no codec makes much larger.
    largest = _most_pixels(order) * 4 * 4 + _HEADER_BYTES
    limits = ArchiveLimits(order.frames, largest, largest * order.frames)
    with (
        open_clip(source.path, rate=source.rate) as clip,
        masked(plan_work(order, clip.facts)) as (plan, mask),
    ):
        try:
            try:
                return _unpack(order, plan, clip, mask, _streamed(order.archive, growing, limits), report)
            except NotStreamable:
                # Frames in the order in which they came are not those of their names.
                distrust(plan)
                return _unpack(order, plan, clip, mask, members_of(order.archive, limits), report)
        except ResultUnusable:
            distrust(plan)
            raise


def _streamed(archive: Path, growing: Growing, limits: ArchiveLimits) -> Iterator[Member]:
    seen: list[Seen] = []
    for member in members_as_they_come(archive, growing, limits):
        seen.append(member.seen)
        yield member
    check_whole(archive, seen)


def _unpack(
    order: UnpackOrder, plan: Plan, clip: Clip, mask: Mask | None, members: Iterator[Member], report: Report
) -> Deliverable:
    first = next(members)  # an archive without any is refused by its reader
    height, width, _ = read_light(first.data, first.name, _most_pixels(order)).shape
    _demand_shape(order, width, height)
    plan, crop = _sized(plan, width, height)
    rendition = _Received(_transfer(plan), order.engine, PEAK_NITS / plan.request.output.reference_white)
    members = chain([first], members)
    return make_sequence(
        plan,
        rendition,
        lambda finisher, check: _Frames(
            plan,
            finisher,
            check,
            members,
            _Sources(plan, rendition, clip, mask),
            crop,
            _most_pixels(order),
        ),
        progress=lambda done, total: report(Assembling(done=done, total=total)),
        report=report,
        notes=_notes(plan),
        cost=order.cost,
    )


def _transfer(plan: Plan) -> Transfer:
    """How the endpoint was asked to read the codes, where it can be asked: outside a mask they are read alike."""
    match plan.request.parameters.get("transfer"):
        case "bt1886" | "srgb" as asked:
            return asked
        case _:
            return plan.plate.transfer


def _most_pixels(order: UnpackOrder) -> int:
    return round(order.width * order.height * _LARGER)


def _demand_shape(order: UnpackOrder, width: int, height: int) -> None:
    """Endpoints scale pictures down, and round their sides; they do not give them another shape."""
    scale = math.sqrt(width * height / (order.width * order.height))
    if max(abs(width - scale * order.width), abs(height - scale * order.height)) > _ROUNDED:
        raise ResultUnusable(
            f"The frames from the endpoint have {width}x{height} pixels, which is not the shape that was asked for "
            f"({order.width}x{order.height})."
        )


def _sized(plan: Plan, width: int, height: int) -> tuple[Plan, bool]:
    """The plan at the size of what came; whether a line or a column that only the plate had has to go again."""
    facts = plan.facts
    if (width, height) == (facts.width + facts.width % 2, facts.height + facts.height % 2):
        return plan, (width, height) != plan.size
    return replace(plan, size=(width, height)), False


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
    """A `FrameSource` over the members of the archive. Frames that were sent only to fill up are left out."""

    def __init__(
        self,
        plan: Plan,
        finisher: FrameFinisher,
        check: FidelityCheck,
        members: Iterator[Member],
        sources: _Sources,
        crop: bool,
        pixels: int,
    ) -> None:
        self._plan = plan
        self._finisher = finisher
        self._check = check
        self._members = members
        self._sources = sources
        self._crop = crop
        self._pixels = pixels
        self._checked = checked_pairs(list(plan.numbers))
        self.checks: list[FrameCheck] = []

    def __iter__(self) -> Iterator[FinishedFrame]:
        numbers, sources = self._plan.numbers, iter(self._sources)
        # Not zip alone: the members beyond what is wanted are read too, and checked with all others at the end.
        wanted = ((numbers[i], member, next(sources)) for i, member in enumerate(self._members) if i < len(numbers))
        done = 0
        for frame, source in in_order(wanted, self._make, cores()):
            done += 1
            if frame.number in self._checked:
                self.checks.append(self._compare(frame.number, source))
            yield frame
        if done < len(numbers):
            raise ResultUnusable(
                f"The archive from the endpoint holds {done} frames, but {len(numbers)} were asked for."
            )

    def _make(self, item: tuple[int, Member, _Source | None]) -> tuple[FinishedFrame, _Source | None]:
        number, member, source = item
        if self._finisher.path(number).exists():
            return self._finisher.recover(number), source
        light = read_light(member.data, member.name, self._pixels)
        width, height = self._plan.size
        if self._crop:
            light = np.ascontiguousarray(light[:height, :width])
        if light.shape != (height, width, 3):
            raise ResultUnusable(
                f"{member.name} has {light.shape[1]}x{light.shape[0]} pixels, the frames before it {width}x{height}."
            )
        return self._finisher.write(number, light, source and source.limit), source

    def _compare(self, number: int, source: _Source | None) -> FrameCheck:
        facts, path = self._plan.facts, self._finisher.path(number)
        codes = source.codes if source else self._sources.codes(number)
        compare = self._check if self._plan.size == (facts.width, facts.height) else self._check.of_another_size
        return compare(number, codes, path, source and source.level())
