"""Bars above the panel: what has just been done, and whether the bridge is there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from . import theme


class Notice(QWidget):
    """One sentence, perhaps with something to do about it. Hidden while there is nothing to say."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        closable: bool = True,
        tint: Callable[[QPalette], QColor] = theme.busy,
    ) -> None:
        super().__init__(parent)
        self._color = tint
        self._act: Callable[[], None] | None = None
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = QPushButton()
        self.button.setAccessibleName(self.tr("What to do about it"))
        self.button.clicked.connect(self._clicked)
        self.close_button = QToolButton()
        self.close_button.setText("×")
        self.close_button.setAutoRaise(True)
        self.close_button.setAccessibleName(self.tr("Dismiss"))
        self.close_button.setToolTip(self.tr("Dismiss"))
        self.close_button.setVisible(closable)
        self.close_button.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        theme.spaced(layout, self, margins=1)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.close_button)
        self.setAutoFillBackground(True)
        self.hide()

    def tell(self, text: str, act: tuple[str, Callable[[], None]] | None = None) -> None:
        self._act = act[1] if act else None
        self.label.setText(text)
        self.label.setAccessibleName(text)
        self.button.setVisible(act is not None)
        if act:
            self.button.setText(act[0])
            self.button.setAccessibleName(act[0])
        self._tint()
        self.show()

    def _clicked(self) -> None:
        self.hide()
        if self._act:
            self._act()

    def _tint(self) -> None:
        plain = QApplication.palette(self)
        tinted = QPalette(plain)
        tinted.setColor(self.backgroundRole(), theme.mixed(self._color(plain), plain.window().color(), 0.14))
        self.setPalette(tinted)
