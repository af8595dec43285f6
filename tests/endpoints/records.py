"""What was asked of a server."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Asked:
    """One request. `step` is its name in the script, `status` what it was answered, if it was."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    step: str = ""
    status: int | None = None
    at: float = field(default_factory=time.monotonic)

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")


class Recorded:
    """`app`, with all that it is asked in `requests`."""

    def __init__(self, app: ASGIApp, requests: list[Asked]) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(Headers(scope=scope).items())
        asked = Asked(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers)
        self._requests.append(asked)
        scope["state"]["asked"] = asked

        async def give(message: Message) -> None:
            if message["type"] == "http.response.start":
                asked.status = message["status"]
            await send(message)

        await self._app(scope, receive, give)
