"""What becomes of a result in an editing application."""

from __future__ import annotations

from collections.abc import Callable

from bridge.domain.errors import JobStateConflict
from bridge.domain.job import Imported, Job, PlacementRecord, Ready


def imported(placement: PlacementRecord) -> Callable[[Job], Imported]:
    """The step of a job whose result a host has put into place, perhaps again."""

    def step(job: Job) -> Imported:
        if not isinstance(job.state, Ready | Imported):
            raise JobStateConflict(f"Job {job.id} is {job.state.state}: it has no result that could be imported.")
        return Imported(result=job.state.result, placement=placement)

    return step


def reverted(job: Job) -> Ready:
    """The step of a job whose result a host has taken out again."""
    if not isinstance(job.state, Imported):
        raise JobStateConflict(f"Job {job.id} is {job.state.state}: its result is not in a timeline.")
    return Ready(result=job.state.result)
