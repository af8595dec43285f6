"""A job as the panel has followed it: its state, and how long it has been at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bridge.domain.estimate import Estimate, Seconds, remaining_seconds
from bridge.domain.job import Assembling, Job, JobEvent, JobState, Queued, Receiving, Running, Sending, is_final

Clock = Callable[[], float]


@dataclass
class Track:
    """Durations are measured by a clock that never jumps; only what went on before the panel looked is taken from the
    times of day that the bridge wrote down, and those are not believed when they make no sense.
    """

    job: Job
    expected: Estimate | None = None
    clock: Clock = time.monotonic
    _since: float = field(default=0.0, init=False)
    _before: float = field(default=0.0, init=False)
    _phase_since: float = field(default=0.0, init=False)
    _counted_from: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._begin_attempt()
        self._begin_phase()

    def take(self, event: JobEvent) -> bool:
        """Follow `event`; whether it says anything new."""
        if event.at < self.job.updated:
            return False
        state = event.state
        again = is_final(self.job.state) and not is_final(state)
        phase_changed = state.state != self.job.state.state
        left_queue = isinstance(self.job.state, Queued) and not isinstance(state, Queued)
        started = event.at if left_queue else self.job.started
        if is_final(state) and not is_final(self.job.state):
            # From now on the duration stands still.
            self._before, self._since = self.elapsed, self.clock()
        self.job = self.job.model_copy(update={"state": state, "updated": event.at, "started": started})
        if left_queue or again:
            self._before, self._since = 0.0, self.clock()
        if phase_changed:
            self._begin_phase()
        return True

    def replace(self, job: Job) -> None:
        """Take `job`, as the bridge has just answered, where it is not older than what was seen."""
        if job.updated >= self.job.updated:
            event = JobEvent(sequence=0, job=job.id, at=job.updated, state=job.state)
            self.take(event)
            self.job = job

    @property
    def elapsed(self) -> float:
        """Seconds since the work began; after its end, how long it took. 0 while it waits."""
        state = self.job.state
        if isinstance(state, Queued):
            return 0.0
        return self._before if is_final(state) else self._before + self.clock() - self._since

    @property
    def remaining(self) -> Seconds | None:
        """What is left of the phase under way, where it counts and enough of it has been seen."""
        counted = _counted(self.job.state)
        if counted is None:
            return None
        done, total = counted
        first = self._counted_from
        return remaining_seconds(done - first, total - first, self.clock() - self._phase_since)

    def _begin_attempt(self) -> None:
        self._since = self.clock()
        job = self.job
        end = job.updated if is_final(job.state) else datetime.now(UTC)
        spent = (end - job.started).total_seconds() if job.started else 0.0
        self._before = spent if 0 <= spent < _BELIEVED else 0.0

    def _begin_phase(self) -> None:
        self._phase_since = self.clock()
        counted = _counted(self.job.state)
        self._counted_from = counted[0] if counted else 0


_BELIEVED = 30 * 24 * 3600.0


def _counted(state: JobState) -> tuple[int, int] | None:
    match state:
        case Running(done=int(done), total=int(total)) | Assembling(done=done, total=total):
            return done, total
        case Sending(sent=done, total=total) | Receiving(received=done, total=int(total)):
            return done, total
        case _:
            return None
