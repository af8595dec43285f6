"""Signs for buttons, in the palette's own colours: those of the styles are black on dark palettes too."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap, QPolygonF


class _Transport(QIconEngine):
    """A triangle to play, two bars to pause."""

    def __init__(self, *, playing: bool) -> None:
        super().__init__()
        self._playing = playing

    def clone(self) -> QIconEngine:
        return _Transport(playing=self._playing)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002
        group = QPalette.ColorGroup.Disabled if mode == QIcon.Mode.Disabled else QPalette.ColorGroup.Active
        side = min(rect.width(), rect.height()) * 0.7
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QGuiApplication.palette().color(group, QPalette.ColorRole.ButtonText))
        if self._playing:
            bar = QRectF(box.x(), box.y(), side * 0.34, side)
            painter.drawRect(bar)
            painter.drawRect(bar.translated(side - bar.width(), 0))
        else:
            tip = QPointF(box.right(), box.center().y())
            painter.drawPolygon(QPolygonF([box.topLeft(), tip, box.bottomLeft()]))


def transport(*, playing: bool) -> QIcon:
    """What a click would do: pause while `playing`, else play."""
    return QIcon(_Transport(playing=playing))
