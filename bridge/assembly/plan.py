"""What an order comes to, once the clip is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import JsonValue

from bridge import __version__
from bridge.domain.color import PEAK_NITS
from bridge.domain.cut import lift_range
from bridge.domain.errors import RangeOutside, VerificationFailed
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts
from bridge.domain.workflow import LiftRequest
from bridge.engines.base import Plate, Rendition, Target
from bridge.engines.protocol import Order
from bridge.media.exr import SequenceHeader, codec_for
from bridge.media.mask import FileMark, Mask, MaskRecord, Wanted, open_mask
from bridge.media.master import demand_size


@dataclass(frozen=True)
class Plan:
    """`lifted` is the range of the clip's frames, with `before` and `after` frames of it as handles; files bear the
    source's own numbers. `size` is width and height of the result. `mask` limits where the lift acts; `mask_files` are
    those that it is read from.
    """

    order: Order
    facts: ClipFacts
    lifted: FrameRange
    before: int
    after: int
    codec: str
    size: tuple[int, int]
    mask: MaskRecord | None = None
    mask_files: tuple[FileMark, ...] = ()

    @property
    def request(self) -> LiftRequest:
        return self.order.request

    @property
    def numbers(self) -> range:
        """File numbers of the sequence."""
        return range(self.facts.first_number + self.lifted.start, self.facts.first_number + self.lifted.end)

    @property
    def staging(self) -> Path:
        return self.order.reservation.staging

    @property
    def name(self) -> str:
        return self.order.reservation.name

    @property
    def plate(self) -> Plate:
        color = self.facts.color
        return Plate(self.facts.width, self.facts.height, self.facts.bits, color.primaries, color.transfer)

    @property
    def target(self) -> Target:
        output = self.request.output
        return Target(output.reference_white, PEAK_NITS / output.reference_white, output.color.primaries)

    def header(self, lift: Rendition) -> SequenceHeader:
        output, timecode = self.request.output, self.facts.start_timecode
        provenance = {
            "version": __version__,
            "job": self.order.job,
            "source": self.facts.path.name,
            "engine": json.dumps(lift.provenance),
        }
        if self.mask and self.request.mask:
            provenance["mask"] = json.dumps(
                self.request.mask.model_dump(mode="json")
                | self.mask.model_dump(mode="json", include={"channel", "belongs_to"})
                | {"path": self.mask.path.name}
            )
        return SequenceHeader(
            color=output.color,
            reference_white=output.reference_white,
            rate=self.facts.rate,
            codec=self.codec,
            drop_frame=timecode is not None and timecode.drop_frame,
            pixel_aspect=self.facts.pixel_aspect,
            owner=f"Superwhite {__version__}",
            comments=str(lift.provenance.get("statement", "")),
            provenance=provenance,
        )

    def fingerprint(self, lift: Rendition) -> str:
        """A digest that changes whenever a frame made before would come out differently now."""
        stat = self.facts.path.stat() if self.facts.path.is_file() else None
        facts: list[JsonValue] = [
            __version__,
            self.request.model_dump_json(),
            json.dumps(lift.provenance, sort_keys=True),
            [stat.st_size, stat.st_mtime_ns] if stat else None,
            [[str(mark.path), mark.size, mark.changed] for mark in self.mask_files],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def demand_same_mask(self) -> None:
        """Raises `VerificationFailed` where the mask's files are not those any more that the work began with."""
        changed = next((mark.path for mark in self.mask_files if FileMark.of(mark.path) != mark), None)
        if changed:
            raise VerificationFailed(
                f"The mask “{changed.name}” was changed while it was used.",
                remedy="Retry the job: every frame is made anew.",
            )


def plan_work(order: Order, facts: ClipFacts) -> Plan:
    """Raises `RangeOutside`, and `RequestError` for what this clip or this colour space does not allow."""
    source, output = order.request.source, order.request.output
    if output.master:
        demand_size(facts.width, facts.height)
    codec = codec_for(output.compression, output.color)
    if source.cut:
        part = lift_range(source.cut, facts.first_number, facts.rate, facts.frames, source.handles)
        return Plan(order, facts, part.lifted, part.before, part.after, codec, (facts.width, facts.height))
    wanted = source.wanted(facts.range)
    if not facts.range.contains_range(wanted) or len(wanted) == 0:
        raise RangeOutside(f"Frames {wanted} are outside the clip, which has frames {facts.range}.")
    lifted = wanted.widened(source.handles, facts.range)
    before, after = wanted.start - lifted.start, lifted.end - wanted.end
    return Plan(order, facts, lifted, before, after, codec, (facts.width, facts.height))


@contextmanager
def masked(plan: Plan) -> Generator[tuple[Plan, Mask | None]]:
    """The plan with the mask that is asked for, and that mask, open; none where there is none.

    Raises `RequestError` where the mask does not fit the clip, and `MediaError`s.
    """
    spec = plan.request.mask
    if spec is None:
        yield plan, None
        return
    with open_mask(spec, Wanted(plan.facts, plan.lifted, plan.before, plan.after)) as mask:
        yield replace(plan, mask=mask.record, mask_files=mask.marks), mask
