"""One attempt at one job at Oxen: the plate, the request, the wait, and the search for what was made."""

from __future__ import annotations

import asyncio
import base64
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import quote

from pydantic import JsonValue

from bridge.backends.base import JobTask, Report
from bridge.backends.remote.ledger import Book, Intent, Ticket, Upload
from bridge.backends.remote.offers import Offer
from bridge.backends.remote.preparing import Keep, Tell, plates_for, upload_all
from bridge.backends.remote.receive import Receiver, Source, receive_at_last
from bridge.backends.remote.refusals import failure
from bridge.backends.remote.sending import answer_lost
from bridge.backends.remote.settling import demand_affordable, frames_asked
from bridge.domain.errors import (
    AnswerLost,
    RemoteError,
    RemoteFailed,
    RemoteRefused,
    RequestError,
    ResultGone,
    ResultUnusable,
)
from bridge.domain.job import Deliverable, Running, Submitted
from bridge.domain.ltx import OxenHdrLift
from bridge.net.patience import to_its_end
from bridge.net.service import Service

from .hub import BRANCH, Hub
from .wire import addresses_in, is_archive

_LARGEST_INLINE = 12 * 1024 * 1024
_LAST_SECONDS = 8.0
_OURS = {"repository", "synchronous"}


@dataclass
class OxenWork:
    """`plain` is the client that fetches results, without a key."""

    task: JobTask
    report: Report
    book: Book
    offer: Offer
    settings: OxenHdrLift
    hub: Hub
    plain: Service

    async def through(self) -> Deliverable:
        """Whatever has been done before is passed over. Raises the errors of the tree."""
        async with AsyncExitStack() as stack:
            if self.book.page.outcome is None:
                await stack.enter_async_context(self.hub.listening())
                if self.book.page.ticket is None:
                    await self._submit()
                if self.book.page.outcome is None:
                    await self._await_outcome()
        return await receive_at_last(self.book, self._receive, self._await_outcome)

    async def _submit(self) -> None:
        if self.book.page.intent is not None:
            # The bridge ended after it had begun to send, and before it knew the answer.
            raise answer_lost(self.hub.name, "The bridge ended before the answer came.")
        plates = await plates_for(self.offer, self.settings, self.task, self.report, self.book, exact=False)
        cost = demand_affordable(self.offer, self.settings, plates, self.task.spend_limit)
        urls = await upload_all({"plate": "input_video"}, self.settings, plates, self._put, self.report, self.book)
        body: dict[str, JsonValue] = {
            "model": self.offer.app,
            **self.settings.model_dump(mode="json", exclude_none=True, exclude=_OURS),
            "num_frames": frames_asked(self.settings, self.offer, plates),
            "frames_per_second": self.settings.frames_per_second or float(plates.rate),
            "input_video": urls["input_video"],
        }
        await self.book.keep(intent=Intent(id=str(uuid.uuid4()), at=datetime.now(UTC), app=self.offer.app), cost=cost)
        try:
            if self.settings.synchronous:
                await self.report(Running(note="in one call"))
                await self.book.keep(outcome=await self.hub.generate({**body, "response_format": "url"}))
                return
            # Cancelled in between, the answer is waited for all the same: only what is known can be cancelled there.
            await to_its_end(self._enqueue(body), _LAST_SECONDS)
        except AnswerLost:
            raise
        except RemoteError:
            await self.book.keep(intent=None)
            raise

    async def _enqueue(self, body: dict[str, JsonValue]) -> None:
        generation = await self.hub.enqueue({**body, "num_generations": 1})
        await self.book.keep(ticket=Ticket(id=generation, app=self.offer.app))

    async def _put(self, upload: Upload, tell: Tell, keep: Keep) -> Upload:
        """Into the user's repository; without one, inside the request itself."""
        if self.settings.repository:
            name = f"superwhite/{self.task.job_id}/{upload.path.name}"
            url = await self.hub.put(upload.path, self.settings.repository, name)
        elif upload.size <= _LARGEST_INLINE:
            content = await asyncio.to_thread(upload.path.read_bytes)
            # Not kept: it would fill the ledger, and is made again in an instant.
            return upload.model_copy(update={"url": f"data:video/mp4;base64,{base64.b64encode(content).decode()}"})
        else:
            raise RequestError(
                f"The plate has {upload.size / 1e6:.0f} MB, too much to travel inside a request.",
                remedy="Set “repository” to NAMESPACE/NAME of yours at Oxen, or choose a shorter range.",
            )
        done = upload.model_copy(update={"url": url})
        await keep(done)
        await tell(upload.size)
        return done

    async def _await_outcome(self) -> None:
        ticket = self.book.page.ticket
        assert ticket
        await self.report(Submitted(remote_id=ticket.id))
        try:
            async for row in self.hub.follow(ticket.id):
                match row.phase:
                    case "waiting":
                        await self.report(Submitted(remote_id=ticket.id))
                    case "running":
                        await self.report(Running())
                    case "failed":
                        raise failure(self.hub.name, row.error_message or "", row.status)
                    case "succeeded":
                        await self.book.keep(outcome=row.model_dump(mode="json"))
        except (RemoteFailed, RemoteRefused, ResultGone):
            await self.book.keep(over=True)
            raise

    async def _receive(self) -> Deliverable:
        page = self.book.page
        assert page.outcome is not None
        source = await self._archive(page.outcome)
        receiver = Receiver(self.task, self.report, self.book, self.offer, self.settings, self.plain, self.hub.name)
        try:
            return await receiver.sequence(source)
        except ResultGone:
            # A repository of the user's own: what lies there is given to its owner alone.
            return await replace(receiver, client=self.hub.service).sequence(source)

    async def _archive(self, outcome: dict[str, JsonValue]) -> Source:
        """Where the EXR frames are. Oxen documents one address a result, which is that of the preview; the archive is
        looked for in what else the answer names, and beside the preview in the repository.

        Raises `ResultUnusable` where neither tells of it.
        """
        found = addresses_in(outcome)
        archives = [url for url in found if is_archive(url)]
        if not archives:
            archives = await self._beside(outcome)
        if archives:
            return Source(archives[0], PurePosixPath(archives[0]).name)
        raise ResultUnusable(
            f"{self.hub.name} has made the clip, but does not say where its EXR frames are.",
            detail="\n".join(url for url in found if not url.startswith("data:")),
            remedy=f"Look into your repository at {self.hub.name}, or use fal, which gives the frames out.",
        )

    async def _beside(self, outcome: dict[str, JsonValue]) -> list[str]:
        repository, folder = outcome.get("target_repo"), outcome.get("target_directory")
        namespace = outcome.get("target_namespace")
        if not isinstance(repository, str) or not isinstance(folder, str):
            return []
        if "/" not in repository and isinstance(namespace, str):
            repository = f"{namespace}/{repository}"
        names = await self.hub.names_in(repository, folder)
        base = f"{self.hub.base}/api/repos/{repository}/file/{BRANCH}"
        return [f"{base}/{quote(folder)}/{quote(PurePosixPath(name).name)}" for name in names if is_archive(name)]
