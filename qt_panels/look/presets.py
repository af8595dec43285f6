"""Named looks: those that come along, and the user's own."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QMenu, QToolButton, QWidget

from qt_panels import theme
from qt_panels.calm import calm
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
        self.box = calm(theme.narrow(QComboBox()))
        self.box.setAccessibleName(self.tr("Preset"))
        self.box.setPlaceholderText(self.tr("Own settings"))
        self.keep = QToolButton()
        self.keep.setText(self.tr("Save as …"))
        self.keep.setToolTip(self.tr("Keep these settings under a name"))
        self.keep.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self.keep)
        self.rename = menu.addAction(self.tr("Rename …"))
        self.drop = menu.addAction(self.tr("Delete"))
        self.keep.setMenu(menu)
        layout = QHBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addWidget(self.box, 1)
        layout.addWidget(self.keep)
        self._fill()
        self.box.activated.connect(self._activated)
        self.keep.clicked.connect(lambda: self._ask_name(self.save))
        self.rename.triggered.connect(lambda: self._ask_name(self.rename_to, self.box.currentText()))
        self.drop.triggered.connect(self._delete)

    @property
    def presets(self) -> tuple[Preset, ...]:
        return (*built_in(), *self._memory.presets)

    def set_look(self, look: Look) -> None:
        """Show which preset this is, if any."""
        self._look = look
        place = next((n for n, preset in enumerate(self.presets) if preset.look == look), -1)
        self.box.setCurrentIndex(place)
        for act in (self.rename, self.drop):
            act.setEnabled(place >= len(built_in()))

    def save(self, name: str) -> bool:
        """Keep the look that is shown as `name`; one of the user's own of that name is replaced.

        Returns whether it could be: those that come along keep their names.
        """
        if not _is_free(name):
            return False
        others = tuple(preset for preset in self._memory.presets if preset.name != name)
        self._memory.presets = (*others, Preset(name=name, look=self._look))
        self._fill()
        return True

    def rename_to(self, name: str) -> bool:
        """Give the preset that is shown another name; returns whether it could be given."""
        old = self.box.currentText()
        if not _is_free(name):
            return False
        self._memory.presets = tuple(
            Preset(name=name, look=preset.look) if preset.name == old else preset
            for preset in self._memory.presets
            if preset.name != name or name == old
        )
        self._fill()
        return True

    def _fill(self) -> None:
        self.box.clear()
        for preset in self.presets:
            self.box.addItem(preset.name)
        self.set_look(self._look)

    def _activated(self, place: int) -> None:
        self.chosen.emit(self.presets[place].look)

    def _ask_name(self, use: Callable[[str], bool], name: str = "", label: str = "") -> None:
        """Ask until `use` takes the name, or the user has had enough."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Name of the preset"))
        dialog.setLabelText(label or self.tr("Name of the preset:"))
        dialog.setTextValue(name)

        def entered(text: str) -> None:
            if text.strip() and not use(text.strip()):
                taken = self.tr("“{name}” comes along with Superwhite. Another name:").format(name=text.strip())
                self._ask_name(use, text, taken)

        dialog.textValueSelected.connect(entered)
        dialog.open()

    def _delete(self) -> None:
        name = self.box.currentText()
        self._memory.presets = tuple(preset for preset in self._memory.presets if preset.name != name)
        self._fill()


def _is_free(name: str) -> bool:
    return name not in {preset.name for preset in built_in()}
