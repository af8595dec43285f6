"""A model hub on this machine: what `huggingface_hub` and plain HTTP meet at Hugging Face's, over real connections.

with FakeHub() as hub:
    hub.add("authors/model", "weights.safetensors", data)
    hub.fault("weights.safetensors", Fault(cut=1000))
    ...  # a client with HF_ENDPOINT at `hub.url`

Large files lie on another host (`localhost` beside `127.0.0.1`), behind addresses that are signed and refuse a token.
Small ones are redirected to another path, with a relative address.
"""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_for_tests"
_SMALL = 10_000
_BLOCK = 16 * 1024


@dataclass
class Fault:
    """What happens to one request for bytes: the answer is cut after `cut` of them, has another `status`, comes at
    `speed` bytes a second, has other bytes, claims another length, has no end, knows no ranges, leads elsewhere.
    """

    cut: int | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    speed: float | None = None
    flip: bool = False
    claim: int | None = None
    endless: bool = False
    no_ranges: bool = False
    elsewhere: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Asked:
    method: str
    host: str
    path: str
    headers: dict[str, str]

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")

    @property
    def range(self) -> str:
        return self.headers.get("range", "")


@dataclass
class Repo:
    commit: str
    gated: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    listed: dict[str, dict[str, Any]] = field(default_factory=dict)


def blob_of(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def pointer_of(data: bytes) -> bytes:
    sha256 = hashlib.sha256(data).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {len(data)}\n".encode()


class FakeHub:
    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.asked: list[Asked] = []
        self.sent: dict[str, int] = defaultdict(int)
        """Bytes of bodies by file, all requests together."""
        self.may_have = {TOKEN}
        self.known = {TOKEN}
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._api: deque[tuple[int, bytes]] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> FakeHub:
        hub = self

        class Handler(_Handler):
            owner = hub

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add(self, repo: str, path: str, data: bytes, *, gated: bool = False) -> None:
        found = self.repos.setdefault(repo, Repo(hashlib.sha1(repo.encode(), usedforsecurity=False).hexdigest()))
        found.gated = found.gated or gated
        found.files[path] = data

    def fault(self, path: str, *faults: Fault) -> None:
        """The next requests for the bytes of a file, one each."""
        self._faults[path].extend(faults)

    def api_answers(self, status: int, body: bytes = b"") -> None:
        """The next question about a repository."""
        self._api.append((status, body))

    def of(self, path: str, method: str = "GET") -> list[Asked]:
        return [each for each in self.asked if each.path.endswith(f"/{path}") and each.method == method]

    def next_fault(self, path: str) -> Fault:
        with self._lock:
            return self._faults[path].popleft() if self._faults[path] else Fault()

    def next_api(self) -> tuple[int, bytes] | None:
        with self._lock:
            return self._api.popleft() if self._api else None

    def listing(self, name: str) -> dict[str, Any]:
        repo = self.repos[name]
        siblings: list[dict[str, Any]] = []
        for path, data in repo.files.items():
            entry: dict[str, Any] = {"rfilename": path, "size": len(data), "blobId": blob_of(data)}
            if len(data) > _SMALL:
                pointer = pointer_of(data)
                entry["blobId"] = blob_of(pointer)
                entry["lfs"] = {
                    "sha256": hashlib.sha256(data).hexdigest(),
                    "size": len(data),
                    "pointerSize": len(pointer),
                }
            siblings.append(entry | repo.listed.get(path, {}))
        siblings += [entry for path, entry in repo.listed.items() if path not in repo.files]
        return {"id": name, "modelId": name, "sha": repo.commit, "gated": repo.gated, "siblings": siblings}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is what many a test is about."""


class _Handler(BaseHTTPRequestHandler):
    owner: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None: ...

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.owner.asked.append(Asked(self.command, headers.get("host", ""), path, headers))
        routes: tuple[tuple[str, Callable[..., None]], ...] = (
            (r"/api/models/([^/]+/[^/]+)/revision/([^/]+)", self._list),
            (r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self._resolve),
            (r"/api/resolve-cache/models/([^/]+/[^/]+)/([^/]+)/(.+)", self._small),
            (r"/cdn/([^/]+/[^/]+)/([^/]+)/(.+)", self._large),
        )
        for pattern, act in routes:
            if match := re.fullmatch(pattern, path):
                act(*match.groups())
                return
        self._say(404)

    def _list(self, name: str, revision: str) -> None:
        if (scripted := self.owner.next_api()) is not None:
            self._say(scripted[0], scripted[1])
        elif self._refused(name, revision, listing=True):
            return
        else:
            self._say(200, json.dumps(self.owner.listing(name)).encode(), {"Content-Type": "application/json"})

    def _resolve(self, name: str, revision: str, path: str) -> None:
        if self._refused(name, revision):
            return
        repo = self.owner.repos[name]
        data = repo.files.get(path)
        if data is None:
            self._say(404, b"Entry not found", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": repo.commit})
            return
        headers = {"X-Repo-Commit": repo.commit, "X-Linked-Size": str(len(data))}
        if len(data) > _SMALL:
            headers["X-Linked-ETag"] = f'"{hashlib.sha256(data).hexdigest()}"'
            headers["X-Xet-Hash"] = hashlib.sha256(data[::-1]).hexdigest()
            headers["Link"] = f'<{self.owner.url}/api/models/{name}/xet-read-token/{repo.commit}>; rel="xet-auth"'
            headers["Location"] = f"http://localhost:{self.owner.port}/cdn/{name}/{repo.commit}/{path}?Signature=x"
            self._say(302, b"Found. Redirecting", headers)
        else:
            headers["ETag"] = f'"{blob_of(data)}"'
            headers["Location"] = f"/api/resolve-cache/models/{name}/{repo.commit}/{path}"
            self._say(307, b"Temporary Redirect", headers)

    def _small(self, name: str, commit: str, path: str) -> None:
        if not self._refused(name, commit):
            repo = self.owner.repos[name]
            head = {"X-Repo-Commit": repo.commit, "ETag": f'"{blob_of(repo.files[path])}"'}
            self._bytes(path, repo.files[path], head)

    def _large(self, name: str, commit: str, path: str) -> None:
        if self.headers.get("Authorization"):
            self._say(400, b"Only one auth mechanism allowed")  # so answers the storage behind the real one
            return
        self._bytes(path, self.owner.repos[name].files[path], {"ETag": '"of-several-parts-2"'})

    def _refused(self, name: str, revision: str, *, listing: bool = False) -> bool:
        repo = self.owner.repos.get(name)
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.owner.known:
            self._say(401, b"", {"X-Error-Message": "Invalid credentials in Authorization header"})
        elif repo is None:
            self._say(401 if not token else 404, b"", {"X-Error-Code": "RepoNotFound"})
        elif revision not in ("main", repo.commit):
            self._say(404, b"", {"X-Error-Code": "RevisionNotFound"})
        elif repo.gated and not listing and token not in self.owner.may_have:
            self._say(403 if token else 401, b"", {"X-Error-Code": "GatedRepo", "X-Error-Message": "gated"})
        else:
            return False
        return True

    def _bytes(self, path: str, data: bytes, headers: dict[str, str]) -> None:
        fault = Fault() if self.command == "HEAD" else self.owner.next_fault(path)
        if fault.elsewhere:
            self._say(302, b"", {"Location": fault.elsewhere})
            return
        if fault.status != 200:
            self._say(fault.status, b"", fault.headers)
            return
        if fault.tag:
            headers["ETag"] = fault.tag
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = 0
        if wanted and not fault.no_ranges:
            first = int(wanted[1])
            if first >= len(data):
                self._say(416, b"", {"Content-Range": f"bytes */{len(data)}"})
                return
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        if fault.flip:
            data = data[:-1] + bytes([data[-1] ^ 1])
        self.send_response(206 if first or (wanted and not fault.no_ranges) else 200)
        for name, value in headers.items():
            self.send_header(name, value)
        if fault.endless:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str((fault.claim or len(data)) - first))
        self.end_headers()
        if self.command == "HEAD":
            return
        body = data[first:][: fault.cut] if fault.cut is not None else data[first:]
        self._send(path, body, fault)
        if fault.cut is not None or fault.claim:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_WR)  # what was sent still arrives

    def _send(self, path: str, body: bytes, fault: Fault) -> None:
        try:
            for start in range(0, len(body), _BLOCK):
                piece = body[start : start + _BLOCK]
                self.wfile.write(piece)
                self.owner.sent[path] += len(piece)
                if fault.speed:
                    time.sleep(len(piece) / fault.speed)
            while fault.endless:
                self.wfile.write(bytes(_BLOCK))
                self.owner.sent[path] += _BLOCK
        except OSError:
            self.close_connection = True

    def _say(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
