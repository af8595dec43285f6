"""What the job runner asks of a backend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from bridge.domain.capability import Capability
from bridge.domain.job import Deliverable, JobState, Reservation
from bridge.domain.settings import BackendState, BridgeSettings, TestReport
from bridge.domain.workflow import LiftRequest

WORK_FOLDER = ".work"
"""Inside the staging folder: what a backend needs until the job is delivered, and nobody after it."""


class Ledger(Protocol):
    """What a backend remembers of one job from attempt to attempt, and over a crash. It is on the drive when `write`
    returns.
    """

    async def read(self) -> str | None: ...

    async def write(self, text: str | None) -> None: ...


@dataclass(frozen=True)
class JobTask:
    """One attempt at a job. `attempt` counts from 1; `log` is a file that the work may append to; `spend_limit` is in
    US dollars.
    """

    job_id: str
    request: LiftRequest
    reservation: Reservation
    attempt: int
    log: Path
    ledger: Ledger
    spend_limit: float | None = None


class Requeued(Exception):
    """The work was lost through no fault of the job: it goes back to the queue, before those that wait."""


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

    @property
    def resumes(self) -> bool:
        """Whether a job that the bridge's end cut short goes on by itself, because the work is done elsewhere."""
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
        into the staging folder any more, which it leaves to the runner. Raises `AnswerLost` where nobody can say
        whether the work was begun, and `Requeued`, which is the backend's to limit.
        """
        ...

    async def renew(self, ledger: Ledger) -> None:
        """The user wants a job again that has ended otherwise than well, knowing what that may cost."""
        ...

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:
        """The user has cancelled the job, and `run` has ended: let go of what goes on elsewhere.

        Whether it may be billed all the same. Takes seconds at most, and raises nothing.
        """
        ...


@runtime_checkable
class Resident(Protocol):
    """A backend of this machine that keeps something going between jobs."""

    async def open(self, home: Path, find_settings: Callable[[], BridgeSettings]) -> None:
        """Comes first. `home` is the bridge's state folder; `find_settings` gives its settings as they are now. Waits
        for nothing that takes long.
        """
        ...

    async def close(self) -> None:
        """Comes last: no job is worked on any more."""
        ...
