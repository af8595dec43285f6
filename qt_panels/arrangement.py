"""Where the parts of the panel stand: side by side where there is room, behind tabs in a narrow dock."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from . import theme
from .memory import Memory


@dataclass(frozen=True)
class Part:
    title: str
    widget: QWidget


class Arrangement(QWidget):
    """`left` are lists above each other, `middle` the viewer and the jobs, `right` the look."""

    def __init__(
        self,
        memory: Memory,
        left: tuple[Part, ...],
        middle: tuple[Part, ...],
        right: Part,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._memory = memory
        self._left, self._middle, self._right = left, middle, right
        self._frames = {part.title: _framed(part) for part in (*left, *middle, right)}
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._rows = tuple(QSplitter(Qt.Orientation.Vertical) for _ in range(2))
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._columns)
        self._layout.addWidget(self._tabs)
        for splitter in self._rows:
            splitter.setChildrenCollapsible(False)
            self._columns.addWidget(splitter)
        self._columns.setChildrenCollapsible(False)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._wide: bool | None = None
        self._needed = 0
        self._arrange(wide=True)

    @property
    def is_wide(self) -> bool:
        return bool(self._wide)

    def reveal(self, widget: QWidget) -> None:
        """Bring the part with `widget` to the front and give it the focus."""
        for part in (*self._left, *self._middle, self._right):
            if part.widget is widget and not self._wide:
                self._tabs.setCurrentWidget(self._frames[part.title])
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keep(self) -> None:
        """Let the memory keep how the splitters stand."""
        if self._wide:
            for name, splitter in self._splitters():
                self._memory.keep_layout(name, splitter.saveState())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._wide:
            self._needed = self._columns.minimumSizeHint().width()
        wide = self.width() >= self._needed
        if wide != self._wide:
            self._arrange(wide=wide)

    def minimumSizeHint(self) -> QSize:
        """Of the tabs: the columns give way to them before they are squeezed."""
        return self._tabs.minimumSizeHint()

    def _arrange(self, *, wide: bool) -> None:
        if self._wide and not wide:
            self.keep()
        self._wide = wide
        if not wide:
            self._needed = max(self._needed, self._columns.minimumSizeHint().width())
        self._columns.setVisible(wide)
        self._tabs.setVisible(not wide)
        if not wide:
            for part in (*self._left, self._right, *self._middle):
                self._tabs.addTab(self._frames[part.title], part.title)
            return
        self._tabs.clear()
        for splitter, parts in zip(self._rows, (self._left, self._middle), strict=True):
            for part in parts:
                splitter.addWidget(self._frames[part.title])
                self._frames[part.title].show()
        self._columns.addWidget(self._frames[self._right.title])
        self._frames[self._right.title].show()
        self._columns.setStretchFactor(1, 1)
        self._rows[1].setStretchFactor(0, 1)
        em = self.fontMetrics().horizontalAdvance("n")
        self._columns.setSizes([46 * em, 90 * em, 40 * em])
        self._rows[1].setSizes([60 * em, 30 * em])
        for name, splitter in self._splitters():
            if not (state := self._memory.layout(name)).isEmpty():
                splitter.restoreState(state)

    def _splitters(self) -> tuple[tuple[str, QSplitter], ...]:
        return (("columns", self._columns), ("left", self._rows[0]), ("middle", self._rows[1]))


def _framed(part: Part) -> QWidget:
    frame = QWidget()
    frame.setAccessibleName(part.title)
    heading = QLabel(part.title)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    layout = QVBoxLayout(frame)
    theme.spaced(layout, frame, margins=2, spacing=1)
    layout.addWidget(heading)
    layout.addWidget(part.widget, 1)
    return frame


class Scrolled(QScrollArea):
    """`inner` as wide as there is room, and never narrower than it can be; scrolled where it is too high."""

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inner = inner
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusProxy(inner)

    def minimumSizeHint(self) -> QSize:
        width = self._inner.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())
