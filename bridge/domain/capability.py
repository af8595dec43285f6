"""What a backend can do, as data: the command line and the panel build themselves from this."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from .color import OutputColor
from .wire import Frozen


class Limits(Frozen):
    """`None` means no limit. A modulus of 8 with `frames_remainder` 1 reads as 8n+1."""

    max_frames: int | None = None
    frames_modulus: int = 1
    frames_remainder: int = 0
    max_pixels: int | None = None
    size_modulus: int = 1
    max_upload_bytes: int | None = None


class Capability(Frozen):
    """One workflow of one backend."""

    backend: str
    workflow: str
    title: str
    description: str
    kind: Literal["classical", "generative"]
    runs: Literal["here", "remote"]
    parameters: dict[str, JsonValue] = Field(description="JSON Schema of the parameters.")
    limits: Limits = Limits()
    output_colors: tuple[OutputColor, ...]
    reports_progress: bool
    accepts_mask: bool
    price_per_megapixel: float | None = Field(description="US dollars; none where nothing is charged.")
