"""The timeline as editors know it: tracks above each other, clips as blocks; clips are selected here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QRubberBand, QToolTip, QWidget

from .clip_model import ClipModel, ClipSelection
from .strip_layout import Lanes, Scale
from .strip_paint import Block, Inks, paint_block, paint_headers, paint_ruler, paint_tracks

Flag = QItemSelectionModel.SelectionFlag

_ZOOM = 1.25
_WIDEST_FRAME = 4
"""Heights of a line of text that one frame takes at the closest zoom."""


class Strip(QAbstractScrollArea):
    """Clicks and rubber bands select, with Ctrl they add. Arrows go from clip to clip, Space takes a clip in or out;
    Ctrl with the wheel, plus and minus zoom.
    """

    def __init__(self, model: ClipModel, selection: ClipSelection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._selection = model, selection
        self._lanes = Lanes((), 0)
        self._across: float | None = None  # none fits the whole timeline into the view
        self._pressed: QPoint | None = None
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self.viewport())
        self._banded: frozenset[int] = frozenset()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timeline"))
        self.horizontalScrollBar().setAccessibleName(self.tr("Scroll through time"))
        self.verticalScrollBar().setAccessibleName(self.tr("Scroll through tracks"))
        model.modelReset.connect(self._renew)
        selection.selectionChanged.connect(self._repaint)
        selection.currentRowChanged.connect(self._repaint)

    # Zoom

    def fit(self) -> None:
        """Show the whole timeline."""
        self._across = None
        self._rescroll()

    def zoom_in(self) -> None:
        self._zoom(_ZOOM, self._body().center().x())

    def zoom_out(self) -> None:
        self._zoom(1 / _ZOOM, self._body().center().x())

    def _zoom(self, factor: float, at: float) -> None:
        """Keep the frame under `at` where it is."""
        scale = self._scale()
        frame = scale.frame(at)
        across = min(scale.across * factor, _WIDEST_FRAME * self._line())
        self._across = None if across <= self._fitting() else across
        self._rescroll()
        moved = self._scale().left + frame * self._scale().across - at
        self.horizontalScrollBar().setValue(round(self.horizontalScrollBar().value() + moved))
        self.viewport().update()

    # Measures

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _body(self) -> QRectF:
        """Where clips are drawn: right of the names of the tracks, below the ruler."""
        names = self._model.opened.facts.tracks if self._model.opened.facts else ()
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        left = min(widest, 12 * metrics.averageCharWidth()) + self._line()
        return QRectF(self.viewport().rect()).adjusted(left, 1.5 * self._line(), 0, 0)

    def _fitting(self) -> float:
        return max(self._body().width() - self._line() / 2, 1) / max(self._lanes.frames, 1)

    def _scale(self) -> Scale:
        body = self._body()
        return Scale(
            self._fitting() if self._across is None else self._across,
            2 * self._line(),
            body.left() - self.horizontalScrollBar().value(),
            body.top() - self.verticalScrollBar().value(),
        )

    def _rescroll(self) -> None:
        body, scale = self._body(), self._scale()
        wide = self._lanes.frames * scale.across + self._line() / 2
        for bar, content, shown in (
            (self.horizontalScrollBar(), wide, body.width()),
            (self.verticalScrollBar(), self._lanes.tracks * scale.tall, body.height()),
        ):
            bar.setRange(0, max(0, round(content - shown)))
            bar.setPageStep(max(1, round(shown)))
            bar.setSingleStep(max(1, round(self._line())))
        self.viewport().update()

    def sizeHint(self) -> QSize:
        tracks = min(max(self._lanes.tracks, 2), 6)
        return QSize(round(40 * self._line()), round((1.5 + 2 * tracks + 1.5) * self._line()))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(12 * self._line()), round(6 * self._line()))

    # What is shown

    def _renew(self) -> None:
        facts = self._model.opened.facts
        self._lanes = Lanes(self._model.clips if facts else (), len(facts.tracks) if facts else 0)
        self._banded = frozenset()
        self.updateGeometry()
        self._rescroll()
        # V1 is where the eye begins.
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _repaint(self) -> None:
        self.setAccessibleDescription(self._spoken())
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.viewport().update()

    def _spoken(self) -> str:
        """What a screen reader says: how much is selected, and the clip that the arrows have reached."""
        text = self.tr("%n clip(s) selected.", "", len(self._selection.rows))
        row = self._current()
        if row is None:
            return text
        return f"{text}\n{self._model.described(row)}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        body, scale = self._body(), self._scale()
        palette = self.palette()
        painter.fillRect(self.viewport().rect(), palette.base())
        painter.setClipRect(body)
        paint_tracks(painter, body, self._lanes, scale, palette)
        current = self._current() if self.hasFocus() else None
        chosen = self._selection.rows | self._banded
        inks = Inks.of(palette, QFontMetricsF(self.font()))
        for row in self._lanes.inside(body, scale):
            clip = self._model.clips[row]
            block = Block(clip.name, row in chosen, clip.liftable, clip.enabled, row == current)
            paint_block(painter, self._lanes.rect(row, scale), block, inks)
        painter.setClipping(False)
        facts = self._model.opened.facts
        if facts is not None:
            paint_headers(painter, body, self._lanes, scale, facts.tracks, palette)
            paint_ruler(painter, body, scale, facts.rate, self._model.timecode, palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rescroll()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._rescroll()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        here = event.position().toPoint()
        if self._band.isHidden() and (here - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        area = QRect(self._pressed, here).normalized()
        self._band.setGeometry(area)
        self._band.show()
        touched = self._lanes.inside(QRectF(area).intersected(self._body()), self._scale())
        self._banded = frozenset(filter(self._model.is_offered, touched))
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        adding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self._band.isHidden():
            self._click(event.position(), adding)
        else:
            self._selection.choose(self._banded, Flag.Select if adding else Flag.ClearAndSelect)
        self._pressed, self._banded = None, frozenset()
        self._band.hide()
        self.viewport().update()

    def _click(self, where: QPointF, adding: bool) -> None:
        inside = self._body().contains(where)
        row = self._lanes.at(where.x(), where.y(), self._scale()) if inside else None
        if row is not None:
            self._go_to(row)
            self._selection.choose([row], Flag.Toggle if adding else Flag.ClearAndSelect)
        elif not adding:
            self._selection.clearSelection()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self._zoom(_ZOOM ** (event.angleDelta().y() / 120), event.position().x())
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            row = self._lanes.at(event.pos().x(), event.pos().y(), self._scale())
            if row is not None and self._body().contains(QPointF(event.pos())):
                QToolTip.showText(event.globalPos(), self._model.described(row), self.viewport())
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    # Keys

    def event(self, event: QEvent) -> bool:
        # Keys that mean something here must not be taken by shortcuts of the window.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_ours(event) or not self._model.clips:
            super().keyPressEvent(event)
            return
        row = self._current()
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_A:
                self._selection.choose_all()
            case Qt.Key.Key_Escape:
                self._selection.clearSelection()
            case _ if row is None:
                self._go_to(0)
            case Qt.Key.Key_Space:
                self._selection.choose([row], Flag.Toggle)
            case key:
                self._go_to(self._next(row, key))

    def _next(self, row: int, key: int) -> int:
        match key:
            case Qt.Key.Key_Left:
                return self._lanes.beside(row, -1)
            case Qt.Key.Key_Right:
                return self._lanes.beside(row, 1)
            case Qt.Key.Key_Up:
                return self._lanes.above(row, 1)
            case Qt.Key.Key_Down:
                return self._lanes.above(row, -1)
            case Qt.Key.Key_Home:
                return self._lanes.beside(row, -len(self._model.clips))
            case _:
                return self._lanes.beside(row, len(self._model.clips))

    @staticmethod
    def _is_ours(event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        return event.matches(QKeySequence.StandardKey.SelectAll) or (plain and event.key() in _KEYS)

    def _current(self) -> int | None:
        index = self._selection.currentIndex()
        return index.row() if index.isValid() else None

    def _go_to(self, row: int) -> None:
        self._selection.setCurrentIndex(self._model.index(row, 0), Flag.NoUpdate)
        body, rect = self._body(), self._lanes.rect(row, self._scale())
        for bar, low, high, first, last in (
            (self.horizontalScrollBar(), rect.left(), rect.right(), body.left(), body.right()),
            (self.verticalScrollBar(), rect.top(), rect.bottom(), body.top(), body.bottom()),
        ):
            if low < first or high - low > last - first:
                bar.setValue(bar.value() + round(low - first))
            elif high > last:
                bar.setValue(bar.value() + round(high - last))


_KEYS = frozenset(
    {
        Qt.Key.Key_Plus,
        Qt.Key.Key_Equal,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Space,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)
