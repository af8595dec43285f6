"""The form of a backend's parameters, built from its capability."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bridge.domain.wire import JsonValue
from qt_panels import theme
from qt_panels.memory import Values

from .fields import Field, field_for, said
from .schema import parameters


class LookForm(QWidget):
    """`values` holds only what differs from the defaults, so that better defaults of a later version come through."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._resets: dict[str, QToolButton] = {}
        self._problems: dict[str, QLabel] = {}
        self._filling = False
        self._body: QWidget | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._schema: Mapping[str, JsonValue] = {}

    def set_schema(self, schema: Mapping[str, JsonValue]) -> None:
        """Build the form anew, where `schema` is another one."""
        if schema == self._schema and self._body:
            return
        self._schema = schema
        if self._body:
            self._layout.removeWidget(self._body)
            self._body.deleteLater()
        self.fields, self._resets, self._problems = {}, {}, {}
        self._body = QWidget()
        grid = QGridLayout(self._body)
        theme.spaced(grid, self, margins=0, spacing=1)
        grid.setColumnStretch(0, 1)
        for row, parameter in enumerate(parameters(schema)):
            field = field_for(parameter)
            label = QLabel(said(parameter.title))
            label.setBuddy(field)
            label.setToolTip(said(parameter.help))
            reset = QToolButton()
            reset.setText("↺")
            reset.setAutoRaise(True)
            reset.setToolTip(self.tr("Back to the default"))
            reset.setAccessibleName(self.tr("Reset {name}").format(name=said(parameter.title)))
            reset.clicked.connect(lambda _=False, field=field: field.set_value(field.parameter.default))
            head = QHBoxLayout()
            head.addWidget(label, 1)
            head.addWidget(reset)
            problem = QLabel()
            problem.setWordWrap(True)
            problem.hide()
            grid.addLayout(head, 3 * row, 0)
            grid.addWidget(field, 3 * row + 1, 0)
            grid.addWidget(problem, 3 * row + 2, 0)
            self.fields[parameter.name] = field
            self._resets[parameter.name] = reset
            self._problems[parameter.name] = problem
            field.changed.connect(self._field_changed)
        self._layout.addWidget(self._body)
        self._show_state()

    def values(self) -> Values:
        return {
            name: field.value()
            for name, field in self.fields.items()
            if self._matters(field) and field.value() != field.parameter.default
        }

    def set_values(self, values: Values) -> tuple[str, ...]:
        """Show `values`, and the defaults elsewhere; returns the names of those that this backend does not have."""
        self._filling = True
        for name, field in self.fields.items():
            field.set_value(values.get(name, field.parameter.default))
        self._filling = False
        self._show_state()
        return tuple(name for name in values if name not in self.fields)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for field in self.fields.values() if (problem := field.problem()))

    def _matters(self, field: Field) -> bool:
        """Whether the other parameters leave this one a meaning."""
        return all(
            name in self.fields and self.fields[name].value() in values
            for name, values in field.parameter.only_with.items()
        )

    def _field_changed(self) -> None:
        if not self._filling:
            self._show_state()
            self.changed.emit()

    def _show_state(self) -> None:
        for name, field in self.fields.items():
            field.setEnabled(self._matters(field))
            self._resets[name].setVisible(field.isEnabled() and field.value() != field.parameter.default)
            problem = field.problem()
            palette = self._problems[name].palette()
            palette.setColor(palette.ColorRole.WindowText, theme.bad(self.palette()))
            self._problems[name].setPalette(palette)
            self._problems[name].setText(problem)
            self._problems[name].setVisible(bool(problem))
