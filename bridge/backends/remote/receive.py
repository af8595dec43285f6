"""What came of a remote job is brought here and made into a deliverable, the unpacking while the download goes on."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, JsonValue

from bridge.backends.base import WORK_FOLDER, JobTask, Report
from bridge.backends.workers import Worker, carry_out, working
from bridge.domain.errors import EndpointUnreachable, EngineLost, ResultGone, ResultUnusable
from bridge.domain.job import Deliverable, JobState, Receiving
from bridge.engines.protocol import Finished, FramesOrder, Grown, MovieOrder, Result, UnpackOrder
from bridge.media.storage import os_error_to_output_error
from bridge.net.patience import Patience
from bridge.net.service import Service
from bridge.net.transfer import Changed, Download, Validator

from .ledger import Book
from .offers import Offer
from .settling import frames_asked, size_asked

_MOST_BYTES = 64 * 1024**3
_PATIENCE = 600.0
_TOLD_EVERY = 0.05
_RESTARTS = 3

_SLACK = 8
"""Frames that an archive may hold beyond those asked for, where the endpoint rounds up."""

_MOVIES = {".mp4", ".mov", ".webm", ".mkv"}


async def receive_at_last(
    book: Book, receive: Callable[[], Awaitable[Deliverable]], ask_again: Callable[[], Awaitable[None]]
) -> Deliverable:
    """What `receive` brings. Addresses can run out before results do: the service is then asked for them once more,
    where it has a job that can be asked for.

    Raises `ResultGone` where that does not help: then there is nothing to go on with.
    """
    try:
        try:
            return await receive()
        except ResultGone:
            if book.page.ticket is None:
                raise
        await ask_again()
        return await receive()
    except ResultGone:
        await book.keep(over=True)
        raise


@dataclass(frozen=True)
class Source:
    """Where a result lies: an address, or all of it in a data URI; and how long it is, where that was said."""

    url: str
    name: str = ""
    size: int | None = None


@dataclass
class Receiver:
    """Brings one result here. `client` is that which fetches it; `maker` is what people call the service."""

    task: JobTask
    report: Report
    book: Book
    offer: Offer
    settings: BaseModel
    client: Service
    maker: str

    @property
    def folder(self) -> Path:
        return self.task.reservation.staging / WORK_FOLDER

    @property
    def engine(self) -> dict[str, JsonValue]:
        """What is said of the making."""
        page = self.book.page
        outcome = page.outcome or {}
        return {
            "engine": f"{self.maker}: {page.ticket.app if page.ticket else self.offer.app}",
            "statement": self.offer.description,
            "request": page.ticket.id if page.ticket else None,
            "seed": outcome.get("seed"),
            "prompt": outcome.get("prompt"),
        }

    async def sequence(self, source: Source) -> Deliverable:
        """The EXR frames in the archive at `source`."""
        archive = self.folder / "frames.zip"
        for attempt in range(1, _RESTARTS + 1):
            try:
                return await self._unpacked(source, archive)
            except Changed as changed:
                if attempt == _RESTARTS:
                    raise EndpointUnreachable(
                        "The result changed again and again while it was fetched.", remedy="Retry the job later."
                    ) from changed
                await self._begin_anew(archive)
            except ResultUnusable:
                # The next attempt fetches it anew: it may have been damaged on the way.
                await self._begin_anew(archive)
                raise
        raise AssertionError("unreachable")

    async def movie(self, source: Source) -> Deliverable:
        """The movie at `source`."""
        suffix = Path(source.name).suffix.lower()
        path = self.folder / f"movie{suffix if suffix in _MOVIES else '.mp4'}"
        await asyncio.to_thread(_touch, path)
        for attempt in range(1, _RESTARTS + 1):
            try:
                await self._fetch(source, path, _ignore)
                break
            except Changed as changed:
                if attempt == _RESTARTS:
                    raise EndpointUnreachable("The result changed again and again while it was fetched.") from changed
                await self._begin_anew(path)
        order = MovieOrder(
            job=self.task.job_id,
            request=self.task.request,
            reservation=self.task.reservation,
            movie=path,
            engine=self.engine,
            cost=self.book.page.cost,
        )
        try:
            return _finished(await carry_out(order, self.report, self.task.log))
        except ResultUnusable:
            await self._begin_anew(path)
            raise

    async def _unpacked(self, source: Source, archive: Path) -> Deliverable:
        plates = self.book.page.plates
        assert plates
        width, height = size_asked(self.settings, plates)
        await asyncio.to_thread(_touch, archive)
        order = UnpackOrder(
            job=self.task.job_id,
            request=self.task.request,
            reservation=self.task.reservation,
            archive=archive,
            frames=frames_asked(self.settings, self.offer, plates) + _SLACK,
            width=width,
            height=height,
            engine=self.engine,
            cost=self.book.page.cost,
        )
        return await assembled(order, lambda worker: self._feed(source, archive, worker), self.report, self.task.log)

    async def _feed(self, source: Source, archive: Path, worker: Worker) -> None:
        last = 0.0

        async def grown(size: int) -> None:
            nonlocal last
            if time.monotonic() - last >= _TOLD_EVERY:
                last = time.monotonic()
                await worker.tell(Grown(size=size))

        size = await self._fetch(source, archive, grown)
        await worker.tell(Grown(size=size, complete=True))

    async def _fetch(self, source: Source, path: Path, grown: Callable[[int], Awaitable[None]]) -> int:
        async def tell(have: int, size: int | None) -> None:
            await self.report(Receiving(received=have, total=size or source.size))
            await grown(have)

        async def keep(validator: Validator) -> None:
            await self.book.keep(validator=validator)

        if source.url.startswith("data:"):
            return await asyncio.to_thread(_write_data, source.url, path)
        download = Download(
            self.client,
            source.url,
            path,
            self.book.page.validator,
            _MOST_BYTES,
            Patience(_PATIENCE),
            keep,
            tell,
        )
        try:
            return await download.run()
        except OSError as error:
            raise os_error_to_output_error(error, path) from error

    async def _begin_anew(self, path: Path) -> None:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        await self.book.keep(validator=None)


async def assembled(
    order: UnpackOrder | FramesOrder, feed: Callable[[Worker], Awaitable[None]], report: Report, log: Path
) -> Deliverable:
    """What a worker makes of what `feed` brings it, the making while it is brought."""
    arrived = asyncio.Event()

    async def tell(state: JobState) -> None:
        # While bytes still come, they are what is waited for.
        if arrived.is_set():
            await report(state)

    async with working(order, log) as worker:
        result = asyncio.create_task(worker.result(tell))
        fetching = asyncio.ensure_future(feed(worker))
        try:
            await asyncio.wait({result, fetching}, return_when=asyncio.FIRST_COMPLETED)
            if result.done() and not fetching.done():
                # It has refused what came so far: the rest need not come.
                return _finished(await result)
            await fetching
            arrived.set()
            return _finished(await result)
        finally:
            for each in (result, fetching):
                each.cancel()
            await asyncio.wait({result, fetching})


def _finished(answer: Result) -> Deliverable:
    if not isinstance(answer, Finished):
        raise EngineLost("The engine worker gave another answer than was asked for.")
    return answer.result


def _touch(path: Path) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    except OSError as error:
        raise os_error_to_output_error(error, path) from error


async def _ignore(_: int) -> None: ...


def _write_data(url: str, path: Path) -> int:
    """A data URI (RFC 2397) as a file; its size."""
    head, _, body = url.partition(",")
    if not head.endswith(";base64"):
        raise ResultUnusable("The result came inside the answer, in a form that is not known.")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ResultUnusable("The result came inside the answer, and is damaged.") from error
    path.write_bytes(content)
    return len(content)
