"""The click: from what is selected and set, through the button, to jobs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from bridge.client import calls
from bridge.domain.errors import ErrorReport, RequestError
from bridge.domain.estimate import Estimate
from bridge.domain.host import HostFacts
from bridge.domain.job import Job
from bridge.domain.settings import BridgeSettings

from .asks import Asks
from .clips.manner import Manner
from .clips.model import ClipsModel
from .go import GoBar
from .host_desk import HostDesk
from .importing import Importing
from .jobs.model import JobsModel
from .lifting import Click, Media, Submission, media_at_hand, output_folder, request_of
from .look.panel import LookPanel
from .memory import Memory
from .plan import Plan, Work, forbidden, plan, work_of
from .rendering import Order, Rendering


class Starting(QObject):
    failed = Signal(object)
    """An `ErrorReport`."""

    def __init__(
        self,
        asks: Asks,
        desk: HostDesk,
        memory: Memory,
        clips: ClipsModel,
        look: LookPanel,
        go: GoBar,
        jobs: JobsModel,
        importing: Importing,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asks = asks
        self._memory = memory
        self._clips = clips
        self._look = look
        self._go = go
        self._jobs = jobs
        self._importing = importing
        self._host: HostFacts | None = None
        self._settings: BridgeSettings | None = None
        self._submissions: set[Submission] = set()
        self.rendering = Rendering(asks, desk, self)
        self.plan = Plan()
        clips.set_looks(self.manner_of, look.has_override)
        clips.changed.connect(self.count)
        look.changed.connect(self._look_changed)
        go.pressed.connect(self.start)

    def set_host(self, facts: HostFacts) -> None:
        self._host = facts

    def set_bridge_settings(self, settings: BridgeSettings) -> None:
        self._settings = settings
        self.count()

    def manner_of(self, clip: str) -> Manner | None:
        capability = self._look.capability_of(clip)
        if capability is None:
            return None
        mask = self._look.mask_of(clip)
        return Manner(capability, self._look.look_for(clip), mask, unmasked=self._look.lacks_mask(clip))

    def count(self) -> None:
        """Say on the button what a click would do."""
        rows = self._clips.rows
        works = [
            work_of(row, manner) for row in self._clips.ready if (manner := self.manner_of(row.clip.id)) is not None
        ]
        hindrance = next((found for row in rows if (found := self._clips.hindrance(row))), "")
        judged = ((work, forbidden(work, self._look.state_of(work.row.clip.id), self._settings)) for work in works)
        self.plan = plan(len(rows), judged, hindrance)
        self._go.tell(self.plan, None)
        if loads := self.plan.loads:
            self._asks.ask(self, calls.estimate(loads), self._take_estimate, _ignore, key="estimate")

    def start(self) -> None:
        """One click: every clip that can be worked on becomes a job."""
        if not self.plan.works or self._host is None:
            return
        click = Click(self.plan.works, self._memory.preferences, self._host)
        self._go.confirm(self.plan, click.preferences.confirm_above, lambda: self._submit(click))

    def _look_changed(self) -> None:
        self._clips.look_again()
        self.count()

    def _take_estimate(self, estimate: Estimate) -> None:
        self._go.tell(self.plan, estimate)

    def _submit(self, click: Click) -> None:
        try:
            folders = [output_folder(work, click) for work in click.works]
        except ValueError as error:
            self.failed.emit(RequestError(str(error)).report())
            return
        submission = self._submission(click)
        unmade: set[str] = set()

        def made(work: Work, media: Media) -> None:
            submission.add(request_of(work, click, media))
            over(work)

        def over(work: Work) -> None:
            unmade.discard(work.row.clip.id)
            if not unmade:
                submission.close()

        orders: list[Order] = []
        for work, folder in zip(click.works, folders, strict=True):
            if media := media_at_hand(work, click):
                submission.add(request_of(work, click, media))
                continue

            def failed(error: ErrorReport | None, work: Work = work) -> None:
                if error:
                    sentence = f"“{work.row.clip.name}”: {error.sentence}"
                    self.failed.emit(error.model_copy(update={"sentence": sentence}))
                over(work)

            orders.append(Order(work, click.host.project, click.preferences.handles, folder, made, failed))
        unmade.update(order.work.row.clip.id for order in orders)
        for order in orders:
            self.rendering.add(order)
        if not orders:
            submission.close()

    def _submission(self, click: Click) -> Submission:
        """What sends the requests of `click`, and tells the others of the jobs that come of them."""
        submission = Submission(self._asks, self)
        self._submissions.add(submission)
        self._importing.begin(click.batch)
        loads = {work.row.clip.id: work.load for work in click.works}

        def submitted(job: Job) -> None:
            """A job is there; what it is expected to take follows."""
            self._jobs.take_job(job)
            load = loads.get(job.request.origin.clip) if job.request.origin else None

            def expected(estimate: Estimate) -> None:
                self._jobs.expect(job.id, estimate)

            if load:
                self._asks.ask(self, calls.estimate([load]), expected, _ignore)

        def refused(_request: object, error: ErrorReport) -> None:
            self.failed.emit(error)

        def ended() -> None:
            self._submissions.discard(submission)
            submission.deleteLater()
            self._importing.complete(click.batch)

        submission.submitted.connect(submitted)
        submission.refused.connect(refused)
        submission.ended.connect(ended)
        return submission


def _ignore(_: ErrorReport) -> None:
    """An estimate is a courtesy: without one the button says nothing of time."""
