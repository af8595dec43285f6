"""Every request that callers have made, from its submission until it is forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bridge.domain.errors import DiskFull, InternalError, JobStateConflict, JobUnknown, RequestError, SuperwhiteError
from bridge.domain.ltx import MOST_FRAMES, HdrInput
from bridge.media.storage import write_atomic

from .apps import read_input
from .faults import Refused, about, fault_of, plain
from .lifting import CANCELLED, INPUT, Leaving, Lifting, Workshop, lift_request
from .progress import Progress
from .records import Outcome, Record

log = logging.getLogger(__name__)

RETENTION_SECONDS = 24 * 3600
"""How long requests, clips and results are kept: after completion, and after an upload."""

DOUBLES_SECONDS = 30.0
"""The same body from the same caller within this time is the same request, sent again after a lost answer."""

_SWEEP_SECONDS = 600.0
_STORE_AGAIN = 2.0

Cancellation = Literal["OK", "CANCELLATION_REQUESTED", "ALREADY_COMPLETED"]


@dataclass
class _Open:
    """A request that is not over."""

    record: Record
    lifting: Lifting
    task: asyncio.Task[None] | None = None


class Requests:
    """`folder` exists. Between `open` and `close` every request is worked on; what was not over goes on."""

    def __init__(self, folder: Path, workshop: Workshop) -> None:
        self._folder = folder
        self._workshop = workshop
        self._records = workshop.records
        self._open: dict[str, _Open] = {}
        self._submitting = asyncio.Lock()
        self._sweeping: asyncio.Task[None] | None = None
        self._stopping: set[asyncio.Task[None]] = set()
        self._leaving = False

    @property
    def busy(self) -> bool:
        return bool(self._open)

    async def open(self) -> None:
        await self._records.open()
        for record in await self._records.unfinished():
            self._begin(record, resumed=True)
        self._sweeping = asyncio.create_task(self._sweep_for_ever())

    def refuse(self) -> None:
        """Take no more requests, and end every stream: the server is about to stop."""
        self._leaving = True
        for each in self._open.values():
            each.lifting.progress.end()

    async def close(self) -> None:
        self.refuse()
        tasks = [each.task for each in self._open.values() if each.task]
        tasks += [*self._stopping, *([self._sweeping] if self._sweeping else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._records.close()

    async def submit(self, app: str, body: bytes, caller: str, intent: str | None) -> Record:
        """A new request, on the drive when this returns; or the one that these very words have made before.

        Raises `Refused`, and `SuperwhiteError`s where it cannot be kept.
        """
        given = await asyncio.to_thread(read_input, app, body)
        digest = hashlib.sha256(app.encode() + b"\0" + body).hexdigest()
        async with self._submitting:
            if known := await self._known(caller, digest, intent):
                return known
            if self._leaving:
                raise Refused(plain(503, "runner_scheduling_failure", "The server is about to stop."))
            record = Record(str(uuid.uuid4()), app, caller, digest, intent, time.time())
            await asyncio.to_thread(self._keep, record, given)
            await self._records.add(record)
            self._begin(record)
        return record

    async def find(self, request: str) -> Record | None:
        """None for one that was never made, or is forgotten."""
        return await self._records.find(request)

    def progress(self, record: Record) -> Progress | None:
        """How a request stands; none for one that is over."""
        found = self._open.get(record.id)
        return found.lifting.progress if found else None

    async def changes(self, record: Record) -> AsyncGenerator[Record]:
        """The request now, and after every change; ends when it is over, or the server stops."""
        while True:
            progress = self.progress(record)
            changed = progress.changed if progress else None
            found = await self._records.find(record.id)
            if found is None:
                return
            yield found
            if found.outcome or changed is None or self._leaving:
                return
            await changed.wait()

    async def outcome(self, record: Record) -> Outcome:
        """Waits until the request is over. Raises `Refused` when the server stops before."""
        async for found in self.changes(record):
            if found.outcome:
                return found.outcome
        raise Refused(plain(503, "runner_disconnected", "The server stopped while the request was under way."))

    async def cancel(self, record: Record) -> Cancellation:
        """Ask for a request to be given up. One that waits is so at once; of one under way it is tried."""
        found = self._open.get(record.id)
        if found is None or record.outcome:
            return "ALREADY_COMPLETED"
        waits = found.lifting.progress.ahead is not None
        await self._records.cancel(record.id)
        found.lifting.cancelled = True
        if found.lifting.submitting:
            stopping = asyncio.create_task(found.lifting.stop())
            self._stopping.add(stopping)
            stopping.add_done_callback(self._stopped)
        elif found.task:
            found.task.cancel()
        return "OK" if waits else "CANCELLATION_REQUESTED"

    def _stopped(self, task: asyncio.Task[None]) -> None:
        self._stopping.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("A request could not be cancelled.", exc_info=error)

    async def _known(self, caller: str, digest: str, intent: str | None) -> Record | None:
        if intent:
            return await self._records.find_intent(caller, intent)
        double = await self._records.find_double(caller, digest, time.time() - DOUBLES_SECONDS)
        # What was given up or has failed is asked for again on purpose.
        over = double and (double.cancelled or (double.outcome and double.outcome.fault))
        return None if over else double

    def _keep(self, record: Record, given: HdrInput) -> None:
        folder = self._folder / record.id
        engine = self._workshop.engine
        request = lift_request(engine, given, folder / "clip", MOST_FRAMES, folder, record.id)
        try:
            self._workshop.runner.backends[engine].check(request)
        except RequestError as error:
            raise Refused(about(("body", "superwhite", "parameters"), "value_error", error.sentence)) from error
        content = given.model_dump_json().encode()
        self._workshop.files.demand_room(2 * len(content), "The request")
        folder.mkdir(mode=0o700)
        write_atomic(folder / INPUT, content)

    def _begin(self, record: Record, *, resumed: bool = False) -> None:
        progress = Progress(ahead=len(self._open))
        folder = self._folder / record.id
        lifting = Lifting(self._workshop, record.id, folder, progress, record.job, record.cancelled, resumed)
        found = self._open[record.id] = _Open(record, lifting)
        found.task = asyncio.create_task(self._see_through(found))

    async def _see_through(self, found: _Open) -> None:
        lifting = found.lifting
        try:
            outcome = await lifting.outcome()
        except Leaving:
            return
        except asyncio.CancelledError:
            if not lifting.cancelled or self._leaving:
                raise
            outcome = Outcome(fault=CANCELLED, logs=lifting.progress.lines)
        except SuperwhiteError as error:
            log.warning("Request %s: %s %s", found.record.id, error.sentence, error.detail)
            outcome = Outcome(fault=fault_of(error), logs=lifting.progress.lines)
        except Exception as error:
            log.exception("Request %s met a defect.", found.record.id)
            outcome = Outcome(fault=fault_of(InternalError(str(error))), logs=lifting.progress.lines)
        await self._conclude(found.record, outcome)
        lifting.progress.end()
        if outcome.answer:
            await self._clear(replace(found.record, job=lifting.job))
        del self._open[found.record.id]

    async def _conclude(self, record: Record, outcome: Outcome) -> None:
        """Until the drive takes it: it may be full just because of this request."""
        while True:
            try:
                return await self._records.conclude(record.id, outcome)
            except (DiskFull, InternalError):
                log.exception("The end of request %s could not be written down.", record.id)
                await asyncio.sleep(_STORE_AGAIN)

    async def _clear(self, record: Record) -> None:
        """Remove what a request needs no more once its result is packed, and its job from the list."""
        if record.job:
            with suppress(JobUnknown, JobStateConflict):
                await self._workshop.runner.forget(record.job)
        await asyncio.to_thread(shutil.rmtree, self._folder / record.id, ignore_errors=True)

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except (SuperwhiteError, OSError):
                log.exception("What is too old could not be removed.")
            await asyncio.sleep(_SWEEP_SECONDS)

    async def sweep(self, seconds: float = RETENTION_SECONDS) -> None:
        """Forget requests that were over so long ago, and remove their files and uploads."""
        for record in await self._records.completed_before(time.time() - seconds):
            await self._clear(record)
            await self._records.forget(record.id)
        for folder in self._folder.iterdir():
            # Made for a request that the server did not live to write down.
            if time.time() - folder.stat().st_mtime > seconds and await self._records.find(folder.name) is None:
                await asyncio.to_thread(shutil.rmtree, folder)
        await asyncio.to_thread(self._workshop.files.sweep, seconds)
