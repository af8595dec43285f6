"""One attempt at a job: its folder claimed, the work done by its backend, the result delivered."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.backends.base import Backend, JobTask, Requeued
from bridge.domain.errors import (
    AnswerLost,
    BackendUnknown,
    EngineLost,
    InternalError,
    JobInterrupted,
    OutputError,
    SuperwhiteError,
    UploadForbidden,
)
from bridge.domain.job import (
    Cancelled,
    Deliverable,
    Failed,
    Job,
    JobState,
    Queued,
    Ready,
    Reservation,
    Unknown,
)

from .events import Events
from .output import deliver, discard, discard_empty, is_claimed, reserve_for
from .progress import Progress
from .settings import Settings
from .store import Store

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Work:
    """A job that is being worked on. Once `delivering`, it can no longer be stopped."""

    job: Job
    stop: Literal["cancel", "leave"] | None = None
    delivering: bool = False
    backend: asyncio.Task[Deliverable] | None = None
    whole: asyncio.Task[None] | None = None

    def interrupt(self, why: Literal["cancel", "leave"]) -> None:
        if self.delivering or self.stop:
            return
        self.stop = why
        if self.backend:
            self.backend.cancel()

    async def ended(self) -> None:
        if self.whole:
            await asyncio.wait({self.whole})


@dataclass(frozen=True)
class _Ledger:
    """What a backend remembers of a job, in the store."""

    store: Store
    job: str

    async def read(self) -> str | None:
        return await self.store.ledger(self.job)

    async def write(self, text: str | None) -> None:
        await self.store.write_ledger(self.job, text)


class Attempts:
    """What becomes of jobs, beside their order."""

    def __init__(
        self, store: Store, events: Events, backends: Mapping[str, Backend], logs: Path, settings: Settings
    ) -> None:
        self._store = store
        self._events = events
        self._backends = backends
        self._logs = logs
        self._settings = settings

    def backend(self, name: str) -> Backend:
        """Raises `BackendUnknown`."""
        if name not in self._backends:
            raise BackendUnknown(f"There is no backend “{name}”; there is: {', '.join(sorted(self._backends))}.")
        return self._backends[name]

    def permit(self, backend: Backend) -> None:
        """Raises `UploadForbidden`. Asked again when the work begins: the user may have decided meanwhile."""
        if self._settings.current.never_upload and any(each.runs == "remote" for each in backend.capabilities()):
            raise UploadForbidden(f"Nothing may leave this machine, and “{backend.name}” is not on it.")

    def log_of(self, job: Job) -> Path:
        return self._logs / f"{job.id}.log"

    async def outcome(self, work: Work) -> JobState | None:
        """Do the work; the state that it ends in, `Queued` where it is to be begun anew, or none where it is left as it
        is, to go on later.
        """
        job = work.job
        try:
            result = await self._deliverable(work)
            if result is None:
                if work.stop == "cancel":
                    return await self.cancelled(await self._store.job(job.id))
                return None if self.resumes(job) else _interrupted()
        except Requeued as lost:
            log.warning("Job %s goes back to the queue.", job.id, exc_info=lost)
            return Queued()
        except AnswerLost as error:
            log.warning("Job %s: %s %s", job.id, error.sentence, error.detail)
            return Unknown(error=error.report())
        except SuperwhiteError as error:
            log.warning("Job %s failed: %s %s", job.id, error.sentence, error.detail)
            await self._give_back_unused(job)
            return Failed(error=error.report())
        except Exception as error:
            log.exception("Job %s met a defect.", job.id)
            return Failed(error=_defect(error).report())
        log.info("Job %s is ready: %s", job.id, result.directory)
        return Ready(result=result)

    async def _deliverable(self, work: Work) -> Deliverable | None:
        """What was made and delivered; none when the work was stopped before."""
        job = work.job
        backend = self.backend(job.request.backend)
        self.permit(backend)
        reservation = await self._reservation(job)
        if work.stop:
            return None
        task = JobTask(
            job.id,
            job.request,
            reservation,
            job.attempts,
            self.log_of(job),
            _Ledger(self._store, job.id),
            self._spend_limit(job),
        )
        progress = Progress(self._events, job.id, job.state)
        work.backend = asyncio.create_task(backend.run(task, progress.report))
        await asyncio.wait({work.backend})
        await progress.close()
        if work.stop:
            if not work.backend.cancelled() and (error := work.backend.exception()):
                log.warning("Job %s ended, as it was told to, with an error.", job.id, exc_info=error)
            return None
        if work.backend.cancelled():
            raise EngineLost("The work ended by itself.")
        result = work.backend.result()
        work.delivering = True
        await self._store.promise(job.id, result)
        await asyncio.to_thread(deliver, reservation)
        return result

    async def _reservation(self, job: Job) -> Reservation:
        """That of the earlier attempt while it can be used, else a new one."""
        claimed = job.reservation
        if claimed:
            if await asyncio.to_thread(is_claimed, claimed):
                return claimed
            await asyncio.to_thread(discard, claimed)
        reservation = await asyncio.to_thread(reserve_for, job.request)
        await self._store.reserve(job.id, reservation)
        return reservation

    async def _give_back_unused(self, job: Job) -> None:
        """A job that failed before its first frame leaves no folder and takes no version."""
        claimed = (await self._store.job(job.id)).reservation
        if claimed and await asyncio.to_thread(discard_empty, claimed):
            await self._store.reserve(job.id, None)

    def _spend_limit(self, job: Job) -> float | None:
        limits = (job.request.max_cost, self._settings.current.spend_limit)
        return min((limit for limit in limits if limit is not None), default=None)

    def resumes(self, job: Job) -> bool:
        """Whether the work goes on by itself after the bridge has ended."""
        backend = self._backends.get(job.request.backend)
        return backend is not None and backend.resumes

    async def cancelled(self, job: Job) -> Cancelled:
        """Let go of everything that belongs to a job whose work has ended."""
        billed = await self._withdraw(job)
        if job.reservation is None:
            return Cancelled(may_be_billed=billed)
        try:
            await asyncio.to_thread(discard_claim, job)
            await self._store.reserve(job.id, None)
        except OutputError:
            # The job is cancelled all the same; its folder stays on record, for `forget` to remove.
            log.exception("The frames of the cancelled job %s could not be removed.", job.id)
        return Cancelled(may_be_billed=billed)

    async def _withdraw(self, job: Job) -> bool:
        backend = self._backends.get(job.request.backend)
        ledger = _Ledger(self._store, job.id)
        if backend is None or not await ledger.read():
            return False
        return await backend.withdraw(job.request, ledger)

    async def renew(self, job: Job) -> None:
        """The user wants the job again, knowing what that may cost."""
        await self.backend(job.request.backend).renew(_Ledger(self._store, job.id))

    async def after_a_crash(self, job: Job) -> JobState:
        """What became of a job that was under way when the bridge ended; queued where it goes on by itself."""
        promise = await self._store.promised(job.id)
        if promise and job.reservation and not job.reservation.staging.exists() and job.reservation.final.exists():
            return Ready(result=promise)
        return Queued() if self.resumes(job) else _interrupted()


def discard_claim(job: Job) -> None:
    """Remove what a job has made and not delivered. Raises `OutputError`s."""
    if job.reservation:
        discard(job.reservation)


def _interrupted() -> Failed:
    return Failed(error=JobInterrupted("The bridge stopped while this job was under way.").report())


def _defect(error: BaseException) -> InternalError:
    detail = "".join(traceback.format_exception(error))
    return InternalError(f"Superwhite met a defect: {type(error).__name__}.", detail=detail)
