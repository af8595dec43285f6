"""Changes of state, as a stream that can be taken up again anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from bridge.domain.errors import JobUnknown
from bridge.domain.job import Job, JobEvent, JobState, is_final
from bridge.domain.workflow import LiftRequest

from .store import Store


class Events:
    """Everyone who follows reads from the store, so nothing is lost or doubled, and a slow reader costs no memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed = asyncio.Event()
        self._closed = False

    async def record(self, *changes: tuple[str, JobState]) -> None:
        """Store new states, then let the followers know."""
        await self._store.change(*changes)
        self.announce()

    async def conclude(
        self, job: str, state: JobState, follow_up: LiftRequest | None, queued: JobState
    ) -> Job | None:
        """`Store.conclude`, then let the followers know."""
        following = await self._store.conclude(job, state, follow_up, queued)
        self.announce()
        return following

    async def move(self, id_or_prefix: str, step: Callable[[Job], JobState]) -> Job:
        """`Store.move`, then let the followers know."""
        job = await self._store.move(id_or_prefix, step)
        self.announce()
        return job

    async def mark(self, id_or_prefix: str, *, starred: bool) -> Job:
        """`Store.mark`, then let the followers know."""
        job = await self._store.mark(id_or_prefix, starred=starred)
        self.announce()
        return job

    def announce(self) -> None:
        """Wake the followers: there is something new in the store."""
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self.announce()

    async def follow(self, after: int, job: str | None = None) -> AsyncGenerator[JobEvent]:
        """Events with a sequence greater than `after`, then those to come.

        With a `job`, ends after the event with which that job becomes final, or at once when it is final already or
        unknown.
        """
        while not self._closed:
            changed = self._changed
            settled = job is not None and await self._is_over(job)
            events = await self._store.events_after(after, job)
            for event in events:
                yield event
                after = event.sequence
            if not events:
                if settled:
                    return
                await changed.wait()

    async def _is_over(self, job: str) -> bool:
        try:
            return is_final((await self._store.job(job)).state)
        except JobUnknown:  # forgotten, which only a final job can be
            return True
