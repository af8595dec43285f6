"""From the selected clips to jobs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.host import HostFacts
from bridge.domain.job import Job
from bridge.domain.workflow import FollowUp, LiftRequest, MaskSpec, Origin, OutputSpec

from .asks import Asks
from .clips.source import source_spec
from .memory import Preferences
from .plan import Work
from .settings.folder import expand_folder


@dataclass(frozen=True)
class Click:
    """What one press of the button asks for."""

    works: tuple[Work, ...]
    preferences: Preferences
    host: HostFacts


def requests_of(click: Click, today: date) -> tuple[LiftRequest, ...]:
    """One for each clip, in their order. Raises `ValueError` for an output folder that cannot be meant."""
    batch = uuid.uuid4().hex
    return tuple(_request(work, click, batch, today) for work in click.works)


def _request(work: Work, click: Click, batch: str, today: date) -> LiftRequest:
    clip, manner = work.row.clip, work.manner
    assert clip.media is not None
    media, wishes, look = Path(clip.media), click.preferences, manner.look
    then = FollowUp() if look.then_lift and manner.capability.makes == "movie" else None
    # A medium that is used twice gives two sequences: the clips' own names tell them apart better than versions do.
    name = (clip.name.removesuffix(media.suffix) or None) if clip.on_timeline else None
    return LiftRequest(
        workflow=look.workflow,
        backend=look.backend,
        source=source_spec(clip, wishes.handles),
        mask=MaskSpec(path=manner.mask) if manner.mask else None,
        parameters=dict(look.values),
        output=OutputSpec(
            folder=expand_folder(wishes.folder, _project_folder(click.host, media), name or media.stem, today),
            name=name,
            color=wishes.color,
            reference_white=wishes.reference_white,
            compression=wishes.compression,
            master="hdr10" if wishes.master else None,
        ),
        origin=Origin(
            host=click.host.name,
            project=click.host.project,
            project_title=click.host.project_title,
            clip=clip.id,
            batch=batch,
        ),
        # What was shown is the most that can be charged.
        max_cost=work.cost,
        then=then,
    )


def _project_folder(host: HostFacts, media: Path) -> Path:
    """That of the project where it is a file, else that of the clip."""
    project = Path(host.project)
    return project.parent if project.is_absolute() and project.suffix else media.parent


class Submission(QObject):
    """Sends requests one after another, so that they run in their order; one that is refused leaves the others alone.

    Nothing is sent again by itself: after a lost answer nobody here knows whether the job is there.
    """

    submitted = Signal(object)
    """A `Job`, as soon as the bridge has it."""
    refused = Signal(object, object)
    """The `LiftRequest` and an `ErrorReport`."""
    ended = Signal()

    def __init__(self, asks: Asks, requests: Sequence[LiftRequest], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._waiting = list(requests)

    def start(self) -> None:
        if not self._waiting:
            self.ended.emit()
            return
        request = self._waiting.pop(0)

        def then(job: Job) -> None:
            self.submitted.emit(job)
            self.start()

        def fail(error: ErrorReport) -> None:
            self.refused.emit(request, error)
            self.start()

        self._asks.ask(self, calls.submit(request), then, fail)
