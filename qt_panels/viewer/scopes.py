"""Histogram and waveform on the PQ scale, labelled in cd/m2."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bridge.domain.view import PQ_LEVELS, Scopes
from qt_panels import theme

_LABELS = (0.1, 1, 10, 100, 1000, 4000, 10000)
# As the surround of the picture, scopes are dark whatever the palette: they are read beside it.
_FIELD = QColor(24, 24, 24)
_TRACE = QColor(120, 210, 150)
_GRID = QColor(255, 255, 255, 40)
_INK = QColor(190, 190, 190)
_BRIGHT = QColor(240, 240, 240)
_WHITE = QColor(230, 180, 90)
_CHANNELS = (QColor(160, 40, 36), QColor(36, 125, 48), QColor(44, 70, 175))


def pq_signal(nits: float) -> float:
    """The PQ signal, 0 to 1, of light in cd/m2 (SMPTE ST 2084:2014, the inverse EOTF)."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    y = (max(0.0, nits) / 10000) ** m1
    return ((c1 + c2 * y) / (1 + c3 * y)) ** m2


class ScopesView(QWidget):
    """Peak and average, waveform and histogram: below each other, or side by side where there is more width than
    height. A line stands at reference white.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scopes: Scopes | None = None
        self._waveform = QImage()
        self._white = 203
        self._title = ""
        self.setAccessibleName(self.tr("Waveform and histogram"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("n") * 32, self.fontMetrics().height() * 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("n") * 24, self.fontMetrics().height() * 10)

    def show_scopes(self, scopes: Scopes | None, white: int) -> None:
        """`white` is reference white in cd/m2. None: there is nothing to measure."""
        self._scopes, self._white = scopes, white
        self._waveform = _traced(scopes) if scopes else QImage()
        self._say(
            self.tr("Peak {peak} cd/m², average {average} cd/m²").format(
                peak=round(scopes.peak_nits), average=round(scopes.average_nits)
            )
            if scopes
            else ""
        )

    def show_problem(self, sentence: str) -> None:
        """Say why nothing could be measured."""
        self._scopes, self._waveform = None, QImage()
        self._say(sentence)

    def _say(self, text: str) -> None:
        self._title = text
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), _FIELD)
        metrics, step = self.fontMetrics(), theme.unit(self)
        inner = QRectF(self.rect()).adjusted(step, step, -step, -step)
        painter.setPen(_INK)
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(QPointF(inner.x(), inner.y() + metrics.ascent()), title)
        inner.setTop(inner.top() + metrics.height() + step)
        waveform, histogram = self._fields(inner)
        painter.drawImage(waveform, self._waveform)
        self._levels(painter, waveform)
        if self._scopes:
            self._histogram(painter, histogram, self._scopes)
        self._nits(painter, histogram)
        painter.end()

    def _fields(self, inner: QRectF) -> tuple[QRectF, QRectF]:
        """Where waveform and histogram are drawn, with room for their labels besides."""
        line, step = self.fontMetrics().height(), theme.unit(self)
        gutter = self.fontMetrics().horizontalAdvance("10000") + step
        upper, lower = QRectF(inner), QRectF(inner)
        if inner.width() > 1.6 * inner.height():
            upper.setRight(inner.center().x() - 2 * step)
            lower.setLeft(inner.center().x() + 2 * step)
        else:
            upper.setHeight(inner.height() * 0.55 - 2 * step)
            lower.setTop(inner.top() + inner.height() * 0.55)
        upper.setLeft(upper.left() + gutter)
        lower.setBottom(lower.bottom() - line)
        return upper, lower

    def _marks(self) -> list[float]:
        return [self._white, *(nits for nits in _LABELS if nits != self._white)]

    def _levels(self, painter: QPainter, field: QRectF) -> None:
        metrics = self.fontMetrics()
        taken: list[QRectF] = []
        for nits in self._marks():
            y = field.bottom() - pq_signal(nits) * field.height()
            painter.setPen(self._pen(nits))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            text = f"{nits:g}"
            width = metrics.horizontalAdvance(text)
            top = min(max(field.top(), y - metrics.height() / 2), field.bottom() - metrics.height())
            box = QRectF(field.left() - theme.unit(self) - width, top, width, metrics.height())
            self._label(painter, box, nits, taken)

    def _nits(self, painter: QPainter, field: QRectF) -> None:
        metrics = self.fontMetrics()
        taken: list[QRectF] = []
        for nits in self._marks():
            x = field.left() + pq_signal(nits) * field.width()
            painter.setPen(self._pen(nits))
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
            width = metrics.horizontalAdvance(f"{nits:g}")
            left = min(max(field.left(), x - width / 2), field.right() - width)
            self._label(painter, QRectF(left, field.bottom(), width, metrics.height()), nits, taken)

    def _label(self, painter: QPainter, box: QRectF, nits: float, taken: list[QRectF]) -> None:
        """Labels that would touch another are left out; reference white comes first."""
        gap = theme.unit(self) / 2
        if any(box.adjusted(-gap, 0, gap, 0).intersects(other) for other in taken):
            return
        taken.append(box)
        painter.setPen(_WHITE if nits == self._white else _INK)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), f"{nits:g}")

    def _histogram(self, painter: QPainter, field: QRectF, scopes: Scopes) -> None:
        # Light adds up: where all three channels lie, the field is white.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Screen)
        painter.setPen(Qt.PenStyle.NoPen)
        for counts, color in zip((scopes.red, scopes.green, scopes.blue), _CHANNELS, strict=True):
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF([*_outline(counts, field), field.bottomRight(), field.bottomLeft()]))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QPen(_BRIGHT, 1.4))
        painter.drawPolyline(QPolygonF(_outline(scopes.luminance, field)))

    def _pen(self, nits: float) -> QPen:
        if nits == self._white:
            return QPen(_WHITE, 1, Qt.PenStyle.DashLine)
        return QPen(_GRID, 1)


def _traced(scopes: Scopes) -> QImage:
    """The waveform's bytes as the opacity of one colour; empty where they are not as many as they should be."""
    if len(scopes.waveform) != scopes.columns * PQ_LEVELS:
        return QImage()
    source = QImage(scopes.waveform, scopes.columns, PQ_LEVELS, scopes.columns, QImage.Format.Format_Indexed8)
    source.setColorTable([QColor(_TRACE.red(), _TRACE.green(), _TRACE.blue(), shade).rgba() for shade in range(256)])
    return source.convertToFormat(QImage.Format.Format_ARGB32)


def _outline(counts: tuple[int, ...], field: QRectF) -> list[QPointF]:
    """By the square root, because highlights are few and are what is looked for."""
    inner = counts[1:-1]  # black bars and what is cut off would flatten all the rest
    most = max(inner, default=0) ** 0.5 or 1.0
    step = field.width() / max(1, len(counts) - 1)
    return [
        QPointF(field.left() + n * step, field.bottom() - min(1.0, count**0.5 / most) * field.height())
        for n, count in enumerate(counts)
    ]
