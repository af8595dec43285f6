"""A line of a given speed between a server and its clients."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PIECE = 32 * 1024

_STALL = 0.25
"""Seconds that a body may falter and catch up, as by what lies in a line's buffers. Longer gaps are lost."""


@dataclass
class Lane:
    """One direction. `bytes_per_second` may change at any time; none is as fast as the machine."""

    bytes_per_second: float | None = None
    carried: int = 0
    _free_at: float = 0.0

    async def carry(self, size: int, *, first: bool) -> None:
        """Return when `size` bytes more have passed, after all that were given before; `first` are those of a body."""
        self.carried += size
        if self.bytes_per_second is None:
            return
        now = asyncio.get_running_loop().time()
        if now - self._free_at > (0 if first else _STALL):
            self._free_at = now
        # From when it should be free, not from when a timer came: delays would add up.
        self._free_at += size / self.bytes_per_second
        await asyncio.sleep(self._free_at - now)


@dataclass
class Link:
    """Both directions; each is shared by all connections."""

    up: Lane = field(default_factory=Lane)
    down: Lane = field(default_factory=Lane)

    def set_speed(self, bytes_per_second: float | None) -> None:
        self.up.bytes_per_second = self.down.bytes_per_second = bytes_per_second


class Throttled:
    """`app` at the far end of `link`. Bodies count, headers do not."""

    def __init__(self, app: ASGIApp, link: Link) -> None:
        self._app = app
        self._link = link

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = {"up": False, "down": False}

        async def take() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                await self._link.up.carry(len(message.get("body", b"")), first=not began["up"])
                began["up"] = True
            return message

        async def give(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or not body:
                await send(message)
                return
            view = memoryview(body)
            for begin in range(0, len(view), _PIECE):
                piece = bytes(view[begin : begin + _PIECE])
                await self._link.down.carry(len(piece), first=not began["down"])
                began["down"] = True
                more = message.get("more_body", False) or begin + _PIECE < len(view)
                await send({"type": "http.response.body", "body": piece, "more_body": more})

        await self._app(scope, take, give)
