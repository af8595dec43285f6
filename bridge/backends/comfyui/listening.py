"""The socket of ComfyUI, which tells of progress at once. It may die at any time: what counts is asked for besides."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pydantic import JsonValue, TypeAdapter, ValidationError
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bridge.net.patience import Patience

from .wire import Heard, read_message

_LARGEST = 8 * 1024 * 1024
"""Bytes of a message: pictures for the eye come in between, and are passed over."""

_OPEN_SECONDS = 10.0
_CLOSE_SECONDS = 0.5
_Json: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


@dataclass(frozen=True)
class Line:
    """How the socket is reached: its address, a key for what stands before it, a proxy, and whom to trust."""

    url: str
    authorization: str
    proxy: str | None
    context: ssl.SSLContext


@dataclass
class News:
    """What was heard last of a job, and that there is something new."""

    latest: Heard = field(default_factory=Heard)
    fresh: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, heard: Heard) -> None:
        self.latest = heard
        self.fresh.set()


class _Connect(connect):
    def process_redirect(self, exc: Exception) -> Exception | str:
        """Not followed: the key is meant for this server alone."""
        return exc


@asynccontextmanager
async def listening(line: Line, job: str) -> AsyncGenerator[News]:
    """Hear of `job` for as long as the block lasts."""
    news = News()
    task = asyncio.create_task(_listen(line, job, news))
    try:
        yield news
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _listen(line: Line, job: str, news: News) -> None:
    patience = Patience(0)
    while True:
        # A server that is restarted, a proxy that knows no sockets, a message that is too large.
        with contextlib.suppress(OSError, WebSocketException, TimeoutError):
            await _hear(line, job, news, patience)
        await patience.wait()


async def _hear(line: Line, job: str, news: News, patience: Patience) -> None:
    headers = {"Authorization": line.authorization} if line.authorization else {}
    async with _Connect(
        line.url,
        additional_headers=headers,
        proxy=line.proxy,
        ssl=line.context if line.url.startswith("wss:") else None,
        compression=None,
        max_size=_LARGEST,
        open_timeout=_OPEN_SECONDS,
        close_timeout=_CLOSE_SECONDS,
    ) as socket:
        async for message in socket:
            patience.renew()
            if isinstance(message, str) and (heard := read_message(_parsed(message), job)):
                news.take(heard)


def _parsed(message: str) -> JsonValue:
    try:
        return _Json.validate_json(message)
    except ValidationError:
        return None
