"""A job, the states that it can be in, and what it leaves behind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from .color import OutputColor
from .errors import ErrorReport
from .wire import Frozen, Rate
from .workflow import LiftRequest


class Deliverable(Frozen):
    """A finished, versioned folder. `first` and `last` are file numbers, both included: those that the source gives its
    frames. A movie, which numbers none, has them too.
    """

    kind: Literal["sequence", "movie"] = "sequence"
    directory: Path
    pattern: str = Field(
        description="File name with a printf frame number, for instance shot_hdr_v001.%08d.exr; a movie's own name."
    )
    first: int
    last: int
    frames: int
    rate: Rate | None = Field(default=None, description="Frames per second; none in results of version 0.1.")
    handles_before: int = Field(default=0, description="Frames before what was asked for or what the cut uses.")
    handles_after: int = 0
    width: int
    height: int
    color: OutputColor | None = Field(default=None, description="None for a movie, which is SDR video in Rec.709.")
    reference_white: int
    sidecar: Path
    review: Path | None
    poster: Path | None
    master: Path | None
    measures: dict[str, JsonValue] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    cost: float | None = Field(default=None, description="US dollars at the endpoint's price; none where it is free.")

    @property
    def color_name(self) -> str:
        """The colour space by name, that of a movie too."""
        return self.color.value if self.color else "rec709"

    @property
    def media_first(self) -> int:
        """What the medium itself counts its first frame as: its file number, or in a movie 0."""
        return 0 if self.kind == "movie" else self.first

    def file(self, frame: int) -> Path:
        """Where frame `frame` lies, counted from 0."""
        return self.directory / (self.pattern if self.kind == "movie" else self.pattern % (self.first + frame))


class Queued(Frozen):
    state: Literal["queued"] = "queued"
    ahead: int = Field(default=0, ge=0, description="Jobs that run before this one.")


class Preparing(Frozen):
    state: Literal["preparing"] = "preparing"


class Sending(Frozen):
    state: Literal["sending"] = "sending"
    sent: int
    total: int


class Submitted(Frozen):
    """The endpoint has it; `ahead` requests are worked on before it, where it says so."""

    state: Literal["submitted"] = "submitted"
    remote_id: str
    ahead: int | None = None


class Running(Frozen):
    """`done` and `total` are frames where the backend counts them; else both are none. `note` is what a remote engine
    has logged last.
    """

    state: Literal["running"] = "running"
    done: int | None = None
    total: int | None = None
    note: str = ""


class Receiving(Frozen):
    state: Literal["receiving"] = "receiving"
    received: int
    total: int | None


class Assembling(Frozen):
    state: Literal["assembling"] = "assembling"
    done: int
    total: int


class Verifying(Frozen):
    state: Literal["verifying"] = "verifying"


class Ready(Frozen):
    state: Literal["ready"] = "ready"
    result: Deliverable


class PlacementRecord(Frozen):
    """Where a host has put a result. `placement` is what the host's `revert` takes; empty where the result was put to
    use by hand.
    """

    host: str
    project: str
    project_title: str = ""
    placement: str
    sentence: str = ""


class Imported(Frozen):
    state: Literal["imported"] = "imported"
    result: Deliverable
    placement: PlacementRecord | None = None


class Failed(Frozen):
    state: Literal["failed"] = "failed"
    error: ErrorReport


class Cancelled(Frozen):
    state: Literal["cancelled"] = "cancelled"
    may_be_billed: bool = False


class Unknown(Frozen):
    """An answer was lost after the request had been sent. Nothing is sent again until the user says so."""

    state: Literal["unknown"] = "unknown"
    may_be_billed: bool = True
    error: ErrorReport | None = None


JobState = Annotated[
    Queued
    | Preparing
    | Sending
    | Submitted
    | Running
    | Receiving
    | Assembling
    | Verifying
    | Ready
    | Imported
    | Failed
    | Cancelled
    | Unknown,
    Field(discriminator="state"),
]

Final = Ready | Imported | Failed | Cancelled | Unknown


def is_final(state: JobState) -> bool:
    """Whether nothing more happens to the job by itself."""
    return isinstance(state, Final)


class Reservation(Frozen):
    """The version of the output that belongs to this job, before and after it is delivered.

    `staging` is a hidden folder beside `final`; whole frames gather there until the folder is renamed.
    """

    name: str
    staging: Path
    final: Path


class Job(Frozen):
    id: str
    created: datetime
    updated: datetime
    started: datetime | None = Field(default=None, description="When work on the latest attempt began.")
    ended: datetime | None = Field(default=None, description="When that work ended; none while it goes on.")
    request: LiftRequest
    state: JobState
    reservation: Reservation | None = None
    attempts: int = 0
    starred: bool = False


class JobEvent(Frozen):
    """One change of state. `sequence` grows by one per event over all jobs and is the id on the event stream."""

    sequence: int
    job: str
    at: datetime
    state: JobState
