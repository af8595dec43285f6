"""What the bridge and an engine worker say to each other: one JSON object a line, on standard input and output.

The bridge sends one order, later perhaps news of a file that grows, or a `Stop`. The worker answers with any number of
`Progress` and ends with `Finished`, `Prepared` or `Broken`. When its standard input closes, the bridge is gone and the
worker leaves at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from bridge.domain.errors import ErrorReport
from bridge.domain.job import Deliverable, JobState, Reservation
from bridge.domain.wire import Frozen, Rate
from bridge.domain.workflow import LiftRequest


class Order(Frozen):
    """What every order names."""

    job: str
    request: LiftRequest
    reservation: Reservation


class WorkOrder(Order):
    """Lift the clip with an engine of this machine."""

    kind: Literal["work"] = "work"
    engine: str


class PlateOrder(Order):
    """Write what is sent to an endpoint into `folder`: the plate, and the mask or the sound where they are wanted.

    `lossless` plates hold the very codes that an engine here would see. `frames` are as many as the endpoint wants at
    least, in steps of `modulus`: the last frame is repeated.
    """

    kind: Literal["plate"] = "plate"
    folder: Path
    lossless: bool = False
    sound_only: bool = False
    min_frames: int = 1
    max_frames: int | None = None
    modulus: int = 1
    remainder: int = 0


class UnpackOrder(Order):
    """Make the sequence of the EXR frames in `archive`, while it arrives.

    `engine` is what made them, for sidecar and header; `frames` is how many the archive may hold at most, `width` and
    `height` are what was asked for.
    """

    kind: Literal["unpack"] = "unpack"
    archive: Path
    frames: int
    width: int
    height: int
    engine: dict[str, JsonValue]
    cost: float | None = None


class MovieOrder(Order):
    """Look at the movie that came back, and deliver it."""

    kind: Literal["movie"] = "movie"
    movie: Path
    engine: dict[str, JsonValue]
    cost: float | None = None


class Grown(Frozen):
    """`size` bytes of the archive are there; once `complete`, no more will come."""

    kind: Literal["grown"] = "grown"
    size: int
    complete: bool = False


class Stop(Frozen):
    kind: Literal["stop"] = "stop"


class Plates(Frozen):
    """What was written, and what it is: `frames` of the clip, `sent` with those that were repeated."""

    plate: Path | None
    mask: Path | None = None
    sound: Path | None = None
    frames: int
    sent: int
    width: int
    height: int
    rate: Rate
    seconds: float = Field(description="Length of the sound, or of the clip.")


class Progress(Frozen):
    kind: Literal["progress"] = "progress"
    state: JobState


class Prepared(Frozen):
    kind: Literal["prepared"] = "prepared"
    plates: Plates


class Finished(Frozen):
    kind: Literal["finished"] = "finished"
    result: Deliverable


class Broken(Frozen):
    kind: Literal["broken"] = "broken"
    error: ErrorReport


AnyOrder = WorkOrder | PlateOrder | UnpackOrder | MovieOrder
Result = Finished | Prepared

Instruction = TypeAdapter[AnyOrder | Grown | Stop](Annotated[AnyOrder | Grown | Stop, Field(discriminator="kind")])
Answer = TypeAdapter[Progress | Result | Broken](Annotated[Progress | Result | Broken, Field(discriminator="kind")])
