"""Jobs at Oxen."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from bridge.backends.base import JobTask, Report
from bridge.backends.remote.endpoint import EndpointBackend
from bridge.backends.remote.ledger import Book, Ticket
from bridge.backends.remote.settling import demand_offer, read_settings, titles_of
from bridge.domain.job import Deliverable
from bridge.domain.ltx import OxenHdrLift
from bridge.domain.settings import BridgeSettings, Endpoint
from bridge.net.addresses import is_same_origin
from bridge.net.fetch import keyless
from bridge.net.secrets import Keys
from bridge.net.service import Service

from .hub import Hub
from .work import OxenWork


class OxenBackend(EndpointBackend):
    """`declared` is the address that this process's environment gives in the endpoint's place, or nothing."""

    slots = 2

    def __init__(
        self, endpoint: Endpoint, declared: str, keys: Keys, find_settings: Callable[[], BridgeSettings]
    ) -> None:
        base = (declared or endpoint.url).rstrip("/").removesuffix("/api")

        def is_own(url: httpx.URL) -> bool:
            return is_same_origin(base, f"{url.scheme}://{url.netloc.decode()}")

        super().__init__(
            endpoint, keys, find_settings, base=base, near=bool(declared), scheme="Bearer", is_own=is_own
        )

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        """What has been done for this job before is not done again: its ledger says how far it has come."""
        offer = demand_offer(self._endpoint, task.request)
        settings = read_settings(offer, task.request)
        assert isinstance(settings, OxenHdrLift)
        await self.authorization()
        book = await Book.open(task.ledger)
        async with self.service() as service, keyless(await self.way()) as plain:
            hub = Hub(service, self._base, self._endpoint.title, titles_of(offer))
            return await OxenWork(task, report, book, offer, settings, hub, plain).through()

    async def _cancel(self, service: Service, ticket: Ticket) -> bool:
        return await Hub(service, self._base, self._endpoint.title, {}).cancel(ticket.id)
