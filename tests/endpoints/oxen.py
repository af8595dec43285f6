"""Oxen's generations: synchronous, queued, and told of by events."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .files import Files
from .inputs import Common, Hdr, OxenHdr, read
from .jobs import Job, Jobs
from .repositories import Repositories, not_found
from .script import Script
from .steps import Steps, read_object

MODEL = "ltx-2-3-quality-hdr"
_ACTIVE = ("queued", "processing")
_RESULTS = "generations"


class Oxen:
    """The services under `/api`. `key` is what `Authorization: Bearer ...` must name.

    `archive` says how EXR frames are given out: as an address in a `field` beside that of the preview, as a file
    beside it in the `repository`, or `nowhere`. With `forgets`, what is over is in the queue no longer, as in older
    installations. `keep_alive` are the seconds between two signs of life of the events.
    """

    def __init__(self, key: str, jobs: Jobs, files: Files, script: Script, base: Callable[[], str]) -> None:
        self.archive: Literal["field", "repository", "nowhere"] = "field"
        self.forgets = False
        self.keep_alive = 15.0
        self._key = key
        self._jobs = jobs
        self._listeners: set[asyncio.Queue[str]] = set()
        self._results: dict[str, dict[str, str]] = {}
        self._steps = Steps(script, self._guard)
        self.repositories = Repositories(files, script, self._guard, base)
        jobs.on_end.append(self._ended)

    def routes(self) -> list[Route]:
        route = self._steps.route
        return [
            route("/api/ai/videos/generate", "POST", "generate", self._generate),
            route("/api/ai/queue", "POST", "enqueue", self._enqueue),
            route("/api/ai/queue", "GET", "list", self._list),
            route("/api/ai/queue/{id}", "GET", "row", self._row),
            route("/api/ai/queue/{id}", "DELETE", "delete", self._delete),
            route("/api/ai/generations/{id}", "GET", "generation", self._generation),
            route("/api/events", "GET", "events", self._events),
            *self.repositories.routes(),
        ]

    def _guard(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {self._key}":
            return None
        return JSONResponse({"status": "error", "status_message": "unauthenticated"}, 401)

    def _create(self, body: dict[str, Any]) -> Job:
        def settings() -> Common:
            given = read(OxenHdr, body)
            assert isinstance(given, OxenHdr)
            return Hdr(video_url=given.input_video, **given.model_dump(exclude={"input_video"}))

        return self._jobs.create("oxen", MODEL, body, settings)

    async def _generate(self, request: Request) -> Response:
        body = await read_object(request)
        if refused := _refusal(body):
            return refused
        assert body is not None
        job = self._create(body)
        await job.finish()
        if message := _error(job):
            error = {"type": "bad_request", "title": "Generation failed", "detail": message}
            return JSONResponse({"error": error, "status": "error", "status_message": "bad_request"}, 400)
        assert job.made
        result = self._results[job.request_id]
        video = {"url": result["result_url"]}
        if body.get("response_format") == "b64_json":
            movie = await asyncio.to_thread(job.made.movie.path.read_bytes)
            video = {"b64_json": base64.b64encode(movie).decode()}
        more = {name: url for name, url in result.items() if name == "exr_frames_url"}
        return JSONResponse({"model": MODEL, "created": int(time.time()), "videos": [video | more]})

    async def _enqueue(self, request: Request) -> Response:
        body = await read_object(request)
        if refused := _refusal(body):
            return refused
        assert body is not None
        count = body.get("num_generations", 1)
        if type(count) is not int or not 1 <= count <= 4:
            text = "num_generations must be an integer between 1 and 4"
            return JSONResponse({"error": text, "status": "error", "status_message": "bad_request"}, 400)
        jobs = [self._create(body) for _ in range(count)]
        return JSONResponse({"generations": [{"generation_id": job.request_id, "status": "queued"} for job in jobs]})

    async def _row(self, request: Request) -> Response:
        job = self._asked_for(request)
        if job is None or (self.forgets and job.over):
            return not_found("Generation not found")
        return JSONResponse(self._told(job))

    async def _list(self, request: Request) -> Response:
        wanted = request.query_params.get("status")
        allowed = _ACTIVE if wanted is None else (wanted,)
        rows = [self._told(job) for job in self._jobs.all if job.service == "oxen" and _status(job) in allowed]
        return JSONResponse({"count": len(rows), "generations": rows})

    async def _delete(self, request: Request) -> Response:
        job = self._asked_for(request)
        if job is None:
            return not_found("Generation not found")
        if not job.over:
            job.cancel()
        return JSONResponse({"status": "success", "generation_id": job.request_id})

    async def _generation(self, request: Request) -> Response:
        job = self._asked_for(request)
        if job is None:
            return not_found("Generation not found")
        row = self._told(job) | {"cost": "0.30" if job.billed else "0", "username": "tester"}
        return JSONResponse({"generation": row, "status": "success", "status_message": "resource_found"})

    async def _events(self, request: Request) -> Response:
        async def events() -> AsyncIterator[str]:
            heard: asyncio.Queue[str] = asyncio.Queue()
            self._listeners.add(heard)
            try:
                yield ": connected\n\n"
                while True:
                    try:
                        async with asyncio.timeout(self.keep_alive):
                            yield await heard.get()
                    except TimeoutError:
                        yield ": keep-alive\n\n"
            finally:
                self._listeners.discard(heard)

        return StreamingResponse(events(), media_type="text/event-stream")

    def _ended(self, job: Job) -> None:
        if job.service != "oxen":
            return
        status, result = _status(job), self._give(job)
        if status == "cancelled":
            return
        told = {"generation_id": job.request_id, "status": status, "media_type": "video"}
        told |= {"model": MODEL, "url": result["result_url"]} if result else {"error": _error(job)}
        for listener in self._listeners:
            listener.put_nowait(f"event: media_generation_completed\ndata: {json.dumps(told)}\n\n")

    def _give(self, job: Job) -> dict[str, str]:
        """Put what was made into its repository; the fields that tell of it."""
        if not job.made or job.failure:
            return {}
        namespace = str(job.body.get("target_namespace") or "tester")
        repository = f"{namespace}/{_RESULTS}"

        def put(name: str, file: Path) -> str:
            return self.repositories.give(repository, f"{job.request_id}/{name}", file)

        result = {"result_url": put(job.made.movie.name, job.made.movie.path)}
        if job.made.archive and self.archive != "nowhere":
            url = put(job.made.archive.name, job.made.archive.path)
            if self.archive == "field":
                result["exr_frames_url"] = url
        result |= {"target_namespace": namespace, "target_repo": _RESULTS, "target_directory": job.request_id}
        self._results[job.request_id] = result
        return result

    def _asked_for(self, request: Request) -> Job | None:
        job = self._jobs.find(request.path_params["id"])
        return job if job and job.service == "oxen" else None

    def _told(self, job: Job) -> dict[str, Any]:
        """A row: what was asked for, and how it stands."""
        return {
            **job.body,
            "generation_id": job.request_id,
            "model_name": MODEL,
            "media_type": "video",
            "status": _status(job),
            "result_url": None,
            "error_message": _error(job),
            "enqueued_at": int(job.at),
            "started_at": job.began and int(job.began),
            "completed_at": job.ended and int(job.ended),
            **self._results.get(job.request_id, {}),
        }


def _refusal(body: dict[str, Any] | None) -> Response | None:
    """What is refused at once; settings are only looked at when the work begins."""
    if body is None:
        return JSONResponse({"error": "invalid JSON", "status": "error", "status_message": "bad_request"}, 400)
    return None if body.get("model") == MODEL else not_found(f"Model not found: {body.get('model')}")


def _status(job: Job) -> str:
    if not job.over:
        return "queued" if job.state == "IN_QUEUE" else "processing"
    if job.failure:
        return "cancelled" if job.failure.error_type == "client_cancelled" else "failed"
    return "succeeded"


def _error(job: Job) -> str | None:
    failure = job.failure
    if failure is None or failure.error_type == "client_cancelled":
        return None
    return failure.error or f"Getting model response error: {failure.status} - {json.dumps(failure.body)}"
