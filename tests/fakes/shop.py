"""Store, events and runner around a fake backend, without the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.job import Job, JobEvent, JobState
from bridge.jobs.events import Events
from bridge.jobs.runner import Runner
from bridge.jobs.settings import Settings
from bridge.jobs.store import Store

from .backend import FakeBackend, fake_request


@dataclass
class Shop:
    """A runner with all that it needs, in the folder `home`; output goes to `out`."""

    home: Path
    out: Path
    backend: FakeBackend

    def __post_init__(self) -> None:
        self.store = Store(self.home / "jobs.sqlite3")
        self.events = Events(self.store)
        self.settings = Settings(self.home / "settings.json")
        self.runner = Runner(self.store, self.events, {self.backend.name: self.backend}, self.home, self.settings)

    async def submit(self, **parameters: Any) -> Job:
        return await self.runner.submit(fake_request(self.out, backend=self.backend.name, **parameters))

    async def end(self, job: Job) -> Job:
        async for _ in self.events.follow(0, job.id):
            pass
        return await self.store.job(job.id)

    async def until(self, job: Job, kind: type[JobState], after: int = 0) -> JobEvent:
        async for event in self.events.follow(after, job.id):
            if isinstance(event.state, kind):
                return event
        raise AssertionError(f"the job never was {kind}")

    def names(self) -> list[str]:
        return sorted(path.name for path in self.out.iterdir())

    def logs(self) -> list[Path]:
        return list(self.home.glob("*.log"))


@asynccontextmanager
async def opened(shop: Shop) -> AsyncGenerator[Shop]:
    await shop.store.open()
    await shop.runner.start()
    try:
        yield shop
    finally:
        await shop.runner.stop()
        await shop.store.close()


def run(
    home: Path,
    act: Callable[[Shop], Awaitable[None]],
    backend: FakeBackend | None = None,
    *,
    out: Path | None = None,
) -> None:
    """Let `act` work with a shop that is open, and close it as a bridge that stops does."""

    async def main() -> None:
        async with asyncio.timeout(30), opened(Shop(home, out or home / "out", backend or FakeBackend())) as shop:
            await act(shop)

    asyncio.run(main())
