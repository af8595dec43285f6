"""One widget for each kind of parameter."""

from __future__ import annotations

import json
from abc import abstractmethod

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)

from bridge.domain.wire import JsonValue
from qt_panels import theme

from .schema import Parameter

_SLIDER_STEPS = 200
_BEYOND = 1e9


def said(text: str) -> str:
    """A text of a backend in the language of the panel, where it is known."""
    return QCoreApplication.translate("Capability", text) if text else ""


class Field(QWidget):
    """`changed` comes with every change by the user or by `set_value`."""

    changed = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.row = QHBoxLayout(self)
        theme.spaced(self.row, self, margins=0)

    def name(self, widget: QWidget) -> None:
        """Give `widget` this field's name and help, for eyes and for screen readers."""
        widget.setAccessibleName(said(self.parameter.title))
        widget.setAccessibleDescription(said(self.parameter.help))
        widget.setToolTip(said(self.parameter.help))

    @abstractmethod
    def value(self) -> JsonValue: ...

    @abstractmethod
    def set_value(self, value: JsonValue) -> None: ...

    def problem(self) -> str:
        """Why the value cannot be used; empty where it can."""
        return ""


class ChoiceField(Field):
    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.box = theme.narrow(QComboBox())
        if parameter.nullable:
            self.box.addItem(QCoreApplication.translate("Field", "Not set"), None)
        for choice in parameter.choices:
            self.box.addItem(said(parameter.labels.get(choice, choice)), choice)
        self.name(self.box)
        self.row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)
        self.set_value(parameter.default)
        self.box.currentIndexChanged.connect(self.changed)

    def value(self) -> JsonValue:
        return self.box.currentData()

    def set_value(self, value: JsonValue) -> None:
        self.box.setCurrentIndex(max(0, self.box.findData(value)))


class SwitchField(Field):
    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.box = QCheckBox()
        self.name(self.box)
        self.row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)
        self.set_value(parameter.default)
        self.box.toggled.connect(self.changed)

    def value(self) -> JsonValue:
        return self.box.isChecked()

    def set_value(self, value: JsonValue) -> None:
        self.box.setChecked(value is True)


class NumberField(Field):
    """A slider where both ends are known; a tick where nothing may be set at all."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        whole = parameter.kind == "integer"
        low = parameter.minimum if parameter.minimum is not None else -_BEYOND
        high = parameter.maximum if parameter.maximum is not None else _BEYOND
        self.entry = QDoubleSpinBox()
        self.entry.setDecimals(0 if whole else 2)
        self.entry.setRange(low, high)
        bounded = parameter.minimum is not None and parameter.maximum is not None
        self._step = max(1.0, (high - low) / _SLIDER_STEPS) if whole else (high - low) / _SLIDER_STEPS
        self.entry.setSingleStep(self._nice_step(whole=whole, bounded=bounded))
        if parameter.unit:
            self.entry.setSuffix(f" {said(parameter.unit)}")
        self.name(self.entry)
        self.used = QCheckBox()
        self.used.setVisible(parameter.nullable)
        self.used.setAccessibleName(
            QCoreApplication.translate("Field", "Set {name}").format(name=said(parameter.title))
        )
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setVisible(bounded)
        self.slider.setAccessibleName(said(parameter.title))
        self.slider.setToolTip(said(parameter.help))
        self.slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the entry beside it is for the keyboard
        if bounded:
            self.slider.setRange(0, round((high - low) / self._step))
        self.row.addWidget(self.used)
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.entry)
        if not bounded:
            self.row.addStretch(1)
        self.setFocusProxy(self.entry)
        self.set_value(parameter.default)
        self.entry.valueChanged.connect(self._entered)
        self.slider.valueChanged.connect(self._slid)
        self.used.toggled.connect(self._used_toggled)

    def value(self) -> JsonValue:
        if self.parameter.nullable and not self.used.isChecked():
            return None
        value = self.entry.value()
        return round(value) if self.parameter.kind == "integer" else round(value, 6)

    def set_value(self, value: JsonValue) -> None:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        self.used.setChecked(number is not None)
        self.entry.setValue(max(0.0, self.entry.minimum()) if number is None else number)
        self._follow()
        self._used_toggled()

    def _nice_step(self, *, whole: bool, bounded: bool) -> float:
        if whole:
            return 1.0
        return 0.05 if bounded and self._step < 0.05 else 0.1

    def _entered(self) -> None:
        self._follow()
        self.changed.emit()

    def _slid(self, place: int) -> None:
        self.entry.setValue(self.entry.minimum() + place * self._step)

    def _follow(self) -> None:
        if self.slider.isVisibleTo(self):
            with QSignalBlocker(self.slider):
                self.slider.setValue(round((self.entry.value() - self.entry.minimum()) / self._step))

    def _used_toggled(self) -> None:
        used = not self.parameter.nullable or self.used.isChecked()
        self.entry.setEnabled(used)
        self.slider.setEnabled(used)
        self.changed.emit()


class TextField(Field):
    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.edit: QLineEdit | QPlainTextEdit = QPlainTextEdit() if parameter.long else QLineEdit()
        if isinstance(self.edit, QPlainTextEdit):
            self.edit.setTabChangesFocus(True)
            self.edit.setFixedHeight(self.fontMetrics().height() * 4)
        self.name(self.edit)
        self.row.addWidget(self.edit, 1)
        self.setFocusProxy(self.edit)
        self.set_value(parameter.default)
        self.edit.textChanged.connect(self.changed)

    def value(self) -> JsonValue:
        text = self.edit.toPlainText() if isinstance(self.edit, QPlainTextEdit) else self.edit.text()
        return None if self.parameter.nullable and not text else text

    def set_value(self, value: JsonValue) -> None:
        text = value if isinstance(value, str) else ""
        if isinstance(self.edit, QPlainTextEdit):
            self.edit.setPlainText(text)
        else:
            self.edit.setText(text)

    def problem(self) -> str:
        if self.parameter.required and not self.value():
            return QCoreApplication.translate("Field", "This has to be filled in.")
        return ""


class JsonField(TextField):
    """For shapes that have no widget of their own."""

    def value(self) -> JsonValue:
        text = super().value()
        try:
            return json.loads(text) if isinstance(text, str) and text.strip() else None
        except ValueError:
            return text

    def set_value(self, value: JsonValue) -> None:
        super().set_value("" if value is None else json.dumps(value, ensure_ascii=False))

    def problem(self) -> str:
        text = super().value()
        try:
            json.loads(text) if isinstance(text, str) and text.strip() else None
        except ValueError:
            return QCoreApplication.translate("Field", "This is not valid JSON.")
        return ""


def field_for(parameter: Parameter, parent: QWidget | None = None) -> Field:
    match parameter.kind:
        case "choice":
            return ChoiceField(parameter, parent)
        case "integer" | "number":
            return NumberField(parameter, parent)
        case "switch":
            return SwitchField(parameter, parent)
        case "text":
            return TextField(parameter, parent)
        case "json":
            return JsonField(parameter, parent)
