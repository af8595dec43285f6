"""Work that was lost through no fault of the job goes back to the queue, before those that wait."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from bridge.backends.base import JobTask, Report, Requeued
from bridge.domain.job import Cancelled, Deliverable, Ready
from tests.fakes.backend import FakeBackend
from tests.fakes.shop import Shop, run


class LosingBackend(FakeBackend):
    """Loses the first `times` attempts; with `slowly`, just as they are to stop."""

    def __init__(self, times: int, *, slowly: bool = False) -> None:
        super().__init__()
        self.times = times
        self.slowly = slowly
        self.lost = 0

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        if self.lost < self.times:
            self.lost += 1
            self.order.append(task.job_id)
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60 if self.slowly else 0)
            raise Requeued
        return await super().run(task, report)


def test_a_lost_job_is_begun_anew_before_those_that_wait(tmp_path: Path) -> None:
    backend = LosingBackend(2)

    async def act(shop: Shop) -> None:
        first, second = await shop.submit(), await shop.submit()
        ended = [await shop.end(first), await shop.end(second)]
        assert all(isinstance(job.state, Ready) for job in ended)
        assert [job.attempts for job in ended] == [3, 1]
        assert backend.order == [first.id, first.id, first.id, second.id]
        kinds = [event.state.state for event in await shop.store.events_after(0) if event.job == first.id]
        assert kinds.count("queued") == 3
        assert not shop.runner.busy

    run(tmp_path, act, backend)


def test_a_job_that_was_cancelled_as_it_was_lost_is_not_begun_anew(tmp_path: Path) -> None:
    backend = LosingBackend(1, slowly=True)

    async def act(shop: Shop) -> None:
        job = await shop.submit()
        await asyncio.sleep(0.1)
        cancelled = await shop.runner.cancel(job.id)
        assert isinstance(cancelled.state, Cancelled)
        assert backend.order == [job.id]
        assert not shop.runner.busy

    run(tmp_path, act, backend)
