"""One attempt at one job: plates, uploads, the request, the wait, the result."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, JsonValue, ValidationError

from bridge.backends.base import JobTask, Report
from bridge.backends.remote.ledger import Book, Intent
from bridge.backends.remote.offers import Offer
from bridge.backends.remote.preparing import plates_for, upload_all
from bridge.backends.remote.receive import Receiver, Source, receive_at_last
from bridge.backends.remote.sending import answer_lost
from bridge.backends.remote.settling import demand_affordable, fal_app, fal_body
from bridge.domain.errors import AnswerLost, RemoteError, RemoteFailed, RemoteRefused, ResultGone, ResultUnusable
from bridge.domain.job import Deliverable, Running, Submitted
from bridge.net.patience import to_its_end
from bridge.net.service import Service

from .queue import Queue
from .storage import Storage
from .wire import RemoteFile, Status

_LAST_SECONDS = 8.0
_MEDIA = {"plate": "video_url", "mask": "mask_video_url", "sound": "audio_url"}


@dataclass
class FalWork:
    """`plain` is the client that fetches results, without a key."""

    task: JobTask
    report: Report
    book: Book
    offer: Offer
    settings: BaseModel
    queue: Queue
    storage: Storage
    plain: Service

    async def through(self) -> Deliverable:
        """Whatever has been done before is passed over. Raises the errors of the tree."""
        if self.book.page.ticket is None:
            await self._submit()
        if self.book.page.outcome is None:
            await self._await_outcome()
        return await receive_at_last(self.book, self._receive, self._await_outcome)

    async def _submit(self) -> None:
        intent = self.book.page.intent
        if intent is not None and not self.queue.site.ours:
            # The bridge ended after it had begun to send, and before it knew the answer.
            raise answer_lost(self.queue.name, "The bridge ended before the answer came.")
        plates = await plates_for(self.offer, self.settings, self.task, self.report, self.book, exact=self._is_ours)
        cost = demand_affordable(self.offer, self.settings, plates, self.task.spend_limit)
        urls = await upload_all(_MEDIA, self.settings, plates, self.storage.send, self.report, self.book)
        body = fal_body(self.offer, self.settings, plates, self.task.request, urls, ours=self._is_ours)
        if intent is None:
            app = fal_app(self.offer, self.settings)
            intent = Intent(id=str(uuid.uuid4()), at=datetime.now(UTC), app=app)
            await self.book.keep(intent=intent, cost=cost)
        # Cancelled in between, the answer is waited for all the same: only what is known can be cancelled there.
        await to_its_end(self._send(intent, body), _LAST_SECONDS)

    async def _send(self, intent: Intent, body: JsonValue) -> None:
        try:
            ticket = await self.queue.submit(intent, body)
        except AnswerLost:
            raise
        except RemoteError:
            await self.book.keep(intent=None)
            raise
        await self.book.keep(ticket=ticket)

    @property
    def _is_ours(self) -> bool:
        return self.queue.site.ours

    async def _await_outcome(self) -> None:
        ticket = self.book.page.ticket
        assert ticket
        await self.report(Submitted(remote_id=ticket.id))
        logged = 0
        try:
            while True:
                last: Status | None = None
                async for status in self.queue.follow(ticket):
                    logged = await self._tell(status, logged)
                    last = status
                assert last
                outcome = await self.queue.result(ticket, last)
                if outcome is not None:
                    break
        except (RemoteFailed, RemoteRefused, ResultGone):
            await self.book.keep(over=True)
            raise
        await self.book.keep(outcome=outcome)

    async def _tell(self, status: Status, logged: int) -> int:
        """Pass a state on; how many lines of its log are known now."""
        lines = [line.message.strip() for line in status.logs or () if line.message.strip()]
        if len(lines) > logged:
            with self.task.log.open("a", encoding="utf-8") as log:
                log.writelines(f"{self.queue.name}: {_printable(line)}\n" for line in lines[logged:])
        ticket = self.book.page.ticket
        assert ticket
        if status.phase == "waiting":
            await self.report(Submitted(remote_id=ticket.id, ahead=status.queue_position))
        elif status.phase == "running":
            await self.report(Running(note=_printable(lines[-1])[:200] if lines else ""))
        return max(logged, len(lines))

    async def _receive(self) -> Deliverable:
        page = self.book.page
        assert page.outcome is not None
        source = self._source(page.outcome)
        receiver = Receiver(self.task, self.report, self.book, self.offer, self.settings, self.plain, self.queue.name)
        return await (receiver.movie(source) if self.offer.makes == "movie" else receiver.sequence(source))

    def _source(self, outcome: dict[str, JsonValue]) -> Source:
        try:
            file = RemoteFile.model_validate(outcome.get(self.offer.result))
        except ValidationError as error:
            raise ResultUnusable(
                f"The answer of {self.queue.name} names no result.", detail=str(sorted(outcome))
            ) from error
        return Source(file.url, Path(file.file_name or "").name, file.file_size)


def _printable(line: str) -> str:
    return "".join(letter for letter in line if letter.isprintable())
