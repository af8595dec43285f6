"""The EXR frames of an archive become the sequence, one by one, while the archive arrives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from bridge.assembly.making import distrust
from bridge.assembly.plan import Plan, masked, plan_work
from bridge.domain.errors import ResultUnusable
from bridge.domain.job import Deliverable
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
from bridge.media.mask import Mask
from bridge.media.received import read_light
from bridge.media.ziprecords import Growing

from .arrived import Arriving, Report, assemble

_HEADER_BYTES = 1 << 20

_ROUNDED = 64
"""Pixels by which a side may be another than its scale says: models make multiples of 32 or 64."""

_LARGER = 1.5
"""Times as many pixels as were asked for are read at most: room for sides that are rounded up."""


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
    pixels = _most_pixels(order)
    height, width, _ = read_light(first.data, first.name, pixels).shape
    _demand_shape(order, width, height)
    plan, crop = _sized(plan, width, height)
    arriving = Arriving(chain([first], members), (width, height), pixels, cropped=crop)
    return assemble(plan, clip, mask, arriving, report, engine=order.engine, cost=order.cost)


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
