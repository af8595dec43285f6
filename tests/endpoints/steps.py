"""How a request is handled, whatever it is about."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .script import Script, Step

Handler = Callable[[Request], Awaitable[Response]]
Guard = Callable[[Request], Response | None]


@dataclass(frozen=True)
class Steps:
    """Makes the routes of one service: what the script says, then its `guard`, then the handler."""

    script: Script
    guard: Guard
    names_requests: bool = False

    def route(self, path: str, method: str, step: Step, handler: Handler) -> Route:
        async def handle(request: Request) -> Response:
            return await self.through(step, request, handler)

        return Route(path, handle, methods=[method])

    async def through(self, step: Step, request: Request, handler: Handler) -> Response:
        request.state.asked.step = step
        effects = self.script.take(step)
        for effect in effects:
            if instead := await effect.before(request):
                return instead
        response = self.guard(request) or await handler(request)
        if self.names_requests:
            response.headers.setdefault("x-fal-request-id", secrets.token_hex(16))
        for effect in effects:
            response = await effect.after(request, response)
        return response


def open_to_all(request: Request) -> Response | None:
    return None


async def read_object(request: Request) -> dict[str, Any] | None:
    """The body as a JSON object; none where it is something else."""
    try:
        body = await request.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def detail(status: int, text: str, **headers: str) -> JSONResponse:
    """A refusal as fal writes it."""
    return JSONResponse({"detail": text}, status, headers)
