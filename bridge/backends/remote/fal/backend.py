"""Jobs at fal, or at a Superwhite that answers in its place."""

from __future__ import annotations

from collections.abc import Callable

from bridge.backends.base import JobTask, Report
from bridge.backends.remote.endpoint import EndpointBackend
from bridge.backends.remote.ledger import Book, Ticket
from bridge.backends.remote.settling import demand_offer, read_settings, titles_of
from bridge.domain.job import Deliverable
from bridge.domain.settings import BridgeSettings, Endpoint
from bridge.net.fetch import keyless
from bridge.net.secrets import Keys
from bridge.net.service import Service

from .queue import Queue
from .site import FalSite, recognised
from .storage import Storage
from .work import FalWork


class FalBackend(EndpointBackend):
    slots = 4

    def __init__(
        self, endpoint: Endpoint, site: FalSite, keys: Keys, find_settings: Callable[[], BridgeSettings]
    ) -> None:
        base = site.queue if endpoint.kind == "fal" else site.queue.removesuffix("/queue")
        super().__init__(endpoint, keys, find_settings, base=base, near=site.near, scheme="Key", is_own=site.is_own)
        self._site = site

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        """What has been done for this job before is not done again: its ledger says how far it has come."""
        offer = demand_offer(self._endpoint, task.request)
        settings = read_settings(offer, task.request)
        await self.authorization()
        book = await Book.open(task.ledger)
        async with self.service() as service, keyless(await self.way()) as plain:
            site = await recognised(self._site, plain)
            queue = Queue(service, site, self._endpoint.title, titles_of(offer))
            storage = Storage(service, site, self._endpoint.title)
            return await FalWork(task, report, book, offer, settings, queue, storage, plain).through()

    async def _cancel(self, service: Service, ticket: Ticket) -> bool:
        return await Queue(service, self._site, self._endpoint.title, {}).cancel(ticket)
