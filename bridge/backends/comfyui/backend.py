"""Jobs at a ComfyUI of the user's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Literal

import httpx

from bridge.backends.base import JobTask, Ledger, Report
from bridge.backends.remote.endpoint import EndpointBackend
from bridge.backends.remote.ledger import Book, Ticket
from bridge.backends.remote.settling import demand_offer, offered, read_settings
from bridge.domain.capability import Capability
from bridge.domain.errors import EndpointUnreachable, SuperwhiteError
from bridge.domain.job import Deliverable
from bridge.domain.settings import BackendState, BridgeSettings, Endpoint, Hop, TestReport
from bridge.domain.workflow import LiftRequest
from bridge.net.addresses import is_same_origin, is_this_machine, port_of
from bridge.net.fetch import keyless
from bridge.net.hops import walk
from bridge.net.proxies import proxy_for
from bridge.net.secrets import Keys
from bridge.net.service import NotSent, Service, Unanswered, shared_trust

from .listening import Line, News, listening
from .parameters import ComfyParameters
from .server import Server
from .surveying import Survey, survey
from .work import ComfyWork

_PORT, _DESKTOP_PORT = 8188, 8000
"""Where ComfyUI answers by default, and where its desktop application does."""

_GLANCE_SECONDS = 3.0
_GLANCE_KEPT = 5.0
_TEST_SECONDS = 30.0
_CANCEL_SECONDS = 8.0
_SHORT = 2.0


class ComfyBackend(EndpointBackend):
    """A server on this machine is no upload. One at ComfyUI's usual port is looked for where the desktop application
    answers, too. Nothing is started.
    """

    slots = 2
    """ComfyUI works on one job at a time: meanwhile the next is made ready and sent."""

    def __init__(self, endpoint: Endpoint, keys: Keys, find_settings: Callable[[], BridgeSettings]) -> None:
        self._bases = _bases(endpoint.url.rstrip("/").removesuffix("/api"))

        def is_own(url: httpx.URL) -> bool:
            return any(is_same_origin(base, f"{url.scheme}://{url.netloc.decode()}") for base in self._bases)

        super().__init__(
            endpoint, keys, find_settings, base=self._bases[0], near=True, scheme="Bearer", is_own=is_own
        )
        self._is_here = is_this_machine(httpx.URL(self._base).host)
        self._survey: Survey | None = None
        self._surveyed = float("-inf")

    def capabilities(self) -> tuple[Capability, ...]:
        """What is missing there, as far as it was seen, is said with them."""
        lacks = self._survey.sentence if self._survey and self._survey.lacks else ""
        changes = {"runs": "here" if self._is_here else "remote", "reports_progress": True, "unknown": lacks}
        return tuple(each.model_copy(update=changes) for each in offered(self._endpoint))

    async def state(self) -> BackendState:
        """A server on this machine is asked; of another it is told what the last test has seen."""
        state: Literal["ready", "not_ready", "unreachable"] = "ready"
        sentence = ""
        if self._is_here and time.monotonic() - self._surveyed > _GLANCE_KEPT:
            try:
                async with asyncio.timeout(_GLANCE_SECONDS):
                    await self._look_around(patience=0.0)
            except (SuperwhiteError, TimeoutError):
                self._survey, state = None, "unreachable"
                sentence = f"No ComfyUI answers at {' or '.join(self._bases)}. Start it, or change the address."
        if self._survey:
            sentence, state = self._survey.sentence, "not_ready" if self._survey.lacks else "ready"
        return BackendState(
            backend=self.name,
            title=self._endpoint.title,
            runs="here" if self._is_here else "remote",
            state=state,
            sentence=sentence,
        )

    async def test(self) -> TestReport:
        """The way to it, and then whether it has nodes and models."""
        base = await self._find_base()
        endpoint = self._endpoint.model_copy(update={"url": base})
        report = await walk(endpoint, partial(self._keys.find, self.name), self._find_settings().proxy)
        if not report.passed:
            return report
        began = time.monotonic()
        try:
            async with asyncio.timeout(_TEST_SECONDS):
                found = await self._look_around(patience=_SHORT)
            passed, sentence = not found.lacks, found.sentence
        except (SuperwhiteError, TimeoutError) as error:
            passed, sentence = False, str(error) or "It does not say in time what it has."
        spent = round((time.monotonic() - began) * 1000, 1)
        hop = Hop(name="engine", passed=passed, sentence=sentence, milliseconds=spent)
        return report.model_copy(update={"hops": (*report.hops, hop)})

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        """What has been done for this job before is not done again: its ledger says how far it has come."""
        offer = demand_offer(self._endpoint, task.request)
        settings = read_settings(offer, task.request)
        assert isinstance(settings, ComfyParameters)
        book = await Book.open(task.ledger)
        async with self.service() as service:
            server = Server(service, await self._find_base(), self._endpoint.title)
            line = await self._line(server.base)

            def listen(name: str, job: str) -> AbstractAsyncContextManager[News]:
                return listening(replace(line, url=f"{line.url}?clientId={name}"), job)

            return await ComfyWork(task, report, book, offer, settings, server, listen).through()

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:
        """Nobody is billed. What may have been sent is looked for too, and not only what was answered."""
        await super().withdraw(request, ledger)
        book = await Book.open(ledger)
        page = book.page
        if page.ticket is None and page.intent is not None and not page.over:
            try:
                async with self.service() as service:
                    await self._cancel(service, Ticket(id=page.intent.id, app=page.intent.app))
            except SuperwhiteError:
                pass  # no way to it: should the job have arrived, it is made for nothing
            await book.keep(over=True)
        return False

    async def _cancel(self, service: Service, ticket: Ticket) -> bool:
        server = Server(service, await self._find_base(), self._endpoint.title, patience=_SHORT)
        try:
            async with asyncio.timeout(_CANCEL_SECONDS):
                await server.end(ticket.id)
        except (SuperwhiteError, NotSent, Unanswered, TimeoutError):
            pass  # it cannot be reached: there is nothing more that could be done
        return False

    @asynccontextmanager
    async def service(self) -> AsyncGenerator[Service]:
        """The client that has the key, where there is one: only a server behind something that asks for it needs it."""
        way = await self.way()
        if await self._has_key():
            async with Service(way, own=self._is_own, authorization=self.authorization) as service:
                yield service
        else:
            async with keyless(way) as service:
                yield service

    async def _has_key(self) -> bool:
        """A keyring that cannot be used is no obstacle where no key is wanted."""
        return (await self._keys.state(self.name)).kept_in != "nowhere"

    async def _look_around(self, *, patience: float) -> Survey:
        async with self.service() as service:
            server = Server(service, await self._find_base(), self._endpoint.title, patience=patience)
            self._survey = await survey(server)
        self._surveyed = time.monotonic()
        return self._survey

    async def _find_base(self) -> str:
        """The first address where a ComfyUI answers; the endpoint's own where none does."""
        if len(self._bases) > 1:
            async with keyless(await self.way()) as service:
                for base in self._bases:
                    try:
                        async with asyncio.timeout(_SHORT):
                            if await Server(service, base, self._endpoint.title, patience=0.0).stats():
                                return base
                    except (EndpointUnreachable, TimeoutError):
                        continue
        return self._base

    async def _line(self, base: str) -> Line:
        proxy = await asyncio.to_thread(proxy_for, httpx.URL(base), self._find_settings().proxy)
        return Line(
            url=f"ws{base.removeprefix('http')}/ws",
            authorization=await self.authorization() if await self._has_key() else "",
            proxy=str(proxy) if proxy else None,
            context=await shared_trust(),
        )


def _bases(url: str) -> tuple[str, ...]:
    """The addresses that an endpoint's address stands for."""
    address = httpx.URL(url)
    if is_this_machine(address.host) and port_of(address) == _PORT:
        return url, str(address.copy_with(port=_DESKTOP_PORT)).rstrip("/")
    return (url,)
