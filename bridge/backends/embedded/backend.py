"""The service's side of the embedded backend."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bridge.backends.base import JobTask, Ledger
from bridge.backends.workers import carry_out, environment, try_code
from bridge.domain.capability import Capability, Limits
from bridge.domain.color import OutputColor
from bridge.domain.job import Deliverable, JobState
from bridge.domain.settings import BackendState, Hop, TestReport
from bridge.domain.workflow import LiftRequest
from bridge.engines.classical.parameters import STATEMENT, ClassicalParameters, read_parameters
from bridge.engines.protocol import Finished, WorkOrder

_TITLE = "This machine"
_TEST_SECONDS = 60.0


class EmbeddedBackend:
    """Works on any machine: no key, no GPU, no download. One job at a time, because a job takes every core."""

    name = "embedded"
    slots = 1
    resumes = False

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
                mask="optional",
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
        failure = await try_code(
            Path(sys.executable), "import bridge.backends.embedded.work", environment(), _TEST_SECONDS
        )
        hop = Hop(
            name="engine",
            passed=failure is None,
            sentence=failure or "The engine is there.",
            milliseconds=round((time.monotonic() - began) * 1000, 1),
        )
        return TestReport(target=_TITLE, hops=(hop,))

    async def renew(self, ledger: Ledger) -> None: ...

    async def withdraw(self, request: LiftRequest, ledger: Ledger) -> bool:  # noqa: ARG002
        return False

    async def run(self, task: JobTask, report: Callable[[JobState], Awaitable[None]]) -> Deliverable:
        """Raises the worker's error, or `EngineLost` when it goes away without an answer."""
        order = WorkOrder(job=task.job_id, request=task.request, reservation=task.reservation, engine="classical")
        answer = await carry_out(order, report, task.log)
        assert isinstance(answer, Finished)
        return answer.result
