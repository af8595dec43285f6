"""The clips as a list: for loose ones, for many, and for screen readers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from .clip_model import ClipModel, ClipSelection


class ClipList(QTreeView):
    removal_wanted = Signal()

    def __init__(self, model: ClipModel, selection: ClipSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setSelectionModel(selection)
        self._clips = selection
        self.setAccessibleName(self.tr("Clips"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        model.modelReset.connect(self._fit_columns)
        self._fit_columns()

    def selectAll(self) -> None:
        """What “all” means on the strip too."""
        self._clips.choose_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _fit_columns(self) -> None:
        widths = (34, 10, 14, 8)
        for column in range(self.header().count() - 1):
            self.header().resizeSection(column, widths[column] * self.fontMetrics().averageCharWidth())
