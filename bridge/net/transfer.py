"""Large files from elsewhere, in as many pieces as it takes."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import Field

from bridge.domain.errors import EndpointUnreachable, ResultGone, ResultUnusable
from bridge.domain.wire import Frozen

from .addresses import shown
from .patience import Patience
from .service import NotSent, Service, Unanswered, retry_after

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_GONE = (401, 403, 404, 410)
_TRANSIENT = (408, 425, 429, 500, 502, 503, 504)
_READ_SECONDS = 60.0


class Validator(Frozen):
    """What tells one state of a remote file from another: a strong entity tag, else its date; and its size."""

    tag: str = Field(default="", description="For If-Range: an ETag that is strong, or a Last-Modified date.")
    size: int | None = None


class Changed(Exception):
    """The remote file is not the one whose beginning is here: all of it has to come again."""


Tell = Callable[[int, int | None], Awaitable[None]]
Keep = Callable[[Validator], Awaitable[None]]


@dataclass
class Download:
    """Fetches `url` into `path`, after the bytes that are there already, which are those of `known`.

    `keep` is told of the validator before the first byte is written, `tell` of the bytes that are there. `most` is the
    size that is refused beyond.
    """

    service: Service
    url: str
    path: Path
    known: Validator | None
    most: int
    patience: Patience
    keep: Keep
    tell: Tell

    async def run(self) -> int:
        """The size of the whole file. Raises `ResultGone`, `ResultUnusable`, `EndpointUnreachable`, `Changed`, and
        `OSError` where it cannot be written.
        """
        while True:
            try:
                if await self._go_on():
                    return self._have()
                sentence = f"{_host(self.url)} broke the download off."
                wait = None
            except _Later as later:
                sentence, wait = later.sentence, later.wait
            except (NotSent, Unanswered) as error:
                sentence, wait = str(error), None
            if self.patience.exhausted:
                raise EndpointUnreachable(sentence, detail=shown(self.url))
            await self.patience.wait(wait)

    def _have(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    async def _go_on(self) -> bool:
        """One request; whether the file is whole now."""
        have = self._have()
        if have and self.known is None:
            raise Changed
        if self.known and self.known.size is not None and have == self.known.size:
            return True
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if self.known and self.known.tag:
                headers["If-Range"] = self.known.tag
        async with self.service.open("GET", self.url, headers=headers, read_seconds=_READ_SECONDS) as answer:
            skip = await self._judge(answer, have)
            return await self._write(answer, have, skip)

    async def _judge(self, answer: httpx.Response, have: int) -> int:
        """How many bytes of the body are here already."""
        status = answer.status_code
        if status in _GONE:
            raise ResultGone(f"{_host(self.url)} does not give the result any more (HTTP {status}).")
        if status == 416:
            raise Changed
        if status in _TRANSIENT:
            raise _Later(f"{_host(self.url)} cannot give the result now (HTTP {status}).", answer)
        if status not in (200, 206) or answer.headers.get("content-encoding", "identity") != "identity":
            raise ResultUnusable(f"{_host(self.url)} answers with HTTP {status} in place of the result.")
        size = _size(answer, have)
        if size is not None and size > self.most:
            raise ResultUnusable(f"The result is {size / 1e9:.1f} GB, more than it can be.")
        found = Validator(tag=_tag(answer), size=size)
        if self.known is None or not have:
            self.known = found
            await self.keep(found)
        elif not _same(found, self.known):
            raise Changed
        # A server that knows no ranges sends all of it again: what is here is passed over.
        return have if status == 200 else 0

    async def _write(self, answer: httpx.Response, have: int, skip: int) -> bool:
        size = self.known.size if self.known else None
        try:
            with self.path.open("ab") as file:
                async for part in answer.aiter_raw():
                    fresh = part[skip:]
                    skip = max(0, skip - len(part))
                    if not fresh:
                        continue
                    file.write(fresh)
                    have += len(fresh)
                    if have > (self.most if size is None else size):
                        raise ResultUnusable("The result is longer than it was said to be.")
                    file.flush()
                    self.patience.renew()
                    await self.tell(have, size)
                os.fsync(file.fileno())
        except httpx.HTTPError as error:
            raise Unanswered(f"{_host(self.url)} broke the download off.") from error
        return have == size if size is not None else True


class _Later(Exception):
    def __init__(self, sentence: str, answer: httpx.Response) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.wait = retry_after(answer.headers)


def _size(answer: httpx.Response, have: int) -> int | None:
    """The size of the whole file, where it is said. Raises `Changed` for a piece that does not follow on."""
    if answer.status_code == 206:
        told = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if not told or int(told[1]) != have:
            raise Changed
        return None if told[3] == "*" else int(told[3])
    length = answer.headers.get("content-length", "")
    return int(length) if length.isdigit() else None


def _tag(answer: httpx.Response) -> str:
    tag = answer.headers.get("etag", "")
    # A weak tag does not promise the same bytes, and may not be sent with If-Range (RFC 9110, 13.1.5).
    return tag if tag and not tag.startswith("W/") else answer.headers.get("last-modified", "")


def _same(found: Validator, known: Validator) -> bool:
    if found.tag and known.tag and found.tag != known.tag:
        return False
    return found.size is None or known.size is None or found.size == known.size


def _host(url: str) -> str:
    return httpx.URL(url).host
