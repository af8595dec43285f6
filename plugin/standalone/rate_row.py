"""The row that asks for the frame rate of an EDL."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QWidget,
)

from qt_panels import theme, wording

RATES = tuple(Fraction(text) for text in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60"))


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
