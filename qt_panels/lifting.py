"""From the selected clips to jobs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.host import HostFacts, HostMask
from bridge.domain.hosted import source_spec
from bridge.domain.job import Job
from bridge.domain.workflow import FollowUp, LiftRequest, MaskSpec, Origin, OutputSpec, SourceSpec

from .asks import Asks
from .memory import Preferences
from .plan import Work
from .settings.folder import expand_folder


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


@dataclass(frozen=True)
class Click:
    """What one press of the button asks for."""

    works: tuple[Work, ...]
    preferences: Preferences
    host: HostFacts
    batch: str = field(default_factory=lambda: uuid.uuid4().hex)
    day: date = field(default_factory=_today)


@dataclass(frozen=True)
class Media:
    """What a job reads."""

    source: SourceSpec
    mask: Path | None


def media_at_hand(work: Work, click: Click) -> Media | None:
    """None where the host has to render first: the clip, or its mask."""
    mask = work.manner.mask
    if isinstance(mask, HostMask):
        mask = Path(mask.path) if mask.path else None
        if mask is None:
            return None
    return None if work.row.renders else Media(source_spec(work.row.clip, click.preferences.handles), mask)


def output_folder(work: Work, click: Click) -> Path:
    """Raises `ValueError`, with a sentence for the user, for an output folder that cannot be meant."""
    clip = work.row.clip
    media = Path(clip.media) if clip.media else None
    name = _name(work) or (media.stem if media else clip.name)
    return expand_folder(click.preferences.folder, _project_folder(click.host, media), name, click.day)


def request_of(work: Work, click: Click, media: Media) -> LiftRequest:
    """Raises `ValueError` as `output_folder` does."""
    manner, wishes = work.manner, click.preferences
    look = manner.look
    then = FollowUp() if look.then_lift and manner.capability.makes == "movie" else None
    mask = MaskSpec.model_validate({**look.mask.values, "path": media.mask}) if media.mask else None
    return LiftRequest(
        workflow=look.workflow,
        backend=look.backend,
        source=media.source,
        mask=mask,
        parameters=dict(look.values),
        output=OutputSpec(
            folder=output_folder(work, click),
            name=_name(work),
            color=wishes.color,
            reference_white=wishes.reference_white,
            compression=wishes.compression,
            master="hdr10" if wishes.master else None,
        ),
        origin=Origin(
            host=click.host.name,
            project=click.host.project,
            project_title=click.host.project_title,
            clip=work.row.clip.id,
            batch=click.batch,
        ),
        # What was shown is the most that can be charged.
        max_cost=work.cost,
        then=then,
    )


def _name(work: Work) -> str | None:
    """A medium that is used twice gives two sequences: the clips' own names tell them apart better than versions do. A
    file that the host has rendered bears no name that means anything.
    """
    clip = work.row.clip
    if not clip.on_timeline and not work.row.renders:
        return None
    return (clip.name.removesuffix(Path(clip.media).suffix) if clip.media else clip.name) or None


def _project_folder(host: HostFacts, media: Path | None) -> Path:
    """That of the project where it is a file, else that of the clip, else the user's for movies."""
    project = Path(host.project)
    if project.is_absolute() and project.suffix:
        return project.parent
    if media:
        return media.parent
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation) or Path.home())


class Submission(QObject):
    """Sends requests one after another, so that they run in their order; one that is refused leaves the others alone.

    Nothing is sent again by itself: after a lost answer nobody here knows whether the job is there.
    """

    submitted = Signal(object)
    """A `Job`, as soon as the bridge has it."""
    refused = Signal(object, object)
    """The `LiftRequest` and an `ErrorReport`."""
    ended = Signal()
    """After `close`, when everything has been sent."""

    def __init__(self, asks: Asks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._waiting: list[LiftRequest] = []
        self._sending = self._closed = False

    def add(self, request: LiftRequest) -> None:
        self._waiting.append(request)
        self._next()

    def close(self) -> None:
        """Nothing more is added."""
        self._closed = True
        self._next()

    def _next(self) -> None:
        if self._sending:
            return
        if not self._waiting:
            if self._closed:
                self.ended.emit()
            return
        request = self._waiting.pop(0)
        self._sending = True

        def then(job: Job) -> None:
            self._sending = False
            self.submitted.emit(job)
            self._next()

        def fail(error: ErrorReport) -> None:
            self._sending = False
            self.refused.emit(request, error)
            self._next()

        self._asks.ask(self, calls.submit(request), then, fail)
