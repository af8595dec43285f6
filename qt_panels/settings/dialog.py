"""The settings."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from qt_panels import theme
from qt_panels.arrangement import Scrolled
from qt_panels.asks import Asks
from qt_panels.memory import Memory

from .endpoints import EndpointsPage
from .models import ModelsPage
from .pages import AboutPage, ImportPage, OutputPage, Page


class SettingsDialog(QDialog):
    """What the panel keeps is kept with OK; what the bridge keeps is changed at once."""

    applied = Signal()

    def __init__(
        self, asks: Asks, memory: Memory, shortcuts: list[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._memory = memory
        self.setWindowTitle(self.tr("Settings"))
        wishes = memory.preferences
        self.endpoints = EndpointsPage(asks)
        self.endpoints.changed.connect(self.applied)
        self.models = ModelsPage(asks)
        self.models.changed.connect(self.applied)
        self.pages: tuple[Page, ...] = (OutputPage(wishes), ImportPage(wishes), AboutPage(shortcuts))
        order: tuple[Page | EndpointsPage | ModelsPage, ...] = (
            *self.pages[:2],
            self.endpoints,
            self.models,
            self.pages[2],
        )
        self._names = [page.name for page in order]
        self.contents = QListWidget()
        self.contents.setAccessibleName(self.tr("Pages"))
        self.stack = QStackedWidget()
        for page in order:
            self.contents.addItem(page.title)
            self.stack.addWidget(Scrolled(page))
        self.contents.setMaximumWidth(self.contents.sizeHintForColumn(0) + 8 * theme.unit(self))
        self.contents.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.contents.setCurrentRow(0)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        palette = self.problem.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.bad(self.palette()))
        self.problem.setPalette(palette)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Apply
        )
        self.buttons.accepted.connect(self._ok)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(QDialogButtonBox.StandardButton.Apply).clicked.connect(self.apply)
        top = QHBoxLayout()
        theme.spaced(top, self, margins=0)
        top.addWidget(self.contents)
        top.addWidget(self.stack, 1)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self)
        layout.addLayout(top, 1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        em = self.fontMetrics().horizontalAdvance("n")
        self.resize(100 * em, 36 * self.fontMetrics().height())

    def show_page(self, name: str) -> None:
        self.contents.setCurrentRow(self._names.index(name))

    def apply(self) -> bool:
        """Keep what is entered. Where some of it cannot be kept nothing is, and the page that is wrong is shown."""
        for page in self.pages:
            if problem := page.problem():
                self.show_page(page.name)
                self.problem.setText(problem)
                return False
        self.problem.clear()
        wishes = self._memory.preferences
        for page in self.pages:
            wishes = page.written(wishes)
        self._memory.preferences = wishes
        self.applied.emit()
        return True

    def _ok(self) -> None:
        if self.apply():
            self.accept()
