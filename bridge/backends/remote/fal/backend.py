"""Jobs at fal, or at a Superwhite that answers in its place."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel

from bridge.backends.base import JobTask, Report
from bridge.backends.remote.endpoint import EndpointBackend
from bridge.backends.remote.ledger import Book, Ticket
from bridge.backends.remote.offers import Offer
from bridge.backends.remote.settling import demand_offer, offered, read_settings, titles_of
from bridge.domain.capability import Capability
from bridge.domain.errors import RequestError
from bridge.domain.job import Deliverable
from bridge.domain.settings import BridgeSettings, Endpoint, TestReport
from bridge.domain.workflow import LiftRequest
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

    def capabilities(self) -> tuple[Capability, ...]:
        return offered(self._endpoint, self._site.engine)

    def check(self, request: LiftRequest) -> None:
        """A Superwhite may have another engine by now than when it was asked: `run` asks it again."""
        try:
            self._settled(request, self._site.engine)
        except RequestError:
            if not self._is_box or not self._fits(request, "embedded" if self._site.engine == "ltx" else "ltx"):
                raise

    async def test(self) -> TestReport:
        report = await super().test()
        if report.passed and self._is_box:
            async with keyless(await self.way()) as plain:
                self._site = await recognised(self._site, plain)
        return report

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        """What has been done for this job before is not done again: its ledger says how far it has come."""
        await self.authorization()
        book = await Book.open(task.ledger)
        async with self.service() as service, keyless(await self.way()) as plain:
            site = await recognised(self._site, plain)
            if self._is_box:
                self._site = site
            offer, settings = self._settled(task.request, self._site.engine)
            queue = Queue(service, site, self._endpoint.title, titles_of(offer))
            storage = Storage(service, site, self._endpoint.title)
            return await FalWork(task, report, book, offer, settings, queue, storage, plain).through()

    async def _cancel(self, service: Service, ticket: Ticket) -> bool:
        return await Queue(service, self._site, self._endpoint.title, {}).cancel(ticket)

    @property
    def _is_box(self) -> bool:
        return self._endpoint.kind == "superwhite"

    def _settled(self, request: LiftRequest, engine: str) -> tuple[Offer, BaseModel]:
        """Raises as `demand_offer` and `read_settings` do."""
        offer = demand_offer(self._endpoint, request, engine)
        return offer, read_settings(offer, request)

    def _fits(self, request: LiftRequest, engine: str) -> bool:
        try:
            self._settled(request, engine)
        except RequestError:
            return False
        return True
