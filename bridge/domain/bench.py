"""What benches hold their measurements against."""

from __future__ import annotations

from .wire import Frozen


class Bar(Frozen):
    """One thing that must hold. `measured` and `allowed` are in `unit`; with `at_least`, more is better."""

    name: str
    measured: float
    allowed: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.allowed if self.at_least else self.measured <= self.allowed


class PanelReport(Frozen):
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]


class LtxStage(Frozen):
    """`seconds` of the whole run, `share` of its time."""

    name: str
    seconds: float
    seconds_per_frame: float
    share: float


class LtxReport(Frozen):
    """One lift with LTX on a worker that is warm. `model_seconds` are those of the networks' own calls,
    `pipeline_seconds` what diffusers' pipelines do between them, `own_seconds` all the rest. `first_frame_ms`: from the
    end of the first piece's decoding to the first EXR on the drive.
    """

    superwhite: str
    device: str
    model: str
    layout: str
    width: int
    height: int
    frames: int
    stages: tuple[LtxStage, ...]
    seconds: float
    load_seconds: float
    model_seconds: float
    pipeline_seconds: float
    own_seconds: float
    first_frame_ms: float
    peak_memory: int
    peak_memory_of: str
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]
