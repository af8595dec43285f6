"""fal's storage: tokens, uploads whole and in parts, and what lies there for all who know its address."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .files import Files, Kept, save
from .script import Script, Step
from .steps import Steps, detail, open_to_all, read_object

_COPY = 1024 * 1024


@dataclass
class _Session:
    """An upload in parts: their files, and their tags."""

    kept: Kept
    parts: dict[int, tuple[Path, str]] = field(default_factory=dict)


class Storage:
    """The services under `/rest` and `/cdn`. `token_seconds` is how long a token is good."""

    def __init__(self, files: Files, script: Script, rest: Steps, base: Callable[[], str]) -> None:
        self.token_seconds = 3600.0
        self._tokens: dict[str, float] = {}
        self._sessions: dict[str, _Session] = {}
        self._puts: dict[str, Kept] = {}
        self._files = files
        self._rest = rest
        self._base = base
        self._cdn = Steps(script, self._guard)
        self._open = Steps(script, open_to_all)

    def routes(self) -> list[Route]:
        cdn, parts = self._cdn.route, "/cdn/files/b/{key:path}/multipart/{session}"
        return [
            self._rest.route("/rest/storage/auth/token", "POST", "token", self._token),
            self._rest.route("/rest/storage/upload/initiate", "POST", "initiate", self._initiate),
            self._open.route("/cdn/put/{id}", "PUT", "put", self._put),
            cdn("/cdn/files/upload", "POST", "upload", self._upload),
            cdn("/cdn/files/upload/multipart", "POST", "multipart", self._begin),
            cdn(f"{parts}/complete", "POST", "complete", self._complete),
            cdn(f"{parts}/{{number:int}}", "PUT", "part", self._part),
            Route("/cdn/files/b/{key:path}", self._download, methods=["GET"]),
        ]

    def _guard(self, request: Request) -> Response | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        good = kind == "Bearer" and self._tokens.get(token, 0) > time.time()
        return None if good else detail(401, "invalid token")

    async def _token(self, request: Request) -> Response:
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.time() + self.token_seconds
        until = datetime.now(UTC) + timedelta(seconds=self.token_seconds)
        return JSONResponse(
            {
                "token": token,
                "token_type": "Bearer",
                "base_url": f"{self._base()}/cdn",
                "expires_at": until.isoformat(),
            }
        )

    async def _upload(self, request: Request) -> Response:
        kept = self._new(request)
        await save(kept.path, request.stream())
        return JSONResponse({"access_url": self._files.url(kept)})

    async def _initiate(self, request: Request) -> Response:
        body = await read_object(request) or {}
        name, kind = str(body.get("file_name", "file")), str(body.get("content_type", "application/octet-stream"))
        kept = self._files.new(name, kind, "input")
        put = secrets.token_urlsafe(16)
        self._puts[put] = kept
        return JSONResponse({"upload_url": f"{self._base()}/cdn/put/{put}", "file_url": self._files.url(kept)})

    async def _put(self, request: Request) -> Response:
        kept = self._puts.get(request.path_params["id"])
        if kept is None:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        await save(kept.path, request.stream())
        return Response()

    async def _begin(self, request: Request) -> Response:
        kept, session = self._new(request), secrets.token_hex(16)
        self._sessions[session] = _Session(kept)
        return JSONResponse({"access_url": self._files.url(kept), "uploadId": session})

    async def _part(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return detail(404, "no such upload")
        path, digest = self._files.scratch(), hashlib.md5(usedforsecurity=False)
        with path.open("wb") as file:
            async for piece in request.stream():
                digest.update(piece)
                file.write(piece)
        tag = f'"{digest.hexdigest()}"'
        # Only what has come whole replaces what was there.
        session.parts[request.path_params["number"]] = path, tag
        return Response(headers={"etag": tag})

    async def _complete(self, request: Request) -> Response:
        session, body = self._session(request), await read_object(request) or {}
        if session is None:
            return detail(404, "no such upload")
        wanted = {part.get("partNumber"): part.get("etag") for part in body.get("parts", [])}
        if not wanted or wanted != {number: tag for number, (_, tag) in session.parts.items()}:
            return detail(400, "the parts are not those that have come")
        with session.kept.path.open("wb") as whole:
            for number in sorted(wanted):
                with session.parts[number][0].open("rb") as part:
                    while piece := part.read(_COPY):
                        whole.write(piece)
        return JSONResponse({"access_url": self._files.url(session.kept)})

    async def _download(self, request: Request) -> Response:
        kept = self._files.get(request.path_params["key"])
        if kept is None or not kept.path.exists():
            return Response("404 page not found", 404, media_type="text/plain")
        steps: dict[str, Step] = {"preview": "preview", "input": "input"}

        async def give(request: Request) -> Response:
            return kept.response()

        return await self._open.through(steps.get(kept.kind, "download"), request, give)

    def _new(self, request: Request) -> Kept:
        name = request.headers.get("x-fal-file-name", "file")
        return self._files.new(name, request.headers.get("content-type", "application/octet-stream"), "input")

    def _session(self, request: Request) -> _Session | None:
        session = self._sessions.get(request.path_params["session"])
        return session if session and session.kept.key == request.path_params["key"] else None
