"""Takes jobs in their order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bridge.backends.base import Backend
from bridge.domain.errors import (
    BridgeUnreachable,
    JobStateConflict,
    JobUnknown,
    RequestError,
    SuperwhiteError,
)
from bridge.domain.job import (
    Cancelled,
    Failed,
    Imported,
    Job,
    JobState,
    Queued,
    Ready,
    Unknown,
    is_final,
)
from bridge.domain.workflow import LiftRequest

from .attempts import Attempts, Work, discard_claim
from .chain import follow_up
from .events import Events
from .settings import Settings
from .store import Store

log = logging.getLogger(__name__)

_STORE_AGAIN = 2.0
"""Seconds until what the store did not take is tried again."""


class Runner:
    """Every method may be called at any time; `start` comes first and `stop` last."""

    def __init__(
        self, store: Store, events: Events, backends: Mapping[str, Backend], logs: Path, settings: Settings
    ) -> None:
        self._store = store
        self._events = events
        self._backends = backends
        self._attempts = Attempts(store, events, backends, logs, settings)
        self._waiting: defaultdict[str, list[Job]] = defaultdict(list)
        self._working: dict[str, Work] = {}
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
            for job in jobs:
                if job not in waiting:
                    await self._settle(job)
            for job in sorted(waiting, key=lambda job: job.state.ahead if isinstance(job.state, Queued) else 0):
                self._waiting[job.request.backend].append(job)
            for backend in list(self._waiting):
                await self._dispatch(backend)

    async def _settle(self, job: Job) -> None:
        """What was under way when the bridge ended goes on before what waits, or is over."""
        state = await self._attempts.after_a_crash(job)
        if isinstance(state, Queued):
            state = Queued(ahead=self._ahead(job.request.backend))
            await self._events.record((job.id, state))
            self._waiting[job.request.backend].append(await self._store.job(job.id))
        else:
            await self._conclude(job, state)

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
        backend = self._attempts.backend(request.backend)
        for name, path in (("source.path", request.source.path), ("output.folder", request.output.folder)):
            if not path.is_absolute():
                raise RequestError(f"{name} is “{path}”, but must be a full path.")
        backend.check(request)
        self._attempts.permit(backend)
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
                await self._events.record((job.id, await self._attempts.cancelled(job)))
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
            await self._events.record(*[(job.id, await self._attempts.cancelled(job)) for job in waiting])
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
            self._attempts.backend(backend).check(job.request)
            self._attempts.permit(self._attempts.backend(backend))
            # Before the job is queued: should the bridge end in between, the user has decided all the same.
            await self._attempts.renew(job)
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
                await asyncio.to_thread(discard_claim, job)
            await asyncio.to_thread(self._attempts.log_of(job).unlink, missing_ok=True)
            await self._store.forget(job.id)
            self._events.announce()

    def _demand_running(self) -> None:
        if self._stopping:
            raise BridgeUnreachable("The bridge is about to stop and takes no more jobs.", remedy="Try again.")

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
            work = self._working[job.id] = Work(job)
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

    async def _see_through(self, work: Work) -> None:
        outcome = await self._attempts.outcome(work)
        if isinstance(outcome, Queued):
            await self._insist(lambda: self._begin_anew(work))
        elif outcome is not None:
            await self._insist(lambda: self._end(work.job, outcome))
        async with self._lock:
            if self._working.get(work.job.id) is work:
                del self._working[work.job.id]
        await self._insist(lambda: self._next(work.job.request.backend))

    async def _begin_anew(self, work: Work) -> None:
        """Put a job whose work was lost before those that wait, unless its user has cancelled it meanwhile."""
        async with self._lock:
            job, backend = work.job, work.job.request.backend
            if work.stop == "cancel":
                await self._conclude(job, await self._attempts.cancelled(await self._store.job(job.id)))
                return
            await self._events.record((job.id, Queued(ahead=self._under_way(backend) - 1)))
            self._waiting[backend].insert(0, await self._store.job(job.id))
            del self._working[job.id]

    async def _end(self, job: Job, state: JobState) -> None:
        async with self._lock:
            await self._conclude(job, state)
            if isinstance(state, Ready) and job.request.then:
                await self._dispatch(job.request.then.backend)

    async def _conclude(self, job: Job, state: JobState) -> None:
        """Store how a job has ended, and queue what follows it. The lock is held."""
        request = follow_up(job, state.result) if isinstance(state, Ready) else None
        queued = Queued(ahead=self._ahead(request.backend) if request else 0)
        following = await self._events.conclude(job.id, state, request, queued)
        if request and following:
            self._waiting[request.backend].append(following)

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
