"""The host's selection as a Qt model, with what the bridge finds out about each clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
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

from .manner import Manner, hindrance, masked, remark
from .source import clip_query, rendered_frames

ROW = CARD + 1
"""The role under which a row gives its `ClipRow`."""

LINES = 3


@dataclass(frozen=True)
class ClipRow:
    """`report` is what the bridge knows of the clip's own medium; none while it looks. `renders` are the frames, with
    handles, of a medium that the host makes of the clip first; 0 where it need not.
    """

    clip: HostClip
    report: ClipReport | None = None
    renders: int = 0

    @property
    def liftable(self) -> bool:
        if self.renders:
            return True
        return self.clip.liftable and self.report is not None and self.report.error is None

    @property
    def expected(self) -> ClipReport | None:
        """What there will be to work on, as far as it is known now."""
        if not self.renders:
            return self.report
        known = self.report if self.report and not self.report.error else ClipReport()
        return ClipReport(
            width=known.width, height=known.height, rate=_rate(self.clip) or known.rate, end=self.renders
        )


def _rate(clip: HostClip) -> Fraction | None:
    """That of the timeline."""
    try:
        return Fraction(clip.rate) if clip.rate else None
    except (ValueError, ZeroDivisionError):
        return None


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
        self._renderer = ""
        self._manner_of: MannerOf = lambda _: None
        self._is_special: Callable[[str], bool] = lambda _: False
        pictures.arrived.connect(self._picture_arrived)

    def set_looks(self, manner_of: MannerOf, is_special: Callable[[str], bool]) -> None:
        """How clips are to be worked on, and whether a clip has settings of its own."""
        self._manner_of, self._is_special = manner_of, is_special

    def set_picture_size(self, size: QSize, ratio: float) -> None:
        self._picture_size, self._ratio = size, ratio

    def take_selection(self, selection: Selection, handles: int, renderer: str = "") -> None:
        """Show what is selected now; what is known of clips that stay as they are is kept. `renderer` is what people
        call the host, where it can make media of clips that have none to read directly.
        """
        known = {row.clip: row.report for row in self._rows} if handles == self._handles else {}
        self._handles, self._renderer = handles, renderer
        self.beginResetModel()
        self._rows = [ClipRow(clip, known.get(clip), self._renders(clip)) for clip in selection.clips]
        self.endResetModel()
        for row in self._rows:
            if row.report is None:
                self._look_at(row)
        self.changed.emit()

    def _renders(self, clip: HostClip) -> int:
        wanted = self._renderer and clip.exportable and not clip.liftable
        return rendered_frames(clip, self._handles) if wanted else 0

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
        manner, expected = self._manner_of(row.clip.id), row.expected
        return hindrance(expected, manner) if manner and expected and not expected.error else ""

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

    def _look_at(self, row: ClipRow) -> None:
        clip = row.clip
        # What the host renders is another range than that of the medium, of which only the size counts.
        query = clip_query(clip, self._handles, whole=row.renders > 0)
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
                self._rows[place] = replace(row, report=report)
                self.dataChanged.emit(self.index(place), self.index(place))
        self.changed.emit()

    def _remarks(self, row: ClipRow) -> list[str]:
        """What to know before the click, the worst first."""
        remarks: list[str] = []
        expected, manner = row.expected, self._manner_of(row.clip.id)
        if row.renders:
            first = QCoreApplication.translate("Clips", "{host} renders it first.").format(host=self._renderer)
            remarks += [self.hindrance(row), f"{first} {row.clip.reason}".strip()]
        else:
            if not row.clip.liftable:
                remarks.append(row.clip.reason or QCoreApplication.translate("Clips", "This clip cannot be lifted."))
            if expected and expected.error:
                remarks += [expected.error.sentence, expected.error.remedy]
            remarks.append(self.hindrance(row))
        if expected:
            remarks += [remark(expected, manner) if manner else "", *expected.warnings]
        if not row.clip.enabled:
            remarks.append(QCoreApplication.translate("Clips", "The clip is disabled on the timeline."))
        return [remark for remark in remarks if remark]

    def _card(self, row: ClipRow) -> Card:
        remarks = self._remarks(row)
        expected, manner = row.expected, self._manner_of(row.clip.id)
        impossible = not row.renders and not row.clip.liftable
        stopped = impossible or bool(expected and expected.error) or bool(self.hindrance(row))
        tone = Tone.BAD if stopped else Tone.BUSY if row.renders else Tone.CARE
        facts = _facts(row, masked(manner.mask) if manner and manner.mask else "")
        lines = [*(Line(fact) for fact in facts), *(Line(remark, tone) for remark in remarks[:1])]
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


def _track(clip: HostClip) -> str:
    """Where it lies, as the application calls it."""
    return (clip.track_name or f"V{clip.track}") if clip.on_timeline else ""


def _facts(row: ClipRow, mask: str) -> tuple[str, ...]:
    """What would be lifted, within which mask, and of what it is."""
    report = row.expected
    if row.renders and report:
        wanted = [counts.frames(report.end), _track(row.clip), mask]
        medium = [f"{report.width} × {report.height}" if report.width else ""]
        medium.append(wording.rate(report.rate) if report.rate else "")
        return tuple(" · ".join(filter(None, line)) for line in (wanted, medium))
    if report is None:
        if row.clip.media:
            return (QCoreApplication.translate("Clips", "Looking at the clip …"),)
        return (QCoreApplication.translate("Clips", "No media"),)
    frames = report.end - report.start
    if frames < 1:
        return (row.clip.media or "",)
    first = report.first_number + report.start
    wanted = [f"{first}–{first + frames - 1}", counts.frames(frames), _track(row.clip), mask]
    medium = [
        f"{report.width} × {report.height}",
        wording.rate(report.rate) if report.rate else "",
        report.timecode or "",
    ]
    return tuple(" · ".join(filter(None, line)) for line in (wanted, medium))
