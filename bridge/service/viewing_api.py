"""Routes for looking: what clips are, and pictures, pixels and scopes of results and sources."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

from bridge.domain.errors import JobStateConflict, RequestError
from bridge.domain.job import Imported, Ready
from bridge.domain.view import (
    ClipQuery,
    ClipReport,
    ClipSubject,
    PictureQuery,
    Pixel,
    PixelQuery,
    Scopes,
    ScopesQuery,
    Subject,
    SubjectFacts,
    SubjectQuery,
)
from bridge.viewing.protocol import Seen, SeenClip, SeenJob

from .access import ServicesOf

router = APIRouter(prefix="/v1/view", tags=["looking"])

# Answers come from the view worker as they are sent; the models are for the API's page.


@router.post("/clip", response_model=ClipReport)
async def clip(query: ClipQuery, services: ServicesOf) -> Response:
    """What a clip is, before it is lifted; what is wrong with it is part of the answer."""
    _demand_full(query.path)
    return _json(await services.viewer.ask("clip", query))


@router.post("/subject", response_model=SubjectFacts)
async def subject(query: SubjectQuery, services: ServicesOf) -> Response:
    """What there is to look at, and from which sides."""
    return _json(await services.viewer.ask("subject", query, await _seen(services, query.subject)))


@router.post("/picture", response_class=Response, responses={200: {"content": {"image/x-portable-pixmap": {}}}})
async def picture(query: PictureQuery, services: ServicesOf) -> Response:
    """A frame as a binary PPM for an SDR screen."""
    content = await services.viewer.ask("picture", query, await _seen(services, query.subject))
    return Response(content, media_type="image/x-portable-pixmap")


@router.post("/pixel", response_model=Pixel)
async def pixel(query: PixelQuery, services: ServicesOf) -> Response:
    return _json(await services.viewer.ask("pixel", query, await _seen(services, query.subject)))


@router.post("/scopes", response_model=Scopes)
async def scopes(query: ScopesQuery, services: ServicesOf) -> Response:
    return _json(await services.viewer.ask("scopes", query, await _seen(services, query.subject)))


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


def _demand_full(path: Path) -> None:
    if not path.is_absolute():
        raise RequestError(f"path is “{path}”, but must be a full path.")


async def _seen(services: ServicesOf, subject: Subject) -> Seen:
    """The worker has no job list: it is told all that it needs."""
    if isinstance(subject, ClipSubject):
        _demand_full(subject.path)
        return SeenClip(source=subject.path, rate=subject.rate)
    job = await services.store.job(subject.job)
    match job.state:
        case Ready(result=result) | Imported(result=result):
            source = job.request.source
            wish = job.request.parameters.get("transfer")
            transfer = wish if wish in ("bt1886", "srgb") else None
            return SeenJob(result=result, source=source.path, rate=source.rate, transfer=transfer)
        case state:
            raise JobStateConflict(
                f"The job is {state.state}: there is nothing to look at.", remedy="Wait until it is ready."
            )
