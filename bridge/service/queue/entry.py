"""What the routes of the queue have in common: who calls, and by which address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Request

from bridge.service.access import Caller, ServicesOf, caller_of
from bridge.service.services import Services

from .faults import Refused, add_fault_answers, plain
from .files import Files
from .requests import Requests


def _caller(services: ServicesOf, request: Request) -> Caller:
    caller = caller_of(services, request)
    if caller is None:
        raise Refused(plain(401, "unauthorized", "invalid key credentials"))
    return caller


CallerOf = Annotated[Caller, Depends(_caller)]


def _requests(services: ServicesOf) -> Requests:
    return services.requests


def _files(services: ServicesOf) -> Files:
    return services.files


RequestsOf = Annotated[Requests, Depends(_requests)]
FilesOf = Annotated[Files, Depends(_files)]

Part = Literal["queue", "run", "rest", "cdn"]


def base_of(request: Request, part: Part) -> str:
    """The address of one of the four services, as this caller reaches it."""
    return f"{request.url.scheme}://{request.url.netloc}/{part}"


def addresses(request: Request) -> Mapping[Part, str]:
    parts: tuple[Part, ...] = ("queue", "run", "rest", "cdn")
    return {part: base_of(request, part) for part in parts}


def create_part(services: Services, largest_body: int | None) -> FastAPI:
    """An application for one of the four services, whose failures are fal's."""
    part = FastAPI(openapi_url=None, max_body_size=largest_body)
    part.state.services = services
    add_fault_answers(part)
    return part
