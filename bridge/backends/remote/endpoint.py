"""What every backend beyond this machine is: an endpoint of the settings, its key, and the way there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal

import httpx

from bridge.backends.base import Ledger
from bridge.domain.capability import Capability
from bridge.domain.errors import KeyMissing, SuperwhiteError
from bridge.domain.settings import BackendState, BridgeSettings, Endpoint, TestReport
from bridge.domain.workflow import LiftRequest
from bridge.net.guard import Way
from bridge.net.hops import walk
from bridge.net.secrets import Keys
from bridge.net.service import Service, shared_trust

from .ledger import Book, Ticket
from .settling import demand_offer, offered, read_settings


class EndpointBackend(ABC):
    """`base` is where the service answers, `near` whether it, and what it names, may lie in this network; `scheme` is
    how its key is written, and `is_own` tells which addresses may see it. `find_settings` gives the bridge's settings
    as they are now.
    """

    resumes = True

    def __init__(
        self,
        endpoint: Endpoint,
        keys: Keys,
        find_settings: Callable[[], BridgeSettings],
        *,
        base: str,
        near: bool,
        scheme: str,
        is_own: Callable[[httpx.URL], bool],
    ) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self._find_settings = find_settings
        self._base = base
        self._near = near
        self._scheme = scheme
        self._is_own = is_own

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
        endpoint = self._endpoint.model_copy(update={"url": self._base})
        return await walk(endpoint, partial(self._keys.find, self.name), self._find_settings().proxy)

    async def renew(self, ledger: Ledger) -> None:
        await (await Book.open(ledger)).renew()

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:  # noqa: ARG002
        book = await Book.open(ledger)
        page = book.page
        if page.ticket is None or page.over or page.outcome is not None:
            return page.may_be_billed
        try:
            async with self.service() as service:
                billed = await self._cancel(service, page.ticket)
        except SuperwhiteError:  # no key any more, or no way to the endpoint
            billed = True
        # Nothing comes of it any more: wanted again, the job is sent anew.
        await book.keep(over=True)
        return billed

    @abstractmethod
    async def _cancel(self, service: Service, ticket: Ticket) -> bool:
        """Ask the endpoint to stop a job; whether it may be billed all the same. Takes seconds at most."""

    async def authorization(self) -> str:
        """The key as the service wants it. Raises `KeyMissing`, and what finding it raises."""
        key = await self._keys.find(self.name)
        if not key:
            raise KeyMissing(f"{self._endpoint.title} wants a key, and there is none.")
        return f"{self._scheme} {key}"

    async def way(self) -> Way:
        return Way(await shared_trust(), proxy=self._find_settings().proxy, near_allowed=self._near)

    @asynccontextmanager
    async def service(self) -> AsyncGenerator[Service]:
        """The client that has the key."""
        async with Service(await self.way(), own=self._is_own, authorization=self.authorization) as service:
            yield service
