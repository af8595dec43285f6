"""What a server has seen, for those who cannot look into its process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .jobs import Job
from .records import Asked


def report_route(jobs: Callable[[], Iterable[Job]], requests: Callable[[], Iterable[Asked]]) -> Route:
    async def report(request: Request) -> Response:
        return JSONResponse(
            {
                "jobs": [_job(job) for job in jobs()],
                "requests": [
                    {"method": a.method, "path": a.path, "step": a.step, "status": a.status, "key": a.authorization}
                    for a in requests()
                ],
            }
        )

    return Route("/report", report, methods=["GET"])


def _job(job: Job) -> dict[str, Any]:
    names = ("service", "app", "request_id", "states", "cancelled", "billed", "body")
    return {name: getattr(job, name) for name in names}
