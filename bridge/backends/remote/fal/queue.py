"""fal's queue: submit once, follow gently, fetch the answer, cancel."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

import httpx
from httpx_sse import EventSource, SSEError
from pydantic import JsonValue, ValidationError

from bridge.backends.remote.ledger import Intent, Ticket
from bridge.backends.remote.looking import look
from bridge.backends.remote.refusals import failure, is_from_service, refusal
from bridge.backends.remote.sending import BUSY, answer_lost, send_once
from bridge.domain.errors import EndpointUnreachable, ResultGone
from bridge.net.patience import Patience
from bridge.net.service import NotSent, Reply, Service, Unanswered

from .site import FalSite
from .wire import Status, Submitted, read

INTENT_HEADER = "X-Superwhite-Intent"

_SUBMIT_SECONDS = 120.0
_ANSWER_SECONDS = 120.0
_CANCEL_SECONDS = 8.0

_EAGER_SECONDS = 10.0
"""As long as this a job is looked at twice a second; after it at most once."""

_SLOWEST = 5.0
_WITH_EVENTS = 10.0
"""Seconds between two looks while the endpoint sends events by itself: they may be lost, looks may not."""

_SUBMIT_PATIENCE = 120.0
_LARGEST_RESULT = 512 * 1024 * 1024


@dataclass(frozen=True)
class Queue:
    """One service's queue. `name` is what people call it; `titles` are the names of settings by their wire names;
    `patience` is how many seconds a service may be out of reach before a job that it has is given up for now.
    """

    service: Service
    site: FalSite
    name: str
    titles: Mapping[str, str]
    patience: float = 900.0

    async def submit(self, intent: Intent, body: JsonValue) -> Ticket:
        """Send a job, once. Raises as `send_once` does."""
        headers = {INTENT_HEADER: intent.id} if self.site.ours else {}
        url = f"{self.site.queue}/{intent.app}"
        reply = await send_once(
            lambda: self.service.ask("POST", url, json=body, headers=headers, read_seconds=_SUBMIT_SECONDS),
            name=self.name,
            titles=self.titles,
            seconds=_SUBMIT_PATIENCE,
            tells_doubles=self.site.ours,
        )
        return self._ticket(intent, reply)

    def _ticket(self, intent: Intent, reply: Reply) -> Ticket:
        found = read(Submitted, reply)
        if found is None:
            # The answer cannot be read, but the service names each request in a header too.
            named = json.dumps({"request_id": reply.headers.get("x-fal-request-id", "")})
            try:
                found = Submitted.model_validate_json(named)
            except ValidationError:
                why = f"What {self.name} answered makes no sense (HTTP {reply.status})."
                raise answer_lost(self.name, why) from None
        return Ticket(
            id=found.request_id,
            app=intent.app,
            status_url=found.status_url,
            response_url=found.response_url,
            cancel_url=found.cancel_url,
        )

    async def follow(self, ticket: Ticket) -> AsyncGenerator[Status]:
        """The states of a job until it is over, which is the last one. Looks are what counts; events only come sooner.

        Raises `EndpointUnreachable` when the service stays away, `KeyRefused`, `ResultGone` when the job is forgotten.
        """
        began = time.monotonic()
        events = _Events(self, ticket)
        url = self._url(ticket, "status", "?logs=1")
        try:
            while True:
                status = await look(
                    lambda: self.service.ask("GET", url),
                    lambda reply: read(Status, reply),
                    name=self.name,
                    titles=self.titles,
                    seconds=self.patience,
                )
                yield status
                if status.phase == "over":
                    return
                async for told in events.within(pause_after(time.monotonic() - began)):
                    yield told
                    if told.phase == "over":
                        break
        finally:
            await events.close()

    async def result(self, ticket: Ticket, status: Status) -> dict[str, JsonValue] | None:
        """The answer of the model; none where it is not there yet after all. `status` is the last one.

        Raises `RemoteRefused` and `RemoteFailed` where the model has failed, which only this answer says for certain.
        """
        patience = Patience(self.patience)
        while True:
            wait = None
            try:
                reply = await self.service.ask(
                    "GET", self._url(ticket, "", ""), read_seconds=_ANSWER_SECONDS, largest=_LARGEST_RESULT
                )
            except (NotSent, Unanswered) as error:
                sentence = str(error)
            else:
                found = reply.json()
                if reply.status == 200 and isinstance(found, dict):
                    if status.error and not _holds_file(found):
                        raise failure(self.name, status.error, status.error_type or "")
                    return found
                if reply.status in (400, 202) and "progress" in reply.content[:400].decode(errors="replace").lower():
                    return None
                if status.error and reply.status >= 400:
                    raise failure(self.name, status.error, status.error_type or "")
                if reply.status == 404:
                    raise ResultGone(f"{self.name} keeps the result no longer.", detail=ticket.id)
                busy = reply.status in BUSY or (reply.status >= 500 and not is_from_service(reply))
                if reply.status >= 400 and not busy:
                    raise refusal(self.name, reply, self.titles)
                sentence, wait = f"{self.name} does not give the result (HTTP {reply.status}).", reply.retry_after
            if patience.exhausted:
                raise EndpointUnreachable(sentence)
            await patience.wait(wait)

    async def cancel(self, ticket: Ticket) -> bool:
        """Ask the service to stop a job; whether it may be billed all the same."""
        try:
            async with asyncio.timeout(_CANCEL_SECONDS):
                reply = await self.service.ask("PUT", self._url(ticket, "cancel", ""), body=b"")
        except (NotSent, Unanswered, TimeoutError):
            return True
        found = reply.json()
        state = found.get("status") if isinstance(found, dict) else None
        # 200: taken out of the queue before it began. 202: a signal on its way to what already works.
        return not (reply.status == 200 and state in ("OK", None))

    def _url(self, ticket: Ticket, part: str, query: str) -> str:
        """What the service told, where that is its own; else as its documentation builds it."""
        told = {"status": ticket.status_url, "cancel": ticket.cancel_url, "": ticket.response_url}[part]
        if told and self._is_own(told):
            joint = "&" if query and "?" in told else query[:1]
            return f"{told}{joint}{query[1:]}"
        owner_and_alias = "/".join(ticket.app.split("/")[:2])
        base = f"{self.site.queue}/{owner_and_alias}/requests/{ticket.id}"
        return f"{base}/{part}{query}" if part else base

    def events_url(self, ticket: Ticket) -> str:
        """Where the service tells of changes by itself."""
        status = self._url(ticket, "status", "")
        return f"{status.partition('?')[0]}/stream?logs=1"

    def _is_own(self, url: str) -> bool:
        try:
            return self.site.is_own(httpx.URL(url))
        except (httpx.InvalidURL, UnicodeError):
            return False


def pause_after(elapsed: float) -> float:
    """Seconds to the next look at a job that has been followed for `elapsed` seconds."""
    if elapsed < _EAGER_SECONDS:
        return 0.5
    return min(_SLOWEST, 1.05 + (elapsed - _EAGER_SECONDS) / 30)


@dataclass
class _Events:
    """The service's own stream of states. Where it has none, or breaks it off, nothing is lost but speed."""

    queue: Queue
    ticket: Ticket
    _told: asyncio.Queue[Status | None] = field(default_factory=asyncio.Queue[Status | None], init=False)
    _listening: asyncio.Task[None] | None = field(default=None, init=False)
    _heard: bool = field(default=False, init=False)

    async def within(self, seconds: float) -> AsyncGenerator[Status]:
        """What is told before the next look is due."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        trusted = self._heard and not self._listening.done()
        due = time.monotonic() + (max(seconds, _WITH_EVENTS) if trusted else seconds)
        while True:
            try:
                async with asyncio.timeout(max(0.0, due - time.monotonic())):
                    status = await self._told.get()
            except TimeoutError:
                return
            if status is None:  # the stream has ended: from now on there are looks alone
                due = min(due, time.monotonic() + seconds)
                continue
            self._heard = True
            yield status

    async def _listen(self) -> None:
        with contextlib.suppress(NotSent, Unanswered, httpx.HTTPError, SSEError):
            headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
            url = self.queue.events_url(self.ticket)
            async with self.queue.service.open("GET", url, headers=headers, read_seconds=120) as answer:
                if answer.status_code == 200:
                    async for event in EventSource(answer).aiter_sse():
                        with contextlib.suppress(ValidationError):
                            self._told.put_nowait(Status.model_validate_json(event.data))
        self._told.put_nowait(None)

    async def close(self) -> None:
        if self._listening:
            self._listening.cancel()
            await asyncio.wait({self._listening})


def _holds_file(value: JsonValue) -> bool:
    """Whether anything in an answer has an address."""
    match value:
        case dict():
            return "url" in value or any(_holds_file(each) for each in value.values())
        case list():
            return any(_holds_file(each) for each in value)
        case _:
            return False
