"""From a backend's reports to stored states."""

from __future__ import annotations

import asyncio

from bridge.domain.errors import InternalError
from bridge.domain.job import JobState, Queued, is_final

from .events import Events

_INTERVAL = 0.1
"""Seconds between two stored changes of progress of one job."""


class Progress:
    """The reports of one attempt. A change of kind is stored at once; of progress, the latest every 0.1 s."""

    def __init__(self, events: Events, job: str, state: JobState) -> None:
        self._events = events
        self._job = job
        self._state = state
        self._waiting = False
        self._later: asyncio.Task[None] | None = None

    async def report(self, state: JobState) -> None:
        if is_final(state) or isinstance(state, Queued):
            raise InternalError(f"A backend reported the state {state.state}, which is not its to give.")
        kind_changed = state.state != self._state.state
        if state == self._state:
            return
        self._state = state
        if kind_changed:
            self._waiting = False
            await self._events.record((self._job, state))
            return
        self._waiting = True
        if self._later is None or self._later.done():
            await self.close()
            self._later = asyncio.create_task(self._store_later())

    async def close(self) -> None:
        """Wait for what is being stored; raises what storing it raised."""
        if self._later is not None:
            await self._later
            self._later = None

    async def _store_later(self) -> None:
        while self._waiting:
            self._waiting = False
            await self._events.record((self._job, self._state))
            await asyncio.sleep(_INTERVAL)
