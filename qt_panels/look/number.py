"""The field of a number."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QSlider, QWidget

from bridge.domain.wire import JsonValue
from qt_panels.calm import calm

from .field import Field, said
from .schema import FARTHEST, Parameter, fits

_SLIDER_STEPS = 200


class NumberField(Field):
    """A slider where both ends are known. Where nothing need be set, a tick brings both into sight.

    A value that was given stays exactly that until the user changes it, however few decimals are shown.
    """

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self._whole = parameter.kind == "integer"
        self._low = parameter.minimum if parameter.minimum is not None else -FARTHEST
        self._high = parameter.maximum if parameter.maximum is not None else FARTHEST
        bounded = parameter.minimum is not None and parameter.maximum is not None
        step = _step(self._high - self._low) if bounded else 0.1
        self.entry = calm(QDoubleSpinBox())
        self.entry.setDecimals(0 if self._whole else max(parameter.decimals, math.ceil(-math.log10(step))))
        self.entry.setRange(self._low, self._high)
        self.entry.setSingleStep(1 if self._whole else step)
        if parameter.unit:
            self.entry.setSuffix(f" {said(parameter.unit)}")
        self.name(self.entry)
        self.used = QCheckBox()
        self.used.setVisible(parameter.nullable)
        self.used.setToolTip(said(parameter.help))
        self.used.setAccessibleName(
            QCoreApplication.translate("Field", "Set {name}").format(name=said(parameter.title))
        )
        self.slider = calm(QSlider(Qt.Orientation.Horizontal))
        self.name(self.slider)
        self.slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the entry beside it is for the keyboard
        self._notch = max(float(self._whole), (self._high - self._low) / _SLIDER_STEPS) if bounded else 0.0
        if self._notch:
            self.slider.setRange(0, round((self._high - self._low) / self._notch))
        self.row.addWidget(self.used)
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.entry)
        self._bounded = bounded
        if not bounded:
            self.row.addStretch(1)
        self.setFocusProxy(self.used if parameter.nullable else self.entry)
        self._value = self._shown()
        self.set_value(parameter.default)
        self.entry.valueChanged.connect(self._entered)
        self.slider.valueChanged.connect(self._slid)
        self.used.toggled.connect(self._use)

    def value(self) -> JsonValue:
        return None if self.parameter.nullable and not self.used.isChecked() else self._value

    def set_value(self, value: JsonValue) -> None:
        number = value if isinstance(value, int | float) and fits(self.parameter, value) else None
        with QSignalBlocker(self.entry), QSignalBlocker(self.used):
            self.entry.setValue(max(0.0, self.entry.minimum()) if number is None else number)
            self.used.setChecked(number is not None)
        self._value = self._shown() if number is None else number
        self._follow()
        self._use()

    def _shown(self) -> int | float:
        shown = self.entry.value()
        return round(shown) if self._whole else round(shown, self.entry.decimals())

    def _entered(self) -> None:
        self._value = self._shown()
        self._follow()
        self.changed.emit()

    def _slid(self, place: int) -> None:
        self.entry.setValue(self._low + place * self._notch)

    def _follow(self) -> None:
        if self._notch:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((self.entry.value() - self._low) / self._notch))

    def _use(self) -> None:
        used = not self.parameter.nullable or self.used.isChecked()
        self.used.setText("" if used else QCoreApplication.translate("Field", "Not set"))
        self.entry.setVisible(used)
        self.slider.setVisible(used and self._bounded)
        self.changed.emit()


def _step(span: float) -> float:
    """A round number of which some 25 make the span: 1, 2 or 5 of some power of ten, and 1 at most."""
    if span <= 0:
        return 0.01
    power = 10.0 ** math.floor(math.log10(span / 25))
    return min(1.0, next((power * times for times in (5, 2) if power * times <= span / 25), power))
