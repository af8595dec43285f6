"""From finished jobs to the timeline, and back again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from bridge.client import calls
from bridge.domain.errors import HostUnsupported
from bridge.domain.host import Host, HostFacts, PlaceOrder, Placing
from bridge.domain.hosted import result_of
from bridge.domain.job import Imported, Job, PlacementRecord, Ready, is_final

from .asks import Asks
from .host_desk import HostDesk
from .jobs.model import JobsModel
from .memory import Preferences


class Importing(QObject):
    """Places results by the host and tells the bridge where they are.

    A host that writes a file for each placing gets all results of one click at once, when the last of them has ended.
    A movie that is lifted afterwards waits for that: the lift is what is imported by itself.
    """

    told = Signal(str, object)
    """A sentence on what was done, and the tuple of `Job`s that it was done with."""
    failed = Signal(object)
    """An `ErrorReport`."""

    def __init__(
        self,
        asks: Asks,
        desk: HostDesk,
        jobs: JobsModel,
        preferences: Callable[[], Preferences],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asks = asks
        self._desk = desk
        self._jobs = jobs
        self._preferences = preferences
        self._host: HostFacts | None = None
        self._under_way: set[str] = set()
        self._batches: set[str] = set()
        self._due: set[str] = set()
        jobs.ended.connect(self._ended)

    def set_host(self, facts: HostFacts) -> None:
        self._host = facts

    def begin(self, batch: str) -> None:
        """Jobs of this batch are being submitted; what becomes ready may be imported by itself."""
        self._batches.add(batch)
        self._under_way.add(batch)

    def complete(self, batch: str) -> None:
        """Every job of the batch has been submitted, or refused."""
        self._under_way.discard(batch)
        self._settle(batch)

    def put(self, jobs: Iterable[Job]) -> None:
        """Place the results of `jobs`, whether they were placed before or not."""
        projects: defaultdict[str, list[Job]] = defaultdict(list)
        for job in jobs:
            origin = job.request.origin
            if origin is None or self._host is None or origin.host != self._host.name:
                self.failed.emit(_not_ours(job).report())
            else:
                projects[origin.project].append(job)
        for project, group in projects.items():
            self._place(project, group)

    def take_back(self, jobs: Iterable[Job]) -> None:
        """Revert the placings of `jobs`."""
        placed = {
            job.state.placement.placement: job
            for job in jobs
            if isinstance(job.state, Imported) and job.state.placement is not None
        }
        if not placed:
            return

        def then(sentence: str) -> None:
            for job in placed.values():
                self._asks.ask(self, calls.reverted(job.id), self._jobs.take_job)
            self.told.emit(sentence, ())

        self._desk.ask(self, lambda host: host.revert(tuple(placed)), then, self.failed.emit)

    def _place(self, project: str, jobs: Sequence[Job]) -> None:
        order = PlaceOrder(project, tuple(result_of(job) for job in jobs), self._preferences().conflict)

        def place(host: Host) -> Placing:
            return host.place(order)

        def then(placing: Placing) -> None:
            self._placed(jobs, placing)

        self._desk.ask(self, place, then, self.failed.emit)

    def _placed(self, jobs: Sequence[Job], placing: Placing) -> None:
        by_id = {job.id: job for job in jobs}
        done: list[Job] = []
        for each in placing.placed:
            job = by_id.get(each.job)
            if job is None or not each.placement or job.request.origin is None:
                continue
            origin = job.request.origin
            record = PlacementRecord(
                host=origin.host,
                project=origin.project,
                project_title=origin.project_title,
                placement=each.placement,
                sentence=placing.sentence,
            )
            self._asks.ask(self, calls.imported(job.id, record), self._jobs.take_job)
            done.append(job)
        self.told.emit("\n".join((placing.sentence, *placing.notes)), tuple(done))

    def _ended(self, job: Job) -> None:
        origin = job.request.origin
        if origin and origin.batch in self._batches and isinstance(job.state, Ready) and not job.request.then:
            self._due.add(job.id)
        if origin:
            self._settle(origin.batch)

    def _settle(self, batch: str) -> None:
        """Import what is due of the batch, unless the host wants more of it at once than is ready."""
        if self._host is None or not self._host.abilities.place or not self._preferences().import_when_ready:
            return
        jobs = [job for job in self._jobs.jobs if job.request.origin and job.request.origin.batch == batch]
        together = self._host.abilities.places_together
        if together and (batch in self._under_way or not all(_is_over(job, jobs) for job in jobs)):
            return
        due = [job for job in jobs if job.id in self._due and isinstance(job.state, Ready)]
        self._due.difference_update(job.id for job in due)
        if due:
            self.put(due)


def _is_over(job: Job, batch: Sequence[Job]) -> bool:
    """Whether nothing more comes of `job`: what follows it is queued as it ends, but told of a moment later."""
    if isinstance(job.state, Ready | Imported) and job.request.then:
        return any(each.request.follows == job.id for each in batch)
    return is_final(job.state)


def _not_ours(job: Job) -> HostUnsupported:
    where = job.request.origin.project_title if job.request.origin else ""
    if where:
        return HostUnsupported(
            f"This result belongs to “{where}” in another application.", remedy="Open the panel there, and import."
        )
    return HostUnsupported("This result was not made from a clip of a timeline, so there is no place for it on one.")
