"""How errors leave the service: as JSON `{"error": ErrorReport}` with a fitting status."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bridge.domain.errors import (
    BridgeUnreachable,
    DiskFull,
    ErrorReport,
    InternalError,
    JobStateConflict,
    JobUnknown,
    MediaError,
    OutputError,
    RequestError,
    SuperwhiteError,
    TimelineError,
    Unauthorised,
)

log = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[SuperwhiteError], int], ...] = (
    (Unauthorised, 401),
    (JobUnknown, 404),
    (JobStateConflict, 409),
    (RequestError, 422),
    (MediaError, 422),
    (TimelineError, 422),
    (DiskFull, 507),
    (OutputError, 422),
    (BridgeUnreachable, 503),
)
"""The first that fits; 500 where none does."""


class Failure(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorReport


def add_error_answers(app: FastAPI) -> None:
    app.add_exception_handler(SuperwhiteError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _defect)


def _answer(status: int, error: SuperwhiteError) -> JSONResponse:
    return JSONResponse(Failure(error=error.report()).model_dump(mode="json"), status)


async def _expected(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SuperwhiteError)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    log.info("%s %s: %s: %s", request.method, request.url.path, error.kind(), error.sentence)
    return _answer(status, error)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Without what was sent, which may be a key.
    faults = [{name: fault[name] for name in ("type", "loc", "msg")} for fault in error.errors()]
    return _answer(422, RequestError(_sentence(faults), detail=str(faults)))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _answer(error.status_code, RequestError(f"The bridge does not take this request: {error.detail}."))


async def _defect(_: Request, error: Exception) -> JSONResponse:
    detail = "".join(traceback.format_exception(error))
    return _answer(500, InternalError(f"Superwhite met a defect: {type(error).__name__}.", detail=detail))


def _sentence(faults: Sequence[Any]) -> str:
    """One sentence for all that is wrong, each with the field's name: `source.start: Input should be ...`."""
    parts = (f"{'.'.join(str(part) for part in fault['loc'][1:]) or 'the body'}: {fault['msg']}" for fault in faults)
    return f"The request cannot be used: {'; '.join(parts)}."
