"""What a workflow takes beside its parameters: a mask for each clip, and a lift of the movie that it makes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from qt_panels import theme
from qt_panels.files import choose_file


class MaskRow(QWidget):
    """The mask of one clip. Masks are remembered by clip, as long as the panel lives."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._masks: dict[str, Path] = {}
        self._clip = ""
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.file = QLineEdit()
        self.file.setReadOnly(True)
        self.file.setFrame(False)
        bare = self.file.palette()
        bare.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        self.file.setPalette(bare)
        self.file.setAccessibleName(self.tr("Mask of the clip"))
        self.choose = QPushButton(self.tr("Choose mask …"))
        self.choose.setToolTip(
            self.tr(
                "A movie, an image sequence or a picture: white where something is to happen, as large as the clip"
            )
        )
        self.remove = QToolButton()
        self.remove.setText("×")
        self.remove.setAutoRaise(True)
        self.remove.setToolTip(self.tr("Remove the mask"))
        self.remove.setAccessibleName(self.tr("Remove the mask"))
        row = QHBoxLayout()
        theme.spaced(row, self, margins=0)
        row.addWidget(self.choose)
        row.addWidget(self.file, 1)
        row.addWidget(self.remove)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0, spacing=1)
        layout.addWidget(self.about)
        layout.addLayout(row)
        self.choose.clicked.connect(self._choose)
        self.remove.clicked.connect(lambda: self.put(self._clip, None))
        self.set_clip("", "")

    def mask_of(self, clip: str) -> Path | None:
        return self._masks.get(clip)

    def set_clip(self, clip: str, name: str) -> None:
        """Whose mask this is about; an empty id stands for no clip."""
        self._clip = clip
        self.about.setText(
            self.tr("Mask of “{clip}”").format(clip=name)
            if clip
            else self.tr("Mask: choose a clip in the list to give it one.")
        )
        self._show()

    def put(self, clip: str, mask: Path | None) -> None:
        """Give `clip` this mask, or none."""
        if mask is None:
            self._masks.pop(clip, None)
        else:
            self._masks[clip] = mask
        self._show()
        self.changed.emit()

    def _choose(self) -> None:
        clip = self._clip  # another one may be chosen while the dialog is open
        choose_file(self, self.tr("Choose a mask"), "mask", lambda path: self.put(clip, path))

    def _show(self) -> None:
        mask = self._masks.get(self._clip)
        self.choose.setEnabled(bool(self._clip))
        self.file.setText(mask.name if mask else self.tr("none yet") if self._clip else "")
        self.file.setToolTip(str(mask) if mask else "")
        self.remove.setVisible(mask is not None)
