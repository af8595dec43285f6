"""Oxen's repositories: as much of them as a place for files."""

from __future__ import annotations

import mimetypes
import re
import secrets
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .files import Download, Files, save
from .forms import read_form
from .script import Script
from .steps import Guard, Steps, open_to_all, read_object

BRANCH = "main"
_FILE = re.compile(rf"/api/repos/([^/]+/[^/]+)/file/{BRANCH}/(.+)")


def not_found(what: str) -> Response:
    error = {"type": "resource_not_found", "title": what}
    return JSONResponse({"error": error, "status": "error", "status_message": "resource_not_found"}, 404)


class Repositories:
    """`presigned`: addresses of results bear a token, and whoever has one needs no key."""

    def __init__(self, files: Files, script: Script, guard: Guard, base: Callable[[], str]) -> None:
        self.presigned = False
        self.contents: dict[str, dict[str, Path]] = {}
        self._tokens: set[str] = set()
        self._files = files
        self._guard = guard
        self._base = base
        self._steps = Steps(script, guard)
        self._open = Steps(script, open_to_all)
        files.also(self._lookup)

    def routes(self) -> list[Route]:
        at, route = "/api/repos/{namespace}/{name}", self._steps.route
        return [
            route("/api/repos", "POST", "repo", self._create),
            route(at, "GET", "repo", self._show),
            route(f"{at}/file/{BRANCH}/{{path:path}}", "PUT", "repo_put", self._put),
            self._open.route(f"{at}/file/{BRANCH}/{{path:path}}", "GET", "repo_file", self._get),
            route(f"{at}/dir/{BRANCH}/{{path:path}}", "GET", "repo_dir", self._list),
        ]

    def give(self, repository: str, path: str, file: Path) -> str:
        """Put a result there; its address."""
        self.contents.setdefault(repository, {})[path] = file
        url = f"{self._base()}/api/repos/{repository}/file/{BRANCH}/{path}"
        if not self.presigned:
            return url
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return f"{url}?token={token}"

    def _lookup(self, path: str) -> Path | None:
        found = _FILE.fullmatch(path)
        return self.contents.get(found[1], {}).get(found[2]) if found else None

    def _asked_for(self, request: Request) -> dict[str, Path] | None:
        return self.contents.get("{namespace}/{name}".format(**request.path_params))

    async def _create(self, request: Request) -> Response:
        body = await read_object(request) or {}
        name = f"{body.get('namespace')}/{body.get('name')}"
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
            return JSONResponse({"status": "error", "status_message": "bad_request"}, 400)
        if name in self.contents:
            return JSONResponse({"status": "error", "status_message": "resource_already_exists"}, 409)
        self.contents[name] = {}
        return JSONResponse({"status": "success", "status_message": "resource_created"})

    async def _show(self, request: Request) -> Response:
        if self._asked_for(request) is None:
            return not_found("Repository not found")
        return JSONResponse({"status": "success", "repository": {**request.path_params}})

    async def _put(self, request: Request) -> Response:
        """Field `file`: the address is that of the file; field `files[]`: that of its folder."""
        contents = self._asked_for(request)
        if contents is None:
            return not_found("Repository not found")
        body = self._files.scratch()
        await save(body, request.stream())
        try:
            parts = read_form(body, request.headers.get("content-type", ""))
        except ValueError as error:
            return JSONResponse({"error": str(error), "status": "error"}, 400)
        placed = False
        for part in parts:
            path = request.path_params["path"]
            if part.name == "files[]" and part.filename:
                path = f"{path}/{PurePosixPath(part.filename).name}"
            elif part.name != "file":
                continue
            contents[path] = self._files.scratch()
            part.copy_to(contents[path])
            placed = True
        body.unlink()
        if not placed:
            return JSONResponse({"error": "no file", "status": "error"}, 400)
        return JSONResponse({"commit": {"id": secrets.token_hex(8)}, "status": "success"})

    async def _get(self, request: Request) -> Response:
        if request.query_params.get("token") not in self._tokens and (refused := self._guard(request)):
            return refused
        path = request.path_params["path"]
        file = (self._asked_for(request) or {}).get(path)
        if file is None:
            return not_found("File not found")
        return Download(file, media_type=mimetypes.guess_type(path)[0])

    async def _list(self, request: Request) -> Response:
        contents = self._asked_for(request)
        if contents is None:
            return not_found("Repository not found")
        folder = PurePosixPath(request.path_params["path"])
        found = [
            {"filename": PurePosixPath(path).name, "is_dir": False, "size": file.stat().st_size}
            for path, file in contents.items()
            if PurePosixPath(path).parent == folder
        ]
        return JSONResponse({"entries": found, "total_entries": len(found), "page_number": 1, "total_pages": 1})
