"""What a user asks for: everything that is needed to run the job, and to run it again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue, model_validator

from .color import REFERENCE_WHITE_NITS, OutputColor
from .cut import TimelineClip
from .frames import FrameRange
from .wire import Frozen, Rate

Workflow = Literal["hdr_lift", "inpaint", "reference_video_to_video", "audio_to_video", "hdr_lift_ltx_2_5"]
Compression = Literal["auto", "piz", "zips", "zip", "dwaa", "dwab", "none"]


class SourceSpec(Frozen):
    """The plate: a movie, or an image sequence by one of its files or by its pattern."""

    path: Path
    start: int | None = Field(default=None, ge=0, description="First frame, counted from 0 at the start of the clip.")
    end: int | None = Field(default=None, ge=1, description="First frame that is left out.")
    handles: int = Field(default=0, ge=0, le=1000, description="Extra frames at both ends, where the clip has them.")
    rate: Rate | None = Field(default=None, description="Frame rate to assume, for sequences and for variable rate.")
    cut: TimelineClip | None = Field(default=None, description="Lift what this clip of a timeline uses, instead.")

    @model_validator(mode="after")
    def _ordered(self) -> SourceSpec:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"the range ends at frame {self.end}, before it starts at {self.start}")
        if self.cut is not None and (self.start, self.end) != (None, None):
            raise ValueError("a clip of a timeline brings its own range")
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


class Origin(Frozen):
    """Where the clip lies in an editing application, so that the result finds back to it, also after a restart.

    `host` and `project` are those of `bridge.domain.host.HostFacts`, `clip` is `HostClip.id`. Jobs of one click share
    their `batch`.
    """

    host: str
    project: str
    project_title: str = ""
    clip: str
    batch: str


MaskChannel = Literal["auto", "luma", "alpha"]


class MaskSpec(Frozen):
    """A matte: a movie, an image sequence (by one of its files or by its pattern) or a still.

    White is where something happens: where an HDR lift acts, or where a picture is made anew. Grey is in between. What
    is asked for is done in this order: the channel is taken, inverted, grown, feathered. Pixels are those of the clip.
    """

    path: Path
    channel: MaskChannel = Field(
        default="auto",
        title="Channel",
        description="auto takes the alpha where there is one that is not opaque throughout, else the luma.",
        json_schema_extra={"labels": {"auto": "Automatic", "luma": "Luma", "alpha": "Alpha"}},
    )
    invert: bool = Field(default=False, title="Invert", description="Black is where something happens.")
    grow: int = Field(
        default=0,
        ge=-200,
        le=200,
        title="Grow",
        description="Radius of the disc by which white grows, in pixels of the clip; below 0 white shrinks.",
        json_schema_extra={"unit": "px"},
    )
    feather: float = Field(
        default=0.0,
        ge=0.0,
        le=200.0,
        allow_inf_nan=False,
        title="Feather",
        description="Sigma of the Gaussian that softens edges, in pixels of the clip; it reaches three times as far.",
        json_schema_extra={"unit": "px"},
    )


class FollowUp(Frozen):
    """An HDR lift of a movie that a workflow has made."""

    backend: str = "embedded"
    parameters: dict[str, JsonValue] = Field(default_factory=dict)


class LiftRequest(Frozen):
    """Work for one clip: SDR to HDR, or another workflow of a backend's that makes a movie."""

    workflow: Workflow = "hdr_lift"
    backend: str = "embedded"
    source: SourceSpec
    mask: MaskSpec | None = None
    parameters: dict[str, JsonValue] = Field(
        default_factory=dict, description="Settings of the backend's own, checked against its capability."
    )
    output: OutputSpec
    origin: Origin | None = None
    max_cost: float | None = Field(
        default=None, ge=0, description="US dollars; a job that would cost more is not sent."
    )
    then: FollowUp | None = Field(default=None, description="What is done with the movie that this makes.")
    follows: str | None = Field(default=None, description="The job whose movie this lifts.")

    @model_validator(mode="after")
    def _chained(self) -> LiftRequest:
        if self.then is not None and self.workflow.startswith("hdr_lift"):
            raise ValueError("an HDR lift is followed by no other")
        return self
