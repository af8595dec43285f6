"""The most that a job may cost: kept by the bridge, for whoever submits it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QWidget

from bridge.domain.settings import BridgeSettings
from qt_panels import theme
from qt_panels.asks import Asks

from .change import change_settings


class SpendLimit(QWidget):
    changed = Signal(object)
    """The `BridgeSettings` as they are kept now."""
    failed = Signal(object)
    """An `ErrorReport`."""

    def __init__(self, asks: Asks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._kept: float | None = None
        self.used = QCheckBox(self.tr("Never more than"))
        self.used.setToolTip(self.tr("A job that would cost more is not sent, whoever asks for it"))
        self.most = QDoubleSpinBox()
        self.most.setRange(0, 100_000)
        self.most.setPrefix("$")
        self.most.setValue(5)
        self.most.setAccessibleName(self.tr("The most that a job may cost"))
        self.save = QPushButton(self.tr("Save limit"))
        row = QHBoxLayout(self)
        theme.spaced(row, self, margins=0)
        row.addWidget(self.used)
        row.addWidget(self.most)
        row.addWidget(QLabel(self.tr("per job")))
        row.addStretch(1)
        row.addWidget(self.save)
        self.setEnabled(False)
        self.used.toggled.connect(self._update)
        self.most.valueChanged.connect(self._update)
        self.save.clicked.connect(self._save)

    def show_settings(self, settings: BridgeSettings) -> None:
        """What is being entered stays, unless another limit is kept by now."""
        if not self.isEnabled() or settings.spend_limit != self._kept:
            self._kept = settings.spend_limit
            self.used.setChecked(self._kept is not None)
            if self._kept is not None:
                self.most.setValue(self._kept)
        self.setEnabled(True)
        self._update()

    def _entered(self) -> float | None:
        return self.most.value() if self.used.isChecked() else None

    def _update(self) -> None:
        self.most.setEnabled(self.used.isChecked())
        self.save.setEnabled(self._entered() != self._kept)

    def _save(self) -> None:
        limit = self._entered()

        def edit(present: BridgeSettings) -> BridgeSettings:
            return present.model_copy(update={"spend_limit": limit})

        change_settings(self._asks, self, edit, self.changed.emit, self.failed.emit)
