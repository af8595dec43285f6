"""Routes of the storage, as fal has them: leave to upload, uploads whole and in parts, downloads in ranges."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from bridge.domain.errors import RequestError
from bridge.service.access import ServicesOf, token_of

from .entry import CallerOf, FilesOf, base_of
from .faults import Refused, plain
from .files import LARGEST_FILE, Files, Place, TooLarge

__all__ = ["LARGEST_FILE", "cdn", "rest"]

_ANYTHING = "upload"
"""Scope of a token that opens uploads of new files."""

rest = APIRouter()
cdn = APIRouter()


class Initiation(BaseModel):
    file_name: str = Field(default="file", max_length=1000)


class UploadPart(BaseModel):
    part_number: int = Field(alias="partNumber")
    etag: str = Field(max_length=100)


class Completion(BaseModel):
    parts: list[UploadPart] = Field(max_length=10_000)


@rest.post("/storage/auth/token")
async def token(request: Request, services: ServicesOf, _: CallerOf) -> JSONResponse:
    """Leave to upload for a while."""
    given, ends = services.uploads.issue(_ANYTHING)
    return JSONResponse(
        {
            "token": given,
            "token_type": "Bearer",
            "base_url": base_of(request, "cdn"),
            "expires_at": ends.isoformat(),
        }
    )


@rest.post("/storage/upload/initiate")
async def initiate(
    wanted: Initiation, request: Request, services: ServicesOf, files: FilesOf, _: CallerOf
) -> JSONResponse:
    """An address for one file, which takes it from whoever knows the address."""
    place = files.new(wanted.file_name)
    url = _url(request, place)
    given, _ends = services.uploads.issue(place.key)
    return JSONResponse({"upload_url": f"{url}?upload={given}", "file_url": url})


def _demand_leave(request: Request, services: ServicesOf) -> None:
    if not services.uploads.opens(token_of(request), _ANYTHING):
        raise Refused(plain(401, "unauthorized", "invalid upload token"))


def _place(key: str, name: str, files: FilesOf) -> Place:
    found = files.place(key, name)
    if found is None:
        raise Refused(plain(404, "not_found", "Not Found"))
    return found


Uploader = Depends(_demand_leave)
PlaceOf = Annotated[Place, Depends(_place)]
FileName = Annotated[str, Header(alias="X-Fal-File-Name", max_length=1000)]


@cdn.post("/files/upload", dependencies=[Uploader])
async def upload(request: Request, files: FilesOf, name: FileName = "file") -> JSONResponse:
    place = files.new(name)
    await _receive(files, place, request)
    return JSONResponse({"access_url": _url(request, place)})


@cdn.post("/files/upload/multipart", dependencies=[Uploader])
async def begin_parts(request: Request, files: FilesOf, name: FileName = "file") -> JSONResponse:
    place = files.new(name)
    return JSONResponse({"access_url": _url(request, place), "uploadId": await files.begin_parts(place)})


@cdn.put("/files/b/{key}/{name}/multipart/{upload_id}/{number}", dependencies=[Uploader])
async def upload_part(upload_id: str, number: int, request: Request, place: PlaceOf, files: FilesOf) -> JSONResponse:
    try:
        tag = await files.receive_part(place, upload_id, number, request.stream())
    except (RequestError, TooLarge, ClientDisconnect) as error:
        raise _refused(error) from error
    return JSONResponse({"partNumber": number, "etag": f'"{tag}"'}, headers={"etag": f'"{tag}"'})


@cdn.post("/files/b/{key}/{name}/multipart/{upload_id}/complete", dependencies=[Uploader])
async def complete(
    upload_id: str, parts: Completion, request: Request, place: PlaceOf, files: FilesOf
) -> JSONResponse:
    try:
        await files.complete(place, upload_id, [(part.part_number, part.etag) for part in parts.parts])
    except (RequestError, TooLarge) as error:
        raise _refused(error) from error
    return JSONResponse({"access_url": _url(request, place)})


@cdn.put("/files/b/{key}/{name}")
async def put(
    request: Request, services: ServicesOf, files: FilesOf, place: PlaceOf, upload: Annotated[str, Query()] = ""
) -> JSONResponse:
    """The file of an `initiate`."""
    if not services.uploads.opens(upload, place.key):
        raise Refused(plain(403, "forbidden", "This address takes no upload any more."))
    await _receive(files, place, request)
    return JSONResponse({"access_url": _url(request, place)})


@cdn.api_route("/files/b/{key}/{name}", methods=["GET", "HEAD"])
async def download(key: str, name: str, files: FilesOf) -> FileResponse:
    """Whoever knows the address may read the file, as with fal's CDN. `Range` and `If-Range` are obeyed."""
    path = files.find(key, name)
    if path is None:
        raise Refused(plain(404, "not_found", "Not Found"))
    # What callers have sent is never shown as a page of this server.
    return _Download(path, filename=name, headers={"x-content-type-options": "nosniff"})


class _Download(FileResponse):
    chunk_size = 1024 * 1024


async def _receive(files: Files, place: Place, request: Request) -> None:
    try:
        await files.receive(place, request.stream())
    except (TooLarge, ClientDisconnect) as error:
        raise _refused(error) from error


def _refused(error: Exception) -> Refused:
    match error:
        case TooLarge():
            return Refused(plain(413, "file_too_large", "The file is larger than is taken here."))
        case RequestError():
            return Refused(plain(400, "bad_request", error.sentence))
        case _:
            return Refused(plain(499, "client_disconnected", "The upload was broken off."))


def _url(request: Request, place: Place) -> str:
    return f"{base_of(request, 'cdn')}/files/b/{place.key}/{place.name}"
