"""What the job runner asks of a backend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge.domain.capability import Capability
from bridge.domain.job import Deliverable, JobState, Reservation
from bridge.domain.settings import BackendState, TestReport
from bridge.domain.workflow import LiftRequest


@dataclass(frozen=True)
class JobTask:
    """One attempt at a job. `attempt` counts from 1; `log` is a file that the work may append to."""

    job_id: str
    request: LiftRequest
    reservation: Reservation
    attempt: int
    log: Path


Report = Callable[[JobState], Awaitable[None]]
"""Tells the runner of a change. Any rate will do: progress is stored ten times a second at most."""


class Backend(Protocol):
    """A place where the pixels come from."""

    @property
    def name(self) -> str:
        """The name by which a `LiftRequest` asks for this backend."""
        ...

    @property
    def slots(self) -> int:
        """How many jobs it works on at the same time."""
        ...

    def capabilities(self) -> tuple[Capability, ...]: ...

    def check(self, request: LiftRequest) -> None:
        """Raise `RequestError` for settings that cannot be used. Quick: called in the event loop, opens no media."""
        ...

    async def state(self) -> BackendState:
        """Whether it can be used now. Quick: asks nobody beyond this machine."""
        ...

    async def test(self) -> TestReport:
        """Go the whole way to where the pixels are made, without paying for anything."""
        ...

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        """Do the work and return what it made.

        Everything is written into `task.reservation.staging`, where frames of an earlier attempt may lie; the paths
        in the result are those after the runner has renamed that folder to `task.reservation.final`. Only working
        states may be reported. Raises `SuperwhiteError`s. Cancelled, it ends the work and waits until nothing writes
        into the staging folder any more, which it leaves to the runner.
        """
        ...
