"""What a backend can do, as data: the command line and the panel build themselves from this."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from .color import OutputColor
from .errors import RequestError
from .price import Price
from .wire import Frozen
from .workflow import Workflow


class Limits(Frozen):
    """`None` means no limit. A modulus of 8 with `frames_remainder` 1 reads as 8n+1. `max_rate` is in frames/s."""

    min_frames: int = 1
    max_frames: int | None = None
    frames_modulus: int = 1
    frames_remainder: int = 0
    max_pixels: int | None = None
    size_modulus: int = 1
    max_upload_bytes: int | None = None
    max_rate: float | None = None

    def padded(self, frames: int) -> int:
        """The smallest allowed number of frames that holds `frames`. Raises `RequestError` where there is none."""
        wanted = max(frames, self.min_frames)
        padded = wanted + (self.frames_remainder - wanted) % self.frames_modulus
        if self.max_frames is not None and padded > self.max_frames:
            raise RequestError(
                f"The clip has {frames} frames, but {self.max_frames} are the most that are taken at once.",
                remedy="Choose a shorter range.",
            )
        return padded


class Capability(Frozen):
    """One workflow of one backend. `unknown` says what would have to be known before it can be used; empty where it
    can.
    """

    backend: str
    workflow: Workflow
    title: str
    description: str
    kind: Literal["classical", "generative"]
    runs: Literal["here", "remote"]
    parameters: dict[str, JsonValue] = Field(description="JSON Schema of the parameters.")
    limits: Limits = Limits()
    makes: Literal["sequence", "movie"] = "sequence"
    output_colors: tuple[OutputColor, ...] = Field(description="Of a sequence.")
    reports_progress: bool
    mask: Literal["none", "optional", "needed"] = Field(
        default="none", description="An optional one limits where the workflow acts; one that is needed says where."
    )
    price: Price | None = Field(description="None where nothing is charged, or not known.")
    price_known: bool = True
    unknown: str = ""
