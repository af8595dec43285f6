"""How the strip looks. Everything is drawn in colours of the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPalette, QPen

from qt_panels import theme

from .strip_layout import Lanes, Scale, tick_step


@dataclass(frozen=True)
class Block:
    name: str
    selected: bool
    liftable: bool
    enabled: bool
    current: bool


@dataclass(frozen=True)
class Ink:
    fill: QColor
    text: QColor
    edge: QColor


@dataclass(frozen=True)
class Inks:
    """Colours and measures of blocks, worked out once for all of them."""

    selected: Ink
    offered: Ink
    other: Ink
    focus: QColor
    metrics: QFontMetricsF

    @classmethod
    def of(cls, palette: QPalette, metrics: QFontMetricsF) -> Inks:
        base, accent, text = palette.base().color(), palette.highlight().color(), palette.text().color()

        def ink(fill: QColor, letters: QColor) -> Ink:
            return Ink(fill, letters, theme.mixed(text, fill, 0.35))

        return cls(
            selected=ink(accent, palette.highlightedText().color()),
            offered=ink(theme.mixed(accent, base, 0.3), text),
            other=ink(theme.mixed(text, base, 0.1), theme.dimmed(palette)),
            focus=text,
            metrics=metrics,
        )


def paint_tracks(painter: QPainter, body: QRectF, lanes: Lanes, scale: Scale, palette: QPalette) -> None:
    painter.setPen(QPen(theme.line(palette), 0))
    for track in range(1, lanes.tracks + 1):
        y = lanes.y(track, scale) + scale.tall
        painter.drawLine(QPointF(body.left(), y), QPointF(body.right(), y))


def paint_block(painter: QPainter, rect: QRectF, block: Block, inks: Inks) -> None:
    metrics = inks.metrics
    inset = metrics.height() / 8
    rect = rect.adjusted(0, inset, 0, -inset)
    ink = inks.selected if block.selected else inks.offered if block.liftable and block.enabled else inks.other
    painter.fillRect(rect, ink.fill)
    if not block.liftable:
        painter.fillRect(rect, QBrush(ink.edge, Qt.BrushStyle.BDiagPattern))
    if rect.width() >= 4:
        painter.setPen(ink.edge)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
    room = rect.adjusted(metrics.height() / 4, 0, -metrics.height() / 4, 0)
    if room.width() > 3 * metrics.averageCharWidth():
        shown = metrics.elidedText(block.name, Qt.TextElideMode.ElideMiddle, room.width())
        if not block.liftable:  # Hatching would run through the letters.
            behind = QRectF(room.left(), 0, metrics.horizontalAdvance(shown), metrics.height())
            behind.moveTop(rect.center().y() - metrics.height() / 2)
            painter.fillRect(behind, ink.fill)
        painter.setPen(ink.text)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    if block.current:
        painter.setPen(QPen(inks.focus, max(1.0, inset / 2)))
        painter.drawRect(rect.adjusted(inset / 2, inset / 2, -inset / 2, -inset / 2))


def paint_headers(
    painter: QPainter, body: QRectF, lanes: Lanes, scale: Scale, names: Sequence[str], palette: QPalette
) -> None:
    """The names of the tracks, left of them."""
    area = QRectF(0, body.top(), body.left(), body.height())
    painter.fillRect(QRectF(0, 0, body.left(), body.bottom()), palette.window())
    painter.save()
    painter.setClipRect(area)
    metrics = QFontMetricsF(painter.font())
    margin = metrics.height() / 2
    for track, name in enumerate(names, start=1):
        cell = QRectF(0, lanes.y(track, scale), body.left(), scale.tall)
        painter.setPen(QPen(theme.line(palette), 0))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        painter.setPen(palette.windowText().color())
        room = cell.adjusted(margin, 0, -margin, 0)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()
    painter.setPen(QPen(theme.line(palette), 0))
    painter.drawLine(QPointF(body.left(), 0), body.bottomLeft())


def paint_ruler(
    painter: QPainter,
    body: QRectF,
    scale: Scale,
    rate: Fraction,
    timecode: Callable[[int], str],
    palette: QPalette,
) -> None:
    """Timecodes above the tracks."""
    painter.fillRect(QRectF(body.left(), 0, body.width(), body.top()), palette.window())
    painter.save()
    painter.setClipRect(QRectF(body.left(), 0, body.width(), body.top()))
    metrics = QFontMetricsF(painter.font())
    gap = metrics.averageCharWidth()
    step = tick_step(rate, scale.across, metrics.horizontalAdvance(timecode(0)) + 3 * gap)
    frame = max(0, int(scale.frame(body.left()) // step) * step)
    while (x := scale.left + frame * scale.across) < body.right():
        painter.setPen(QPen(theme.line(palette), 0))
        painter.drawLine(QPointF(x, body.top() * 0.2), QPointF(x, body.top()))
        painter.setPen(theme.dimmed(palette))
        where = QRectF(x + gap / 2, 0, step * scale.across, body.top())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, timecode(frame))
        frame += step
    painter.restore()
    painter.setPen(QPen(theme.line(palette), 0))
    painter.drawLine(QPointF(0, body.top()), body.topRight())
