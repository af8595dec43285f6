"""Routes of the queue and of synchronous runs, as fal has them (fal's documentation, “Queue API”)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import JsonValue

from bridge.domain.wire import Frozen

from .apps import family_of, shown
from .entry import CallerOf, RequestsOf, base_of
from .faults import NOTHING_CHARGED, REQUEST_ID, Refused, about, plain
from .records import Answer, LogLine, Outcome, Record, StoredFile
from .requests import Requests

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes: room for a short clip as a data URI."""

IntentHeader = Annotated[str | None, Header(alias="X-Superwhite-Intent", pattern=r"^[0-9a-zA-Z-]{16,64}$")]

queue = APIRouter()
runs = APIRouter()


class Status(Frozen):
    """How a request stands, in fal's words. Their client wants `queue_position` while it waits, `logs` after."""

    status: str
    request_id: str
    response_url: str
    status_url: str
    cancel_url: str
    queue_position: int | None = None
    logs: tuple[LogLine, ...] | None = None
    metrics: dict[str, float] | None = None
    error: str | None = None
    error_type: str | None = None

    def body(self) -> dict[str, JsonValue]:
        return self.model_dump(mode="json", exclude_none=True)


async def _record(app: str, request_id: str, requests: RequestsOf, _: CallerOf) -> Record:
    """The request that an address names; requests are asked for by owner and alias, whatever follows these."""
    found = await requests.find(request_id)
    if found is None or family_of(found.app) != family_of(app):
        raise Refused(plain(404, "not_found", f"Request {shown(request_id)} not found"))
    return found


RecordOf = Annotated[Record, Depends(_record)]


@queue.get("/{app:path}/requests/{request_id}/status")
async def status(record: RecordOf, request: Request, requests: RequestsOf, logs: bool = False) -> JSONResponse:
    found = _status(record, request, requests, logs)
    code = 200 if found.status == "COMPLETED" else 202
    return JSONResponse(found.body(), code, {REQUEST_ID: record.id})


@queue.get("/{app:path}/requests/{request_id}/status/stream", response_class=EventSourceResponse)
async def status_stream(
    record: RecordOf, request: Request, requests: RequestsOf, logs: bool = False
) -> AsyncGenerator[ServerSentEvent]:
    async for changed in requests.changes(record):
        found = _status(changed, request, requests, logs)
        yield ServerSentEvent(raw_data=found.model_dump_json(exclude_none=True))


@queue.get("/{app:path}/requests/{request_id}/response")
@queue.get("/{app:path}/requests/{request_id}")
async def result(record: RecordOf, request: Request) -> JSONResponse:
    if record.outcome is None:
        raise Refused(plain(400, "bad_request", "Request is still in progress"))
    return _result(record, record.outcome, request)


@queue.put("/{app:path}/requests/{request_id}/cancel")
async def cancel(app: str, request_id: str, requests: RequestsOf, caller: CallerOf) -> JSONResponse:
    try:
        record = await _record(app, request_id, requests, caller)
    except Refused:
        return JSONResponse({"status": "NOT_FOUND"}, 404)
    outcome = await requests.cancel(record)
    code = {"OK": 200, "CANCELLATION_REQUESTED": 202, "ALREADY_COMPLETED": 400}[outcome]
    return JSONResponse({"status": outcome}, code, {REQUEST_ID: record.id})


@queue.post("/{app:path}")
async def submit(
    app: str, request: Request, requests: RequestsOf, caller: CallerOf, intent: IntentHeader = None
) -> JSONResponse:
    record = await _submitted(app, request, requests, caller, intent)
    return JSONResponse(_status(record, request, requests, logs=False).body(), 200, {REQUEST_ID: record.id})


@runs.post("/{app:path}")
async def run(app: str, request: Request, requests: RequestsOf, caller: CallerOf) -> JSONResponse:
    """The result itself, however long it takes."""
    record = await _submitted(app, request, requests, caller, None)
    return _result(record, await requests.outcome(record), request)


async def _submitted(app: str, request: Request, requests: Requests, caller: str, intent: str | None) -> Record:
    if "fal_webhook" in request.query_params:
        sentence = "This server calls nobody back: follow the request by its status."
        raise Refused(about(("query", "fal_webhook"), "feature_not_supported", sentence))
    return await requests.submit(app, await request.body(), caller, intent)


def _status(record: Record, request: Request, requests: Requests, logs: bool) -> Status:
    url = f"{base_of(request, 'queue')}/{family_of(record.app)}/requests/{record.id}"
    found = Status(
        status="IN_PROGRESS",
        request_id=record.id,
        response_url=url,
        status_url=f"{url}/status",
        cancel_url=f"{url}/cancel",
    )
    progress = requests.progress(record)
    outcome = record.outcome
    if outcome is None:
        if progress and progress.ahead is not None:
            return found.model_copy(update={"status": "IN_QUEUE", "queue_position": progress.ahead})
        return found.model_copy(update={"logs": progress.lines if progress and logs else ()})
    changes: dict[str, object] = {
        "status": "COMPLETED",
        "logs": outcome.logs if logs else (),
        "metrics": {} if outcome.seconds is None else {"inference_time": outcome.seconds},
    }
    if outcome.fault:
        changes |= {"error": outcome.fault.error, "error_type": outcome.fault.kind}
    return found.model_copy(update=changes)


def _result(record: Record, outcome: Outcome, request: Request) -> JSONResponse:
    if outcome.fault:
        return outcome.fault.answer({REQUEST_ID: record.id})
    assert outcome.answer
    return JSONResponse(_output(outcome.answer, request), 200, {REQUEST_ID: record.id, **NOTHING_CHARGED})


def _output(answer: Answer, request: Request) -> dict[str, JsonValue]:
    return {
        "preview_video": answer.preview and _file(answer.preview, request),
        "exr_frames_url": _file(answer.frames, request),
        "seed": answer.seed,
        "prompt": answer.prompt,
    }


def _file(file: StoredFile, request: Request) -> dict[str, JsonValue]:
    return {
        "url": f"{base_of(request, 'cdn')}/files/b/{file.key}/{file.name}",
        "content_type": file.content_type,
        "file_name": file.name,
        "file_size": file.size,
        **file.movie,
    }
