"""Rows of lists as cards: a picture, a title, bars of progress, lines of text. Clips and jobs look alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from . import theme

CARD = Qt.ItemDataRole.UserRole + 1
"""The role under which a model gives a row's `Card`."""

Index = QModelIndex | QPersistentModelIndex


class Tone(Enum):
    PLAIN = auto()
    DIM = auto()
    GOOD = auto()
    CARE = auto()
    BAD = auto()
    BUSY = auto()


class Stage(Enum):
    AHEAD = auto()
    UNDER_WAY = auto()
    DONE = auto()


@dataclass(frozen=True)
class Bar:
    """One phase. `share` (0..1) is what is known to be done; none where nobody counts, which shows no share at all."""

    label: str
    stage: Stage
    share: float | None = None


@dataclass(frozen=True)
class Line:
    text: str
    tone: Tone = Tone.DIM
    small: bool = False


@dataclass(frozen=True)
class Card:
    title: str
    note: Line = Line("")
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    starred: bool = False

    @property
    def spoken(self) -> str:
        """For screen readers."""
        bars = (bar.label for bar in self.bars if bar.stage is Stage.UNDER_WAY)
        parts = (self.title, self.note.text, *bars, *(line.text for line in self.lines))
        return ". ".join(part for part in parts if part)


class CardDelegate(QStyledItemDelegate):
    """Paints the `Card` of a row and the image under `DecorationRole`. Every row has room for `lines` lines."""

    def __init__(self, parent: QWidget, lines: int) -> None:
        super().__init__(parent)
        self._widget = parent
        self._lines = lines

    def picture_size(self) -> QSize:
        """Of the picture, in device-independent pixels: 16 by 9, as high as the row."""
        height = self._row_height() - 2 * theme.unit(self._widget)
        return QSize(height * 16 // 9, height)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(self.picture_size().width() * 2, self._row_height())

    def _row_height(self) -> int:
        step = theme.unit(self._widget)
        return (1 + self._lines) * self._widget.fontMetrics().height() + 5 * step

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card = index.data(CARD)
        if not isinstance(card, Card):
            return
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        palette = self._widget.palette()
        step = theme.unit(self._widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._background(painter, rect, state, palette)
        picture = QRect(rect.topLeft() + QPoint(step, step), self.picture_size())
        self._picture(painter, picture, index.data(Qt.ItemDataRole.DecorationRole), palette)
        text = rect.adjusted(picture.width() + 4 * step, 2 * step, -2 * step, -step)
        self._text(painter, text, card, palette)
        painter.restore()

    def _background(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, palette: QPalette) -> None:
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.mixed(palette.highlight().color(), palette.base().color(), 0.28))
            edge = QRect(rect.left(), rect.top(), max(2, theme.unit(self._widget) // 2), rect.height())
            painter.fillRect(edge, palette.highlight())
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.mixed(palette.text().color(), palette.base().color(), 0.05))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.line(palette))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(palette.highlight().color())
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -1.5))

    def _picture(self, painter: QPainter, place: QRect, image: object, palette: QPalette) -> None:
        painter.fillRect(place, theme.mixed(palette.text().color(), palette.base().color(), 0.10))
        if isinstance(image, QImage) and not image.isNull():
            size = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(place.topLeft(), size)
            target.moveCenter(place.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, image)

    def _text(self, painter: QPainter, area: QRect, card: Card, palette: QPalette) -> None:
        step = theme.unit(self._widget)
        font = QFont(self._widget.font())
        metrics = QFontMetrics(font)
        right = area.right()
        if card.note.text:
            note = metrics.elidedText(card.note.text, Qt.TextElideMode.ElideRight, area.width() // 2)
            width = metrics.horizontalAdvance(note)
            painter.setPen(_color(card.note.tone, palette))
            painter.drawText(QRect(right - width, area.top(), width + 1, metrics.height()), 0, note)
            right -= width + 2 * step
        if card.starred:
            size = metrics.ascent()
            right -= size
            _star(painter, QRectF(right, area.top() + metrics.descent() / 2, size, size), theme.care(palette))
            right -= step
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(palette.text().color())
        title = QFontMetrics(bold).elidedText(
            card.title, Qt.TextElideMode.ElideMiddle, max(0, right - area.left() - step)
        )
        painter.drawText(QRect(area.left(), area.top(), right - area.left(), metrics.height()), 0, title)
        painter.setFont(font)
        top = area.top() + metrics.height() + step // 2
        if card.bars:
            self._bars(painter, QRect(area.left(), top, area.width(), metrics.height()), card.bars, palette)
            top += metrics.height() + step // 2
        room = self._lines - (1 if card.bars else 0)
        fine = QFont(font)
        fine.setPointSizeF(font.pointSizeF() * 0.88)
        for line in card.lines[:room]:
            painter.setPen(_color(line.tone, palette))
            painter.setFont(fine if line.small else font)
            shown = QFontMetrics(painter.font()).elidedText(line.text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(QRect(area.left(), top, area.width(), metrics.height()), 0, shown)
            top += metrics.height()

    def _bars(self, painter: QPainter, area: QRect, bars: tuple[Bar, ...], palette: QPalette) -> None:
        """One after another; the phase under way has the most room, because its words change."""
        step = theme.unit(self._widget)
        metrics = QFontMetrics(self._widget.font())
        shares = [3 if bar.stage is Stage.UNDER_WAY else 1 for bar in bars]
        whole = area.width() - step * (len(bars) - 1)
        left = area.left()
        painter.setPen(Qt.PenStyle.NoPen)
        for bar, share in zip(bars, shares, strict=True):
            width = whole * share // sum(shares)
            place = QRect(left, area.top(), width, area.height())
            _bar(painter, place, bar, palette)
            painter.setPen(_ink(bar, palette))
            inner = place.adjusted(step, 0, -step, 0)
            label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), label)
            left += width + step


def _bar(painter: QPainter, place: QRect, bar: Bar, palette: QPalette) -> None:
    base = palette.base().color()
    painter.fillRect(place, theme.mixed(palette.text().color(), base, 0.08))
    if bar.stage is Stage.DONE:
        painter.fillRect(place, theme.mixed(theme.good(palette), base, 0.30))
    elif bar.stage is Stage.UNDER_WAY:
        done = place.width() * min(1.0, bar.share) if bar.share is not None else 0
        painter.fillRect(QRectF(place.left(), place.top(), done, place.height()), _filled(palette))
        painter.fillRect(QRect(place.left(), place.bottom() - 1, place.width(), 2), theme.busy(palette))


def _filled(palette: QPalette) -> QColor:
    return theme.mixed(theme.busy(palette), palette.base().color(), 0.40)


def _ink(bar: Bar, palette: QPalette) -> QColor:
    return theme.dimmed(palette) if bar.stage is Stage.AHEAD else palette.text().color()


def _color(tone: Tone, palette: QPalette) -> QColor:
    match tone:
        case Tone.PLAIN:
            return palette.text().color()
        case Tone.DIM:
            return theme.dimmed(palette)
        case Tone.GOOD:
            return theme.good(palette)
        case Tone.CARE:
            return theme.care(palette)
        case Tone.BAD:
            return theme.bad(palette)
        case Tone.BUSY:
            return theme.busy(palette)


def _star(painter: QPainter, place: QRectF, color: QColor) -> None:
    # The five points of a star in the unit square, and the five between them.
    outer = ((0.5, 0.02), (0.98, 0.37), (0.79, 0.94), (0.21, 0.94), (0.02, 0.37))
    inner = ((0.62, 0.35), (0.69, 0.59), (0.5, 0.73), (0.31, 0.59), (0.38, 0.35))
    points = [point for pair in zip(outer, inner, strict=True) for point in pair]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(
        QPolygonF([QPointF(place.x() + x * place.width(), place.y() + y * place.height()) for x, y in points])
    )
