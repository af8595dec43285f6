"""The list of what is selected in the host."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QStackedLayout, QVBoxLayout, QWidget

from qt_panels import theme
from qt_panels.cards import CardDelegate

from .model import LINES, ROW, ClipRow, ClipsModel


class ClipsView(QWidget):
    shown = Signal(object)
    """The `ClipRow` to look at, or none."""
    edit_wanted = Signal(object)
    """The `ClipRow` that is to get settings of its own."""

    def __init__(self, model: ClipsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Selected clips"))
        self.list.setModel(model)
        delegate = CardDelegate(self.list, LINES)
        self.list.setItemDelegate(delegate)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        model.set_picture_size(delegate.picture_size(), self.devicePixelRatioF())
        self.edit = QAction(self.tr("Settings for this clip only"), self)
        self.edit.setObjectName("edit_clip")
        self.edit.setToolTip(self.tr("Give the chosen clip a look of its own"))
        self.edit.setEnabled(False)
        self.edit.triggered.connect(lambda: self.edit_wanted.emit(self.current))
        self.list.addAction(self.edit)
        self._notes: tuple[str, ...] = ()
        self._busy = ""
        self._empty = QLabel(self.tr("Nothing is selected."))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.status = QLabel()
        self.status.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for label in (self._empty, self.status):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self.status)
        self.list.selectionModel().selectionChanged.connect(self._selection_changed)
        model.modelReset.connect(self._was_reset)
        model.changed.connect(self._show_status)
        self._was_reset()

    @property
    def current(self) -> ClipRow | None:
        chosen = self.list.selectionModel().selectedIndexes()
        row = chosen[0].data(ROW) if chosen else None
        return row if isinstance(row, ClipRow) else None

    def select(self, clip: str) -> None:
        for place, row in enumerate(self._model.rows):
            if row.clip.id == clip:
                self.list.setCurrentIndex(self._model.index(place))

    def set_notes(self, notes: tuple[str, ...]) -> None:
        """What the host says to whoever has selected nothing that can be worked on."""
        self._notes = notes
        self._show_status()

    def set_busy(self, text: str) -> None:
        """Why what is shown may be out of date; empty when it is not."""
        self._busy = text
        self._show_status()

    def _show_status(self) -> None:
        rows, note = self._model.rows, " ".join(self._notes)
        self._empty.setText("\n".join(filter(None, (self.tr("Nothing is selected."), note))))
        stuck = rows and not any(row.liftable or (row.report is None and row.clip.liftable) for row in rows)
        self.status.setText(self._busy or (note if stuck else ""))
        self.status.setVisible(bool(self.status.text()))

    def _selection_changed(self) -> None:
        current = self.current
        self.edit.setEnabled(current is not None)
        self.shown.emit(current)

    def _was_reset(self) -> None:
        self._stack.setCurrentWidget(self.list if self._model.rows else self._empty)
        self.edit.setEnabled(False)
        self._show_status()
