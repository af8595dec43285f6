"""The jobs that the bridge has told of, as a Qt model, and the order in which they are shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QSize, QSortFilterProxyModel, Qt, QTimer, Signal

from bridge.domain.capability import Capability
from bridge.domain.estimate import Estimate
from bridge.domain.host import JobLine
from bridge.domain.job import Imported, Job, JobEvent, Queued, Ready, is_final
from bridge.domain.settings import BackendState
from bridge.domain.view import ClipSubject, JobSubject, Mode, PictureQuery
from qt_panels.cards import CARD, Card, Index, Stage
from qt_panels.pictures import Pictures, small

from .telling import card, title
from .track import Clock, Track

JOB = CARD + 1
"""The role under which a row gives its `Job`."""

_TICK_SECONDS = 1.0
"""Durations of jobs at work are shown anew that often."""


class JobsModel(QAbstractListModel):
    unknown = Signal()
    """An event tells of a job that is not in the list: the list has to be read again."""

    ended = Signal(object)
    """A `Job` that was at work, or waited, when the panel last heard of it, and is over now."""

    def __init__(self, pictures: Pictures, parent: QObject | None = None, *, clock: Clock = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._tracks: list[Track] = []
        self._row: dict[str, int] = {}
        self._remote: set[str] = set()
        self._titles: dict[str, str] = {}
        self._pictures = pictures
        self._picture_size = QSize(160, 90)
        self._ratio = 1.0
        pictures.arrived.connect(self._picture_arrived)
        self._timer = QTimer(self, interval=round(_TICK_SECONDS * 1000))
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def set_capabilities(self, capabilities: Iterable[Capability]) -> None:
        self._remote = {each.backend for each in capabilities if each.runs == "remote"}

    def set_states(self, states: Iterable[BackendState]) -> None:
        self._titles = {state.backend: state.title for state in states}

    def set_picture_size(self, size: QSize, ratio: float) -> None:
        self._picture_size, self._ratio = size, ratio

    # What the bridge tells

    def take_list(self, jobs: Iterable[Job]) -> None:
        """Jobs as the bridge lists them; those that are there already are brought up to date."""
        new: list[Job] = []
        known = set(self._row)
        for job in jobs:
            if job.id in self._row:
                self.take_job(job)
            else:
                new.append(job)
        if new:
            first = len(self._tracks)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            for job in new:
                self._row[job.id] = len(self._tracks)
                self._tracks.append(Track(job, clock=self._clock))
            self.endInsertRows()
        for job in new:
            # What follows a job that was known is no history, however fast it was.
            if job.request.follows in known and is_final(job.state):
                self.ended.emit(job)

    def keep_only(self, ids: set[str]) -> None:
        """Drop the jobs that the bridge does not know any more."""
        for row in range(len(self._tracks) - 1, -1, -1):
            if self._tracks[row].job.id not in ids:
                self._drop(row)

    def take_job(self, job: Job) -> None:
        """A job as the bridge has just answered."""
        row = self._row.get(job.id)
        if row is None:
            self.take_list([job])
        else:
            self._follow(row, lambda track: track.replace(job))

    def expect(self, job: str, estimate: Estimate) -> None:
        """What a job is expected to take."""
        row = self._row.get(job)
        if row is not None:
            self._tracks[row].expected = estimate
            self.dataChanged.emit(self.index(row), self.index(row), [CARD])

    def take_events(self, events: Iterable[JobEvent]) -> None:
        for event in events:
            row = self._row.get(event.job)
            if row is None:
                self.unknown.emit()
            else:
                self._follow(row, lambda track, event=event: track.take(event))

    def forget(self, job: str) -> None:
        row = self._row.get(job)
        if row is not None:
            self._drop(row)

    # What is asked of it

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(track.job for track in self._tracks)

    def job(self, id: str) -> Job | None:
        row = self._row.get(id)
        return None if row is None else self._tracks[row].job

    def lines(self, most: int) -> tuple[JobLine, ...]:
        """The newest jobs in a line each, in the words of their cards."""
        newest = sorted(self._tracks, key=lambda track: track.job.created, reverse=True)[:most]
        return tuple(_line(track.job.id, self._card(track)) for track in newest)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._tracks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        track = self._tracks[index.row()]
        match role:
            case _ if role == CARD:
                return self._card(track)
            case _ if role == JOB:
                return track.job
            case Qt.ItemDataRole.DisplayRole:
                return title(track.job)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return self._card(track).spoken
            case Qt.ItemDataRole.DecorationRole:
                return self._pictures.get(track.job.id, lambda: self._picture_query(track.job))
            case _:
                return None

    def _card(self, track: Track) -> Card:
        backend = track.job.request.backend
        return card(track, self._titles.get(backend, backend) if backend in self._remote else None)

    def _picture_query(self, job: Job) -> PictureQuery:
        """The middle of the result; of the source, a frame, while there is none."""
        source = job.request.source
        match job.state:
            case Ready(result=result) | Imported(result=result):
                mode: Mode = "display" if result.kind == "movie" else "tone_mapped"
                subject = JobSubject(job=job.id)
                query = PictureQuery(subject=subject, side="after", frame=result.frames // 2, mode=mode)
            case _:
                clip = ClipSubject(path=source.path, rate=source.rate)
                query = PictureQuery(subject=clip, side="before", frame=_first_frame(job))
        return small(query, self._picture_size, self._ratio)

    def _follow(self, row: int, change: Callable[[Track], object]) -> None:
        track = self._tracks[row]
        was_over = is_final(track.job.state)
        change(track)
        index = self.index(row)
        self.dataChanged.emit(index, index)
        if is_final(track.job.state) and not was_over:
            self._pictures.forget(track.job.id)
            self.ended.emit(track.job)

    def _drop(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._tracks[row]
        self._row = {track.job.id: place for place, track in enumerate(self._tracks)}
        self.endRemoveRows()

    def _picture_arrived(self, name: str) -> None:
        row = self._row.get(name)
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def _tick(self) -> None:
        for row, track in enumerate(self._tracks):
            if not is_final(track.job.state) and not isinstance(track.job.state, Queued):
                index = self.index(row)
                self.dataChanged.emit(index, index, [CARD])


def _line(job: str, card: Card) -> JobLine:
    bar = next((bar for bar in card.bars if bar.stage is Stage.UNDER_WAY), None)
    return JobLine(job, card.title, bar.label if bar else card.note.text, bar.share if bar else None)


def _first_frame(job: Job) -> int:
    """Of the source, as far as it is known before the clip is opened."""
    source = job.request.source
    if source.cut:
        return max(0, source.cut.source_start) if source.cut.media_start_known else 0
    return source.start or 0


class JobsOrder(QSortFilterProxyModel):
    """Jobs at work first, then those that wait in their order, then the history, the newest first.

    Filtered by words, which may stand in the title, the clip, the project or the state, and by the star.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._starred = False
        self.setDynamicSortFilter(True)
        self.sort(0)

    def search(self, text: str, *, starred: bool) -> None:
        self.beginFilterChange()
        self._words = tuple(text.casefold().split())
        self._starred = starred
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        job = self.sourceModel().index(source_row, 0, source_parent).data(JOB)
        assert isinstance(job, Job)
        if self._starred and not job.starred:
            return False
        text = searchable(job)
        return all(word in text for word in self._words)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        one, other = source_left.data(JOB), source_right.data(JOB)
        assert isinstance(one, Job)
        assert isinstance(other, Job)
        return _place(one) < _place(other)


def _place(job: Job) -> tuple[int, float, float]:
    """Sorts as `JobsOrder` says."""
    made = job.created.timestamp()
    match job.state:
        case Queued(ahead=ahead):
            return 1, ahead, made
        case state if is_final(state):
            return 2, -made, 0
        case _:
            return 0, made, 0


def searchable(job: Job) -> str:
    request = job.request
    parts = [title(job), str(request.source.path), request.backend, request.workflow, job.state.state, job.id]
    if request.source.cut:
        parts += [request.source.cut.name, request.source.cut.id]
    if request.origin:
        parts.append(request.origin.project_title)
    return " ".join(parts).casefold()
