"""The EXR frames of a folder become the sequence, one by one, while the folder fills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bridge.assembly.making import distrust
from bridge.assembly.plan import masked, plan_work
from bridge.domain.errors import ResultUnusable
from bridge.domain.job import Deliverable
from bridge.engines.protocol import FramesOrder
from bridge.media.clip import open_clip
from bridge.media.storage import os_error_to_output_error
from bridge.media.ziprecords import Growing

from .arrived import Arriving, Report, assemble
from .fitting import fit


@dataclass(frozen=True)
class _File:
    """An EXR file that has arrived."""

    name: str
    data: bytes


def gather(order: FramesOrder, growing: Growing, report: Report) -> Deliverable:
    """Make the sequence that `order` asks for. Raises `ResultUnusable` for files that do not hold it.

    `growing` counts files.
    """
    source = order.request.source
    with (
        open_clip(source.path, rate=source.rate) as clip,
        masked(plan_work(order, clip.facts)) as (plan, mask),
    ):
        size, pixels = (order.width, order.height), order.width * order.height
        shown = fit(*plan.size, largest_short_side=order.largest_short_side).shown
        arriving = Arriving(_files(order, growing), size, pixels, cropped=size != shown, clamped=True)
        try:
            return assemble(replace(plan, size=shown), clip, mask, arriving, report, engine=order.engine)
        except ResultUnusable:
            distrust(plan)
            raise


def _files(order: FramesOrder, growing: Growing) -> Iterator[_File]:
    for number in range(order.frames):
        if growing.wait_for(number + 1) <= number:
            return
        path = order.file(number)
        try:
            yield _File(path.name, path.read_bytes())
        except OSError as error:
            raise os_error_to_output_error(error, path) from error
