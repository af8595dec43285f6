"""The service's side of the local backend."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import Field, ValidationError

from bridge.backends.base import JobTask, Ledger, Requeued
from bridge.domain.capability import Capability
from bridge.domain.color import OutputColor
from bridge.domain.errors import EngineLost, GpuLost, GpuUnavailable, InternalError, SuperwhiteError
from bridge.domain.job import Deliverable, JobState
from bridge.domain.settings import BackendState, BridgeSettings, TestReport
from bridge.domain.wire import Frozen
from bridge.domain.workflow import LiftRequest
from bridge.engines.ltx.loras import check_lora
from bridge.engines.ltx.memory import Card
from bridge.engines.ltx.parameters import LARGEST_SEED, LtxParameters, read_parameters
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import open_weights
from bridge.engines.protocol import LocalOrder, Warm
from bridge.weights.folder import find_set, models_home

from . import moving
from .hops import TITLE, walk
from .seats import IDLE_SECONDS, Seats
from .standing import Found, demand_all, find_devices, remark

log = logging.getLogger(__name__)

DESCRIPTION = "Generative: highlights and shadows that the clip has lost are invented. Any size and length."
_LOOK_AGAIN_SECONDS = 5.0
_OPEN_SECONDS = 2.0


class _Page(Frozen):
    """What is remembered of a job: its seed, where that was left to chance, and how often its worker was lost."""

    seed: int | None = Field(default=None, ge=0, le=LARGEST_SEED)
    lost: int = 0


class LtxBackend:
    """LTX on every card of this machine, one job at a time on each. `stays_warm` is for a machine that does nothing
    else: its cards are loaded at the start and never given back.
    """

    name = "ltx"
    resumes = False

    def __init__(self, *, stays_warm: bool = False) -> None:
        self._stays_warm = stays_warm
        self._seats = Seats(None if stays_warm else IDLE_SECONDS)
        self._find_settings: Callable[[], BridgeSettings] = BridgeSettings
        self._home = Path()
        self._cards: tuple[Card, ...] | GpuUnavailable | None = None
        self._looked = 0.0
        self._warming: asyncio.Task[None] | None = None

    async def open(self, home: Path, find_settings: Callable[[], BridgeSettings]) -> None:
        """Look at the cards; the state folder `home` takes the log of loading a model before there is a job."""
        self._home, self._find_settings = home, find_settings
        looking = asyncio.create_task(self._look())
        self._warming = asyncio.create_task(self._begin(looking))
        # As a rule it is known at once how many jobs can be begun; a driver that hangs keeps nobody waiting.
        await asyncio.wait({looking}, timeout=_OPEN_SECONDS)

    async def close(self) -> None:
        """End every worker."""
        if self._warming:
            self._warming.cancel()
            await asyncio.wait({self._warming})
        await self._seats.close()

    @property
    def slots(self) -> int:
        return len(self._cards) if isinstance(self._cards, tuple) else 1

    def capabilities(self) -> tuple[Capability, ...]:
        settings = self._find_settings()
        weights, unknown = None, ""
        if self._cards is not None:  # else the driver has not answered yet
            try:
                weights = self._demand_all().weights
            except SuperwhiteError as error:
                unknown = _told(error)
        lift = Capability(
            backend=self.name,
            workflow="hdr_lift",
            title="HDR lift (LTX-2.3)",
            description=DESCRIPTION,
            kind="generative",
            runs="here",
            parameters=LtxParameters.model_json_schema(),
            output_colors=tuple(OutputColor),
            reports_progress=True,
            mask="optional",
            price=None,
            unknown=unknown,
        )
        return lift, *moving.capabilities_here(self.name, weights, models_home(settings))

    def check(self, request: LiftRequest) -> None:
        """Raises `RequestError`, `WorkflowUnknown`, and what is wrong with LoRAs and other sets that are asked for."""
        settings = self._find_settings()
        if request.workflow != "hdr_lift":
            moving.check(request, models_home(settings))
        elif loras := read_parameters(request.parameters).user_loras():
            weights = open_weights(find_set(settings, LTX_2_3.name))
            for lora in loras:
                check_lora(lora.path, weights, LTX_2_3)

    async def state(self) -> BackendState:
        await self._look()
        try:
            found = await asyncio.to_thread(self._demand_all)
        except SuperwhiteError as error:
            return BackendState(backend=self.name, title=TITLE, runs="here", state="not_ready", sentence=_told(error))
        return BackendState(
            backend=self.name, title=TITLE, runs="here", state="ready", sentence=remark(found, self._seats.warm)
        )

    async def test(self) -> TestReport:
        """From the card to a worker's Python that loads torch."""
        return await walk(self._find_settings())

    async def renew(self, ledger: Ledger) -> None:
        """The seed stays: the same job gives the same pictures."""
        page = await _read(ledger)
        await ledger.write(page.model_copy(update={"lost": 0}).model_dump_json())

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:  # noqa: ARG002
        return False

    async def run(self, task: JobTask, report: Callable[[JobState], Awaitable[None]]) -> Deliverable:
        """Raises what is missing (`demand_all`) and the worker's error. A worker or a card that was lost is replaced,
        once.
        """
        await self._look(again=True)
        found = await asyncio.to_thread(self._demand_all)
        page = await _read(task.ledger)
        wished = _seed_of(task.request)
        if page.seed is None:
            page = page.model_copy(update={"seed": secrets.randbelow(LARGEST_SEED + 1)})
            await task.ledger.write(page.model_dump_json())
        assert page.seed is not None
        order = LocalOrder(
            job=task.job_id,
            request=task.request,
            reservation=task.reservation,
            weights=found.weights.base,
            models=found.models,
            seed=page.seed if wished is None else wished,
            log=task.log,
        )
        try:
            return await self._seats.lift(found.cards, found.environment.python, order, report)
        except (EngineLost, GpuLost) as error:
            if page.lost:
                raise
            log.warning("Job %s goes back to the queue: %s %s", task.job_id, error.sentence, error.detail)
            await task.ledger.write(page.model_copy(update={"lost": 1}).model_dump_json())
            raise Requeued from error

    async def _begin(self, looking: asyncio.Task[None]) -> None:
        await looking
        if not self._stays_warm:
            return
        try:
            found = await asyncio.to_thread(self._demand_all)
            began = time.monotonic()
            order = Warm(weights=found.weights.base, log=self._home / "warm.log")
            await self._seats.load(found.cards, found.environment.python, order)
            log.info("The model is loaded on %d cards, in %.0f s.", len(found.cards), time.monotonic() - began)
        except SuperwhiteError as error:
            log.warning("The model could not be loaded: %s %s %s", error.sentence, error.remedy, error.detail)

    async def _look(self, *, again: bool = False) -> None:
        """Ask the driver for the cards; what it has said before does for a while, unless `again`."""
        if self._cards is None or again or time.monotonic() > self._looked + _LOOK_AGAIN_SECONDS:
            self._looked = time.monotonic()
            self._cards = await asyncio.to_thread(_devices, self._find_settings())

    def _demand_all(self) -> Found:
        if isinstance(self._cards, GpuUnavailable):
            raise self._cards
        return demand_all(self._find_settings(), self._cards or ())


def _seed_of(request: LiftRequest) -> int | None:
    """The seed that is asked for; none where it is left to chance."""
    return read_parameters(request.parameters).seed if request.workflow == "hdr_lift" else moving.seed_of(request)


def _devices(settings: BridgeSettings) -> tuple[Card, ...] | GpuUnavailable:
    try:
        return find_devices(settings)
    except GpuUnavailable as error:
        return error


async def _read(ledger: Ledger) -> _Page:
    """Raises `InternalError` for what cannot be read."""
    text = await ledger.read()
    try:
        return _Page.model_validate_json(text) if text else _Page()
    except ValidationError as error:
        raise InternalError("What was written down of this job cannot be read.", detail=str(error)) from error


def _told(error: SuperwhiteError) -> str:
    return f"{error.sentence} {error.remedy}".strip()
