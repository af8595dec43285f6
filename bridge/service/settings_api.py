"""Routes of settings and keys, and of the way to backends and services."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath

from bridge.backends.base import Backend
from bridge.domain.errors import BackendUnknown
from bridge.domain.settings import BackendState, BridgeSettings, Endpoint, KeyState, NewKey, TestReport
from bridge.net.addresses import is_same_origin
from bridge.net.hops import walk

from .access import ServicesOf

router = APIRouter(prefix="/v1", tags=["settings"])

EndpointName = Annotated[str, InPath(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


@router.get("/settings")
async def settings(services: ServicesOf) -> BridgeSettings:
    return services.settings.current


@router.put("/settings")
async def change_settings(new: BridgeSettings, services: ServicesOf) -> BridgeSettings:
    """What is kept holds from now on, for jobs that wait too."""
    return await services.settings.change(new)


@router.get("/keys")
async def keys(services: ServicesOf) -> list[KeyState]:
    """Where the keys of the endpoints are; the keys themselves are never told."""
    return [await services.keys.state(endpoint.name) for endpoint in services.settings.current.endpoints]


@router.put("/keys/{endpoint}")
async def keep(endpoint: EndpointName, new: NewKey, services: ServicesOf) -> KeyState:
    """Keep a key in the system's keyring."""
    await services.keys.keep(endpoint, new.key)
    return await services.keys.state(endpoint)


@router.delete("/keys/{endpoint}")
async def drop(endpoint: EndpointName, services: ServicesOf) -> KeyState:
    """Take a key out of the system's keyring."""
    await services.keys.drop(endpoint)
    return await services.keys.state(endpoint)


@router.post("/endpoints/test")
async def test_endpoint(endpoint: Endpoint, services: ServicesOf) -> TestReport:
    """Go the way to a service hop by hop. What fails is part of the answer.

    A key belongs to the address under which its endpoint is kept: it is tried there, and nowhere else.
    """
    current = services.settings.current
    kept = any(each.name == endpoint.name and is_same_origin(each.url, endpoint.url) for each in current.endpoints)
    return await walk(endpoint, partial(services.keys.find, endpoint.name) if kept else None, current.proxy)


@router.get("/backends")
async def backends(services: ServicesOf) -> list[BackendState]:
    """How it stands with every backend."""
    return [await _state(services, backend) for backend in services.runner.backends.values()]


@router.post("/backends/{name}/test")
async def test_backend(name: str, services: ServicesOf) -> TestReport:
    """Go the whole way to a backend."""
    backend = services.runner.backends.get(name)
    if backend is None:
        raise BackendUnknown(f"There is no backend “{name}”.")
    return await backend.test()


async def _state(services: ServicesOf, backend: Backend) -> BackendState:
    state = await backend.state()
    if state.runs == "remote" and services.settings.current.never_upload:
        return state.model_copy(update={"state": "forbidden", "sentence": ""})
    return state
