"""Jobs at fal, or at a Superwhite that answers in its place."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal

from bridge.backends.base import JobTask, Ledger, Report
from bridge.backends.remote.ledger import Book
from bridge.backends.remote.settling import demand_offer, offered, read_settings, titles_of
from bridge.domain.capability import Capability
from bridge.domain.errors import KeyMissing, SuperwhiteError
from bridge.domain.job import Deliverable
from bridge.domain.settings import BackendState, BridgeSettings, Endpoint, TestReport
from bridge.domain.workflow import LiftRequest
from bridge.net.fetch import keyless
from bridge.net.guard import Way
from bridge.net.hops import walk
from bridge.net.secrets import Keys
from bridge.net.service import Service, shared_trust

from .queue import Queue
from .site import FalSite, recognised
from .storage import Storage
from .work import FalWork


class FalBackend:
    """One endpoint. `find_settings` gives the bridge's settings as they are now."""

    resumes = True
    slots = 4

    def __init__(
        self, endpoint: Endpoint, site: FalSite, keys: Keys, find_settings: Callable[[], BridgeSettings]
    ) -> None:
        self._endpoint = endpoint
        self._site = site
        self._keys = keys
        self._find_settings = find_settings

    @property
    def name(self) -> str:
        return self._endpoint.name

    def capabilities(self) -> tuple[Capability, ...]:
        return offered(self._endpoint)

    def check(self, request: LiftRequest) -> None:
        read_settings(demand_offer(self._endpoint, request), request)

    async def state(self) -> BackendState:
        kept = await self._keys.state(self.name)
        state: Literal["ready", "needs_key"] = "needs_key" if kept.kept_in == "nowhere" else "ready"
        return BackendState(backend=self.name, title=self._endpoint.title, runs="remote", state=state)

    async def test(self) -> TestReport:
        base = self._site.queue if self._endpoint.kind == "fal" else self._site.queue.removesuffix("/queue")
        endpoint = self._endpoint.model_copy(update={"url": base})
        return await walk(endpoint, partial(self._keys.find, self.name), self._find_settings().proxy)

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        """What has been done for this job before is not done again: its ledger says how far it has come."""
        offer = demand_offer(self._endpoint, task.request)
        settings = read_settings(offer, task.request)
        await self._authorization()
        book = await Book.open(task.ledger)
        async with self._service() as service, keyless(await self._way()) as plain:
            site = await recognised(self._site, plain)
            queue = Queue(service, site, self._endpoint.title, titles_of(offer))
            storage = Storage(service, site, self._endpoint.title)
            work = FalWork(task, report, book, offer, settings, queue, storage, plain)
            return await work.through()

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:  # noqa: ARG002
        page = (await Book.open(ledger)).page
        if page.ticket is None:
            return page.intent is not None
        if page.over or page.outcome is not None:
            return page.outcome is not None
        try:
            async with self._service() as service:
                return await Queue(service, self._site, self._endpoint.title, {}).cancel(page.ticket)
        except SuperwhiteError:  # no key any more, or no way to the endpoint
            return True

    async def renew(self, ledger: Ledger) -> None:
        await (await Book.open(ledger)).renew()

    async def _authorization(self) -> str:
        key = await self._keys.find(self.name)
        if not key:
            raise KeyMissing(f"{self._endpoint.title} wants a key, and there is none.")
        return f"Key {key}"

    async def _way(self) -> Way:
        return Way(await shared_trust(), proxy=self._find_settings().proxy, near_allowed=self._site.near)

    @asynccontextmanager
    async def _service(self) -> AsyncGenerator[Service]:
        async with Service(await self._way(), own=self._site.is_own, authorization=self._authorization) as service:
            yield service
