"""The FastAPI application."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, FastAPI, Request

from bridge import __version__
from bridge.client import Health
from bridge.domain.capability import Capability
from bridge.domain.errors import JobStateConflict

from . import jobs_api, settings_api, timelines_api, viewing_api
from .access import ServicesOf, authorise, authorise_others
from .answers import Failure, add_error_answers
from .queue import queue_api, storage_api
from .queue.entry import addresses, create_part
from .queue.face import KnownHosts
from .services import Services

_LARGEST_BODY = 1_000_000

_open = APIRouter(prefix="/v1", tags=["bridge"])
_shared = APIRouter(prefix="/v1", tags=["bridge"])
_guarded = APIRouter(prefix="/v1", tags=["bridge"])


def create_app(services: Services) -> FastAPI:
    """The routes of a bridge. Everything but the health check, the addresses and the API's own page wants a token."""
    app = FastAPI(
        title="Superwhite bridge",
        version=__version__,
        max_body_size=_LARGEST_BODY,
        separate_input_output_schemas=False,
        responses={"default": {"model": Failure, "description": "Every failure"}},
    )
    app.state.services = services
    # A page in a browser can point a name of its own at this address (DNS rebinding); its Host header gives it away.
    app.add_middleware(KnownHosts, face=services.face)
    add_error_answers(app)
    app.include_router(_open)
    app.include_router(_shared, dependencies=[Depends(authorise_others)])
    for router in (_guarded, *(api.router for api in (jobs_api, timelines_api, viewing_api, settings_api))):
        app.include_router(router, dependencies=[Depends(authorise)])
    _add_queue(app, services)
    return app


def _add_queue(app: FastAPI, services: Services) -> None:
    """What others reach under fal's names. Uploads have a limit of their own, beyond any that fits into memory."""
    parts = {
        "queue": (queue_api.queue, queue_api.LARGEST_BODY),
        "run": (queue_api.runs, queue_api.LARGEST_BODY),
        "rest": (storage_api.rest, _LARGEST_BODY),
        "cdn": (storage_api.cdn, storage_api.LARGEST_FILE),
    }
    for name, (router, largest) in parts.items():
        part = create_part(services, largest)
        part.include_router(router)
        app.mount(f"/{name}", part)


@_open.get("/health")
async def health(services: ServicesOf) -> Health:
    """Whether the bridge is there. Needs no token."""
    return services.health()


@_open.get("/endpoints")
async def endpoints(services: ServicesOf, request: Request) -> Mapping[str, str]:
    """The base addresses of the four services that fal's clients know, and the engine behind them. Needs no token."""
    return {**addresses(request), "engine": services.engine}


@_shared.get("/capabilities")
async def capabilities(services: ServicesOf) -> list[Capability]:
    """What the backends offer."""
    return [capability for backend in services.runner.backends.values() for capability in backend.capabilities()]


@_guarded.post("/shutdown", status_code=202)
async def shutdown(services: ServicesOf, if_idle: bool = False) -> None:
    """Stop the bridge. Jobs under way are interrupted and keep their frames; with `if_idle` there must be none."""
    if if_idle and services.busy:
        raise JobStateConflict("The bridge has jobs to do.", remedy="Wait until they are done, or cancel them.")
    services.leave()
