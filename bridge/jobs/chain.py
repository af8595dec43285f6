"""What follows a job: the HDR lift of the movie that it has made."""

from __future__ import annotations

from bridge.domain.job import Deliverable, Job
from bridge.domain.workflow import LiftRequest, SourceSpec

from .names import clip_name


def follow_up(job: Job, made: Deliverable) -> LiftRequest | None:
    """The request for what was asked to be done with what `job` has made; none where nothing was."""
    request = job.request
    if request.then is None:
        return None
    source = SourceSpec(
        path=made.file(0),
        # The movie has the handles inside, however many there were at each end.
        start=made.handles_before,
        end=made.frames - made.handles_after,
        handles=max(made.handles_before, made.handles_after),
        rate=made.rate,
    )
    name = request.output.name or clip_name(request.source.path)
    return LiftRequest(
        backend=request.then.backend,
        source=source,
        parameters=request.then.parameters,
        output=request.output.model_copy(update={"name": name}),
        origin=request.origin,
        max_cost=request.max_cost,
        follows=job.id,
    )
