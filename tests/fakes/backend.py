"""A backend with no engine: it writes little files as frames and does what its parameters tell it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bridge.backends.base import JobTask, Ledger, Report
from bridge.domain.capability import Capability
from bridge.domain.color import OutputColor
from bridge.domain.errors import AnswerLost, EngineFailed, RequestError
from bridge.domain.job import Deliverable, Preparing, Running, Submitted, Verifying
from bridge.domain.price import Price
from bridge.domain.settings import BackendState, Hop, TestReport
from bridge.domain.workflow import Frozen, LiftRequest, OutputSpec, SourceSpec
from bridge.media.storage import write_atomic


class FakeParameters(Frozen):
    """What happens before the frame of the given number, counted from 0. `gate` waits until that file exists.

    With `ahead`, it waits in a queue of that many first; `note` is what it says while it works; with `loses_answer`,
    nobody knows whether it was begun.
    """

    frames: Annotated[int, Field(ge=1)] = 3
    first_attempt_only: bool = False
    gate: Path | None = None
    gate_at: int = 0
    hang_at: int | None = None
    fail_at: int | None = None
    defect_at: int | None = None
    die_at: int | None = None
    reports_per_frame: int = 1
    cleanup_seconds: float = 0
    steals_the_name: bool = False
    ahead: int | None = None
    note: str = ""
    loses_answer: bool = False


class FakeBackend:
    """With `movies` it has a second workflow, which makes one."""

    def __init__(
        self,
        name: str = "fake",
        slots: int = 1,
        runs: Literal["here", "remote"] = "here",
        price: float | None = None,
        movies: bool = False,
    ) -> None:
        self.name = name
        self.resumes = False
        self.slots = slots
        self.runs: Literal["here", "remote"] = runs
        self.price = price
        self.movies = movies
        self.running = 0
        self.most_running = 0
        self.order: list[str] = []

    def capabilities(self) -> tuple[Capability, ...]:
        lift = Capability(
            backend=self.name,
            workflow="hdr_lift",
            title="Fake",
            description="Writes little files.",
            kind="classical",
            runs=self.runs,
            parameters=FakeParameters.model_json_schema(),
            output_colors=(OutputColor.LIN_REC709,),
            reports_progress=True,
            price=self.price and Price(per_megapixel=self.price),
        )
        movie = {"workflow": "reference_video_to_video", "title": "Fake movie", "makes": "movie", "output_colors": ()}
        return (lift, lift.model_copy(update=movie)) if self.movies else (lift,)

    def check(self, request: LiftRequest) -> None:
        try:
            FakeParameters.model_validate(request.parameters)
        except ValidationError as error:
            raise RequestError(f"The parameters cannot be used: {error.errors()[0]['loc']}.") from error

    async def state(self) -> BackendState:
        state: Literal["ready", "needs_key"] = "needs_key" if self.runs == "remote" else "ready"
        return BackendState(backend=self.name, title="Fake", runs=self.runs, state=state)

    async def test(self) -> TestReport:
        return TestReport(target="Fake", hops=(Hop(name="engine", passed=True, sentence="It is there."),))

    async def renew(self, ledger: Ledger) -> None: ...

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:
        return False

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        self.order.append(task.job_id)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        parameters = FakeParameters.model_validate(task.request.parameters)
        try:
            return await _work(task, parameters, report)
        except asyncio.CancelledError:
            await asyncio.sleep(parameters.cleanup_seconds)
            raise
        finally:
            self.running -= 1


async def _work(task: JobTask, parameters: FakeParameters, report: Report) -> Deliverable:
    with task.log.open("a") as log:
        log.write(f"attempt {task.attempt}\n")
    await report(Preparing())
    if parameters.ahead is not None:
        await report(Submitted(remote_id=task.job_id, ahead=parameters.ahead))
    if parameters.loses_answer and task.attempt == 1:
        raise AnswerLost("The answer was lost.")
    staging, name = task.reservation.staging, task.reservation.name
    kept = 0
    for number in range(parameters.frames):
        if not parameters.first_attempt_only or task.attempt == 1:
            await _misbehave(task, parameters, number)
        frame = staging / f"{name}.{number:08}.exr"
        if frame.exists():
            kept += 1
        else:
            write_atomic(frame, b"light")
        for _ in range(parameters.reports_per_frame):
            await report(Running(done=number + 1, total=parameters.frames, note=parameters.note))
    await report(Verifying())
    (staging / f"{name}.json").write_text("{}")
    if task.request.workflow == "reference_video_to_video":
        write_atomic(staging / f"{name}.mp4", b"light")
        return _movie(_deliverable(task, parameters.frames, kept))
    return _deliverable(task, parameters.frames, kept)


async def _misbehave(task: JobTask, parameters: FakeParameters, number: int) -> None:
    if number == parameters.gate_at:
        while parameters.gate and not parameters.gate.exists():  # noqa: ASYNC110 - another process makes the file
            await asyncio.sleep(0.01)
    if number == parameters.hang_at:
        await asyncio.Event().wait()
    if number == parameters.fail_at:
        raise EngineFailed("The engine failed.", detail="as it was told to")
    if number == parameters.defect_at:
        raise ZeroDivisionError("a defect")
    if number == parameters.die_at:
        os._exit(9)
    if parameters.steals_the_name:
        task.reservation.final.mkdir()


def _deliverable(task: JobTask, frames: int, kept: int) -> Deliverable:
    final, name = task.reservation.final, task.reservation.name
    return Deliverable(
        directory=final,
        pattern=f"{name}.%08d.exr",
        first=0,
        last=frames - 1,
        frames=frames,
        width=2,
        height=2,
        color=OutputColor.LIN_REC709,
        reference_white=203,
        sidecar=final / f"{name}.json",
        review=None,
        poster=None,
        master=None,
        measures={"kept": kept},
    )


def _movie(frames: Deliverable) -> Deliverable:
    name = frames.directory.name
    return frames.model_copy(update={"kind": "movie", "pattern": f"{name}.mp4", "color": None})


def fake_request(
    folder: Path, clip: str = "/plates/shot.mov", backend: str = "fake", **parameters: object
) -> LiftRequest:
    """A request for `FakeBackend` whose output goes into `folder`."""
    return LiftRequest(
        backend=backend,
        source=SourceSpec(path=Path(clip)),
        parameters=FakeParameters.model_validate(parameters).model_dump(mode="json"),
        output=OutputSpec(folder=folder),
    )
