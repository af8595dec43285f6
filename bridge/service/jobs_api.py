"""Routes of jobs and their events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from bridge.domain.estimate import Estimate, WorkloadQuery
from bridge.domain.job import Job, PlacementRecord
from bridge.domain.workflow import LiftRequest
from bridge.jobs import placements
from bridge.jobs.estimate import RECENT, estimate

from .access import ServicesOf

router = APIRouter(prefix="/v1", tags=["jobs"])


@router.post("/jobs", status_code=201)
async def submit(request: LiftRequest, services: ServicesOf) -> Job:
    """Queue a job."""
    return await services.runner.submit(request)


@router.get("/jobs")
async def jobs(
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    skip: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> list[Job]:
    """The newest first."""
    return await services.store.jobs(limit, skip)


@router.get("/jobs/{job}")
async def job(job: str, services: ServicesOf) -> Job:
    """A job by its id or the beginning of it."""
    return await services.store.job(job)


@router.delete("/jobs/{job}", status_code=204)
async def forget(job: str, services: ServicesOf) -> None:
    """Take a job that is over off the list. What it delivered stays."""
    await services.runner.forget(job)


@router.post("/jobs/{job}/cancel")
async def cancel(job: str, services: ServicesOf) -> Job:
    """Stop a job; answers when its work has ended."""
    return await services.runner.cancel(job)


@router.post("/jobs/{job}/retry")
async def retry(job: str, services: ServicesOf) -> Job:
    """Queue a failed or cancelled job again; whole frames of a failed one are kept."""
    return await services.runner.retry(job)


@router.post("/queue/cancel")
async def cancel_all(services: ServicesOf, waiting_only: bool = False) -> list[Job]:
    """Stop every job, or those only that have not begun; answers when their work has ended."""
    return await services.runner.cancel_all(waiting_only=waiting_only)


@router.post("/jobs/{job}/star")
async def star(job: str, starred: bool, services: ServicesOf) -> Job:
    """Mark a job, or take the mark away."""
    return await services.events.mark(job, starred=starred)


@router.post("/jobs/{job}/imported")
async def imported(job: str, placement: PlacementRecord, services: ServicesOf) -> Job:
    """An editing application has put the result onto a timeline."""
    return await services.events.move(job, placements.imported(placement))


@router.post("/jobs/{job}/reverted")
async def reverted(job: str, services: ServicesOf) -> Job:
    """An editing application has taken the result off its timeline again."""
    return await services.events.move(job, placements.reverted)


@router.post("/estimates")
async def estimates(query: WorkloadQuery, services: ServicesOf) -> Estimate:
    """How long lifts will take, from how long such lifts have taken, and what they cost."""
    offered = [each for backend in services.runner.backends.values() for each in backend.capabilities()]
    wanted = {(load.backend, load.workflow) for load in query.loads} & {(o.backend, o.workflow) for o in offered}
    finished = [job for kind in wanted for job in await services.store.finished(*kind, RECENT)]
    return estimate(query.loads, finished, offered)


async def _known(services: ServicesOf, job: str | None = None) -> str | None:
    return job and (await services.store.job(job)).id


@router.get("/events/last")
async def last_event(services: ServicesOf) -> int:
    """Sequence of the latest event: who lists the jobs after asking, and follows from there, misses nothing."""
    return await services.store.last_event()


@router.get("/events", response_class=EventSourceResponse)
async def events(
    services: ServicesOf,
    job: Annotated[str | None, Depends(_known)],
    after: Annotated[int, Query(ge=0)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> AsyncGenerator[ServerSentEvent]:
    """Changes of state after `Last-Event-ID` (or `after`), then as they come: `event: job`, `data:` a `JobEvent`.

    With `job` the stream ends when that job is over. Of progress only the latest is replayed.
    """
    async for event in services.events.follow(after if last_event_id is None else last_event_id, job):
        yield ServerSentEvent(raw_data=event.model_dump_json(), event="job", id=str(event.sequence))
