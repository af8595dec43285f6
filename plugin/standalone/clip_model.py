"""The clips that are open, as rows; the strip and the list look at the same rows and the same selection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication

from bridge.domain.frames import Timecode
from bridge.domain.host import HostClip
from qt_panels import theme

from .loose import file_label
from .opened import Opened

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class ClipModel(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened = Opened()

    @property
    def clips(self) -> Sequence[HostClip]:
        return self._opened.clips

    @property
    def opened(self) -> Opened:
        return self._opened

    def show(self, opened: Opened) -> None:
        self.beginResetModel()
        self._opened = opened
        self.endResetModel()

    def is_offered(self, row: int) -> bool:
        """Whether the clip can be lifted and is on screen, so that “all” includes it."""
        return self.clips[row].liftable and self.clips[row].enabled

    def remark(self, row: int) -> str:
        """What is out of the ordinary about a clip."""
        clip = self.clips[row]
        if not clip.liftable:
            return self.tr("Cannot be lifted: {reason}").format(reason=clip.reason)
        return "" if clip.enabled else self.tr("Disabled")

    def timecode(self, frame: int) -> str:
        """Of a frame of the timeline that is open, counted from its first."""
        facts = self._opened.facts
        return str(Timecode.from_frame(facts.start_frame + frame, facts.rate)) if facts else ""

    def described(self, row: int) -> str:
        """A clip in one line, for tool tips and screen readers."""
        clip = self.clips[row]
        if clip.on_timeline:
            text = self.tr("{name}, track {track}, {start} to {end}").format(
                name=clip.name,
                track=clip.track_name,
                start=self.timecode(clip.record_start),
                end=self.timecode(clip.record_end),
            )
        else:
            text = self.tr("{name}, in {folder}").format(name=clip.name, folder=_folder(clip))
        remark = self.remark(row)
        return f"{text}\n{remark}" if remark else text

    # Of QAbstractTableModel

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.clips)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headings())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headings()[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cells(row)[column]
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self.described(row)
            case Qt.ItemDataRole.ForegroundRole if not self.is_offered(row):
                return theme.dimmed(QGuiApplication.palette())
            case _:
                return None

    def _headings(self) -> tuple[str, ...]:
        if self._opened.facts is None:
            return self.tr("Clip"), self.tr("Folder")
        return self.tr("Clip"), self.tr("Track"), self.tr("In"), self.tr("Frames"), self.tr("Remark")

    def _cells(self, row: int) -> tuple[str, ...]:
        clip = self.clips[row]
        if not clip.on_timeline:
            return file_label(Path(clip.media or "")), _folder(clip)
        length = clip.record_end - clip.record_start
        return clip.name, clip.track_name, self.timecode(clip.record_start), str(length), self.remark(row)


class ClipSelection(QItemSelectionModel):
    """Which rows of a `ClipModel` are selected, spoken of in rows and in ids of clips."""

    def __init__(self, model: ClipModel, parent: QObject) -> None:
        super().__init__(model, parent)
        self._clips = model

    @property
    def rows(self) -> frozenset[int]:
        # By the range: `selectedRows` looks at every cell.
        ranges = self.selection().toList()
        return frozenset(row for each in ranges for row in range(each.top(), each.bottom() + 1))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._clips.clips[row].id for row in sorted(self.rows))

    def choose(self, rows: Iterable[int], how: QItemSelectionModel.SelectionFlag) -> None:
        self.select(self._ranges(sorted(set(rows))), how | QItemSelectionModel.SelectionFlag.Rows)

    def choose_ids(self, ids: Collection[str]) -> None:
        rows = (row for row, clip in enumerate(self._clips.clips) if clip.id in ids)
        self.choose(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def choose_all(self) -> None:
        """Every clip that can be lifted and is enabled."""
        rows = filter(self._clips.is_offered, range(len(self._clips.clips)))
        self.choose(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _ranges(self, rows: Sequence[int]) -> QItemSelection:
        """Neighbours in one range each: Qt's selections are slow by the range."""
        ranges = QItemSelection()
        last = self._clips.columnCount() - 1
        start = 0
        for place, row in enumerate(rows):
            if place + 1 == len(rows) or rows[place + 1] != row + 1:
                ranges.select(self._clips.index(rows[start], 0), self._clips.index(row, last))
                start = place + 1
        return ranges


def _folder(clip: HostClip) -> str:
    return str(Path(clip.media).parent) if clip.media else ""
