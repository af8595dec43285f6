"""Where the picture is painted: before and after with a split, zoom and pan."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from bridge.domain.view import Side
from qt_panels import theme

SURROUND = QColor(46, 46, 46)
"""What lies around a picture changes how it is seen: neutral and dim, whatever the palette (ITU-R BT.500-15)."""

_INK = QColor(225, 225, 225)
_MOST_ZOOM = 8.0
_GRAB = 2
"""Units within which the split can be grabbed."""


class Canvas(QWidget):
    hovered = Signal(object)
    """The `QPoint` of the frame under the pointer, or none."""
    size_wanted = Signal()
    """More or fewer pixels are needed than before."""
    split_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: dict[Side, QImage] = {}
        self._frame = QSize()
        self._aspect = 1.0
        self._zoom: float | None = None
        self._offset = QPointF()
        self._split: float | None = None
        self._side: Side = "after"
        self._message = ""
        self._dragging: str | None = None
        self._last = QPointF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Picture"))
        self.setMinimumSize(self.fontMetrics().horizontalAdvance("n") * 20, self.fontMetrics().height() * 6)

    # What is shown

    def set_frame_size(self, size: QSize, aspect: float) -> None:
        """The size of whole frames in pixels, and how wide a pixel is for its height."""
        if (size, aspect) != (self._frame, self._aspect):
            self._frame, self._aspect = size, aspect
            self._zoom, self._offset = None, QPointF()
            self.size_wanted.emit()

    def set_images(self, images: dict[Side, QImage]) -> None:
        self._images = images
        self._message = ""
        self.setAccessibleDescription("")
        self.update()

    def set_message(self, text: str) -> None:
        """Say why there is no picture; what was there goes."""
        self._message = text
        self._images = {}
        self.setAccessibleDescription(text)
        self.update()

    def set_side(self, side: Side) -> None:
        self._side = side
        self.update()

    @property
    def split(self) -> float | None:
        return self._split

    def set_split(self, split: float | None) -> None:
        """Where the split is, 0 to 1 of the picture's width: before to its left, after to its right. None: no split."""
        self._split = None if split is None else min(1.0, max(0.0, split))
        self.update()

    # Zoom

    @property
    def scale(self) -> float:
        """Device pixels per pixel of the frame."""
        if self._zoom is not None:
            return self._zoom
        if self._frame.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        return min(
            self.width() * ratio / (self._frame.width() * self._aspect), self.height() * ratio / self._frame.height()
        )

    def fit(self) -> None:
        self._zoom, self._offset = None, QPointF()
        self._changed()

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Show the frame at `scale` device pixels per pixel; `about` is the point of the widget that stays."""
        about = about or QPointF(self.rect().center())
        before = self.picture_rect()
        fit = self._fitting()
        self._zoom = min(_MOST_ZOOM, max(min(fit, 1.0) / 2, scale))
        after = self.picture_rect()
        if before.width() > 0:
            share = QPointF((about.x() - before.x()) / before.width(), (about.y() - before.y()) / before.height())
            moved = QPointF(after.x() + share.x() * after.width(), after.y() + share.y() * after.height())
            self._move(about - moved)
        self._changed()

    def wanted_size(self) -> QSize:
        """Of pictures, in device pixels: as large as they are shown, and never larger than the frame."""
        scale = min(self.scale, 1.0)
        if self._frame.isEmpty():
            return QSize(1, 1)
        # In steps, so that dragging a splitter does not ask for every size on its way.
        step = 64
        width = min(self._frame.width(), -(-round(self._frame.width() * scale) // step) * step)
        return QSize(max(1, width), max(1, round(width * self._frame.height() / self._frame.width())))

    def picture_rect(self) -> QRectF:
        """Where the frame lies in the widget."""
        scale = self.scale / self.devicePixelRatioF()
        width, height = self._frame.width() * self._aspect * scale, self._frame.height() * scale
        center = QPointF(self.width() / 2, self.height() / 2) + self._offset
        return QRectF(center.x() - width / 2, center.y() - height / 2, width, height)

    def frame_point(self, at: QPointF) -> QPoint | None:
        """The pixel of the frame under a point of the widget."""
        rect = self.picture_rect()
        if not rect.contains(at) or self._frame.isEmpty():
            return None
        x = int((at.x() - rect.x()) / rect.width() * self._frame.width())
        y = int((at.y() - rect.y()) / rect.height() * self._frame.height())
        return QPoint(min(x, self._frame.width() - 1), min(y, self._frame.height() - 1))

    def _move(self, by: QPointF) -> None:
        """The middle of the view stays on the picture, so that it is never lost."""
        rect, offset = self.picture_rect(), self._offset + by
        self._offset = QPointF(
            min(rect.width() / 2, max(-rect.width() / 2, offset.x())),
            min(rect.height() / 2, max(-rect.height() / 2, offset.y())),
        )

    def _fitting(self) -> float:
        zoom, self._zoom = self._zoom, None
        scale = self.scale
        self._zoom = zoom
        return scale

    def _changed(self) -> None:
        self.update()
        self.size_wanted.emit()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), SURROUND)
        if self._message:
            self._paint_message(painter)
        elif self._images:
            self._paint_images(painter)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_message(self, painter: QPainter) -> None:
        step = theme.unit(self)
        painter.setPen(_INK)
        inner = self.rect().adjusted(4 * step, 4 * step, -4 * step, -4 * step)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._message)

    def _paint_images(self, painter: QPainter) -> None:
        rect = self.picture_rect()
        both = "before" in self._images and "after" in self._images
        if self._split is None or not both:
            side: Side = self._side if self._side in self._images else next(iter(self._images))
            self._paint_side(painter, side, rect)
            self._label(painter, side, left=side == "before")
            return
        at = rect.x() + rect.width() * self._split
        halves: tuple[tuple[Side, float, float], ...] = (
            ("before", rect.left(), at),
            ("after", at, rect.right()),
        )
        for side, left, right in halves:
            painter.save()
            painter.setClipRect(QRectF(left, rect.top(), max(0.0, right - left), rect.height()))
            self._paint_side(painter, side, rect)
            painter.restore()
            self._label(painter, side, left=side == "before")
        painter.setPen(_INK)
        painter.drawLine(QPointF(at, rect.top()), QPointF(at, rect.bottom()))

    def _paint_side(self, painter: QPainter, side: Side, rect: QRectF) -> None:
        image = self._images[side]
        enlarged = rect.width() * self.devicePixelRatioF() / max(1, image.width())
        # Whoever goes that near wants to see pixels, not a blur of them.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, enlarged < 2)
        painter.drawImage(rect, image)

    def _label(self, painter: QPainter, side: Side, *, left: bool) -> None:
        text = self.tr("SDR") if side == "before" else self.tr("HDR")
        step = theme.unit(self)
        metrics = self.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 4 * step, metrics.height() + step
        x = 2 * step if left else self.width() - width - 2 * step
        box = QRectF(x, 2 * step, width, height)
        painter.fillRect(box, QColor(0, 0, 0, 150))
        painter.setPen(_INK)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            near = event.button() == Qt.MouseButton.LeftButton and self._near_split(event.position())
            self._dragging = "split" if near else "picture"
            self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._dragging == "split":
            rect = self.picture_rect()
            if rect.width() > 0:
                self.set_split((at.x() - rect.x()) / rect.width())
                self.split_moved.emit(self._split)
        elif self._dragging == "picture" and self._zoom is not None:
            self._move(at - self._last)
            self.update()
        self._last = at
        grab = self._dragging == "split" or self._near_split(at)
        self.setCursor(Qt.CursorShape.SplitHCursor if grab else Qt.CursorShape.ArrowCursor)
        self.hovered.emit(self.frame_point(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._dragging = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom is None:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.zoom_to(self.scale * 1.25**steps, event.position())
        event.accept()

    def leaveEvent(self, event: QEnterEvent) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().leaveEvent(event)
        self.hovered.emit(None)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.size_wanted.emit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.size_wanted.emit()

    def _near_split(self, at: QPointF) -> bool:
        if self._split is None or len(self._images) < 2:
            return False
        rect = self.picture_rect()
        return abs(at.x() - (rect.x() + rect.width() * self._split)) <= _GRAB * theme.unit(self)
