"""Files that callers have sent or may fetch, each in a folder whose name nobody can guess."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.assembly.space import demand_space
from bridge.domain.errors import RequestError
from bridge.media.storage import fsync_dir, os_error_to_output_error

LARGEST_FILE = 64 * 1024**3
RESERVE = 1024**3
"""Bytes that callers leave free on the drive."""

_MOST_PARTS = 10_000
_PIECE = 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{32}")
_TAG = re.compile(r'"?([0-9a-f]{32})"?')
_PARTS = "parts-"


@dataclass(frozen=True)
class Place:
    """Where a file is, or will be. `key` cannot be guessed: whoever knows it may read the file."""

    key: str
    name: str
    path: Path


class TooLarge(Exception):
    """More was sent than is taken."""


class Files:
    """Everything below `root`, which exists. Raises `OutputError`s where the drive refuses, or would be left with less
    than `reserve` bytes.
    """

    def __init__(self, root: Path, reserve: int = RESERVE) -> None:
        self._root = root
        self._reserve = reserve

    def new(self, name: str) -> Place:
        """A place for a file that is about to come."""
        place = self._place(secrets.token_hex(16), file_name(name))
        try:
            place.path.parent.mkdir(mode=0o700)
        except OSError as error:
            raise os_error_to_output_error(error, place.path) from error
        return place

    def place(self, key: str, name: str) -> Place | None:
        """A place that was given out before; none for any other."""
        if not _KEY.fullmatch(key) or name != file_name(name):
            return None
        place = self._place(key, name)
        return place if place.path.parent.is_dir() else None

    def find(self, key: str, name: str) -> Path | None:
        """A file that is whole."""
        place = self.place(key, name)
        return place.path if place and place.path.is_file() else None

    def _place(self, key: str, name: str) -> Place:
        return Place(key, name, self._root / key / name)

    async def receive(self, place: Place, content: AsyncIterator[bytes]) -> None:
        """Write what comes, straight to the drive; the file appears when all of it is there. Raises `TooLarge`."""
        await self._write(place.path, content)

    async def begin_parts(self, place: Place) -> str:
        """The id of an upload in parts."""
        upload = secrets.token_hex(16)
        await asyncio.to_thread((place.path.parent / f"{_PARTS}{upload}").mkdir)
        return upload

    async def receive_part(self, place: Place, upload: str, number: int, content: AsyncIterator[bytes]) -> str:
        """The part's entity tag. A part that is sent again takes the place of the one before. Raises `RequestError`."""
        folder = self._parts(place, upload)
        if not 1 <= number <= _MOST_PARTS:
            raise RequestError(f"Parts are numbered from 1 to {_MOST_PARTS}.")
        part = folder / f"{number}.{secrets.token_hex(4)}"
        tag = await self._write(part, content)
        # The name says what is inside, so that nothing else has to be written down.
        await asyncio.to_thread(part.replace, folder / f"{number}.{tag}")
        return tag

    async def complete(self, place: Place, upload: str, parts: Sequence[tuple[int, str]]) -> None:
        """Put the parts together, in the order of their numbers. Done again, it changes nothing.

        Raises `RequestError` for parts that have not arrived, and `TooLarge`.
        """
        if not place.path.is_file():
            await asyncio.to_thread(self._join, self._parts(place, upload), place.path, parts)

    def demand_room(self, needed: int, what: str) -> None:
        demand_space(self._root, self._reserve + needed, what)

    def _parts(self, place: Place, upload: str) -> Path:
        folder = place.path.parent / f"{_PARTS}{upload}"
        if not _KEY.fullmatch(upload) or not folder.is_dir():
            raise RequestError("There is no such upload.")
        return folder

    def _join(self, folder: Path, path: Path, parts: Sequence[tuple[int, str]]) -> None:
        found = [folder / f"{number}.{_digest(tag)}" for number, tag in sorted(parts)]
        missing = [part.name.partition(".")[0] for part in found if not part.is_file()]
        if missing or not found or len({number for number, _ in parts}) != len(parts):
            raise RequestError(f"Parts that have not arrived: {', '.join(missing) or 'all'}.")
        if sum(part.stat().st_size for part in found) > LARGEST_FILE:
            raise TooLarge
        whole = folder / "whole"
        try:
            with whole.open("wb") as file:
                for part in found:
                    self.demand_room(part.stat().st_size, "What was sent")
                    with part.open("rb") as content:
                        shutil.copyfileobj(content, file, _PIECE)
                file.flush()
                os.fsync(file.fileno())
            whole.replace(path)
            fsync_dir(path.parent)
            shutil.rmtree(folder)
        except OSError as error:
            raise os_error_to_output_error(error, path) from error

    async def _write(self, path: Path, content: AsyncIterator[bytes]) -> str:
        """The MD5 digest of what was written, as hexadecimal: what S3 gives as entity tag."""
        part = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
        digest = hashlib.md5(usedforsecurity=False)
        size = 0
        try:
            with part.open("xb") as file:

                def append(piece: bytes) -> None:
                    self.demand_room(len(piece), "What is sent")
                    digest.update(piece)
                    file.write(piece)

                async for piece in _gathered(content):
                    size += len(piece)
                    if size > LARGEST_FILE:
                        raise TooLarge
                    await asyncio.to_thread(append, piece)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            part.replace(path)
        except OSError as error:
            raise os_error_to_output_error(error, path) from error
        finally:
            part.unlink(missing_ok=True)
        return digest.hexdigest()

    def sweep(self, seconds: float) -> None:
        """Remove what has not changed for so long."""
        for folder in self._root.iterdir():
            if time.time() - folder.stat().st_mtime > seconds:
                shutil.rmtree(folder)


def file_name(name: str) -> str:
    """`name` as an address and every file system can bear it; never empty or hidden."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name.replace("\\", "/").rpartition("/")[2])
    return plain.lstrip(".")[-100:].lstrip(".") or "file"


async def _gathered(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces that are worth a turn of a thread."""
    waiting = bytearray()
    async for piece in content:
        waiting += piece
        if len(waiting) >= _PIECE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _digest(tag: str) -> str:
    found = _TAG.fullmatch(tag)
    if not found:
        raise RequestError("A part's entity tag is not one that was given out.")
    return found[1]
