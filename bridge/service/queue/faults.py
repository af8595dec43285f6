"""Failures as fal writes them, so that its clients read ours.

Infrastructure is `{"detail": "...", "error_type": "..."}`; what is wrong with a request is a list in `detail`, of
pydantic's form (fal's documentation, “Request errors” and “Model errors”).
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import JsonValue, ValidationError
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.domain.errors import DiskFull, MediaError, RequestError, SuperwhiteError, Unauthorised
from bridge.domain.wire import Frozen

log = logging.getLogger(__name__)

_DOCUMENTATION = "https://docs.fal.ai/errors"
_LONGEST_INPUT = 1000
"""Characters of what was sent that an answer repeats: it may be a whole movie as a data URI."""

REQUEST_ID = "x-fal-request-id"
NOTHING_CHARGED = {"x-fal-billable-units": "0"}


class Fault(Frozen):
    """A failure as it is answered. `error` is for people, `kind` for programs."""

    status: int
    detail: JsonValue
    kind: str
    error: str

    def answer(self, headers: dict[str, str] | None = None) -> JSONResponse:
        body: dict[str, JsonValue] = {"detail": self.detail}
        if not isinstance(self.detail, list):
            body["error_type"] = self.kind
        return JSONResponse(body, self.status, {"x-fal-error-type": self.kind, **NOTHING_CHARGED, **(headers or {})})


class Refused(Exception):
    """Ends the handling of a request with `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.error)
        self.fault = fault


def plain(status: int, kind: str, sentence: str) -> Fault:
    return Fault(status=status, detail=sentence, kind=kind, error=sentence)


def about(
    place: Sequence[str | int], kind: str, sentence: str, given: JsonValue = None, **context: JsonValue
) -> Fault:
    """A 422 for one part of a request: `place` begins with `body` or `query`."""
    entry: dict[str, JsonValue] = {
        "loc": list(place),
        "msg": sentence,
        "type": kind,
        "url": f"{_DOCUMENTATION}#{kind}",
        "input": _shortened(given),
    }
    if context:
        entry["ctx"] = dict(context)
    return Fault(status=422, detail=[entry], kind=kind, error=sentence)


def invalid(error: ValidationError) -> Fault:
    """A 422 for everything that is wrong with a body."""
    entries = cast("list[dict[str, Any]]", json.loads(error.json(include_url=False)))
    for entry in entries:
        entry["loc"] = ["body", *entry["loc"]]
        entry["url"] = f"{_DOCUMENTATION}#{entry['type']}"
        entry["input"] = _shortened(entry["input"])
    sentence = "; ".join(f"{'.'.join(map(str, entry['loc']))}: {entry['msg']}" for entry in entries)
    return Fault(status=422, detail=cast("list[JsonValue]", entries), kind=entries[0]["type"], error=sentence)


def fault_of(error: SuperwhiteError, clip: Path | None = None) -> Fault:
    """What a caller is told of an error met on the way to the result. Where the clip lies here is not told."""
    sentence = error.sentence
    if clip:
        sentence = sentence.replace(f"“{clip.name}”", "The clip").replace(str(clip), "The clip")
    match error:
        case MediaError():
            return about(("body", "video_url"), "unsupported_video_format", sentence)
        case RequestError():
            return about(("body",), "value_error", sentence)
        case Unauthorised():
            return plain(401, "unauthorized", "invalid key credentials")
        case DiskFull():
            return plain(507, "internal_error", "The drive of the server is full.")
        case _:
            return plain(500, "internal_error", f"The server failed at the request: {error.kind()}.")


def _shortened(given: JsonValue) -> JsonValue:
    if isinstance(given, str):
        return given[:_LONGEST_INPUT]
    return given if len(json.dumps(given)) <= _LONGEST_INPUT else None


def add_fault_answers(app: FastAPI) -> None:
    """Every failure of `app` in fal's form, and a request id on every answer."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SuperwhiteError, _expected)
    app.add_exception_handler(Exception, _defect)
    app.add_middleware(_Named)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return error.fault.answer()


async def _expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SuperwhiteError)
    log.info("%s %s: %s: %s", request.method, request.url.path, error.kind(), error.sentence)
    return fault_of(error).answer()


async def _defect(_: Request, error: Exception) -> JSONResponse:
    # Sent from outside of what names the other answers.
    named = {REQUEST_ID: str(uuid.uuid4())}
    return plain(500, "internal_error", f"The server met a defect: {type(error).__name__}.").answer(named)


class _Named:
    """Gives every answer the id of its request: the official client repeats failures that have none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault(REQUEST_ID, str(uuid.uuid4()))
            await send(message)

        await self._app(scope, receive, send_named)
