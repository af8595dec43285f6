"""The service's side of a worker process: start it, pass on what it says, end it when asked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from bridge.domain.errors import EngineLost, from_report
from bridge.domain.job import JobState
from bridge.engines.protocol import Answer, AnyOrder, Broken, Grown, Instruction, Progress, Result, Stop

_GRACE_SECONDS = 10.0
LINE_LIMIT = 4 * 1024 * 1024
_LOG_TAIL = 4000

Report = Callable[[JobState], Awaitable[None]]


async def carry_out(order: AnyOrder, report: Report, log: Path) -> Result:
    """What a worker makes of `order`. Raises its error, or `EngineLost` when it goes away without an answer.

    Cancelled, it ends the work and returns when nothing is written any more.
    """
    async with working(order, log) as worker:
        return await worker.result(report)


@asynccontextmanager
async def working(order: AnyOrder, log: Path) -> AsyncGenerator[Worker]:
    """A worker at `order`, which is gone when the block is left."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bridge.backends.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=output,
            limit=LINE_LIMIT,
            # Ctrl-C in the terminal of a foreground bridge is the bridge's to answer.
            start_new_session=True,
            env=environment(),
        )
    worker = Worker(process, log)
    try:
        await worker.tell(order)
        yield worker
    finally:
        if process.returncode is None:
            await asyncio.shield(worker.end())


class Worker:
    """A worker process that has its order."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    async def tell(self, instruction: AnyOrder | Grown | Stop) -> None:
        assert self._process.stdin
        with contextlib.suppress(ConnectionError):  # a worker that is gone is noticed when its answers end
            self._process.stdin.write(Instruction.dump_json(instruction) + b"\n")
            await self._process.stdin.drain()

    async def result(self, report: Report) -> Result:
        """Its last answer, after `report` has had all others."""
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            try:
                answer = Answer.validate_json(line)
            except ValidationError as error:
                raise EngineLost(
                    "The engine worker gave an answer that makes no sense.", detail=str(error)
                ) from error
            match answer:
                case Progress(state=state):
                    await report(state)
                case Broken(error=error):
                    raise from_report(error)
                case _:
                    return answer
        status = await self._process.wait()
        raise EngineLost(
            "The engine worker stopped in the middle of the job.",
            detail=f"exit status {status}\n{tail(self._log)}",
        )

    async def end(self) -> None:
        """Ask, wait, and only then kill: a worker that ends by itself leaves no half-written temporary file."""
        await self.tell(Stop())
        assert self._process.stdout
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_SECONDS):
                while await self._process.stdout.readline():
                    pass  # its pipe has to be emptied, or it could not end
                await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


async def try_code(python: Path, code: str, env: Mapping[str, str], seconds: float) -> str | None:
    """Why a worker's Python cannot load what frames are made with; none when it can."""
    try:
        worker = await asyncio.create_subprocess_exec(
            str(python),
            "-c",
            code,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=env,
        )
    except OSError as error:
        return f"The engine's Python {python} cannot be started: {error.strerror}."
    try:
        async with asyncio.timeout(seconds):
            _, errors = await worker.communicate()
    except TimeoutError:
        return f"The engine was not loaded within {seconds:.0f} seconds."
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    if worker.returncode == 0:
        return None
    words = errors.decode(errors="replace").strip().splitlines() or [f"exit status {worker.returncode}"]
    return f"The engine cannot be loaded: {words[-1][:300]}"


def tail(log: Path) -> str:
    try:
        return log.read_bytes()[-_LOG_TAIL:].decode(errors="replace")
    except OSError:
        return ""
