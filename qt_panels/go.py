"""The button that says what it will do, and how what comes of it is imported."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QMessageBox, QPushButton, QWidget

from bridge.domain.estimate import Estimate
from bridge.domain.host import HostFacts

from . import theme, wording
from .memory import Memory
from .plan import Plan


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
        self.tell(Plan(), None)

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

    def tell(self, plan: Plan, estimate: Estimate | None) -> None:
        """Say what `plan` comes to; `estimate` is how long its work takes, once that is known."""
        self.button.setEnabled(bool(plan.works))
        if plan.works:
            text = self._deed(plan)
            more = wording.estimate_text(estimate, plan.cost, known=plan.cost_known)
            if more:
                text = self.tr("{what}, {estimate}").format(what=text, estimate=more)
        elif plan.selected == 0:
            text = self.tr("Select clips to lift")
        else:
            text = plan.obstacle or self.tr("None of the selected clips can be lifted")
        self.button.setText(text)
        self.button.setAccessibleName(text)

    def _deed(self, plan: Plan) -> str:
        count, selected = len(plan.works), plan.selected
        if count < selected and plan.workflow.startswith("hdr_lift"):
            return self.tr("Lift {ready} of %n clip(s)", "", selected).format(ready=count)
        if count < selected:
            return self.tr("Start {ready} of %n clip(s)", "", selected).format(ready=count)
        match plan.workflow:
            case "hdr_lift" | "hdr_lift_ltx_2_5":
                return self.tr("Lift %n clip(s)", "", count)
            case "inpaint":
                return self.tr("Inpaint %n clip(s)", "", count)
            case "reference_video_to_video":
                return self.tr("Make %n clip(s) anew", "", count)
            case "audio_to_video":
                return self.tr("Make video for %n clip(s)", "", count)
            case _:
                return self.tr("Start %n clip(s)", "", count)

    def confirm(self, plan: Plan, limit: float, go: Callable[[], None]) -> None:
        """Call `go`; where it costs more than the user's limit, or nobody knows what, only after a yes."""
        if plan.cost_known and (plan.cost is None or plan.cost <= limit):
            go()
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        if plan.cost_known:
            box.setText(self.tr("This will cost up to {cost}.").format(cost=wording.money(plan.cost or 0)))
        else:
            box.setText(self.tr("What this will cost is not known."))
        box.setInformativeText(
            self.tr("You asked to be warned above {limit}. The limit is in the settings.").format(
                limit=wording.money(limit)
            )
        )
        send = box.addButton(self.tr("Send"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)

        def finished() -> None:
            if box.clickedButton() is send:
                go()

        box.finished.connect(finished)
        box.open()

    def _keep(self) -> None:
        self._memory.preferences = self._memory.preferences.model_copy(
            update={"import_when_ready": self.when_ready.isChecked(), "conflict": self.conflict.currentData()}
        )
