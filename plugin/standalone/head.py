"""The lines above the clips: what is open, how it is looked at, and what else to open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from qt_panels import theme, wording

from .opened import Opened


class Head(QWidget):
    files_wanted = Signal()
    folder_wanted = Signal()
    list_wanted = Signal(bool)
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened = Opened()
        self._selected = 0
        self.title = QLabel(textFormat=Qt.TextFormat.PlainText)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.remove = self._button(
            self.tr("Remove"), self.tr("Take the selected clips off the list; their files stay")
        )
        self.remove.clicked.connect(self.remove_wanted)
        self._list = self._button(self.tr("List"), self.tr("Show the clips as a list"))
        self._list.setCheckable(True)
        self._list.toggled.connect(self.list_wanted)
        self.zoom_out = self._button("−", self.tr("Zoom out"))
        self.fit = self._button(self.tr("Fit"), self.tr("Show the whole timeline"))
        self.zoom_in = self._button("+", self.tr("Zoom in"))
        self._list.toggled.connect(self._arrange)
        opening = self._button(self.tr("Open"), self.tr("Open a timeline or clips"))
        menu = QMenu(opening)
        files, folder = QAction(self.tr("Timeline or clips…"), menu), QAction(self.tr("Folder of clips…"), menu)
        files.triggered.connect(self.files_wanted)
        folder.triggered.connect(self.folder_wanted)
        menu.addActions([files, folder])
        opening.setMenu(menu)
        opening.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        names, buttons, rows = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        theme.spaced(rows, self, margins=1, spacing=0)
        theme.spaced(names, self, margins=0)
        theme.spaced(buttons, self, margins=0, spacing=1)
        names.addWidget(self.title, 1)
        names.addWidget(self.facts)
        for widget in (self.remove, self._list, self.zoom_out, self.fit, self.zoom_in):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(opening)
        rows.addLayout(names)
        rows.addLayout(buttons)

    @property
    def is_list(self) -> bool:
        return self._list.isChecked()

    def show_opened(self, opened: Opened) -> None:
        self._opened, self._selected = opened, 0
        self._arrange()

    def show_selected(self, count: int) -> None:
        self._selected = count
        self._arrange()

    def set_busy(self, busy: bool) -> None:
        self.facts.setText(self.tr("Opening…") if busy else self._facts())

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _arrange(self) -> None:
        facts, clips = self._opened.facts, self._opened.clips
        self.setVisible(bool(clips))
        self.title.setText(facts.path.name if facts else self.tr("Clips"))
        self.title.setToolTip(str(facts.path) if facts else "")
        self.facts.setText(self._facts())
        self.remove.setVisible(facts is None)
        self.remove.setEnabled(self._selected > 0)
        self._list.setVisible(facts is not None)
        for button in (self.zoom_out, self.fit, self.zoom_in):
            button.setVisible(facts is not None and not self.is_list)

    def _facts(self) -> str:
        total = self.tr("{selected} of %n clip(s)", "", len(self._opened.clips)).format(selected=self._selected)
        if self._opened.facts is None:
            return total
        return f"{wording.rate(self._opened.facts.rate)}  ·  {total}"
