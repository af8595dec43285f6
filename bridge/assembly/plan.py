"""What an order comes to, once the clip is known."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from bridge import __version__
from bridge.domain.color import PEAK_NITS
from bridge.domain.cut import lift_range
from bridge.domain.errors import RangeOutside
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts
from bridge.domain.workflow import LiftRequest
from bridge.engines.base import Plate, Rendition, Target
from bridge.engines.protocol import Order
from bridge.media.exr import SequenceHeader, codec_for
from bridge.media.master import demand_size


@dataclass(frozen=True)
class Plan:
    """`lifted` is the range of the clip's frames, with `before` and `after` frames of it as handles; files bear the
    source's own numbers. `size` is width and height of the result.
    """

    order: Order
    facts: ClipFacts
    lifted: FrameRange
    before: int
    after: int
    codec: str
    size: tuple[int, int]

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
        return SequenceHeader(
            color=output.color,
            reference_white=output.reference_white,
            rate=self.facts.rate,
            codec=self.codec,
            drop_frame=timecode is not None and timecode.drop_frame,
            pixel_aspect=self.facts.pixel_aspect,
            owner=f"Superwhite {__version__}",
            comments=str(lift.provenance.get("statement", "")),
            provenance={
                "version": __version__,
                "job": self.order.job,
                "source": self.facts.path.name,
                "engine": json.dumps(lift.provenance),
            },
        )

    def fingerprint(self, lift: Rendition) -> str:
        """A digest that changes whenever a frame made before would come out differently now."""
        stat = self.facts.path.stat() if self.facts.path.is_file() else None
        facts: list[JsonValue] = [
            __version__,
            self.request.model_dump_json(),
            json.dumps(lift.provenance, sort_keys=True),
            [stat.st_size, stat.st_mtime_ns] if stat else None,
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


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
