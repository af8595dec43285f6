"""A stranger's server on another port: it gives bytes, and remembers what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .records import Asked, Recorded
from .server import Server


@dataclass
class Foreign:
    """Answers every request with `content`. `host` may be any address of the loopback network."""

    content: bytes = b"{}"
    content_type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    requests: list[Asked] = field(default_factory=list, init=False)
    _server: Server = field(init=False)

    def __post_init__(self) -> None:
        self._server = Server(Recorded(self._answer, self.requests), host=self.host)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def keys_seen(self) -> set[str]:
        """Every value of `Authorization` that was sent here."""
        return {asked.authorization for asked in self.requests if asked.authorization}

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async for _ in Request(scope, receive).stream():
            pass
        answer = Response(self.content, self.status, self.headers, self.content_type)
        await answer(scope, receive, send)

    def __enter__(self) -> Foreign:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
