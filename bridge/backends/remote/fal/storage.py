"""fal's storage: files are sent in parts, straight from the drive; a part that was lost is sent again, and no other."""

from __future__ import annotations

import asyncio
import mimetypes
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import JsonValue

from bridge.backends.remote.ledger import Upload
from bridge.backends.remote.preparing import Keep, Tell
from bridge.backends.remote.refusals import refusal
from bridge.backends.remote.sending import insist
from bridge.domain.errors import RemoteFailed
from bridge.net.service import Reply, Service

from .site import FalSite
from .wire import Initiated, Token, Uploaded, read

PART = 10 * 1024 * 1024
_CHUNK = 256 * 1024
_AT_ONCE = 4
_TOKEN_SECONDS = 240.0
"""A token is used this long, though it may live longer."""

_SECONDS = 120.0
_PATIENCE = 300.0


@dataclass
class Storage:
    """Sends files to a service's storage. `name` is what people call the service."""

    service: Service
    site: FalSite
    name: str
    _token: Token | None = field(default=None, init=False)
    _until: float = field(default=0.0, init=False)

    async def send(self, upload: Upload, tell: Tell, keep: Keep) -> Upload:
        """`upload` with the address that the file now has. Goes on where an earlier attempt ended.

        `keep` is told of whatever must not be sent twice, `tell` of bytes that have arrived. Raises
        `EndpointUnreachable`, `KeyRefused`, `RemoteRefused`.
        """
        if upload.size <= PART:
            access = await self._whole(upload, tell)
        else:
            access = await self._in_parts(upload, tell, keep)
        done = upload.model_copy(update={"url": access, "parts": {}, "target": "", "session": ""})
        await keep(done)
        return done

    async def _whole(self, upload: Upload, tell: Tell) -> str:
        kind = _kind(upload.path)

        async def attempt() -> Reply:
            token, _ = await self._access()
            headers = {
                "Authorization": token,
                "Content-Type": kind,
                "X-Fal-File-Name": _header_name(upload.path),
                "Content-Length": str(upload.size),
            }
            return await self.service.ask(
                "POST",
                f"{self.site.cdn}/files/upload",
                body=_bytes(upload.path, 0, upload.size, tell),
                headers=headers,
                read_seconds=_SECONDS,
            )

        reply = await self._insist(attempt)
        if reply.status in (404, 405, 501):
            return await self._initiated(upload, tell, kind)
        if reply.status >= 300:
            raise refusal(self.name, reply, {})
        return self._address(reply)

    async def _in_parts(self, upload: Upload, tell: Tell, keep: Keep) -> str:
        if not upload.session or not self.site.is_storage(upload.target):
            upload = await self._begun(upload)
            await keep(upload)
        arrived = dict(upload.parts)
        numbers = [n for n in range(1, -(-upload.size // PART) + 1) if n not in arrived]
        room = asyncio.Semaphore(_AT_ONCE)
        under_way: dict[int, int] = {}

        async def count(number: int, sent: int) -> None:
            under_way[number] = sent
            await tell(sum(_length(upload, n) for n in arrived) + sum(under_way.values()))

        async def send(number: int) -> None:
            async with room:
                tag = await self._part(upload, number, count)
                arrived[number] = tag
                under_way.pop(number, None)
                await keep(upload.model_copy(update={"parts": dict(sorted(arrived.items()))}))

        try:
            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    group.create_task(send(number))
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        parts: list[JsonValue] = [{"partNumber": n, "etag": tag} for n, tag in sorted(arrived.items())]

        async def complete() -> Reply:
            token, _ = await self._access()
            url = f"{upload.target}/multipart/{upload.session}/complete"
            return await self.service.ask("POST", url, json={"parts": parts}, headers={"Authorization": token})

        reply = await self._insist(complete)
        if reply.status >= 300:
            # The session may have ended meanwhile: nothing of it is of use any more.
            await keep(upload.model_copy(update={"parts": {}, "target": "", "session": ""}))
            raise refusal(self.name, reply, {})
        return upload.target

    async def _begun(self, upload: Upload) -> Upload:
        async def attempt() -> Reply:
            token, base = await self._access()
            headers = {
                "Authorization": token,
                "Content-Type": _kind(upload.path),
                "X-Fal-File-Name": _header_name(upload.path),
            }
            return await self.service.ask("POST", f"{base}/files/upload/multipart", body=b"", headers=headers)

        reply = await self._insist(attempt)
        if reply.status >= 300:
            raise refusal(self.name, reply, {})
        begun = read(Uploaded, reply)
        if begun is None or not begun.uploadId.replace("-", "").replace("_", "").isalnum():
            raise RemoteFailed(f"What the storage of {self.name} answered makes no sense.")
        if not self.site.is_storage(begun.access_url):
            raise RemoteFailed(f"The storage of {self.name} sends on to a host that is not its own.")
        return upload.model_copy(update={"target": begun.access_url, "session": begun.uploadId, "parts": {}})

    async def _part(self, upload: Upload, number: int, tell: Callable[[int, int], Awaitable[None]]) -> str:
        begin, length = (number - 1) * PART, _length(upload, number)

        async def told(sent: int) -> None:
            await tell(number, sent)

        async def attempt() -> Reply:
            token, _ = await self._access()
            headers = {"Authorization": token, "Accept-Encoding": "identity", "Content-Length": str(length)}
            return await self.service.ask(
                "PUT",
                f"{upload.target}/multipart/{upload.session}/{number}",
                body=_bytes(upload.path, begin, length, told),
                headers=headers,
                read_seconds=_SECONDS,
            )

        reply = await self._insist(attempt)
        if reply.status >= 300:
            raise refusal(self.name, reply, {})
        tag = reply.headers.get("etag", "")
        if not tag:
            raise RemoteFailed(f"The storage of {self.name} took a part without a receipt.")
        return tag

    async def _initiated(self, upload: Upload, tell: Tell, kind: str) -> str:
        """The older way: an address is given out, and the file is put there without any key."""
        url = f"{self.site.rest}/storage/upload/initiate?storage_type=gcs"
        body: JsonValue = {"file_name": upload.path.name, "content_type": kind}
        reply = await self._insist(lambda: self.service.ask("POST", url, json=body))
        begun = read(Initiated, reply)
        if reply.status >= 300 or begun is None:
            raise refusal(self.name, reply, {})

        async def put() -> Reply:
            headers = {"Content-Type": kind, "Content-Length": str(upload.size)}
            content = _bytes(upload.path, 0, upload.size, tell)
            return await self.service.ask(
                "PUT", begun.upload_url, body=content, headers=headers, read_seconds=_SECONDS
            )

        reply = await self._insist(put)
        if reply.status >= 300:
            raise refusal(self.name, reply, {})
        return begun.file_url

    async def _access(self) -> tuple[str, str]:
        """A token for the storage, as the header wants it, and where uploads in parts begin."""
        if self._token is None or time.monotonic() > self._until:
            url = f"{self.site.rest}/storage/auth/token?storage_type=fal-cdn-v3"
            reply = await self._insist(lambda: self.service.ask("POST", url, json={}))
            token = read(Token, reply) if reply.status < 300 else None
            if token is None:
                raise refusal(self.name, reply, {})
            self._token, self._until = token, time.monotonic() + _TOKEN_SECONDS
        base = self._token.base_url.rstrip("/")
        if not base or not self.site.is_storage(base):
            base = self.site.cdn
        return f"{self._token.token_type} {self._token.token}", base

    async def _insist(self, attempt: Callable[[], Awaitable[Reply]]) -> Reply:
        """As `insist` for all; a token that is not taken any more is renewed, once."""
        service = f"The storage of {self.name}"
        reply = await insist(attempt, name=service, seconds=_PATIENCE)
        if reply.status == 401 and self._token:
            self._token = None
            reply = await insist(attempt, name=service, seconds=_PATIENCE)
        return reply

    def _address(self, reply: Reply) -> str:
        uploaded = read(Uploaded, reply)
        if uploaded is None:
            raise RemoteFailed(f"What the storage of {self.name} answered makes no sense.")
        return uploaded.access_url


async def _bytes(path: Path, begin: int, length: int, tell: Tell) -> AsyncGenerator[bytes]:
    """A piece of a file, read as it is sent; `tell` is told how much of it has been."""
    with path.open("rb") as file:
        file.seek(begin)
        sent = 0
        while sent < length:
            piece = file.read(min(_CHUNK, length - sent))
            if not piece:
                return
            yield piece
            sent += len(piece)
            await tell(sent)


def _length(upload: Upload, number: int) -> int:
    return min(PART, upload.size - (number - 1) * PART)


def _kind(path: Path) -> str:
    known = {".mkv": "video/x-matroska", ".safetensors": "application/octet-stream", ".wav": "audio/wav"}
    return known.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _header_name(path: Path) -> str:
    """The name without what a header cannot carry."""
    return "".join(c for c in path.name if c.isascii() and c.isprintable()) or f"file{path.suffix}"
