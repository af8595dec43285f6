"""The service's side of a worker that keeps a model loaded."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import ValidationError

from bridge.backends.workers import LINE_LIMIT, environment, tail
from bridge.domain.errors import EngineLost, GpuLost, from_report
from bridge.domain.job import Deliverable, JobState
from bridge.engines.environments import SOURCE
from bridge.engines.ltx.memory import Card
from bridge.engines.protocol import (
    Broken,
    Finished,
    LocalInstruction,
    LocalOrder,
    Progress,
    Said,
    Stop,
    Warm,
    Warmed,
)

Report = Callable[[JobState], Awaitable[None]]

STOP_SECONDS = 60.0
"""A step of the model at 4K takes long, and ends before the work does. Loading a model is not waited for."""

_END_SECONDS = 10.0


class Hands:
    """A worker process for `card`. One order at a time. `patience` is how many seconds a step may take that is under
    way when the work is to stop.
    """

    def __init__(
        self, process: asyncio.subprocess.Process, python: Path, card: Card, patience: float = STOP_SECONDS
    ) -> None:
        self._process = process
        self._patience = patience
        self.python = python
        self.card = card

    @classmethod
    async def start(cls, python: Path, card: Card, log: Path, patience: float = STOP_SECONDS) -> Hands:
        """Raises `EngineLost` where that Python cannot be started."""
        command = [str(python), "-m", "bridge.backends.local.worker", card.kind, card.uuid]
        try:
            with log.open("ab") as output:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=output,
                    limit=LINE_LIMIT,
                    # Ctrl-C in the terminal of a foreground bridge is the bridge's to answer.
                    start_new_session=True,
                    env=worker_environment(card),
                )
        except OSError as error:
            raise EngineLost("The engine's Python cannot be started.", detail=f"{python}: {error}") from error
        return cls(process, python, card, patience)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_there(self) -> bool:
        return self._process.returncode is None

    async def lift(self, order: LocalOrder, report: Report) -> Deliverable:
        """What the worker makes. Raises its error, or `EngineLost` when it goes away without an answer.

        Cancelled, it ends the work and returns when nothing is written any more.
        """
        answering = asyncio.ensure_future(self._result(order, report))
        try:
            answer = await asyncio.shield(answering)
        except asyncio.CancelledError:
            await asyncio.shield(self._stop(order.job, answering))
            raise
        assert isinstance(answer, Finished)
        return answer.result

    async def warm(self, order: Warm) -> None:
        """Have the model loaded. Raises the worker's error, or `EngineLost`."""
        await self._result(order, _no_report)

    async def end(self) -> None:
        """Once its standard input closes, the worker leaves at once."""
        if self._process.stdin:
            self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _result(self, order: LocalOrder | Warm, report: Report) -> Finished | Warmed:
        job = order.job if isinstance(order, LocalOrder) else ""
        await self._tell(order)
        assert self._process.stdout
        while line := await self._process.stdout.readline():
            try:
                said = Said.model_validate_json(line)
            except ValidationError as error:
                await self.kill()
                raise EngineLost(
                    "The engine worker gave an answer that makes no sense.", detail=str(error)
                ) from error
            if said.job != job:  # of a job that was stopped before
                continue
            match said.answer:
                case Progress(state=state):
                    try:
                        await report(state)
                    except BaseException:
                        await self.kill()  # nobody would hear how the work goes on
                        raise
                case Broken(error=told):
                    error = from_report(told)
                    if isinstance(error, GpuLost):  # nothing on the card can be used by that process any more
                        await self.kill()
                    raise error
                case answer:
                    return answer
        status = await self._process.wait()
        raise EngineLost(
            "The engine worker stopped in the middle of the job.", detail=f"exit status {status}\n{tail(order.log)}"
        )

    async def _stop(self, job: str, answering: asyncio.Future[Finished | Warmed]) -> None:
        """Ask, wait for the step that is under way, and only then kill."""
        await self._tell(Stop(job=job))
        await asyncio.wait({answering}, timeout=self._patience)
        if not answering.done():
            await self.kill()
            await asyncio.wait({answering})
        answering.exception()  # it is no news that it was stopped

    async def _tell(self, instruction: LocalOrder | Warm | Stop) -> None:
        assert self._process.stdin
        with contextlib.suppress(ConnectionError):  # a worker that is gone is noticed when its answers end
            self._process.stdin.write(LocalInstruction.dump_json(instruction) + b"\n")
            await self._process.stdin.drain()


def worker_environment(card: Card | None = None) -> dict[str, str]:
    """What a Python of an engine's environment needs to find this very Superwhite, and to see `card` alone."""
    found = environment()
    # The environment knows the Superwhite that made it, whose folder may have moved since; users may have two.
    found["PYTHONPATH"] = os.pathsep.join([str(SOURCE), *filter(None, [found.get("PYTHONPATH")])])
    # Nothing is asked of a model hub while a job runs: the libraries read this as they are loaded.
    found |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    found |= {"PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True"}
    if card and card.kind == "cuda":
        found["CUDA_VISIBLE_DEVICES"] = card.uuid
    return found


async def _no_report(_: JobState) -> None: ...
