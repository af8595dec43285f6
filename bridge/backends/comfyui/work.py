"""One attempt at one job at ComfyUI: the plate, the graph, the wait, the frames."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import JsonValue

from bridge.backends.base import JobTask, Report
from bridge.backends.remote.ledger import Book, Intent, Ticket, Upload
from bridge.backends.remote.offers import Offer
from bridge.backends.remote.preparing import Keep, Tell, plates_for, upload_all
from bridge.backends.remote.refusals import plain
from bridge.domain.errors import (
    EndpointUnreachable,
    EngineFailed,
    GpuTooSmall,
    RemoteFailed,
    ResultGone,
    SuperwhiteError,
)
from bridge.domain.job import Deliverable, Running, Submitted
from bridge.engines.protocol import Plates
from bridge.net.patience import to_its_end

from .collecting import Collector, has_all
from .graph import TITLES, Job, build, fitted
from .listening import News
from .parameters import ComfyParameters
from .server import Server
from .surveying import survey
from .wire import Ended, Heard, Place

_LOOK_EVERY = 2.0
_LAST_SECONDS = 8.0
_CELL = 32
"""Pixels of a side that the model knows as one; times as many where the guiding clip is smaller."""

_FOLDER = "superwhite"

Listen = Callable[[str, str], AbstractAsyncContextManager[News]]


@dataclass
class ComfyWork:
    """`listen` opens the socket of the name that a job was sent under, for the id that it has there."""

    task: JobTask
    report: Report
    book: Book
    offer: Offer
    settings: ComfyParameters
    server: Server
    listen: Listen

    async def through(self) -> Deliverable:
        """Whatever has been done before is passed over. Raises the errors of the tree."""
        if self.book.page.outcome is None:
            if self.book.page.ticket is None:
                await self._submit()
            await self._await_end()
        return await self._collect()

    async def _submit(self) -> None:
        intent = self.book.page.intent
        # The bridge ended after it had begun to send: it is sent again only if it did not arrive.
        if intent is not None and await self.server.standing(intent.id):
            await self.book.keep(ticket=Ticket(id=intent.id, app=intent.app))
            return
        found = await survey(self.server, self.settings.checkpoint)
        models = found.demand()
        modulus = _CELL * models.downscale
        offer = replace(self.offer, limits=self.offer.limits.model_copy(update={"size_modulus": modulus}))
        plates = await plates_for(offer, self.settings, self.task, self.report, self.book, exact=False)
        if intent is None:
            intent = Intent(id=str(uuid.uuid4()), at=datetime.now(UTC), app=models.checkpoint)
        urls = await upload_all({"plate": "video"}, self.settings, plates, self._send, self.report, self.book)
        graph = build(self._job(intent.id, urls["video"], plates), models)
        sent = fitted(graph, found.kinds, self.server.name)
        await self.book.keep(intent=intent)
        # Cancelled in between, the answer is waited for all the same: only what is known can be cancelled there.
        await to_its_end(self._queue(intent, sent), _LAST_SECONDS)

    async def _queue(self, intent: Intent, graph: dict[str, JsonValue]) -> None:
        try:
            job = await self.server.submit(intent.id, graph)
        except EndpointUnreachable:
            raise  # it may have arrived: the next attempt looks first
        except SuperwhiteError:
            # The plate too is sent anew: it may be what was refused, because somebody has removed it there.
            await self.book.keep(intent=None, uploads={})
            raise
        await self.book.keep(ticket=Ticket(id=job, app=intent.app))

    async def _send(self, upload: Upload, tell: Tell, keep: Keep) -> Upload:
        name = await self.server.upload(upload.path, f"{_FOLDER}/{self.task.job_id}")
        done = upload.model_copy(update={"url": name})
        await keep(done)
        await tell(upload.size)
        return done

    def _job(self, job: str, plate: str, plates: Plates) -> Job:
        return Job(
            plate=plate,
            folder=_folder_of(job),
            width=plates.width,
            height=plates.height,
            frames=plates.sent,
            rate=plates.rate,
            seed=self._seed(job),
            prompt=self.settings.prompt,
            decoding=self.settings.decoding,
        )

    def _seed(self, job: str) -> int:
        """By chance where none is asked for, but the same whenever the same request is sent."""
        return uuid.UUID(job).int % 2**32 if self.settings.seed is None else self.settings.seed

    async def _await_end(self) -> None:
        page = self.book.page
        ticket, plates, intent = page.ticket, page.plates, page.intent
        assert ticket
        assert plates
        assert intent
        async with self.listen(intent.id, ticket.id) as news:
            while True:
                news.fresh.clear()
                match await self.server.standing(ticket.id):
                    case Place(running=False, ahead=ahead):
                        await self.report(Submitted(remote_id=ticket.id, ahead=ahead))
                    case Place():
                        await self.report(_running(news.latest))
                    case Ended(succeeded=True):
                        break
                    case Ended() as ended:
                        await self.book.keep(over=True)
                        raise self._failure(ended)
                    case None:
                        # It was started anew, or its history was cleared. What it has made lies there all the same.
                        if await has_all(self.server, _folder_of(intent.id), plates.sent):
                            break
                        await self.book.keep(over=True)
                        raise ResultGone(
                            f"{self.server.name} does not know the job any more: it was started anew meanwhile.",
                            remedy="Retry the job: it is made anew.",
                        )
                await self._until_next_look(news)
        await self.book.keep(outcome={"seed": self._seed(intent.id), "prompt": self.settings.prompt})

    async def _until_next_look(self, news: News) -> None:
        """Pass on what is heard meanwhile."""
        end = time.monotonic() + _LOOK_EVERY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY):
                while time.monotonic() < end:
                    await news.fresh.wait()
                    news.fresh.clear()
                    if news.latest.over:
                        return
                    await self.report(_running(news.latest))

    def _failure(self, ended: Ended) -> SuperwhiteError:
        name, step = self.server.name, TITLES.get(ended.node, ended.node)
        message = plain(ended.message).rstrip(".")
        if ended.interrupted:
            return RemoteFailed(
                f"The job was interrupted at {name} by somebody else.", remedy="Retry the job: it is made anew."
            )
        if "OPENCV_IO_ENABLE_OPENEXR" in ended.message:
            return EngineFailed(
                f"{name} may not write EXR frames.",
                remedy="Set OPENCV_IO_ENABLE_OPENEXR=1 in the environment from which ComfyUI is started, start it "
                "anew, and retry the job.",
                detail=message,
            )
        if "could not find a writer" in ended.message:
            return EngineFailed(
                f"OpenCV at {name} cannot write EXR frames.",
                remedy="Put another one into ComfyUI's Python: pip install 'opencv-python<5' (the packages of 5.0 lack "
                "it). Start ComfyUI anew, and retry the job.",
                detail=message,
            )
        if "OutOfMemory" in ended.kind or "out of memory" in ended.message.lower():
            return GpuTooSmall(
                f"The memory of the card at {name} is too small for this clip ({step}).",
                remedy="Set “Shorter side at most”, lift fewer frames, or close what else uses the card.",
                detail=message,
            )
        return RemoteFailed(
            f"{name} failed at the job ({step}): {message or 'it gives no reason'}.",
            remedy="Look into ComfyUI's own log, then retry the job: it is made anew.",
            detail=ended.kind,
        )

    async def _collect(self) -> Deliverable:
        page = self.book.page
        assert page.intent
        assert page.ticket
        assert page.plates
        assert page.outcome is not None
        collector = Collector(
            self.server,
            self.task,
            self.report,
            page.plates,
            _folder_of(page.intent.id),
            short_side=self.settings.short_side,
            engine={
                "engine": f"ComfyUI: {page.intent.app}",
                "statement": self.offer.description,
                "request": page.ticket.id,
                **page.outcome,
            },
        )
        try:
            return await collector.sequence()
        except ResultGone:
            await self.book.keep(over=True)
            raise


def _folder_of(job: str) -> str:
    """In the server's output folder; no two jobs share one, because files there are written over."""
    return f"{_FOLDER}/{job}"


def _running(heard: Heard) -> Running:
    return Running(done=heard.done, total=heard.total, note=TITLES.get(heard.node, ""))
