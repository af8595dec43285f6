"""The service's side of looking: one worker process, started when somebody looks and gone when nobody does."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import sys
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bridge.assembly.conveyor import cores
from bridge.domain.errors import EngineLost, from_report

from .protocol import Answer, Question, Seen, What

log = logging.getLogger(__name__)

DEADLINE_SECONDS = 30.0
IDLE_SECONDS = 120.0
_LINE_LIMIT = 4 * 1024 * 1024
_LOG_TAIL = 4000


class _Worker:
    """A process and the questions that it has not answered."""

    def __init__(self, process: asyncio.subprocess.Process, log_file: Path) -> None:
        self._process = process
        self._log_file = log_file
        self._over = False
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._reading = asyncio.create_task(self._read())

    @property
    def is_there(self) -> bool:
        return not self._over and self._process.returncode is None

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting)

    async def ask(self, question: Question) -> bytes:
        """Raises the worker's error, or `EngineLost` when it goes away."""
        future = self._waiting[question.id] = asyncio.get_running_loop().create_future()
        try:
            assert self._process.stdin
            with contextlib.suppress(ConnectionError):  # a worker that is gone is noticed when its answers end
                self._process.stdin.write(question.model_dump_json().encode() + b"\n")
                await self._process.stdin.drain()
            return await future
        finally:
            del self._waiting[question.id]

    def end(self) -> None:
        self._over = True
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        await asyncio.wait({self._reading})

    async def _read(self) -> None:
        """Until the worker is gone, or says what makes no sense."""
        why = "it went away"
        try:
            while await self._take():
                pass
        except (ValidationError, ValueError, asyncio.IncompleteReadError) as error:
            why = repr(error)
            self.end()
        finally:
            self._over = True
            # Not killed once more: that would take its exit status away from the event loop.
            status = await self._process.wait()
            detail = f"{why}, exit status {status}\n{_tail(self._log_file)}"
            log.log(logging.ERROR if self._waiting else logging.INFO, "The view worker has ended: %s", detail)
            for future in self._waiting.values():
                if not future.done():
                    lost = EngineLost("The view worker stopped.", detail=detail, remedy="Look at the frame again.")
                    future.set_exception(lost)

    async def _take(self) -> bool:
        """One answer to whom it belongs; false when there are no more."""
        assert self._process.stdout
        line = await self._process.stdout.readline()
        if not line:
            return False
        answer = Answer.model_validate_json(line)
        payload = await self._process.stdout.readexactly(answer.size)
        future = self._waiting.get(answer.id)
        if future and not future.done():
            if answer.error:
                future.set_exception(from_report(answer.error))
            else:
                future.set_result(payload)
        return True


class Viewer:
    """`log_file` takes the messages of the worker that runs; those of an earlier one are dropped."""

    def __init__(
        self, log_file: Path, *, deadline_seconds: float = DEADLINE_SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._log_file = log_file
        self._deadline_seconds = deadline_seconds
        self._idle_seconds = idle_seconds
        self._worker: _Worker | None = None
        self._starting = asyncio.Lock()
        # One for each of the worker's threads and one behind it: the others wait here, and no deadline runs for them.
        self._turns = asyncio.Semaphore(2 * cores())
        self._ids = itertools.count(1)
        self._idle: asyncio.TimerHandle | None = None

    async def ask(self, what: What, query: BaseModel, seen: Seen | None = None) -> bytes:
        """The worker's answer. Raises its error, or `EngineLost` when it goes away or takes too long."""
        question = Question(id=next(self._ids), what=what, query=query.model_dump(mode="json"), seen=seen)
        async with self._turns:
            worker = await self._ready()
            self._stay()
            try:
                async with asyncio.timeout(self._deadline_seconds):
                    return await worker.ask(question)
            except TimeoutError:
                worker.end()
                raise EngineLost(
                    f"There was nothing to be seen within {self._deadline_seconds:.0f} seconds.",
                    detail=f"{what}: {seen.source if seen else query}",
                    remedy="Check the drive that the clip is on, then look again.",
                ) from None

    async def close(self) -> None:
        if self._idle:
            self._idle.cancel()
        if self._worker:
            self._worker.end()
            await self._worker.ended()

    async def _ready(self) -> _Worker:
        async with self._starting:
            if self._worker is None or not self._worker.is_there:
                self._worker = _Worker(await self._start(), self._log_file)
            return self._worker

    async def _start(self) -> asyncio.subprocess.Process:
        try:
            with self._log_file.open("wb") as log_file:
                return await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "bridge.viewing.worker",
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=log_file,
                    limit=_LINE_LIMIT,
                    start_new_session=True,
                    env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
                )
        except OSError as error:
            raise EngineLost(
                "The view worker could not be started.", detail=repr(error), remedy="Look at the frame again."
            ) from error

    def _stay(self) -> None:
        """Begin to count anew how long nobody has looked."""
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._leave)

    def _leave(self) -> None:
        if self._worker and self._worker.is_busy:
            self._stay()
        elif self._worker:
            self._worker.end()


def _tail(log_file: Path) -> str:
    try:
        return log_file.read_bytes()[-_LOG_TAIL:].decode(errors="replace")
    except OSError as error:
        return repr(error)
