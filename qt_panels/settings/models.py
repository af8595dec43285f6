"""The page of what the local GPU needs: for now, where the weights of its models lie."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.settings import BridgeSettings
from qt_panels import theme
from qt_panels.asks import Asks

from .change import change_settings

_LONGEST = 2000
"""Characters of a path."""


class ModelsPage(QWidget):
    """What is entered is kept by the bridge, at once."""

    changed = Signal()

    name = "models"

    def __init__(self, asks: Asks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Local GPU")
        self._asks = asks
        self._kept: str | None = None
        self.folder = QLineEdit()
        self.folder.setMaxLength(_LONGEST)
        self.folder.setPlaceholderText(self.tr("where this system keeps data"))
        self.folder.setAccessibleName(self.tr("Folder for models"))
        self.choose = QPushButton(self.tr("Choose …"))
        self.save = QPushButton(self.tr("Save folder"))
        self.report = QLabel()
        hint = QLabel(
            self.tr(
                "The weights of a model take many gigabytes. {command} in a terminal shows their licence and fetches"
                " them. Weights in another folder stay there."
            ).format(command="superwhite models fetch ltx-2.3-hdr")
        )
        for label in (hint, self.report):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        hint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.report.setAccessibleName(self.tr("Result"))
        row = QHBoxLayout()
        theme.spaced(row, self, margins=0)
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        row.addWidget(self.save)
        form = QFormLayout()
        theme.spaced(form, self, margins=0)
        form.addRow(self.tr("Folder for models"), row)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self)
        layout.addLayout(form)
        layout.addWidget(hint)
        layout.addWidget(self.report)
        layout.addStretch(1)
        self.choose.clicked.connect(self._choose)
        self.save.clicked.connect(self._save)
        self.folder.textChanged.connect(self._update)
        self._update()
        asks.ask(self, calls.settings(), self._take, self._failed, key="settings")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter saves what is being written, and does not close the dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.focusWidget() is self.folder:
            self.save.click()
            return
        super().keyPressEvent(event)

    def _take(self, settings: BridgeSettings) -> None:
        self._kept = str(settings.models_folder or "")
        self.folder.setText(self._kept)
        self._update()

    def _update(self) -> None:
        self.save.setEnabled(self._kept is not None and self.folder.text().strip() != self._kept)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder for models"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)

        def selected(name: str) -> None:
            self.folder.setText(str(Path(name)))

        dialog.fileSelected.connect(selected)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _save(self) -> None:
        text = self.folder.text().strip()
        folder = Path(text) if text else None

        def edit(present: BridgeSettings) -> BridgeSettings:
            return present.model_copy(update={"models_folder": folder})

        def then(settings: BridgeSettings) -> None:
            self._take(settings)
            self.report.setText(self.tr("Saved."))
            self.changed.emit()

        change_settings(self._asks, self, edit, then, self._failed)

    def _failed(self, error: ErrorReport) -> None:
        self.report.setText(f"{error.sentence} {error.remedy}".strip())
