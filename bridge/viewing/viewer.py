"""The service's side of looking: one worker process, started when somebody looks and gone when nobody does."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import sys
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bridge.domain.errors import EngineLost, from_report

from .protocol import Answer, Question, Seen, What

_DEADLINE_SECONDS = 30.0
_IDLE_SECONDS = 120.0
_LINE_LIMIT = 4 * 1024 * 1024
_LARGEST = 16384 * 16384 * 3 + 100


class _Worker:
    """A process and the questions that it has not answered."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.waiting: dict[int, asyncio.Future[bytes]] = {}
        self.reading = asyncio.create_task(self._read())

    @property
    def is_there(self) -> bool:
        return not self.reading.done() and self.process.returncode is None

    async def _read(self) -> None:
        assert self.process.stdout
        try:
            while line := await self.process.stdout.readline():
                answer = Answer.model_validate_json(line)
                if not 0 <= answer.size <= _LARGEST:
                    raise ValueError(answer.size)
                payload = await self.process.stdout.readexactly(answer.size)
                future = self.waiting.pop(answer.id, None)
                if future is None or future.done():
                    continue
                if answer.error:
                    future.set_exception(from_report(answer.error))
                else:
                    future.set_result(payload)
        except (ValidationError, ValueError, asyncio.IncompleteReadError):
            pass  # what it says makes no sense, or it broke off: those who wait hear of it below
        finally:
            self.end()
            for future in self.waiting.values():
                if not future.done():
                    future.set_exception(EngineLost("The view worker stopped.", remedy="Look at the frame again."))

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


class Viewer:
    """`log` is a file for the messages of the worker that runs; those of an earlier one are dropped."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._worker: _Worker | None = None
        self._starting = asyncio.Lock()
        self._ids = itertools.count(1)
        self._idle: asyncio.TimerHandle | None = None

    async def ask(self, what: What, query: BaseModel, seen: Seen | None = None) -> bytes:
        """The worker's answer. Raises its error, or `EngineLost` when it goes away or takes too long."""
        worker = await self._ready()
        question = Question(id=next(self._ids), what=what, query=query.model_dump(mode="json"), seen=seen)
        future = asyncio.get_running_loop().create_future()
        worker.waiting[question.id] = future
        self._stay()
        try:
            assert worker.process.stdin
            with contextlib.suppress(ConnectionError):  # a worker that is gone is noticed when its answers end
                worker.process.stdin.write(question.model_dump_json().encode() + b"\n")
                await worker.process.stdin.drain()
            async with asyncio.timeout(_DEADLINE_SECONDS):
                return await future
        except TimeoutError:
            worker.end()
            raise EngineLost(
                f"A frame did not appear within {_DEADLINE_SECONDS:.0f} seconds.",
                remedy="Check the drive that the clip is on, then look again.",
            ) from None
        finally:
            worker.waiting.pop(question.id, None)

    async def close(self) -> None:
        if self._idle:
            self._idle.cancel()
        if self._worker:
            self._worker.end()
            await self._worker.process.wait()
            await asyncio.wait({self._worker.reading})

    async def _ready(self) -> _Worker:
        async with self._starting:
            if self._worker is None or not self._worker.is_there:
                self._worker = _Worker(await self._start())
            return self._worker

    async def _start(self) -> asyncio.subprocess.Process:
        with self._log.open("wb") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bridge.viewing.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LINE_LIMIT,
                start_new_session=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            )

    def _stay(self) -> None:
        """Begin to count anew how long nobody has looked."""
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._leave)

    def _leave(self) -> None:
        if self._worker:
            self._worker.end()
            self._worker = None
