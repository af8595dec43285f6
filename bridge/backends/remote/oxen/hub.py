"""Oxen's service: enqueue once, look and listen, cancel, and put files into a repository."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
from httpx_sse import EventSource, SSEError
from pydantic import JsonValue, ValidationError

from bridge.backends.remote.looking import look
from bridge.backends.remote.refusals import failure, refusal
from bridge.backends.remote.sending import answer_lost, insist, send_once
from bridge.net.service import Form, NotSent, Reply, Service, Unanswered

from .wire import Enqueued, Generation, read_generation

BRANCH = "main"

_SUBMIT_SECONDS = 120.0
_SUBMIT_PATIENCE = 120.0
_SYNCHRONOUS_SECONDS = 3600.0
_CANCEL_SECONDS = 8.0
_PATIENCE = 900.0
_PUT_PATIENCE = 300.0
_LOOK_EVERY = 5.0
_FIRST_LOOKS = 2.0
_EAGER_SECONDS = 10.0
_LARGEST_RESULT = 512 * 1024 * 1024

_COMMIT = {"message": "Sent by Superwhite", "name": "Superwhite", "email": "superwhite@localhost"}
"""What Oxen wants to know of a change to a repository."""


@dataclass
class Hub:
    """`base` is the address of the service; `titles` are the names of settings by their wire names."""

    service: Service
    base: str
    name: str
    titles: Mapping[str, str]
    _finished: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def enqueue(self, body: JsonValue) -> str:
        """The generation's id. Raises as `send_once` does: `AnswerLost` when it may have been taken."""
        reply = await self._send_once("/api/ai/queue", body, _SUBMIT_SECONDS)
        try:
            return Enqueued.model_validate_json(reply.content).generations[0].generation_id
        except ValidationError:
            answer = reply.json()
            error = answer.get("error") if isinstance(answer, dict) else None
            if isinstance(answer, dict) and answer.get("generations") == [] and error:
                raise failure(self.name, error if isinstance(error, str) else json.dumps(error), "") from None
            raise answer_lost(self.name, "Its answer makes no sense.") from None

    async def generate(self, body: JsonValue) -> dict[str, JsonValue]:
        """The answer of the synchronous call, after minutes."""
        reply = await self._send_once("/api/ai/videos/generate", body, _SYNCHRONOUS_SECONDS)
        answer = reply.json()
        if not isinstance(answer, dict):
            raise answer_lost(self.name, "Its answer makes no sense.")
        return answer

    async def _send_once(self, path: str, body: JsonValue, seconds: float) -> Reply:
        async def ask() -> Reply:
            return await self.service.ask(
                "POST", f"{self.base}{path}", json=body, read_seconds=seconds, largest=_LARGEST_RESULT
            )

        return await send_once(ask, name=self.name, titles=self.titles, seconds=_SUBMIT_PATIENCE)

    async def follow(self, generation: str) -> AsyncGenerator[Generation]:
        """The states of a generation until it is over, which is the last. Events only make the next look come sooner.

        Raises `EndpointUnreachable`, `KeyRefused`, and `ResultGone` when Oxen does not know it any more.
        """
        began = time.monotonic()
        while True:
            self._finished.clear()
            found = await look(
                lambda: self._row(generation),
                read_generation,
                name=self.name,
                titles=self.titles,
                seconds=_PATIENCE,
            )
            yield found
            if found.phase in ("succeeded", "failed"):
                return
            pause = _FIRST_LOOKS if time.monotonic() - began < _EAGER_SECONDS else _LOOK_EVERY
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._finished.wait()

    async def _row(self, generation: str) -> Reply:
        """The queue's row; older installations keep none of what is over, but list it among the generations."""
        reply = await self.service.ask("GET", f"{self.base}/api/ai/queue/{generation}", largest=_LARGEST_RESULT)
        if reply.status != 404:
            return reply
        return await self.service.ask("GET", f"{self.base}/api/ai/generations/{generation}", largest=_LARGEST_RESULT)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """Hear of finished generations. Nothing is repeated there: to be opened before a job is enqueued."""
        task = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _listen(self) -> None:
        with contextlib.suppress(NotSent, Unanswered, httpx.HTTPError, SSEError):
            headers = {"Accept": "text/event-stream"}
            async with self.service.open(
                "GET", f"{self.base}/api/events", headers=headers, read_seconds=60
            ) as answer:
                if answer.status_code != 200:
                    return
                async for event in EventSource(answer).aiter_sse():
                    if event.event == "media_generation_completed":
                        self._finished.set()

    async def cancel(self, generation: str) -> bool:
        """Ask Oxen to stop a generation; whether it may be billed all the same. What is over is left as it is."""
        try:
            async with asyncio.timeout(_CANCEL_SECONDS):
                row = await self._row(generation)
                await self.service.ask("DELETE", f"{self.base}/api/ai/queue/{generation}")
        except (NotSent, Unanswered, TimeoutError):
            return True
        found = read_generation(row) if row.status < 300 else None
        return found is None or found.phase != "waiting"

    async def put(self, path: Path, repository: str, name: str) -> str:
        """Put a file into a repository, which is made where it is missing; its address.

        Raises `EndpointUnreachable`, `KeyRefused`, `RemoteRefused`.
        """
        namespace, _, title = repository.partition("/")
        about: JsonValue = {"namespace": namespace, "name": title, "description": "Superwhite"}
        made = await self._insist(lambda: self.service.ask("POST", f"{self.base}/api/repos", json=about))
        if made.status not in (409,) and made.status >= 300 and await self._is_missing(repository):
            raise refusal(self.name, made, self.titles)
        url = f"{self.base}/api/repos/{repository}/file/{BRANCH}/{quote(name)}"

        async def put_it() -> Reply:
            with path.open("rb") as file:
                return await self.service.ask("PUT", url, body=Form(_COMMIT, {"file": file}), read_seconds=300)

        reply = await self._insist(put_it)
        if reply.status >= 300:
            raise refusal(self.name, reply, self.titles)
        return url

    async def names_in(self, repository: str, folder: str) -> list[str]:
        """The names of files in a folder of a repository; none where it cannot be listed."""
        url = f"{self.base}/api/repos/{repository}/dir/{BRANCH}/{quote(folder)}"
        try:
            reply = await self.service.ask("GET", url)
        except (NotSent, Unanswered):
            return []
        return sorted(set(_names(reply.json()))) if reply.status < 300 else []

    async def _is_missing(self, repository: str) -> bool:
        url = f"{self.base}/api/repos/{repository}"
        return (await self._insist(lambda: self.service.ask("GET", url))).status >= 300

    async def _insist(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        return await insist(ask, name=self.name, seconds=_PUT_PATIENCE)


def _names(value: JsonValue) -> list[str]:
    match value:
        case dict():
            own = [str(value[key]) for key in ("filename", "name", "path") if isinstance(value.get(key), str)]
            return own[:1] + [name for each in value.values() for name in _names(each)]
        case list():
            return [name for each in value for name in _names(each)]
        case _:
            return []
