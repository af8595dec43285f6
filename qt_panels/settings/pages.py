"""The pages of the settings that the panel keeps itself."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bridge import __version__
from bridge.domain.color import OutputColor
from qt_panels import theme
from qt_panels.language import LANGUAGES
from qt_panels.memory import Preferences

from .folder import expand_folder


class Page(QWidget):
    """`title` is its line in the list of pages, `name` what others call it by."""

    name = ""
    title = ""

    @abstractmethod
    def problem(self) -> str:
        """Why what is entered cannot be kept; empty where it can."""

    @abstractmethod
    def written(self, old: Preferences) -> Preferences:
        """`old` with what is entered here."""


class OutputPage(Page):
    name = "output"

    def __init__(self, wishes: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Output")
        self.folder = QLineEdit(wishes.folder)
        self.example = QLabel()
        self.example.setWordWrap(True)
        self.color = _combo(
            (
                (OutputColor.LIN_REC709, self.tr("Linear Rec.709")),
                (OutputColor.LIN_REC2020, self.tr("Linear Rec.2020")),
                (OutputColor.ACESCG, self.tr("ACEScg")),
                (OutputColor.ACES2065_1, self.tr("ACES2065-1 (SMPTE ST 2065-4)")),
            ),
            wishes.color,
        )
        self.white = _combo(
            (
                (203, self.tr("203 cd/m²: HDR reference white of BT.2408")),
                (100, self.tr("100 cd/m²: where the project counts so (ACES, Resolve without 203 nits)")),
            ),
            wishes.reference_white,
        )
        self.compression = _combo(
            (
                ("auto", self.tr("Best for the colour space (PIZ, or none)")),
                ("piz", self.tr("PIZ, lossless: the fastest and smallest here")),
                ("zips", self.tr("ZIPS, lossless: what Nuke reads best")),
                ("zip", self.tr("ZIP, lossless")),
                ("dwaa", self.tr("DWAA, lossy")),
                ("dwab", self.tr("DWAB, lossy")),
                ("none", self.tr("None")),
            ),
            wishes.compression,
        )
        self.master = QCheckBox(self.tr("Also an HDR10 movie (HEVC, BT.2020 PQ)"))
        self.master.setChecked(wishes.master)
        self.handles = QSpinBox()
        self.handles.setRange(0, 1000)
        self.handles.setValue(wishes.handles)
        self.handles.setSuffix(self.tr(" frames"))
        self.language = _combo((("", self.tr("As the system")), *LANGUAGES.items()), wishes.language)
        form = QFormLayout(self)
        theme.spaced(form, self)
        form.addRow(self.tr("Folder"), self.folder)
        form.addRow("", self.example)
        form.addRow(self.tr("Colour space"), self.color)
        form.addRow(self.tr("RGB 1.0 is"), self.white)
        form.addRow(self.tr("Compression"), self.compression)
        form.addRow("", self.master)
        form.addRow(self.tr("Handles of timeline clips"), self.handles)
        form.addRow(self.tr("Language, from the next start"), self.language)
        self.folder.setAccessibleName(self.tr("Output folder"))
        self.folder.setToolTip(
            self.tr("{project} is the folder of the timeline or clip, {clip} its name, {date} today")
        )
        self.folder.textChanged.connect(self._show_example)
        self._show_example()

    def problem(self) -> str:
        try:
            self._expanded()
        except ValueError as error:
            return str(error)
        return ""

    def written(self, old: Preferences) -> Preferences:
        return old.model_copy(
            update={
                "folder": self.folder.text().strip(),
                "color": OutputColor(self.color.currentData()),
                "reference_white": self.white.currentData(),
                "compression": self.compression.currentData(),
                "master": self.master.isChecked(),
                "handles": self.handles.value(),
                "language": self.language.currentData(),
            }
        )

    def _expanded(self) -> Path:
        return expand_folder(self.folder.text(), Path.home() / "project", "shot_010", date(2026, 3, 1))

    def _show_example(self) -> None:
        try:
            text = self.tr("For instance: {folder}").format(folder=self._expanded())
        except ValueError as error:
            text = str(error)
        self.example.setText(text)


class ImportPage(Page):
    name = "import"

    def __init__(self, wishes: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Import and costs")
        self.when_ready = QCheckBox(self.tr("Put results on the timeline as soon as they are ready"))
        self.when_ready.setChecked(wishes.import_when_ready)
        self.conflict = _combo(
            (
                ("new_track", self.tr("Put the new one on a track above it")),
                ("replace", self.tr("Put the new one in its place")),
                ("skip", self.tr("Leave the earlier one alone")),
            ),
            wishes.conflict,
        )
        self.confirm = QDoubleSpinBox()
        self.confirm.setRange(0, 100_000)
        self.confirm.setPrefix("$")
        self.confirm.setValue(wishes.confirm_above)
        form = QFormLayout(self)
        theme.spaced(form, self)
        form.addRow(self.when_ready)
        form.addRow(self.tr("Where an earlier result is"), self.conflict)
        form.addRow(self.tr("Ask before spending more than"), self.confirm)

    def problem(self) -> str:
        return ""

    def written(self, old: Preferences) -> Preferences:
        return old.model_copy(
            update={
                "import_when_ready": self.when_ready.isChecked(),
                "conflict": self.conflict.currentData(),
                "confirm_above": self.confirm.value(),
            }
        )


class AboutPage(Page):
    """Every shortcut, and what this is."""

    name = "shortcuts"

    def __init__(self, shortcuts: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Shortcuts")
        self.table = QTableWidget(len(shortcuts), 2)
        self.table.setAccessibleName(self.tr("Shortcuts"))
        self.table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for row, (action, keys) in enumerate(shortcuts):
            self.table.setItem(row, 0, QTableWidgetItem(action))
            self.table.setItem(row, 1, QTableWidgetItem(keys))
        about = QLabel(self.tr("Superwhite {version}, Apache License 2.0").format(version=__version__))
        layout = QVBoxLayout(self)
        theme.spaced(layout, self)
        layout.addWidget(self.table, 1)
        layout.addWidget(about)

    def problem(self) -> str:
        return ""

    def written(self, old: Preferences) -> Preferences:
        return old


def _combo(items: tuple[tuple[object, str], ...], chosen: object) -> QComboBox:
    box = theme.narrow(QComboBox())
    for value, text in items:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    return box
