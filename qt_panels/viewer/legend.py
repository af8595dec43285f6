"""What the false colours mean."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from bridge.domain.view import FALSE_COLORS
from qt_panels import theme


class Legend(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("False colours"))
        self.setAccessibleDescription(", ".join(_labels()) + " cd/m²")

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = sum(metrics.horizontalAdvance(label) + 5 * theme.unit(self) for label in _labels())
        return QSize(width, 2 * metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width() // 2, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        width = self.width() / len(FALSE_COLORS)
        line = self.fontMetrics().height()
        for place, (band, label) in enumerate(zip(FALSE_COLORS, _labels(), strict=True)):
            painter.fillRect(QRectF(place * width, 0, width, line * 0.8), QColor(*band.rgb))
            painter.setPen(self.palette().windowText().color())
            box = QRectF(place * width, line * 0.9, width, line)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), label)
        painter.end()


def _labels() -> list[str]:
    """Where each colour begins, in cd/m2."""
    return [f"{band.nits:g}" for band in FALSE_COLORS]
