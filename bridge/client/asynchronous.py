"""A connection to the bridge inside an event loop: what the panel's background thread holds."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from types import TracebackType
from typing import TypeVar

import httpx
from httpx_sse import aconnect_sse

from bridge.domain.job import JobEvent

from .answers import STREAM_TIMEOUT, answer_of, error_of, lost, request_of
from .calls import Call
from .runfile import RunFile

T = TypeVar("T")


class AsyncBridge:
    """Made and closed in the loop that uses it."""

    def __init__(self, run_file: RunFile) -> None:
        self.run_file = run_file
        # Proxies of the environment must never see what is meant for this machine.
        self._http = httpx.AsyncClient(
            base_url=run_file.url, headers=run_file.headers, timeout=httpx.Timeout(60, connect=2), trust_env=False
        )

    async def __aenter__(self) -> AsyncBridge:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def do(self, call: Call[T]) -> T:
        """Raises the error that the bridge answers with, and `BridgeLost` when it does not answer at all."""
        try:
            response = await self._http.request(**request_of(call))
        except httpx.TransportError as error:
            raise lost(error) from error
        return answer_of(call, response)

    async def events(self, after: int) -> AsyncGenerator[JobEvent]:
        """Changes of all jobs with a sequence greater than `after`, as they come.

        Raises `BridgeLost` when the stream ends: what came is complete up to the last event, so it can be taken up
        again there.
        """
        try:
            async with aconnect_sse(
                self._http,
                "GET",
                "/v1/events",
                headers={"Last-Event-ID": str(after)},
                timeout=STREAM_TIMEOUT,
            ) as source:
                if source.response.is_error:
                    raise error_of(source.response.status_code, await source.response.aread())
                async for message in source.aiter_sse():
                    if message.event == "job":
                        yield JobEvent.model_validate_json(message.data)
        except httpx.TransportError as error:
            raise lost(error) from error
        raise lost(EOFError("the event stream ended"))
