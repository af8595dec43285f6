"""The JSON file beside a sequence: what was asked for, what was done, what was measured."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import JsonValue

from bridge import __version__
from bridge.domain.job import Deliverable
from bridge.domain.media import ClipFacts
from bridge.domain.wire import Frozen
from bridge.domain.workflow import LiftRequest
from bridge.media.mask import MaskRecord
from bridge.media.storage import write_atomic


class SourceRecord(Frozen):
    path: Path
    width: int
    height: int
    rate: str
    frames: int
    first_number: int
    start_timecode: str | None
    codec: str
    pixel_format: str
    bits: int
    primaries: str
    transfer: str
    matrix: str
    full_range: bool
    assumed: tuple[str, ...]
    rotation: int
    pixel_aspect: str

    @classmethod
    def of(cls, facts: ClipFacts) -> SourceRecord:
        return cls(
            path=facts.path,
            width=facts.width,
            height=facts.height,
            rate=str(facts.rate),
            frames=facts.frames,
            first_number=facts.first_number,
            start_timecode=str(facts.start_timecode) if facts.start_timecode else None,
            codec=facts.codec,
            pixel_format=facts.pixel_format,
            bits=facts.bits,
            primaries=facts.color.primaries.value,
            transfer=facts.color.transfer,
            matrix=facts.color.matrix,
            full_range=facts.color.full_range,
            assumed=facts.color.assumed,
            rotation=facts.rotation,
            pixel_aspect=str(facts.pixel_aspect),
        )


class Sidecar(Frozen):
    """`cost` in US dollars. `measures` are those of `result`; `engine` is what made the light. `source` is none for
    sound alone, `mask` where the request has none, or where it went to an endpoint.
    """

    superwhite: str = __version__
    job: str
    finished: datetime
    request: LiftRequest
    source: SourceRecord | None
    mask: MaskRecord | None = None
    engine: dict[str, JsonValue]
    result: Deliverable
    cost: float = 0.0

    def write(self, path: Path) -> None:
        """Write as indented JSON; the file appears whole or not at all."""
        write_atomic(path, self.model_dump_json(indent=2).encode() + b"\n")
