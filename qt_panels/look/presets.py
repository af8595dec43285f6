"""Named looks: those that come along, and the user's own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QToolButton, QWidget

from qt_panels import theme
from qt_panels.memory import Look, Memory, Preset


def built_in() -> tuple[Preset, ...]:
    """For the embedded backend; the first is its defaults."""
    return (
        Preset(name=QCoreApplication.translate("Presets", "Natural"), look=Look()),
        Preset(name=QCoreApplication.translate("Presets", "Restrained"), look=Look(values={"strength": 0.7})),
        Preset(name=QCoreApplication.translate("Presets", "Recover highlights"), look=Look(values={"strength": 1.3})),
        Preset(
            name=QCoreApplication.translate("Presets", "Graphics and screen captures"),
            look=Look(values={"source": "hard_clip"}),
        ),
    )


class PresetBar(QWidget):
    chosen = Signal(object)
    """The `Look` of the preset that the user has picked."""

    def __init__(self, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._look = memory.look
        self.box = theme.narrow(QComboBox())
        self.box.setAccessibleName(self.tr("Preset"))
        self.box.setPlaceholderText(self.tr("Own settings"))
        self.keep = QToolButton()
        self.keep.setText(self.tr("Save as …"))
        self.keep.setToolTip(self.tr("Keep these settings under a name"))
        self.drop = QToolButton()
        self.drop.setText(self.tr("Delete"))
        self.drop.setToolTip(self.tr("Delete this preset; those that come along stay"))
        layout = QHBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addWidget(self.box, 1)
        layout.addWidget(self.keep)
        layout.addWidget(self.drop)
        self._fill()
        self.box.activated.connect(self._activated)
        self.keep.clicked.connect(self._ask_name)
        self.drop.clicked.connect(self._delete)

    @property
    def presets(self) -> tuple[Preset, ...]:
        return (*built_in(), *self._memory.presets)

    def set_look(self, look: Look) -> None:
        """Show which preset this is, if any."""
        self._look = look
        place = next((n for n, preset in enumerate(self.presets) if preset.look == look), -1)
        self.box.setCurrentIndex(place)
        self.drop.setEnabled(place >= len(built_in()))

    def save(self, name: str) -> None:
        """Keep the look that is shown as `name`; one of the user's own of that name is replaced."""
        name = name.strip()
        if name and name not in {preset.name for preset in built_in()}:
            others = tuple(preset for preset in self._memory.presets if preset.name != name)
            self._memory.presets = (*others, Preset(name=name, look=self._look))
            self._fill()

    def _fill(self) -> None:
        self.box.clear()
        for preset in self.presets:
            self.box.addItem(preset.name)
        self.set_look(self._look)

    def _activated(self, place: int) -> None:
        self.chosen.emit(self.presets[place].look)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Save preset"))
        dialog.setLabelText(self.tr("Name of the preset:"))
        dialog.textValueSelected.connect(self.save)
        dialog.open()

    def _delete(self) -> None:
        name = self.box.currentText()
        self._memory.presets = tuple(preset for preset in self._memory.presets if preset.name != name)
        self._fill()
