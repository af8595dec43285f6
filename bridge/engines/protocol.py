"""What the bridge and an engine worker say to each other: one JSON object a line, on standard input and output.

The bridge sends one `WorkOrder`, later perhaps a `Stop`. The worker answers with any number of `Progress` and ends with
`Finished` or `Broken`. When its standard input closes, the bridge is gone and the worker leaves at once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bridge.domain.errors import ErrorReport
from bridge.domain.job import Deliverable, JobState, Reservation
from bridge.domain.wire import Frozen
from bridge.domain.workflow import LiftRequest


class WorkOrder(Frozen):
    kind: Literal["work"] = "work"
    job: str
    request: LiftRequest
    reservation: Reservation
    engine: str


class Stop(Frozen):
    kind: Literal["stop"] = "stop"


class Progress(Frozen):
    kind: Literal["progress"] = "progress"
    state: JobState


class Finished(Frozen):
    kind: Literal["finished"] = "finished"
    result: Deliverable


class Broken(Frozen):
    kind: Literal["broken"] = "broken"
    error: ErrorReport


Instruction = TypeAdapter[WorkOrder | Stop](Annotated[WorkOrder | Stop, Field(discriminator="kind")])
Answer = TypeAdapter[Progress | Finished | Broken](
    Annotated[Progress | Finished | Broken, Field(discriminator="kind")]
)
