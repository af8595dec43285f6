"""The service's side of the embedded backend: start a worker, pass on what it says, end it when asked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import ValidationError

from bridge.backends.base import JobTask
from bridge.domain.capability import Capability, Limits
from bridge.domain.color import OutputColor
from bridge.domain.errors import EngineLost, from_report
from bridge.domain.job import Deliverable, JobState
from bridge.domain.settings import BackendState, Hop, TestReport
from bridge.domain.workflow import LiftRequest
from bridge.engines.classical.parameters import STATEMENT, ClassicalParameters, read_parameters
from bridge.engines.protocol import Answer, Broken, Finished, Instruction, Progress, Stop, WorkOrder

_TITLE = "This machine"
_GRACE_SECONDS = 10.0
_TEST_SECONDS = 60.0
_LINE_LIMIT = 4 * 1024 * 1024
_LOG_TAIL = 4000


class EmbeddedBackend:
    """Works on any machine: no key, no GPU, no download. One job at a time, because a job takes every core."""

    name = "embedded"
    slots = 1

    def capabilities(self) -> tuple[Capability, ...]:
        return (
            Capability(
                backend=self.name,
                workflow="hdr_lift",
                title=_TITLE,
                description=STATEMENT,
                kind="classical",
                runs="here",
                parameters=ClassicalParameters.model_json_schema(),
                limits=Limits(),
                output_colors=tuple(OutputColor),
                reports_progress=True,
                price=None,
            ),
        )

    def check(self, request: LiftRequest) -> None:
        read_parameters(request.parameters)

    async def state(self) -> BackendState:
        return BackendState(backend=self.name, title=_TITLE, runs="here", state="ready")

    async def test(self) -> TestReport:
        """Starts a worker's Python, and has it load what frames are made with."""
        began = time.monotonic()
        failure = await _try_engine()
        hop = Hop(
            name="engine",
            passed=failure is None,
            sentence=failure or "The engine is there.",
            milliseconds=round((time.monotonic() - began) * 1000, 1),
        )
        return TestReport(target=_TITLE, hops=(hop,))

    async def run(self, task: JobTask, report: Callable[[JobState], Awaitable[None]]) -> Deliverable:
        """Raises the worker's error, or `EngineLost` when it goes away without an answer."""
        order = WorkOrder(job=task.job_id, request=task.request, reservation=task.reservation, engine="classical")
        with task.log.open("ab") as log:
            worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bridge.backends.embedded.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LINE_LIMIT,
                # Ctrl-C in the terminal of a foreground bridge is the bridge's to answer.
                start_new_session=True,
                env=_environment(),
            )
        try:
            await _tell(worker, order)
            return await _listen(worker, report, task.log)
        except asyncio.CancelledError:
            await _stop(worker)
            raise
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()


async def _try_engine() -> str | None:
    """Why the engine cannot be loaded; none when it can."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import bridge.backends.embedded.work",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
    )
    try:
        async with asyncio.timeout(_TEST_SECONDS):
            _, errors = await worker.communicate()
    except TimeoutError:
        return f"The engine was not loaded within {_TEST_SECONDS:.0f} seconds."
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    if worker.returncode == 0:
        return None
    words = errors.decode(errors="replace").strip().splitlines() or [f"exit status {worker.returncode}"]
    return f"The engine cannot be loaded: {words[-1][:300]}"


async def _listen(
    worker: asyncio.subprocess.Process, report: Callable[[JobState], Awaitable[None]], log: Path
) -> Deliverable:
    assert worker.stdout
    while line := await worker.stdout.readline():
        try:
            answer = Answer.validate_json(line)
        except ValidationError as error:
            raise EngineLost("The engine worker gave an answer that makes no sense.", detail=str(error)) from error
        match answer:
            case Progress(state=state):
                await report(state)
            case Finished(result=result):
                return result
            case Broken(error=error):
                raise from_report(error)
    status = await worker.wait()
    raise EngineLost(
        "The engine worker stopped in the middle of the job.",
        detail=f"exit status {status}\n{_tail(log)}",
    )


async def _tell(worker: asyncio.subprocess.Process, instruction: WorkOrder | Stop) -> None:
    assert worker.stdin
    with contextlib.suppress(ConnectionError):  # a worker that is gone is noticed when its answers end
        worker.stdin.write(Instruction.dump_json(instruction) + b"\n")
        await worker.stdin.drain()


async def _stop(worker: asyncio.subprocess.Process) -> None:
    """Ask, wait, and only then kill: a worker that ends by itself leaves no half-written temporary file."""
    await _tell(worker, Stop())
    assert worker.stdout
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GRACE_SECONDS):
            while await worker.stdout.readline():
                pass  # its pipe has to be emptied, or it could not end
            await worker.wait()


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


def _tail(log: Path) -> str:
    try:
        return log.read_bytes()[-_LOG_TAIL:].decode(errors="replace")
    except OSError:
        return ""
