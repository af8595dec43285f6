"""The whole, as a user gets it: a bridge of its own, one job, and the memory and answers of every process meanwhile."""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from bridge.client import Bridge
from bridge.domain.errors import EngineFailed, from_report
from bridge.domain.job import Deliverable, Failed, Ready, Running
from bridge.domain.workflow import LiftRequest

_MEMORY_EVERY = 0.1
_HEALTH_EVERY = 0.03


@dataclass(frozen=True)
class WholeRun:
    """`seconds` from the request to the finished folder, `steady_seconds` without the time before the first frame.

    The rest is known of a watched run alone: `peak_memory` in bytes, of the service and its workers together
    (proportional set size where the system tells it, so that shared pages count once), `health_p99` and `health_worst`
    in seconds.
    """

    result: Deliverable
    seconds: float
    steady_seconds: float
    peak_memory: int = 0
    health_p99: float = 0.0
    health_worst: float = 0.0


def run_whole(home: Path, request: LiftRequest) -> WholeRun:
    """Run `request` in a bridge under `home` and time it; raises the job's error."""
    with Bridge.attach_or_start(home=home) as bridge:
        try:
            return _run(bridge, request)
        finally:
            bridge.shutdown()


def watch_whole(home: Path, request: LiftRequest) -> WholeRun:
    """As `run_whole`, and look at memory and answers meanwhile, which costs the job some of its time."""
    with Bridge.attach_or_start(home=home) as bridge:
        try:
            with _Watch(bridge) as watch:
                run = _run(bridge, request)
            return replace(
                run,
                peak_memory=watch.peak,
                health_p99=statistics.quantiles(watch.answers, n=100)[98] if len(watch.answers) > 1 else 0.0,
                health_worst=max(watch.answers, default=0.0),
            )
        finally:
            bridge.shutdown()


def _run(bridge: Bridge, request: LiftRequest) -> WholeRun:
    started = time.perf_counter()
    first_frame = started
    job = bridge.submit(request)
    state = job.state
    for event in bridge.follow(job.id):
        state = event.state
        if isinstance(state, Running) and first_frame == started:
            first_frame = time.perf_counter()
    ended = time.perf_counter()
    match state:
        case Ready(result=result):
            return WholeRun(result, seconds=ended - started, steady_seconds=ended - first_frame)
        case Failed(error=error):
            raise from_report(error)
        case _:
            raise EngineFailed(f"The job ended as “{state.state}”.")


class _Watch:
    """Looks at the bridge's processes and asks for its health while a job runs."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._service = psutil.Process(bridge.health().pid)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._memory), threading.Thread(target=self._health)]
        self.peak = 0
        self.answers: list[float] = []

    def __enter__(self) -> _Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _memory(self) -> None:
        while not self._over.wait(_MEMORY_EVERY):
            total = 0
            for process in [self._service, *self._service.children(recursive=True)]:
                try:
                    memory = process.memory_full_info()
                    total += getattr(memory, "pss", memory.uss)
                except psutil.Error:
                    continue  # it ended between the list and the look
            self.peak = max(self.peak, total)

    def _health(self) -> None:
        while not self._over.wait(_HEALTH_EVERY):
            asked = time.perf_counter()
            self._bridge.health()
            self.answers.append(time.perf_counter() - asked)
