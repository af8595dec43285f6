"""What a user asks for: everything that is needed to run the job, and to run it again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    model_validator,
)

from .color import REFERENCE_WHITE_NITS, OutputColor
from .frames import FrameRange, parse_rate

Compression = Literal["auto", "piz", "zips", "zip", "dwaa", "dwab", "none"]


def _read_rate(value: object) -> object:
    return parse_rate(value) if isinstance(value, str) else value


Rate = Annotated[Fraction, BeforeValidator(_read_rate), PlainSerializer(str, return_type=str)]
"""A frame rate that travels in JSON as `"24000/1001"`."""


class Frozen(BaseModel):
    """Base of everything that crosses the wire: immutable, and no field is accepted that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceSpec(Frozen):
    """The plate: a movie, or an image sequence by one of its files or by its pattern."""

    path: Path
    start: int | None = Field(default=None, ge=0, description="First frame, counted from 0 at the start of the clip.")
    end: int | None = Field(default=None, ge=1, description="First frame that is left out.")
    handles: int = Field(default=0, ge=0, le=1000, description="Extra frames at both ends, where the clip has them.")
    rate: Rate | None = Field(default=None, description="Frame rate to assume, for sequences and for variable rate.")

    @model_validator(mode="after")
    def _ordered(self) -> SourceSpec:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"the range ends at frame {self.end}, before it starts at {self.start}")
        return self

    def wanted(self, whole: FrameRange) -> FrameRange:
        """The range that this asks for inside `whole`, without handles. It may lie outside: the caller checks."""
        start = whole.start if self.start is None else self.start
        return FrameRange(start, max(start, whole.end if self.end is None else self.end))


class OutputSpec(Frozen):
    """Where the result goes and in which form."""

    folder: Path
    name: str | None = Field(default=None, description="Name of the sequence; by default that of the clip.")
    color: OutputColor = OutputColor.LIN_REC709
    reference_white: Literal[100, 203] = Field(
        default=REFERENCE_WHITE_NITS, description="cd/m2 that RGB 1.0 stands for."
    )
    compression: Compression = "auto"
    master: Literal["hdr10"] | None = None
    review: bool = True


class LiftRequest(Frozen):
    """SDR to HDR for one clip."""

    workflow: Literal["hdr_lift"] = "hdr_lift"
    backend: str = "embedded"
    source: SourceSpec
    parameters: dict[str, JsonValue] = Field(
        default_factory=dict, description="Settings of the backend's own, checked against its capability."
    )
    output: OutputSpec
