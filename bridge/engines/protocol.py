"""What the bridge and an engine worker say to each other: one JSON object a line, on standard input and output.

The bridge sends one order, later perhaps news of a file that grows, or a `Stop`. The worker answers with any number of
`Progress` and ends with `Finished`, `Prepared` or `Broken`. When its standard input closes, the bridge is gone and the
worker leaves at once.

A worker that keeps a model loaded takes such orders one after the other, and says with every answer which job it is
about (`LocalInstruction`, `Said`).
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
    least, in steps of `modulus`: the last frame is repeated. A plate whose shorter side is more than
    `largest_short_side` is made smaller; its sides are then filled up to multiples of `size_modulus`.
    """

    kind: Literal["plate"] = "plate"
    folder: Path
    lossless: bool = False
    sound_only: bool = False
    min_frames: int = 1
    max_frames: int | None = None
    modulus: int = 1
    remainder: int = 0
    size_modulus: int = 1
    largest_short_side: int | None = None


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


class FramesOrder(Order):
    """Make the sequence of the `frames` EXR files in `folder`, called `00000.exr` and so on, while they arrive.

    Of `Grown` the `size` is then the number of files that are there. Each is `width` x `height` and shows what a plate
    with this `largest_short_side` does; what its sides were filled up with is cut off. `engine` is what made them.
    """

    kind: Literal["frames"] = "frames"
    folder: Path
    frames: int
    width: int
    height: int
    largest_short_side: int | None = None
    engine: dict[str, JsonValue]

    def file(self, number: int) -> Path:
        """Where frame `number`, counted from 0, lies once it is whole."""
        return self.folder / f"{number:05d}.exr"


class MovieOrder(Order):
    """Look at the movie that came back, and deliver it."""

    kind: Literal["movie"] = "movie"
    movie: Path
    engine: dict[str, JsonValue]
    cost: float | None = None


class LocalOrder(Order):
    """Work for a model of this machine that stays loaded.

    `weights` is the folder of its set, `models` the one that holds all sets; `seed` settles everything that is left to
    chance. What the libraries print goes to `log`.
    """

    kind: Literal["local"] = "local"
    weights: Path
    models: Path
    seed: int
    log: Path


class Warm(Frozen):
    """Load the model before there is a job."""

    kind: Literal["warm"] = "warm"
    weights: Path
    log: Path


class Grown(Frozen):
    """`size` bytes of the archive are there; once `complete`, no more will come."""

    kind: Literal["grown"] = "grown"
    size: int
    complete: bool = False


class Stop(Frozen):
    """End the work; of a worker that has had other jobs before, only where it is at `job`."""

    kind: Literal["stop"] = "stop"
    job: str = ""


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


class Warmed(Frozen):
    kind: Literal["warmed"] = "warmed"


AnyOrder = WorkOrder | PlateOrder | UnpackOrder | FramesOrder | MovieOrder
Result = Finished | Prepared

Instruction = TypeAdapter[AnyOrder | Grown | Stop](Annotated[AnyOrder | Grown | Stop, Field(discriminator="kind")])
Answer = TypeAdapter[Progress | Result | Broken](Annotated[Progress | Result | Broken, Field(discriminator="kind")])


class Said(Frozen):
    """An answer about `job`; about none where it is `Warmed`, or loading has failed."""

    job: str = ""
    answer: Annotated[Progress | Finished | Broken | Warmed, Field(discriminator="kind")]


LocalInstruction = TypeAdapter[LocalOrder | Warm | Stop](
    Annotated[LocalOrder | Warm | Stop, Field(discriminator="kind")]
)
