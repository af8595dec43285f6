"""Jobs, from their submission to their end."""

from __future__ import annotations

import asyncio
import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from .inputs import Common, Refused
from .making import Made, Workshop
from .plan import Failure, Plan
from .script import Script

State = Literal["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]

_CANCELLED = Failure(
    499,
    {"detail": "Request was cancelled by the client", "error_type": "client_cancelled"},
    "Request was cancelled by the client",
    "client_cancelled",
)


@dataclass
class Job:
    """One job. `states` are all that it has been in; `billed` is true once its work has run to its end."""

    service: Literal["fal", "oxen"]
    app: str
    body: dict[str, Any]
    plan: Plan
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: float = field(default_factory=time.time)
    states: list[State] = field(default_factory=lambda: ["IN_QUEUE"])
    logs: list[dict[str, str]] = field(default_factory=list)
    cancelled: bool = False
    billed: bool = False
    made: Made | None = None
    failure: Failure | None = None
    began: float | None = None
    ended: float | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def state(self) -> State:
        return self.states[-1]

    @property
    def over(self) -> bool:
        return self.state == "COMPLETED"

    @property
    def ahead(self) -> int:
        """How many others are before it."""
        if not self.plan.queued:
            return 0
        waited = (time.time() - self.at) / self.plan.queued
        return max(0, math.ceil(self.plan.ahead * (1 - waited)))

    def enter(self, state: State) -> None:
        self.states.append(state)
        if state == "IN_PROGRESS":
            self.began = time.time()
        if state == "COMPLETED":
            self.ended = time.time()
        self._tell()

    def log(self, message: str) -> None:
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.logs.append({"message": message, "level": "INFO", "source": "USER", "timestamp": stamp})
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self, seconds: float) -> None:
        """Return at the next change, at the latest after `seconds`."""
        changed = self._changed
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            pass

    async def finish(self) -> None:
        while not self.over:
            await self.change(60)

    def cancel(self) -> None:
        self.cancelled = True
        if self.task and not (self.plan.stubborn and self.state == "IN_PROGRESS"):
            self.task.cancel()


class Jobs:
    """All jobs, in the order of their creation."""

    def __init__(self, script: Script, workshop: Workshop) -> None:
        self._script = script
        self._workshop = workshop
        self.all: list[Job] = []
        self.on_end: list[Callable[[Job], None]] = []

    def find(self, request_id: str) -> Job | None:
        return next((job for job in self.all if job.request_id == request_id), None)

    def create(
        self, service: Literal["fal", "oxen"], app: str, body: dict[str, Any], read: Callable[[], Common]
    ) -> Job:
        """A job that is on its way. `read` gives its settings, or raises `Refused`, when the work begins."""
        plan = Plan()
        for effect in self._script.take("job"):
            plan = effect.plan(plan)
        job = Job(service, app, body, plan)
        self.all.append(job)
        job.task = asyncio.create_task(self._run(job, read))
        return job

    async def _run(self, job: Job, read: Callable[[], Common]) -> None:
        made: Made | None = None
        try:
            await asyncio.sleep(job.plan.queued)
            job.enter("IN_PROGRESS")
            until = time.monotonic() + job.plan.seconds
            job.log("Loading the model")
            if job.plan.never:
                await asyncio.Event().wait()
            if not job.plan.failure:
                made = await asyncio.to_thread(lambda: self._workshop.make(read()))
            job.log("Generating")
            await asyncio.sleep(until - time.monotonic())
            job.made, job.failure = made, job.plan.failure
            job.billed = job.failure is None or job.failure.billed
        except Refused as refused:
            job.failure = Failure(422, {"detail": refused.faults})
        except asyncio.CancelledError:
            if not job.cancelled:
                raise
            job.failure = _CANCELLED
        except Exception as error:
            job.failure = Failure(500, {"detail": repr(error), "error_type": "internal_server_error"})
            raise
        finally:
            if job.failure or job.made:
                job.enter("COMPLETED")
                for told in self.on_end:
                    told(job)
