"""Takes jobs in their order through reservation, work and delivery."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.backends.base import Backend, JobTask
from bridge.domain.errors import (
    BackendUnknown,
    BridgeUnreachable,
    EngineLost,
    InternalError,
    JobInterrupted,
    JobStateConflict,
    JobUnknown,
    OutputError,
    RequestError,
    SuperwhiteError,
    UploadForbidden,
)
from bridge.domain.job import (
    Cancelled,
    Deliverable,
    Failed,
    Imported,
    Job,
    JobState,
    Queued,
    Ready,
    Reservation,
    Unknown,
    is_final,
)
from bridge.domain.workflow import LiftRequest

from .events import Events
from .output import deliver, discard, discard_empty, is_claimed, reserve_for
from .progress import Progress
from .settings import Settings
from .store import Store

log = logging.getLogger(__name__)

_STORE_AGAIN = 2.0
"""Seconds until what the store did not take is tried again."""


@dataclass(eq=False)
class _Work:
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


class Runner:
    """Every method may be called at any time; `start` comes first and `stop` last."""

    def __init__(
        self, store: Store, events: Events, backends: Mapping[str, Backend], logs: Path, settings: Settings
    ) -> None:
        self._store = store
        self._settings = settings
        self._events = events
        self._backends = backends
        self._logs = logs
        self._waiting: defaultdict[str, list[Job]] = defaultdict(list)
        self._working: dict[str, _Work] = {}
        self._lock = asyncio.Lock()
        self._stopping = False

    @property
    def backends(self) -> Mapping[str, Backend]:
        return self._backends

    @property
    def busy(self) -> bool:
        """Whether any job waits or is worked on."""
        return bool(self._working) or any(self._waiting.values())

    async def start(self) -> None:
        """Settle what an earlier bridge left under way, and go on with what it left waiting."""
        async with self._lock:
            jobs = await self._store.unfinished()
            waiting = [job for job in jobs if isinstance(job.state, Queued)]
            for job in sorted(waiting, key=lambda job: job.state.ahead if isinstance(job.state, Queued) else 0):
                self._waiting[job.request.backend].append(job)
            for job in jobs:
                if job not in waiting:
                    await self._events.record((job.id, await self._after_a_crash(job)))
            for backend in list(self._waiting):
                await self._dispatch(backend)

    async def stop(self) -> None:
        """End all work. Jobs under way are interrupted, and keep their frames; jobs that wait stay so."""
        self.refuse()
        async with self._lock:
            works = list(self._working.values())
        for work in works:
            work.interrupt("leave")
        for work in works:
            await work.ended()

    def refuse(self) -> None:
        """Take no more jobs and begin none: the bridge is about to stop."""
        self._stopping = True

    async def submit(self, request: LiftRequest) -> Job:
        """Store a new job and begin it as soon as its backend has room.

        Raises `RequestError`s for what can be seen without opening media.
        """
        backend = self._backend(request.backend)
        for name, path in (("source.path", request.source.path), ("output.folder", request.output.folder)):
            if not path.is_absolute():
                raise RequestError(f"{name} is “{path}”, but must be a full path.")
        backend.check(request)
        self._permit(backend)
        async with self._lock:
            self._demand_running()
            job = await self._store.create(request, Queued(ahead=self._ahead(request.backend)))
            self._events.announce()
            self._waiting[request.backend].append(job)
            await self._dispatch(request.backend)
        return await self._store.job(job.id)

    async def cancel(self, id_or_prefix: str) -> Job:
        """Stop a job and throw its frames away. Raises `JobStateConflict` for one that is over."""
        async with self._lock:
            job = await self._store.job(id_or_prefix)
            work = self._working.get(job.id)
            if work:
                work.interrupt("cancel")
            elif isinstance(job.state, Queued):
                queue = self._waiting[job.request.backend]
                queue[:] = [other for other in queue if other.id != job.id]
                await self._events.record((job.id, await self._cancelled(job)))
                await self._dispatch(job.request.backend)
        if work:
            await work.ended()
        after = await self._store.job(job.id)
        if is_final(job.state) or not isinstance(after.state, Cancelled):
            raise JobStateConflict(f"Job {job.id} cannot be cancelled: it is {after.state.state} already.")
        return after

    async def cancel_all(self, *, waiting_only: bool) -> list[Job]:
        """Cancel every job that is not over; with `waiting_only` those alone that have not begun, none of which begins
        after this. Returns them when their work has ended.
        """
        async with self._lock:
            works = [] if waiting_only else list(self._working.values())
            for work in works:
                work.interrupt("cancel")
            waiting = [job for queue in self._waiting.values() for job in queue]
            await self._events.record(*[(job.id, await self._cancelled(job)) for job in waiting])
            for queue in self._waiting.values():
                queue.clear()
            stopped = [await self._store.job(job.id) for job in waiting]
        for work in works:
            await work.ended()
            with contextlib.suppress(JobUnknown):  # forgotten as soon as it had ended
                stopped.append(await self._store.job(work.job.id))
        return stopped

    async def retry(self, id_or_prefix: str) -> Job:
        """Queue a job again; whole frames of a failed attempt are kept."""
        async with self._lock:
            self._demand_running()
            job = await self._store.job(id_or_prefix)
            if not isinstance(job.state, Failed | Cancelled | Unknown):
                raise JobStateConflict(
                    f"Job {job.id} is {job.state.state}: only a failed or cancelled job can be retried."
                )
            backend = job.request.backend
            self._backend(backend).check(job.request)
            self._permit(self._backend(backend))
            await self._events.record((job.id, Queued(ahead=self._ahead(backend))))
            self._waiting[backend].append(await self._store.job(job.id))
            await self._dispatch(backend)
        return await self._store.job(job.id)

    async def forget(self, id_or_prefix: str) -> None:
        """Remove a job that is over from the list, with frames that were never delivered. What was delivered stays."""
        async with self._lock:
            job = await self._store.job(id_or_prefix)
            if not is_final(job.state):
                raise JobStateConflict(
                    f"Job {job.id} is {job.state.state}: only a job that is over can be forgotten.",
                    remedy="Cancel the job first.",
                )
            if not isinstance(job.state, Ready | Imported):
                await asyncio.to_thread(_discard_claim, job)
            await asyncio.to_thread(self._log_of(job).unlink, missing_ok=True)
            await self._store.forget(job.id)
            self._events.announce()

    def _backend(self, name: str) -> Backend:
        if name not in self._backends:
            raise BackendUnknown(f"There is no backend “{name}”; there is: {', '.join(sorted(self._backends))}.")
        return self._backends[name]

    def _permit(self, backend: Backend) -> None:
        """Raises `UploadForbidden`. Asked again when the work begins: the user may have decided meanwhile."""
        if self._settings.current.never_upload and any(each.runs == "remote" for each in backend.capabilities()):
            raise UploadForbidden(f"Nothing may leave this machine, and “{backend.name}” is not on it.")

    def _demand_running(self) -> None:
        if self._stopping:
            raise BridgeUnreachable("The bridge is about to stop and takes no more jobs.", remedy="Try again.")

    def _log_of(self, job: Job) -> Path:
        return self._logs / f"{job.id}.log"

    def _under_way(self, backend: str) -> int:
        return sum(work.job.request.backend == backend for work in self._working.values())

    def _ahead(self, backend: str) -> int:
        return self._under_way(backend) + len(self._waiting[backend])

    async def _dispatch(self, name: str) -> None:
        """Begin the jobs for which there is room, and tell the others their place. The lock is held."""
        queue = self._waiting[name]
        slots = self._backends[name].slots if name in self._backends else 1
        while queue and self._under_way(name) < slots and not self._stopping:
            job = await self._store.begin(queue[0].id)
            queue.pop(0)
            self._events.announce()
            work = self._working[job.id] = _Work(job)
            work.whole = asyncio.create_task(self._see_through(work))
        under_way = self._under_way(name)
        moved = [
            (job.id, Queued(ahead=ahead))
            for ahead, job in enumerate(queue, start=under_way)
            if not isinstance(job.state, Queued) or job.state.ahead != ahead
        ]
        if moved:
            await self._events.record(*moved)
            queue[:] = [
                job.model_copy(update={"state": Queued(ahead=a)}) for a, job in enumerate(queue, start=under_way)
            ]

    async def _see_through(self, work: _Work) -> None:
        outcome = await self._outcome(work)
        await self._insist(lambda: self._events.record((work.job.id, outcome)))
        async with self._lock:
            del self._working[work.job.id]
        await self._insist(lambda: self._next(work.job.request.backend))

    async def _next(self, backend: str) -> None:
        async with self._lock:
            await self._dispatch(backend)

    async def _insist(self, storing: Callable[[], Awaitable[None]]) -> None:
        """Do it again until the store takes it: its drive may be full just because of this job."""
        while True:
            try:
                return await storing()
            except SuperwhiteError:
                log.exception("The job list could not be written.")
                if self._stopping:
                    return None
                await asyncio.sleep(_STORE_AGAIN)

    async def _outcome(self, work: _Work) -> JobState:
        job = work.job
        try:
            result = await self._deliverable(work)
            if result is None:
                return (
                    _interrupted() if work.stop == "leave" else await self._cancelled(await self._store.job(job.id))
                )
        except SuperwhiteError as error:
            log.warning("Job %s failed: %s %s", job.id, error.sentence, error.detail)
            await self._give_back_unused(job)
            return Failed(error=error.report())
        except Exception as error:
            log.exception("Job %s met a defect.", job.id)
            return Failed(error=_defect(error).report())
        log.info("Job %s is ready: %s", job.id, result.directory)
        return Ready(result=result)

    async def _deliverable(self, work: _Work) -> Deliverable | None:
        """What was made and delivered; none when the work was stopped before."""
        job = work.job
        backend = self._backend(job.request.backend)
        self._permit(backend)
        reservation = await self._reservation(job)
        if work.stop:
            return None
        task = JobTask(job.id, job.request, reservation, job.attempts, self._log_of(job))
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

    async def _cancelled(self, job: Job) -> Cancelled:
        if job.reservation is None:
            return Cancelled()
        try:
            await asyncio.to_thread(_discard_claim, job)
            await self._store.reserve(job.id, None)
        except OutputError:
            # The job is cancelled all the same; its folder stays on record, for `forget` to remove.
            log.exception("The frames of the cancelled job %s could not be removed.", job.id)
        return Cancelled()

    async def _after_a_crash(self, job: Job) -> JobState:
        """What became of a job that was under way when the bridge ended without warning."""
        promise = await self._store.promised(job.id)
        if promise and job.reservation and not job.reservation.staging.exists() and job.reservation.final.exists():
            return Ready(result=promise)
        return _interrupted()


def _discard_claim(job: Job) -> None:
    if job.reservation:
        discard(job.reservation)


def _interrupted() -> Failed:
    return Failed(error=JobInterrupted("The bridge stopped while this job was under way.").report())


def _defect(error: BaseException) -> InternalError:
    detail = "".join(traceback.format_exception(error))
    return InternalError(f"Superwhite met a defect: {type(error).__name__}.", detail=detail)
