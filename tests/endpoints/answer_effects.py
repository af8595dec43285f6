"""Effects on single requests and on their answers."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from .effects import Effect


class Dropped(Response):
    """No answer: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["transport"].abort()
        # uvicorn answers by itself for an application that returns before the end of the connection was noticed.
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass(frozen=True)
class Delay(Effect):
    seconds: float

    async def before(self, request: Request) -> Response | None:
        await asyncio.sleep(self.seconds)
        return None


class DropBefore(Effect):
    async def before(self, request: Request) -> Response | None:
        return Dropped()


class DropAfter(Effect):
    async def after(self, request: Request, response: Response) -> Response:
        return Dropped()


@dataclass(frozen=True)
class Instead(Effect):
    status: int
    body: Any
    headers: dict[str, str]
    content_type: str
    from_service: bool

    async def before(self, request: Request) -> Response | None:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        headers = dict(self.headers)
        if self.from_service:
            headers["x-fal-request-id"] = secrets.token_hex(16)
        return Response(text, self.status, headers, self.content_type)


@dataclass(frozen=True)
class Edited(Effect):
    change: Callable[[dict[str, Any]], dict[str, Any]]

    async def after(self, request: Request, response: Response) -> Response:
        if not isinstance(response, JSONResponse):
            return response
        body = self.change(json.loads(bytes(response.body)))
        kept = {name: value for name, value in response.headers.items() if name != "content-length"}
        return JSONResponse(body, response.status_code, kept)


def moved(value: Any, base: str) -> Any:
    """`value` with every web address in it at `base`."""
    match value:
        case dict():
            return {name: moved(each, base) for name, each in value.items()}
        case list():
            return [moved(each, base) for each in value]
        case str() if value.startswith(("http://", "https://")):
            there = urlsplit(base)
            return urlunsplit(urlsplit(value)._replace(scheme=there.scheme, netloc=there.netloc))
        case _:
            return value


class _CutAnswer(Response):
    def __init__(self, whole: Response, size: int) -> None:
        super().__init__()
        self._whole = whole
        self._left = size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def give(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            piece = message["body"][: self._left]
            self._left -= len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if not self._left:
                # What was sent still goes out; that the connection is gone then ends the answer.
                scope["state"]["transport"].close()

        await self._whole(scope, receive, give)


@dataclass(frozen=True)
class Cut(Effect):
    size: int

    async def after(self, request: Request, response: Response) -> Response:
        return _CutAnswer(response, self.size)


class NoRanges(Effect):
    async def before(self, request: Request) -> Response | None:
        scope = request.scope
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in (b"range", b"if-range")]
        return None

    async def after(self, request: Request, response: Response) -> Response:
        del response.headers["accept-ranges"]
        return response


class ChangedTag(Effect):
    async def after(self, request: Request, response: Response) -> Response:
        response.headers["etag"] = f'"{secrets.token_hex(8)}"'
        return response
