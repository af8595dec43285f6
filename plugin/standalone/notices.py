"""Rows above the clips that say something and offer what to do about it."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QToolButton,
    QWidget,
)

from bridge.domain.errors import ErrorReport
from qt_panels import theme, wording

RATES = tuple(Fraction(text) for text in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"))


class Notice(QFrame):
    """One sentence with an icon and a way to put it away. Hidden until it is told something."""

    def __init__(self, icon: QStyle.StandardPixmap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._icon, self._picture = icon, QLabel()
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        away = QToolButton(autoRaise=True)
        away.setToolTip(self.tr("Put this message away"))
        away.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_TitleBarCloseButton))
        away.setAccessibleName(self.tr("Put this message away"))
        away.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        theme.spaced(self._row, self)
        self._row.addWidget(self._picture)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(away)
        self.hide()

    def offer(self, action: str) -> QPushButton:
        """A button behind the sentence."""
        button = QPushButton(action)
        self._row.insertWidget(self._row.count() - 1, button)
        return button

    def tell(self, text: str) -> None:
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize, None, self)
        self._picture.setPixmap(self.style().standardIcon(self._icon).pixmap(size))
        self.text.setText(text)
        self.setAccessibleName(text)
        self.show()

    def tell_error(self, error: ErrorReport) -> None:
        self.text.setToolTip(error.detail)
        self.tell(f"{error.sentence}\n{error.remedy}" if error.remedy else error.sentence)


class RateRow(QFrame):
    """Asks for the frame rate of a timeline that states none."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rates = QComboBox()
        self._rates.setAccessibleName(self.tr("Frame rate of the EDL"))
        self._rates.activated.connect(self._choose)
        for rate in RATES:
            self._rates.addItem(wording.rate(rate))
        label = QLabel(self.tr("An EDL states no frame rate. Its frames are counted at"))
        label.setBuddy(self._rates)
        row = QHBoxLayout(self)
        theme.spaced(row, self)
        row.addWidget(label)
        row.addWidget(self._rates)
        row.addStretch(1)
        self.hide()

    def _choose(self, index: int) -> None:
        self.chosen.emit(RATES[index])

    def ask(self, present: Fraction) -> None:
        """Show `present`, which is assumed or was chosen before."""
        self._rates.setCurrentIndex(RATES.index(present) if present in RATES else -1)
        self.show()
