"""The FastAPI application."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware

from bridge import __version__
from bridge.client import Health
from bridge.domain.capability import Capability
from bridge.domain.errors import JobStateConflict

from . import jobs_api, settings_api, timelines_api, viewing_api
from .access import ServicesOf, authorise
from .answers import Failure, add_error_answers
from .services import Services

_LARGEST_BODY = 1_000_000

_open = APIRouter(prefix="/v1", tags=["bridge"])
_guarded = APIRouter(prefix="/v1", tags=["bridge"])


def create_app(services: Services) -> FastAPI:
    """The routes of a bridge. Everything but the health check and the API's own page wants the token."""
    app = FastAPI(
        title="Superwhite bridge",
        version=__version__,
        max_body_size=_LARGEST_BODY,
        separate_input_output_schemas=False,
        responses={"default": {"model": Failure, "description": "Every failure"}},
    )
    app.state.services = services
    # A page in a browser can point a name of its own at this address (DNS rebinding); its Host header gives it away.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    add_error_answers(app)
    app.include_router(_open)
    for router in (_guarded, *(api.router for api in (jobs_api, timelines_api, viewing_api, settings_api))):
        app.include_router(router, dependencies=[Depends(authorise)])
    return app


@_open.get("/health")
async def health(services: ServicesOf) -> Health:
    """Whether the bridge is there. Needs no token."""
    return services.health()


@_guarded.get("/capabilities")
async def capabilities(services: ServicesOf) -> list[Capability]:
    """What the backends offer."""
    return [capability for backend in services.runner.backends.values() for capability in backend.capabilities()]


@_guarded.post("/shutdown", status_code=202)
async def shutdown(services: ServicesOf, if_idle: bool = False) -> None:
    """Stop the bridge. Jobs under way are interrupted and keep their frames; with `if_idle` there must be none."""
    if if_idle and services.runner.busy:
        raise JobStateConflict("The bridge has jobs to do.", remedy="Wait until they are done, or cancel them.")
    services.leave()
