"""Files that clients put here and fetch from here."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import httpx
from starlette.responses import FileResponse

Kind = Literal["archive", "movie", "preview", "input"]

_PREFIX = "/cdn/files/b/"


class Download(FileResponse):
    chunk_size = 256 * 1024


@dataclass(frozen=True)
class Kept:
    """A file with an address. It is there when `path` is."""

    key: str
    path: Path
    name: str
    content_type: str
    kind: Kind

    def response(self) -> Download:
        headers = {"cache-control": "public, max-age=31536000, immutable"}
        return Download(self.path, headers=headers, media_type=self.content_type)


class Files:
    """What lies on the network for downloads: nobody needs a key there, who knows the address."""

    def __init__(self, folder: Path, base: Callable[[], str]) -> None:
        self.folder = folder
        self._base = base
        self._kept: dict[str, Kept] = {}
        self._others: list[Callable[[str], Path | None]] = []

    def new(self, name: str, content_type: str, kind: Kind) -> Kept:
        """An address for a file that is still to be written to `path`."""
        safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in name) or "file"
        key = f"{secrets.token_hex(4)}/{secrets.token_urlsafe(12)}_{safe}"
        kept = Kept(key, self.folder / f"{secrets.token_hex(8)}{Path(safe).suffix}", safe, content_type, kind)
        self._kept[key] = kept
        return kept

    def scratch(self) -> Path:
        return self.folder / secrets.token_hex(8)

    def url(self, kept: Kept) -> str:
        return f"{self._base()}{_PREFIX}{kept.key}"

    def get(self, key: str) -> Kept | None:
        return self._kept.get(key)

    def also(self, find: Callable[[str], Path | None]) -> None:
        """Ask `find` too, by a path of this server, when an address is looked up."""
        self._others.append(find)

    def locate(self, url: str) -> Path | None:
        """The file at an address, as a server fetches what it is given; none where there is none."""
        if url.startswith("data:"):
            return self._inline(url)
        if not url.startswith(f"{self._base()}/"):
            return self._fetched(url)
        path = unquote(urlsplit(url).path)
        kept = self._kept.get(path.removeprefix(_PREFIX))
        found = kept.path if kept else next(filter(None, (find(path) for find in self._others)), None)
        return found if found and found.exists() else None

    def _inline(self, url: str) -> Path | None:
        path = self.scratch()
        try:
            path.write_bytes(base64.b64decode(url.partition(";base64,")[2], validate=True))
        except binascii.Error:
            return None
        return path

    def _fetched(self, url: str) -> Path | None:
        path = self.scratch()
        try:
            with httpx.stream("GET", url, timeout=5) as answer, path.open("wb") as file:
                answer.raise_for_status()
                for piece in answer.iter_bytes():
                    file.write(piece)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None
        return path


async def save(path: Path, stream: AsyncIterable[bytes]) -> None:
    """Write a body to `path` as it comes. A body that breaks off leaves nothing there."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with part.open("wb") as file:
        async for piece in stream:
            file.write(piece)
    part.replace(path)
