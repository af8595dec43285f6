"""One job of the backend, without a bridge around it."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.backends.base import WORK_FOLDER, JobTask
from bridge.backends.comfyui.backend import ComfyBackend
from bridge.backends.remote.ledger import Page
from bridge.domain.job import Deliverable, JobState, Reservation
from bridge.domain.settings import BridgeSettings, Endpoint
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.protocol import Plates
from bridge.net.secrets import Keys


@dataclass
class MemoryLedger:
    """Keeps every page that was written."""

    pages: list[str | None] = field(default_factory=list)

    async def read(self) -> str | None:
        return self.pages[-1] if self.pages else None

    async def write(self, text: str | None) -> None:
        self.pages.append(text)

    @property
    def page(self) -> dict[str, Any]:
        return json.loads(self.pages[-1] or "{}") if self.pages else {}


@dataclass
class Drive:
    """`ledger` and the staging folder are those of one job, over as many attempts as a test makes."""

    url: str
    folder: Path
    clip: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    job: str = "0f3c"
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    states: list[JobState] = field(default_factory=list)
    heard: Callable[[JobState], None] = lambda state: None

    def __post_init__(self) -> None:
        endpoint = Endpoint(name="comfy", title="ComfyUI", kind="comfyui", url=self.url)
        self.backend = ComfyBackend(endpoint, Keys(), BridgeSettings)
        self.reservation = Reservation(name="shot", staging=self.folder / ".staging", final=self.folder / "shot")
        self.request = LiftRequest(
            source=SourceSpec(path=self.clip, **self.source),
            output=OutputSpec(folder=self.folder, review=False),
            backend="comfy",
            parameters=self.parameters,
        )

    def take_plates(self, plates: Plates) -> None:
        """As if an earlier attempt had made these."""
        folder = self.reservation.staging / WORK_FOLDER
        folder.mkdir(parents=True)
        assert plates.plate
        mine = plates.model_copy(update={"plate": Path(shutil.copy(plates.plate, folder))})
        self.ledger.pages.append(Page(plates=mine).model_dump_json())

    async def run(self) -> Deliverable:
        self.reservation.staging.mkdir(parents=True, exist_ok=True)
        self.reservation.final.unlink(missing_ok=True)
        task = JobTask(
            job_id=self.job,
            request=self.request,
            reservation=self.reservation,
            attempt=1,
            log=self.folder / "job.log",
            ledger=self.ledger,
        )

        async def report(state: JobState) -> None:
            self.states.append(state)
            self.heard(state)

        result = await self.backend.run(task, report)
        self.reservation.final.symlink_to(self.reservation.staging, target_is_directory=True)
        return result

    def lift(self) -> Deliverable:
        return asyncio.run(self.run())

    async def withdraw(self) -> bool:
        return await self.backend.withdraw(self.request, self.ledger)

    def kinds(self) -> list[str]:
        """The states that were reported, each once where it came several times in a row."""
        found: list[str] = []
        for state in self.states:
            if not found or found[-1] != state.state:
                found.append(state.state)
        return found
