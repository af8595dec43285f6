"""The way of one request: its clip brought here, lifted as a job of the runner, its frames packed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from bridge.domain.errors import (
    BridgeUnreachable,
    JobInterrupted,
    JobStateConflict,
    JobUnknown,
    WeightsDamaged,
    WeightsMismatched,
    from_report,
)
from bridge.domain.job import Cancelled, Deliverable, Failed, Imported, Job, JobState, Ready
from bridge.domain.ltx import MOST_FRAMES, EngineSettings, HdrInput
from bridge.domain.view import ClipQuery, ClipReport
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.jobs.events import Events
from bridge.jobs.runner import Runner
from bridge.jobs.settings import Settings
from bridge.jobs.store import Store
from bridge.viewing.viewer import Viewer

from .faults import Fault, Refused, about, fault_of, plain
from .files import Files
from .intake import demand_fetchable, ignored, ignored_by_ltx, take_clip
from .loras import FetchedLora, seed_of, take_loras
from .packing import pack
from .progress import Progress
from .records import Outcome, Records

log = logging.getLogger(__name__)

CANCELLED = plain(499, "client_cancelled", "Request was cancelled.")
EMBEDDED = "embedded"
INPUT = "input.json"
_ADOPTED = 1000
"""How many of the newest jobs are looked through for one that was begun just before the server ended."""


class Leaving(Exception):
    """The server is about to stop: the request goes on when it is there again."""


@dataclass(frozen=True)
class Workshop:
    """What every request is worked on with. `turns` lets a few fetch at the same time; `engine` is the backend that
    lifts.
    """

    records: Records
    files: Files
    store: Store
    events: Events
    runner: Runner
    viewer: Viewer
    settings: Settings
    turns: asyncio.Semaphore
    engine: str


@dataclass
class Lifting:
    """One request. `folder` is its own; `job` is known once there is one. `cancelled` comes from the caller; `resumed`
    is one that an earlier server has left.
    """

    workshop: Workshop
    id: str
    folder: Path
    progress: Progress
    job: str | None
    cancelled: bool
    resumed: bool
    submitting: bool = False

    async def outcome(self) -> Outcome:
        """Raises `Leaving`, and `SuperwhiteError`s where the server itself fails."""
        given = HdrInput.model_validate_json(await asyncio.to_thread((self.folder / INPUT).read_bytes))
        try:
            job = await self._known_job() if self.resumed else None
            if job is None:
                if self.cancelled:
                    return self._failed(CANCELLED)
                clip = await self._clip(given)
                job = await self._begun(clip, given)
            if self.cancelled:
                await self.stop()
            final = await self._followed(job)
        except Refused as refused:
            return self._failed(refused.fault)
        job = await self.workshop.store.job(job.id)
        seconds = (job.ended - job.started).total_seconds() if job.started and job.ended else None
        match final:
            case Ready(result=result) | Imported(result=result):
                return await self._packed(result, given, seconds)
            case Failed(error=error):
                found = from_report(error)
                log.info("Request %s failed: %s", self.id, found.sentence)
                return self._failed(fault_of(found, job.request.source.path), seconds)
            case Cancelled():
                return self._failed(CANCELLED, seconds)
            case _:
                raise Leaving

    async def stop(self) -> None:
        """The caller wants no result any more. A job that is over already stays so."""
        if self.job:
            with suppress(JobStateConflict, JobUnknown):
                await self.workshop.runner.cancel(self.job)

    async def _clip(self, given: HdrInput) -> Path:
        async with self.workshop.turns:
            self.progress.say("Fetching the clip")
            proxy = self.workshop.settings.current.proxy
            clip = await take_clip(given.video_url, self.folder, self.workshop.files, proxy)
            if self._is_embedded:
                await demand_fetchable(given.loras)
        self.progress.say(ignored(given) if self._is_embedded else ignored_by_ltx(given))
        return clip

    @property
    def _is_embedded(self) -> bool:
        return self.workshop.engine == EMBEDDED

    async def _loras(self, given: HdrInput) -> tuple[FetchedLora, ...]:
        """LoRAs beside the model's own, brought here. Raises `Refused`."""
        if self._is_embedded:
            return ()
        async with self.workshop.turns:
            proxy = self.workshop.settings.current.proxy
            return await take_loras(given.loras, self.folder, self.workshop.files, proxy, self.progress.say)

    async def _begun(self, clip: Path, given: HdrInput) -> Job:
        frames = await self._frames(clip)
        loras = await self._loras(given)
        wanted = min(frames, given.num_frames or MOST_FRAMES)
        request = lift_request(self.workshop.engine, given, clip, wanted, self.folder, self.id, loras)
        self.submitting = True
        try:
            job = await self.workshop.runner.submit(request)
        except BridgeUnreachable as error:
            raise Leaving from error
        except (WeightsMismatched, WeightsDamaged) as error:
            raise Refused(about(("body", "loras"), "value_error", error.sentence)) from error
        self.job = job.id
        await self.workshop.records.set_job(self.id, job.id)
        return job

    async def _frames(self, clip: Path) -> int:
        answer = await self.workshop.viewer.ask("clip", ClipQuery(path=clip))
        report = ClipReport.model_validate_json(answer)
        if report.error:
            raise Refused(fault_of(from_report(report.error), clip))
        return report.frames

    async def _known_job(self) -> Job | None:
        """The job of an earlier server, queued again where that server's end cut it short."""
        store = self.workshop.store
        job: Job | None = None
        if self.job:
            with suppress(JobUnknown):
                job = await store.job(self.job)
        else:
            jobs = await store.jobs(_ADOPTED)
            job = next((job for job in jobs if job.request.output.folder == _output(self.folder)), None)
        if job is None:
            return None
        self.job, self.submitting = job.id, True
        await self.workshop.records.set_job(self.id, job.id)
        if _is_interrupted(job.state) and not self.cancelled:
            self.progress.say("The server was started again")
            job = await self.workshop.runner.retry(job.id)
        return job

    async def _followed(self, job: Job) -> JobState:
        """The state in which the job ended. Raises `Leaving`."""
        async for event in self.workshop.events.follow(0, job.id):
            self.progress.see(event.state)
        state = (await self.workshop.store.job(job.id)).state
        if _is_interrupted(state):
            if self.cancelled:
                return Cancelled()
            raise Leaving
        return state

    async def _packed(self, result: Deliverable, given: HdrInput, seconds: float | None) -> Outcome:
        self.progress.say("Packing the frames")
        name = f"superwhite_{self.id.replace('-', '')}"
        seed = (given.seed or 0) if self._is_embedded else seed_of(given, self.id)
        answer = await asyncio.to_thread(pack, result, given.prompt, seed, self.workshop.files, name)
        return Outcome(answer=answer, logs=self.progress.lines, seconds=seconds)

    def _failed(self, fault: Fault, seconds: float | None = None) -> Outcome:
        return Outcome(fault=fault, logs=self.progress.lines, seconds=seconds)


def lift_request(
    engine: str,
    given: HdrInput,
    clip: Path,
    frames: int,
    folder: Path,
    name: str,
    loras: Sequence[FetchedLora] = (),
) -> LiftRequest:
    """What the runner is given for the request by the id `name`, whose clip has `frames` frames at least."""
    settings = given.superwhite or EngineSettings()
    parameters = settings.parameters
    if engine != EMBEDDED:
        ours: dict[str, JsonValue] = {"seed": seed_of(given, name)}
        if loras:
            ours["loras"] = [{"path": str(lora.path), "scale": lora.scale} for lora in loras]
        parameters = {key: value for key, value in parameters.items() if key not in ("seed", "loras")} | ours
    return LiftRequest(
        backend=engine,
        source=SourceSpec(path=clip, end=frames),
        parameters=parameters,
        output=OutputSpec(
            folder=_output(folder), name=f"request_{name[:8]}", reference_white=settings.reference_white
        ),
    )


def _output(folder: Path) -> Path:
    return folder / "lift"


def _is_interrupted(state: JobState) -> bool:
    return isinstance(state, Failed) and state.error.kind == JobInterrupted.kind()
