"""fal's queue and its synchronous calls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .inputs import INPUTS, Refused, read
from .jobs import Job, Jobs
from .script import Script
from .steps import Steps, detail, read_object

_OLDEST_CHANGE = 0.1


class Fal:
    """The services under `/queue` and `/run`. `key` is what `Authorization: Key ...` must name.

    Inputs are checked when the work begins, as the real service does; with `checks_at_submit` by the submission.
    """

    def __init__(self, key: str, jobs: Jobs, script: Script, base: Callable[[], str]) -> None:
        self.checks_at_submit = False
        self._key = key
        self._jobs = jobs
        self._base = base
        self.steps = Steps(script, self._guard, names_requests=True)

    def routes(self) -> list[Route]:
        at, route = "/queue/{app:path}/requests/{id}", self.steps.route
        return [
            route(f"{at}/status/stream", "GET", "stream", self._stream),
            route(f"{at}/status", "GET", "status", self._status),
            route(f"{at}/cancel", "PUT", "cancel", self._cancel),
            route(f"{at}/response", "GET", "result", self._result),
            route(at, "GET", "result", self._result),
            route("/queue/{app:path}", "POST", "submit", self._submit),
            route("/run/{app:path}", "POST", "run", self._run),
        ]

    def _guard(self, request: Request) -> Response | None:
        given = request.headers.get("authorization")
        if given is None:
            return detail(401, "Authentication is required to access this application.")
        return None if given == f"Key {self._key}" else detail(401, "invalid key credentials")

    async def _begun(self, request: Request) -> Job | Response:
        app = request.path_params["app"]
        if app not in INPUTS:
            return detail(404, f'Application "{app}" not found')
        body = await read_object(request)
        if body is None:
            return detail(400, "The body is no JSON object")

        def settings():
            return read(INPUTS[app], body)

        if self.checks_at_submit:
            try:
                settings()
            except Refused as refused:
                return JSONResponse({"detail": refused.faults}, 422, {"x-fal-billable-units": "0"})
        return self._jobs.create("fal", app, body, settings)

    async def _submit(self, request: Request) -> Response:
        job = await self._begun(request)
        if isinstance(job, Response):
            return job
        return JSONResponse(
            {"request_id": job.request_id, **self._urls(job), "status": "IN_QUEUE", "queue_position": job.ahead},
            headers={"x-fal-request-id": job.request_id},
        )

    async def _run(self, request: Request) -> Response:
        job = await self._begun(request)
        if isinstance(job, Response):
            return job
        await job.finish()
        return _outcome(job)

    async def _status(self, request: Request) -> Response:
        job = self._asked_for(request)
        if isinstance(job, Response):
            return job
        return JSONResponse(self._told(job, request), 200 if job.over else 202, _names(job))

    async def _stream(self, request: Request) -> Response:
        job = self._asked_for(request)
        if isinstance(job, Response):
            return job

        async def events() -> AsyncIterator[str]:
            last: dict[str, Any] = {}
            while True:
                over = job.over
                if (told := self._told(job, request)) != last:
                    yield f"data: {json.dumps(told)}\n\n"
                    last = told
                if over:
                    return
                await job.change(_OLDEST_CHANGE)

        return StreamingResponse(events(), headers=_names(job), media_type="text/event-stream")

    async def _result(self, request: Request) -> Response:
        job = self._asked_for(request)
        if isinstance(job, Response):
            return job
        return _outcome(job) if job.over else detail(400, "Request is still in progress")

    async def _cancel(self, request: Request) -> Response:
        job = self._asked_for(request)
        if isinstance(job, Response):
            return job
        if job.over:
            return JSONResponse({"status": "ALREADY_COMPLETED"}, 400)
        queued = job.state == "IN_QUEUE"
        job.cancel()
        return JSONResponse({"status": "OK"}) if queued else JSONResponse({"status": "CANCELLATION_REQUESTED"}, 202)

    def _asked_for(self, request: Request) -> Job | Response:
        """By owner and alias alone: at the whole id of an endpoint there is no such method."""
        app, job = request.path_params["app"], self._jobs.find(request.path_params["id"])
        if app.count("/") != 1:
            return detail(405, "Method Not Allowed")
        if job is None or _family(job) != app:
            return JSONResponse({"status": "NOT_FOUND"}, 404)
        return job

    def _urls(self, job: Job) -> dict[str, str]:
        url = f"{self._base()}/queue/{_family(job)}/requests/{job.request_id}"
        return {"response_url": url, "status_url": f"{url}/status", "cancel_url": f"{url}/cancel"}

    def _told(self, job: Job, request: Request) -> dict[str, Any]:
        told: dict[str, Any] = {"status": job.state, "request_id": job.request_id, **self._urls(job)}
        if job.state == "IN_QUEUE":
            return told | {"queue_position": job.ahead}
        told["logs"] = list(job.logs) if request.query_params.get("logs") in ("1", "true") else []
        if job.over:
            seconds = job.ended - job.began if job.began and job.ended else None
            told["metrics"] = {} if seconds is None else {"inference_time": round(seconds, 3)}
            if job.failure and job.failure.error is not None:
                told |= {"error": job.failure.error}
            if job.failure and job.failure.error_type is not None:
                told |= {"error_type": job.failure.error_type}
        return told


def _family(job: Job) -> str:
    return "/".join(job.app.split("/")[:2])


def _names(job: Job) -> dict[str, str]:
    return {"x-fal-request-id": job.request_id}


def _outcome(job: Job) -> Response:
    failure = job.failure
    if failure:
        headers = _names(job) | ({"x-fal-error-type": failure.error_type} if failure.error_type else {})
        if not failure.billed:
            headers["x-fal-billable-units"] = "0"
        return JSONResponse(failure.body, failure.status, headers)
    assert job.made
    return JSONResponse(job.made.answer, headers=_names(job) | {"x-fal-billable-units": str(job.made.units)})
