"""The button that says what it will do, and how what comes of it is imported."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QMessageBox, QPushButton, QWidget

from bridge.domain.estimate import Estimate
from bridge.domain.host import HostFacts

from . import theme, wording
from .memory import Memory


class GoBar(QWidget):
    pressed = Signal()

    def __init__(self, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.when_ready = QCheckBox(self.tr("Import when ready"))
        self.when_ready.setToolTip(self.tr("Put results on the timeline as soon as they are there"))
        self.conflict = theme.narrow(QComboBox())
        self.conflict.setAccessibleName(self.tr("Where an earlier result lies on the timeline"))
        self.conflict.setToolTip(self.conflict.accessibleName())
        for value, text in (
            ("new_track", self.tr("onto a new track")),
            ("replace", self.tr("in place of an earlier result")),
            ("skip", self.tr("but not over an earlier result")),
        ):
            self.conflict.addItem(text, value)
        self.place = QLabel()
        self.button = QPushButton(self.tr("Lift"))
        self.button.setDefault(True)
        font = self.button.font()
        font.setBold(True)
        self.button.setFont(font)
        step = theme.unit(self)
        self.button.setMinimumHeight(self.fontMetrics().height() + 5 * step)
        self.button.setMinimumWidth(self.fontMetrics().horizontalAdvance("n") * 26)
        self.button.clicked.connect(self.pressed)
        layout = QHBoxLayout(self)
        theme.spaced(layout, self)
        layout.addWidget(self.when_ready)
        layout.addWidget(self.conflict)
        layout.addWidget(self.place)
        layout.addStretch(1)
        layout.addWidget(self.button)
        self.preferences_changed()
        self.when_ready.toggled.connect(self._keep)
        self.conflict.activated.connect(self._keep)
        self.tell(0, 0, None)

    def preferences_changed(self) -> None:
        wishes = self._memory.preferences
        self.when_ready.setChecked(wishes.import_when_ready)
        self.conflict.setCurrentIndex(self.conflict.findData(wishes.conflict))

    def set_host(self, facts: HostFacts) -> None:
        """Offer what the host can do."""
        can = facts.abilities.place
        self.when_ready.setVisible(can)
        self.conflict.setVisible(can)
        self.place.setVisible(not can)
        self.place.setText(
            "" if can else self.tr("Results stay in their folders; there is no timeline to put them on.")
        )

    def tell(self, ready: int, selected: int, estimate: Estimate | None) -> None:
        """Of `selected` clips, `ready` can be lifted."""
        self.button.setEnabled(ready > 0)
        if selected == 0:
            text = self.tr("Select clips to lift")
        elif ready == 0:
            text = self.tr("None of the selected clips can be lifted")
        elif ready == selected:
            text = self.tr("Lift %n clip(s)", "", ready)
        else:
            text = self.tr("Lift {ready} of %n clip(s)", "", selected).format(ready=ready)
        more = wording.estimate_text(estimate)
        if ready and more:
            text = self.tr("{what}, {estimate}").format(what=text, estimate=more)
        self.button.setText(text)
        self.button.setAccessibleName(text)

    def confirm(self, cost: float | None, limit: float, go: Callable[[], None]) -> None:
        """Call `go`; where it costs more than the user's limit, only after a yes."""
        if cost is None or cost <= limit:
            go()
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("This will cost about {cost}.").format(cost=wording.money(cost)))
        box.setInformativeText(
            self.tr("You asked to be warned above {limit}. The limit is in the settings.").format(
                limit=wording.money(limit)
            )
        )
        lift = box.addButton(self.tr("Lift"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)

        def finished() -> None:
            if box.clickedButton() is lift:
                go()

        box.finished.connect(finished)
        box.open()

    def _keep(self) -> None:
        self._memory.preferences = self._memory.preferences.model_copy(
            update={"import_when_ready": self.when_ready.isChecked(), "conflict": self.conflict.currentData()}
        )
