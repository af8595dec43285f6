"""A bridge for measuring panels: beside the embedded backend, one that reports progress and makes next to nothing.

python -m bridge.bench.pacer
"""

from __future__ import annotations

import asyncio
import sys

import numpy as np
from pydantic import Field, ValidationError

from bridge.backends.base import JobTask, Ledger, Report
from bridge.backends.embedded.backend import EmbeddedBackend
from bridge.client import state_home
from bridge.domain.capability import Capability
from bridge.domain.color import OutputColor
from bridge.domain.errors import RequestError, SuperwhiteError
from bridge.domain.frames import parse_rate
from bridge.domain.job import Deliverable, Preparing, Running, Verifying
from bridge.domain.settings import BackendState, TestReport
from bridge.domain.wire import Frozen
from bridge.domain.workflow import LiftRequest
from bridge.media.exr import SequenceHeader, write_frame
from bridge.service.lifecycle import run_bridge

_WIDTH, _HEIGHT = 64, 36


class PacerParameters(Frozen):
    """`steps` reports of progress, `seconds` apart from the first to the last."""

    steps: int = Field(default=1, ge=1)
    seconds: float = Field(default=0.0, ge=0.0)


class Pacer:
    """Every job ends with one small real frame, so that it can be looked at as any other."""

    name = "pacer"
    slots = 8
    resumes = False

    def capabilities(self) -> tuple[Capability, ...]:
        return (
            Capability(
                backend=self.name,
                workflow="hdr_lift",
                title="Pacer",
                description="Reports progress, for measuring.",
                kind="classical",
                runs="here",
                parameters=PacerParameters.model_json_schema(),
                output_colors=(OutputColor.LIN_REC709,),
                reports_progress=True,
                price=None,
            ),
        )

    def check(self, request: LiftRequest) -> None:
        try:
            PacerParameters.model_validate(request.parameters)
        except ValidationError as error:
            raise RequestError("The pacer cannot use these settings.", detail=str(error)) from error

    async def state(self) -> BackendState:
        return BackendState(backend=self.name, title="Pacer", runs="here", state="ready")

    async def test(self) -> TestReport:
        return TestReport(target="Pacer", hops=())

    async def renew(self, ledger: Ledger) -> None: ...

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:  # noqa: ARG002
        return False

    async def run(self, task: JobTask, report: Report) -> Deliverable:
        wanted = PacerParameters.model_validate(task.request.parameters)
        await report(Preparing())
        for step in range(wanted.steps):
            await report(Running(done=step, total=wanted.steps))
            await asyncio.sleep(wanted.seconds / wanted.steps)
        await report(Verifying())
        return await asyncio.to_thread(_deliver, task)


def _deliver(task: JobTask) -> Deliverable:
    final, name, color = task.reservation.final, task.reservation.name, OutputColor.LIN_REC709
    rate = parse_rate("24")
    light = np.linspace(0, 8, _HEIGHT * _WIDTH * 3, dtype=np.float32).reshape(_HEIGHT, _WIDTH, 3)
    header = SequenceHeader(color=color, reference_white=203, rate=rate, codec="piz")
    write_frame(task.reservation.staging / f"{name}.00000000.exr", light.astype(np.float16), header.for_frame(0))
    (task.reservation.staging / f"{name}.json").write_text("{}")
    return Deliverable(
        directory=final,
        pattern=f"{name}.%08d.exr",
        first=0,
        last=0,
        frames=1,
        rate=rate,
        width=_WIDTH,
        height=_HEIGHT,
        color=color,
        reference_white=203,
        sidecar=final / f"{name}.json",
        review=None,
        poster=None,
        master=None,
        measures={"max_cll": 1624, "max_fall": 812, "peak": 8.0},
    )


def main() -> int:
    try:
        run_bridge(state_home(), [EmbeddedBackend(), Pacer()], idle_seconds=120)
    except SuperwhiteError as error:
        sys.stderr.write(f"{error.sentence}\n{error.detail}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
