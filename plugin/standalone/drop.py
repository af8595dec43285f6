"""Where files are dropped: the page that is shown while nothing is open, and the veil over the panel during a drag."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from qt_panels import theme


class EmptyPage(QWidget):
    files_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self._title.setFont(font)
        text = QLabel(
            self.tr("Drop an OTIO, FCPXML, FCP7 XML or EDL timeline here, or movies, image sequences and folders."),
            alignment=Qt.AlignmentFlag.AlignCenter,
            wordWrap=True,
        )
        self.files = QPushButton(self.tr("Open files…"))
        self.folder = QPushButton(self.tr("Open a folder…"))
        self.files.clicked.connect(self.files_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.files)
        buttons.addWidget(self.folder)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        theme.spaced(column, self, margins=6, spacing=3)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addWidget(text)
        column.addLayout(buttons)
        column.addStretch(1)
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        self._title.setText(self.tr("Opening…") if busy else self.tr("Open a timeline or clips"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _frame(
            painter, self, QPen(theme.mixed(*_ink(self), 0.35), max(1, theme.unit(self) / 4), Qt.PenStyle.DashLine)
        )


class DropVeil(QWidget):
    """Says that what is dragged can be dropped. Lies over its parent, and lets every event through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        veil = self.palette().window().color()
        veil.setAlphaF(0.85)
        painter.fillRect(self.rect(), veil)
        _frame(painter, self, QPen(self.palette().highlight().color(), max(2, theme.unit(self) / 2)))
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drop to open"))


def _ink(widget: QWidget) -> tuple[QColor, QColor]:
    return widget.palette().windowText().color(), widget.palette().window().color()


def _frame(painter: QPainter, widget: QWidget, pen: QPen) -> None:
    step = theme.unit(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawRoundedRect(widget.rect().adjusted(2 * step, 2 * step, -2 * step, -2 * step), step, step)
