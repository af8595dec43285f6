"""What is under the picture: playhead, exposure, and ways to look."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bridge.domain.view import EXPOSURE_STOPS, Mode
from qt_panels import theme

_STEPS = 4
"""Steps of the slider in one stop."""


class _Slider(QSlider):
    double_clicked = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self.double_clicked.emit()


class Exposure(QWidget):
    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        limit = round(EXPOSURE_STOPS * _STEPS)
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(-limit, limit)
        self.slider.setPageStep(_STEPS)
        self.slider.setTickInterval(limit)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setAccessibleName(self.tr("Exposure"))
        self.slider.setToolTip(self.tr("Exposure of the view, to see into highlights; a double click resets it"))
        self.entry = QDoubleSpinBox()
        self.entry.setRange(-EXPOSURE_STOPS, EXPOSURE_STOPS)
        self.entry.setSingleStep(1 / _STEPS)
        self.entry.setDecimals(2)
        self.entry.setSuffix(self.tr(" stops"))
        self.entry.setAccessibleName(self.tr("Exposure in stops"))
        layout = QHBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addWidget(QLabel(self.tr("Exposure")))
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.entry)
        self.slider.valueChanged.connect(self._slid)
        self.slider.double_clicked.connect(self.reset)
        self.entry.valueChanged.connect(self._entered)

    @property
    def stops(self) -> float:
        return self.entry.value()

    def move(self, stops: float) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.entry.setValue(self.entry.value() + stops)

    def reset(self) -> None:
        self.entry.setValue(0)

    def _slid(self, step: int) -> None:
        self.entry.setValue(step / _STEPS)

    def _entered(self, stops: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(stops * _STEPS))
        self.changed.emit(stops)


class Controls(QWidget):
    """`scrubbed` carries the frame that is wanted."""

    scrubbed = Signal(int)
    mode_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = QToolButton()
        self.play.setAccessibleName(self.tr("Play or pause"))
        self.head = QSlider(Qt.Orientation.Horizontal)
        self.head.setAccessibleName(self.tr("Frame"))
        self.head.setTracking(True)
        self.position = QLabel()
        self.position.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.pace = QLabel()
        self.exposure = Exposure()
        self.mode = QComboBox()
        self.mode.setAccessibleName(self.tr("Way to look"))
        modes: tuple[tuple[Mode, str, str], ...] = (
            ("display", self.tr("As exposed"), self.tr("Exposed; light beyond the screen's white is cut off")),
            ("tone_mapped", self.tr("Tone-mapped"), self.tr("Highlights rolled off as BT.2390 does, all at once")),
            ("false_color", self.tr("False colours"), self.tr("Luminance in cd/m², whatever the exposure")),
        )
        for mode, text, tip in modes:
            self.mode.addItem(text, mode)
            self.mode.setItemData(self.mode.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.split = QToolButton()
        self.scopes = QToolButton()
        self.fit = QToolButton()
        first, second = QHBoxLayout(), QHBoxLayout()
        for layout in (first, second):
            theme.spaced(layout, self, margins=0)
        first.addWidget(self.play)
        first.addWidget(self.head, 1)
        first.addWidget(self.pace)
        first.addWidget(self.position)
        second.addWidget(self.exposure, 1)
        for widget in (self.mode, self.split, self.scopes, self.fit):
            second.addWidget(widget)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0, spacing=1)
        layout.addLayout(first)
        layout.addLayout(second)
        self.head.valueChanged.connect(self.scrubbed)
        self.mode.currentIndexChanged.connect(self._chosen)

    def set_frames(self, frames: int, longest: str) -> None:
        """`longest` is the longest text that tells a position: the playhead does not move aside for it."""
        self.position.setMinimumWidth(self.position.fontMetrics().horizontalAdvance(longest))
        with QSignalBlocker(self.head):
            self.head.setRange(0, max(0, frames - 1))
            self.head.setPageStep(max(1, frames // 10))
            self.head.setValue(0)

    def set_frame(self, frame: int) -> None:
        """Move the playhead without telling anyone."""
        with QSignalBlocker(self.head):
            self.head.setValue(frame)

    def choose(self, mode: Mode) -> None:
        self.mode.setCurrentIndex(self.mode.findData(mode))

    def _chosen(self) -> None:
        self.mode_changed.emit(self.mode.currentData())
