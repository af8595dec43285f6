"""A server with ComfyUI's routes and habits (its `server.py` of 2025 and 2026), which can be told to misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.endpoints.forms import Part, read_form
from tests.endpoints.server import Server

from .kinds import HDR_LORA, kinds
from .validation import faults
from .world import World


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    authorization: str | None


@dataclass
class Script:
    """What goes wrong. `before` and `after` are called with a route's name, and may break the connection off; `socket`
    is what the socket does: `dies` after each message, `garbage` before each, `refused`.
    """

    key: str | None = None
    max_upload: int = 100 * 1024 * 1024
    socket: str = "well"
    forgets_ids: bool = False
    drop_before: list[str] = field(default_factory=list)
    drop_after: list[str] = field(default_factory=list)
    answer: dict[str, Callable[[], Response]] = field(default_factory=dict)


class _WithSockets(Server):
    def __init__(self, app: ASGIApp, port: int) -> None:
        super().__init__(app, port=port)
        self._config.ws = "websockets-sansio"


class ComfyServer:
    """`kinds` is its `/object_info`, `metadata` what its LoRA files say of themselves."""

    def __init__(self, port: int = 0) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="superwhite-comfy-"))
        self.kinds = kinds()
        self.metadata: dict[str, dict[str, str]] = {
            HDR_LORA: {"hdr_transform": "logc3", "reference_downscale_factor": "1"}
        }
        self.script = Script()
        self.asked: list[Asked] = []
        self.prompts: list[dict[str, Any]] = []
        self.sockets: dict[str, WebSocket] = {}
        self.told: list[str] = []
        self._sending: set[asyncio.Future[None]] = set()
        self.world = World(self.folder, self._tell)
        routes: list[Any] = [WebSocketRoute("/ws", self._socket)]
        for method, path, act in (
            ("GET", "/system_stats", self._stats),
            ("GET", "/object_info/{kind}", self._kind),
            ("GET", "/view_metadata/{folder}", self._metadata),
            ("POST", "/upload/image", self._upload),
            ("POST", "/prompt", self._prompt),
            ("GET", "/queue", self._queue),
            ("POST", "/queue", self._change_queue),
            ("POST", "/interrupt", self._interrupt),
            ("GET", "/history/{job}", self._history),
            ("GET", "/view", self._view),
        ):
            routes.append(Route(path, act, methods=[method]))
        self._server = _WithSockets(_Misbehaving(Starlette(routes=routes), self), port)

    def __enter__(self) -> ComfyServer:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.world.hold.set()
        self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def of(self, path: str, method: str = "") -> list[Asked]:
        return [each for each in self.asked if each.path == path and each.method in (method, method or each.method)]

    def in_loop(self, act: Callable[[], Any]) -> Any:
        """Do `act` where the server's own work is done."""

        async def do() -> Any:
            return act()

        assert self._server._loop
        return asyncio.run_coroutine_threadsafe(do(), self._server._loop).result()

    def restart(self) -> None:
        """Queue and history are gone, and every connection; files are not."""
        self.in_loop(self.world.forget)
        with self._server.away():
            pass

    def away(self) -> Any:
        return self._server.away()

    def somebody_elses(self, number: float | None = None) -> str:
        """A job that is none of ours, in the queue."""
        job = str(uuid.uuid4())
        self.in_loop(lambda: self.world.put(job, _FOREIGN, {"client_id": "somebody"}, number))
        return job

    # Messages

    def _tell(self, kind: str, data: dict[str, Any], client: str | None) -> None:
        """To one client, or to all."""
        self.told.append(kind)
        for name, socket in list(self.sockets.items()):
            if client in (None, name):
                task = asyncio.ensure_future(self._send(name, socket, {"type": kind, "data": data}))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    async def _send(self, name: str, socket: WebSocket, message: dict[str, Any]) -> None:
        with contextlib.suppress(Exception):
            if self.script.socket == "garbage":
                await socket.send_text('{"type": "progress", "data": {"value": ' + "[" * 2000)
                await socket.send_text(
                    json.dumps({"type": "progress", "data": {"prompt_id": name, "value": 7, "max": -1}})
                )
                await socket.send_text(json.dumps({"type": "execution_success", "data": {"prompt_id": "another"}}))
                await socket.send_text(json.dumps(["status", None]))
                await socket.send_bytes(b"\0\0\0\1\0\0\0\1" + b"\xff" * 100_000)
            if self.script.socket == "huge":
                await socket.send_text("x" * (9 * 1024 * 1024))
            await socket.send_text(json.dumps(message))
            if self.script.socket == "dies":
                await socket.close()

    async def _socket(self, socket: WebSocket) -> None:
        if self.script.socket == "refused" or not self._may(socket.headers.get("authorization")):
            await socket.close()
            return
        name = socket.query_params.get("clientId") or uuid.uuid4().hex
        self.asked.append(Asked("WS", "/ws", socket.headers.get("authorization")))
        await socket.accept()
        self.sockets[name] = socket
        try:
            left = len(self.world.waiting) + len(self.world.running)
            await socket.send_json(
                {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": left}}, "sid": name}}
            )
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self.sockets.pop(name, None)

    def _may(self, authorization: str | None) -> bool:
        return self.script.key is None or authorization == f"Bearer {self.script.key}"

    # Routes

    async def _stats(self, request: Request) -> Response:
        device = {"name": "cuda:0 Imagined", "type": "cuda", "vram_total": 24 << 30, "vram_free": 20 << 30}
        return JSONResponse({"system": {"os": "posix", "comfyui_version": "0.9.1"}, "devices": [device]})

    async def _kind(self, request: Request) -> Response:
        name = request.path_params["kind"]
        return JSONResponse({name: self.kinds[name]} if name in self.kinds else {})

    async def _metadata(self, request: Request) -> Response:
        found = self.metadata.get(request.query_params.get("filename", ""))
        return JSONResponse(found) if found else Response(status_code=404)

    async def _upload(self, request: Request) -> Response:
        if int(request.headers.get("content-length", "0")) > self.script.max_upload:
            return Response("Maximum request body size exceeded", 413)
        body = self.folder / f"{uuid.uuid4()}.form"
        body.write_bytes(await request.body())
        parts = {part.name: part for part in read_form(body, request.headers["content-type"])}
        image = parts["image"]
        fields = {part.name: self._content(part).decode() for part in parts.values() if part.filename is None}
        base = (self.folder / "input").resolve()
        subfolder = fields.get("subfolder", "")
        path = (base / subfolder / str(image.filename)).resolve()
        if not path.is_relative_to(base):
            return Response(status_code=400)
        path.parent.mkdir(parents=True, exist_ok=True)
        content, number = self._content(image), 1
        stem, suffix = path.stem, path.suffix
        while fields.get("overwrite") not in ("true", "1") and path.exists() and path.read_bytes() != content:
            path = path.with_name(f"{stem} ({number}){suffix}")
            number += 1
        path.write_bytes(content)
        body.unlink()
        return JSONResponse({"name": path.name, "subfolder": subfolder, "type": "input"})

    def _content(self, part: Part) -> bytes:
        path = self.folder / f"{uuid.uuid4()}.part"
        part.copy_to(path)
        return path.read_bytes()

    async def _prompt(self, request: Request) -> Response:
        body = await request.json()
        self.prompts.append(body)
        found = faults(body["prompt"], self.kinds, lambda name: (self.folder / "input" / name).is_file())
        if found and "error" in found:
            return JSONResponse(found, 400)
        job = str(uuid.uuid4()) if self.script.forgets_ids else str(body.get("prompt_id") or uuid.uuid4())
        number = self.world.put(job, body["prompt"], {"client_id": body.get("client_id")})
        return JSONResponse({"prompt_id": job, "number": number, "node_errors": (found or {}).get("node_errors", {})})

    async def _queue(self, request: Request) -> Response:
        return JSONResponse({"queue_running": self.world.running, "queue_pending": self.world.waiting})

    async def _change_queue(self, request: Request) -> Response:
        body = await request.json()
        if body.get("clear"):
            self.world.delete([item[1] for item in self.world.waiting])
        self.world.delete(body.get("delete", []))
        return Response()

    async def _interrupt(self, request: Request) -> Response:
        body = await request.body()
        self.world.interrupt(json.loads(body).get("prompt_id") if body else None)
        return Response()

    async def _history(self, request: Request) -> Response:
        job = request.path_params["job"]
        return JSONResponse({job: self.world.history[job]} if job in self.world.history else {})

    async def _view(self, request: Request) -> Response:
        name, query = request.query_params.get("filename", ""), request.query_params
        if not name or name[0] == "/" or ".." in name:
            return Response(status_code=400)
        base = (self.folder / query.get("type", "output")).resolve()
        folder = (base / query.get("subfolder", "")).resolve()
        if not folder.is_relative_to(base):
            return Response(status_code=403)
        path = folder / Path(name).name
        return FileResponse(path, filename=name) if path.is_file() else Response(status_code=404)


class _Misbehaving:
    """Records what is asked, and breaks connections off before or after the server has acted."""

    def __init__(self, app: ASGIApp, server: ComfyServer) -> None:
        self._app = app
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        script, path = self._server.script, scope["path"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self._server.asked.append(Asked(scope["method"], path, headers.get("authorization")))
        if not self._server._may(headers.get("authorization")):
            await Response(status_code=401)(scope, receive, send)
        elif path in script.answer:
            await script.answer[path]()(scope, receive, send)
        elif path in script.drop_before:
            script.drop_before.remove(path)
            scope["state"]["transport"].abort()
        elif path in script.drop_after:
            script.drop_after.remove(path)

            async def nothing(_: Any) -> None: ...

            await self._app(scope, receive, nothing)
            scope["state"]["transport"].abort()
        else:
            await self._app(scope, receive, send)


_FOREIGN = {"sampled": {"class_type": "SamplerCustomAdvanced", "inputs": {}, "_meta": {"title": "Theirs"}}}
