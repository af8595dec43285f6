"""What the bridge's answers mean, for clients that wait and clients that do not."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from bridge.domain.errors import BridgeLost, BridgeUnreachable, ErrorReport, from_report

from .calls import Call

T = TypeVar("T")

PING_SECONDS = 15.0
"""How often the service sends something on a stream on which nothing happens."""

STREAM_TIMEOUT = httpx.Timeout(10, read=3 * PING_SECONDS)


class _Failure(BaseModel):
    error: ErrorReport


def request_of(call: Call[Any]) -> dict[str, Any]:
    """What an HTTP client is to send for `call`."""
    return {
        "method": call.method,
        "url": call.path,
        "params": call.params,
        "content": call.content,
        "headers": call.headers,
        "timeout": httpx.Timeout(call.seconds, connect=2),
    }


def answer_of(call: Call[T], response: httpx.Response) -> T:
    """What the bridge has answered to `call`. Raises the error that it answers with."""
    if response.is_error:
        raise error_of(response.status_code, response.content)
    return call.read(response.content)


def error_of(status: int, content: bytes) -> Exception:
    """The error that an answer which is no success stands for."""
    try:
        return from_report(_Failure.model_validate_json(content).error)
    except ValidationError:
        return BridgeUnreachable(
            f"The bridge gave an answer that is not understood (HTTP {status}).",
            detail=content[:2000].decode(errors="replace"),
        )


def lost(error: Exception) -> BridgeLost:
    return BridgeLost("The bridge does not answer any more.", detail=repr(error))
