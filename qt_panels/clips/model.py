"""The host's selection as a Qt model, with what the bridge finds out about each clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QObject, QSize, Qt, Signal

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.host import HostClip, Selection
from bridge.domain.view import ClipReport, ClipSubject, PictureQuery
from qt_panels import wording
from qt_panels.asks import Asks
from qt_panels.cards import CARD, Card, Index, Line, Tone
from qt_panels.counts import counts
from qt_panels.pictures import Pictures, small

from .manner import Manner, hindrance, remark
from .source import clip_query

ROW = CARD + 1
"""The role under which a row gives its `ClipRow`."""

LINES = 3


@dataclass(frozen=True)
class ClipRow:
    """`report` is none while the bridge looks at the clip."""

    clip: HostClip
    report: ClipReport | None = None

    @property
    def liftable(self) -> bool:
        return self.clip.liftable and self.report is not None and self.report.error is None


MannerOf = Callable[[str], Manner | None]
"""How the clip of this id is to be worked on; none while that is not known."""


class ClipsModel(QAbstractListModel):
    changed = Signal()
    """The clips, or what is known of them, are different."""

    def __init__(self, asks: Asks, pictures: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._pictures = pictures
        self._picture_size = QSize(120, 68)
        self._ratio = 1.0
        self._rows: list[ClipRow] = []
        self._handles = 0
        self._manner_of: MannerOf = lambda _: None
        self._is_special: Callable[[str], bool] = lambda _: False
        pictures.arrived.connect(self._picture_arrived)

    def set_looks(self, manner_of: MannerOf, is_special: Callable[[str], bool]) -> None:
        """How clips are to be worked on, and whether a clip has settings of its own."""
        self._manner_of, self._is_special = manner_of, is_special

    def set_picture_size(self, size: QSize, ratio: float) -> None:
        self._picture_size, self._ratio = size, ratio

    def take_selection(self, selection: Selection, handles: int) -> None:
        """Show what is selected now; what is known of clips that stay as they are is kept."""
        known = {row.clip: row.report for row in self._rows} if handles == self._handles else {}
        self._handles = handles
        self.beginResetModel()
        self._rows = [ClipRow(clip, known.get(clip)) for clip in selection.clips]
        self.endResetModel()
        for row in self._rows:
            if row.report is None:
                self._look_at(row.clip)
        self.changed.emit()

    def look_again(self) -> None:
        """The looks have changed: so have limits and marks."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    @property
    def rows(self) -> tuple[ClipRow, ...]:
        return tuple(self._rows)

    @property
    def ready(self) -> tuple[ClipRow, ...]:
        """What can be worked on in the manner that is set."""
        return tuple(row for row in self._rows if row.liftable and not self.hindrance(row))

    def hindrance(self, row: ClipRow) -> str:
        """What keeps a clip that is sound itself from being worked on in the manner that is set."""
        manner = self._manner_of(row.clip.id)
        return hindrance(row.report, manner) if manner and row.report and not row.report.error else ""

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case _ if role == ROW:
                return row
            case _ if role == CARD:
                return self._card(row)
            case Qt.ItemDataRole.DisplayRole:
                return row.clip.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._card(row).spoken
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(self._remarks(row)) or row.clip.media
            case Qt.ItemDataRole.DecorationRole:
                return self._pictures.get(_picture_name(row), lambda: self._picture_query(row))
            case _:
                return None

    def _look_at(self, clip: HostClip) -> None:
        query = clip_query(clip, self._handles)
        if query is None:
            return

        def then(report: ClipReport) -> None:
            self._take_report(clip, report)

        def fail(error: ErrorReport) -> None:
            self._take_report(clip, ClipReport(error=error))

        self._asks.ask(self, calls.clip_report(query), then, fail, key=clip.id)

    def _take_report(self, clip: HostClip, report: ClipReport) -> None:
        for place, row in enumerate(self._rows):
            if row.clip == clip:
                self._rows[place] = ClipRow(clip, report)
                self.dataChanged.emit(self.index(place), self.index(place))
        self.changed.emit()

    def _remarks(self, row: ClipRow) -> list[str]:
        """What to know before the click, the worst first."""
        remarks: list[str] = []
        if not row.clip.liftable:
            remarks.append(row.clip.reason or QCoreApplication.translate("Clips", "This clip cannot be lifted."))
        if row.report and row.report.error:
            remarks += [row.report.error.sentence, row.report.error.remedy]
        remarks.append(self.hindrance(row))
        if row.report:
            manner = self._manner_of(row.clip.id)
            remarks += [remark(row.report, manner) if manner else "", *row.report.warnings]
        if not row.clip.enabled:
            remarks.append(QCoreApplication.translate("Clips", "The clip is disabled on the timeline."))
        return [remark for remark in remarks if remark]

    def _card(self, row: ClipRow) -> Card:
        remarks = self._remarks(row)
        stopped = not row.clip.liftable or bool(row.report and row.report.error) or bool(self.hindrance(row))
        tone = Tone.BAD if stopped else Tone.CARE
        lines = [*(Line(fact) for fact in _facts(row)), *(Line(remark, tone) for remark in remarks[:1])]
        note = (
            Line(QCoreApplication.translate("Clips", "Own settings"), Tone.BUSY)
            if self._is_special(row.clip.id)
            else Line("")
        )
        return Card(row.clip.name, note, lines=tuple(line for line in lines if line.text))

    def _picture_query(self, row: ClipRow) -> PictureQuery | None:
        report = row.report
        if report is None or report.error or row.clip.media is None or report.end <= report.start:
            return None
        subject = ClipSubject(path=Path(row.clip.media))
        query = PictureQuery(subject=subject, side="before", frame=(report.start + report.end) // 2)
        return small(query, self._picture_size, self._ratio)

    def _picture_arrived(self, name: str) -> None:
        for place, row in enumerate(self._rows):
            if _picture_name(row) == name:
                self.dataChanged.emit(self.index(place), self.index(place), [Qt.ItemDataRole.DecorationRole])


def _picture_name(row: ClipRow) -> str:
    report = row.report
    return f"{row.clip.media}@{(report.start + report.end) // 2}" if report else f"{row.clip.media}@?"


def _facts(row: ClipRow) -> tuple[str, ...]:
    """What would be lifted, and of what it is."""
    report = row.report
    if report is None:
        if row.clip.media:
            return (QCoreApplication.translate("Clips", "Looking at the clip …"),)
        return (QCoreApplication.translate("Clips", "No media"),)
    frames = report.end - report.start
    if frames < 1:
        return (row.clip.media or "",)
    first = report.first_number + report.start
    wanted = [
        f"{first}–{first + frames - 1}",
        counts.frames(frames),
        *([row.clip.id] if row.clip.on_timeline else []),
    ]
    medium = [
        f"{report.width} × {report.height}",
        *([wording.rate(report.rate)] if report.rate else []),
        *([report.timecode] if report.timecode else []),
    ]
    return (" · ".join(wanted), " · ".join(medium))
