"""Histogram and waveform on the PQ scale, labelled in cd/m2."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from bridge.domain.view import PQ_LEVELS, Scopes
from qt_panels import theme

_LABELS = (1, 10, 100, 1000, 4000, 10000)
_FIELD = QColor(24, 24, 24)
_TRACE = QColor(120, 210, 150)
_GRID = QColor(255, 255, 255, 40)
_INK = QColor(190, 190, 190)
_CHANNELS = (QColor(235, 80, 70), QColor(90, 200, 90), QColor(90, 130, 250))


def pq_signal(nits: float) -> float:
    """The PQ signal, 0 to 1, of light in cd/m2 (SMPTE ST 2084:2014, the inverse EOTF)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    y = (max(0.0, nits) / 10000) ** m1
    return ((c1 + c2 * y) / (1 + c3 * y)) ** m2


class ScopesView(QWidget):
    """The waveform on top, the histogram below; a line stands at reference white."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scopes: Scopes | None = None
        self._waveform = QImage()
        self._white = 203
        self.setAccessibleName(self.tr("Waveform and histogram"))
        em = self.fontMetrics().horizontalAdvance("n")
        self.setMinimumSize(em * 24, self.fontMetrics().height() * 12)

    def show_scopes(self, scopes: Scopes | None, white: int) -> None:
        self._scopes, self._white = scopes, white
        self._waveform = _traced(scopes) if scopes else QImage()
        self.setAccessibleDescription(
            self.tr("Peak {peak} cd/m², average {average} cd/m²").format(
                peak=round(scopes.peak_nits), average=round(scopes.average_nits)
            )
            if scopes
            else ""
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _FIELD)
        metrics = self.fontMetrics()
        gutter = metrics.horizontalAdvance("10000") + 2 * theme.unit(self)
        upper = QRectF(gutter, 0, self.width() - gutter, self.height() * 0.58)
        lower = QRectF(0, upper.bottom() + 2, self.width(), self.height() - upper.bottom() - metrics.height() - 2)
        if not self._waveform.isNull():
            painter.drawImage(upper, self._waveform)
        self._levels(painter, upper, gutter)
        if self._scopes:
            self._histogram(painter, lower, self._scopes)
        self._nits(painter, lower)
        painter.end()

    def _levels(self, painter: QPainter, field: QRectF, gutter: float) -> None:
        height = self.fontMetrics().height()
        for nits in (*_LABELS, self._white):
            y = field.bottom() - pq_signal(nits) * field.height()
            painter.setPen(self._pen(nits))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(_INK if nits != self._white else theme.care(self.palette()))
            top = min(max(0.0, y - height / 2), field.bottom() - height)
            if nits != 100:  # too near reference white to be read beside it
                box = QRectF(0, top, gutter - theme.unit(self), height)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), str(nits))

    def _histogram(self, painter: QPainter, field: QRectF, scopes: Scopes) -> None:
        for counts, color in zip((scopes.red, scopes.green, scopes.blue), _CHANNELS, strict=True):
            painter.setPen(QPen(color, 1.2))
            painter.drawPolyline(_outline(counts, field))
        painter.setPen(QPen(_INK, 1.6))
        painter.drawPolyline(_outline(scopes.luminance, field))

    def _nits(self, painter: QPainter, field: QRectF) -> None:
        metrics = self.fontMetrics()
        end = -1.0
        for nits in (*_LABELS, self._white):
            x = field.left() + pq_signal(nits) * field.width()
            painter.setPen(self._pen(nits))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
        for nits in _LABELS:
            width = metrics.horizontalAdvance(str(nits))
            x = field.left() + pq_signal(nits) * field.width()
            left = min(max(field.left(), x - width / 2), field.right() - width)
            if left > end:
                painter.setPen(_INK)
                painter.drawText(QPointF(left, field.bottom() + metrics.ascent()), str(nits))
                end = left + width

    def _pen(self, nits: int) -> QPen:
        white = nits == self._white
        return QPen(
            theme.care(self.palette()) if white else _GRID,
            1,
            Qt.PenStyle.DashLine if white else Qt.PenStyle.SolidLine,
        )


def _traced(scopes: Scopes) -> QImage:
    """The waveform's bytes as the opacity of one colour."""
    image = QImage(scopes.columns, PQ_LEVELS, QImage.Format.Format_Indexed8)
    if len(scopes.waveform) != scopes.columns * PQ_LEVELS:
        return QImage()
    source = QImage(scopes.waveform, scopes.columns, PQ_LEVELS, scopes.columns, QImage.Format.Format_Indexed8)
    source.setColorTable([QColor(_TRACE.red(), _TRACE.green(), _TRACE.blue(), shade).rgba() for shade in range(256)])
    image = source.convertToFormat(QImage.Format.Format_ARGB32)
    return image.copy()


def _outline(counts: tuple[int, ...], field: QRectF) -> QPolygonF:
    """By the square root, because highlights are few and are what is looked for."""
    inner = counts[1:-1]  # black bars and what is cut off would flatten all the rest
    most = max(inner, default=0) ** 0.5 or 1.0
    step = field.width() / max(1, len(counts) - 1)
    points = [
        QPointF(field.left() + n * step, field.bottom() - min(1.0, count**0.5 / most) * field.height())
        for n, count in enumerate(counts)
    ]
    return QPolygonF(points)
