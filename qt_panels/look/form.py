"""The form of a backend's parameters, built from its capability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bridge.domain.wire import JsonValue
from qt_panels import theme
from qt_panels.memory import Values

from .field import Field, labelled, said
from .fields import field_for
from .schema import Parameter, fits, parameters


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
        self._unfolded = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._schema: Mapping[str, JsonValue] = {}
        self.help = QLabel()
        self.help.setWordWrap(True)
        self.help.setTextFormat(Qt.TextFormat.PlainText)
        self.help.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.help.hide()
        self._layout.addWidget(self.help)
        if isinstance(app := QApplication.instance(), QApplication):
            app.focusChanged.connect(self._focus_moved)
        self.set_schema({})

    def set_schema(self, schema: Mapping[str, JsonValue]) -> None:
        """Build the form anew, where `schema` is another one."""
        if schema == self._schema and self._body:
            return
        self._schema = schema
        if self._body:
            self._layout.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self.fields, self._resets, self._problems = {}, {}, {}
        every = parameters(schema)
        self._body, self._folded = QWidget(), QWidget()
        whole = QVBoxLayout(self._body)
        theme.spaced(whole, self, margins=0, spacing=1)
        whole.addWidget(self._filled(QWidget(), [each for each in every if not each.advanced]))
        self.more = QToolButton()
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setToolTip(self.tr("What is seldom changed"))
        self.more.toggled.connect(self._unfold)
        whole.addWidget(self.more)
        self.more.setVisible(any(each.advanced for each in every))
        whole.addWidget(self._filled(self._folded, [each for each in every if each.advanced]))
        self._layout.insertWidget(0, self._body)
        self.more.setChecked(self._unfolded)
        self._unfold(self._unfolded)
        self._show_state()

    def _filled(self, body: QWidget, every: Sequence[Parameter]) -> QWidget:
        """`body` with the fields of `every`, each below its label."""
        grid = QGridLayout(body)
        theme.spaced(grid, self, margins=0, spacing=1)
        grid.setColumnStretch(0, 1)
        for row, parameter in enumerate(every):
            field = field_for(parameter)
            reset = QToolButton()
            reset.setText("↺")
            reset.setAutoRaise(True)
            reset.setToolTip(self.tr("Back to the default"))
            reset.setAccessibleName(self.tr("Reset {name}").format(name=said(parameter.title)))
            reset.clicked.connect(lambda _=False, field=field: field.set_value(field.parameter.default))
            head = QHBoxLayout()
            head.addWidget(field if parameter.kind == "switch" else labelled(field), 1)
            head.addWidget(reset)
            problem = QLabel()
            problem.setWordWrap(True)
            problem.hide()
            grid.addLayout(head, 3 * row, 0)
            if parameter.kind != "switch":
                grid.addWidget(field, 3 * row + 1, 0)
            grid.addWidget(problem, 3 * row + 2, 0)
            self.fields[parameter.name] = field
            self._resets[parameter.name] = reset
            self._problems[parameter.name] = problem
            field.changed.connect(self._field_changed)
        return body

    def values(self) -> Values:
        return {
            name: field.value()
            for name, field in self.fields.items()
            if self._matters(field) and field.value() != field.parameter.default
        }

    def set_values(self, values: Values) -> tuple[str, ...]:
        """Show `values`, and the defaults elsewhere; returns the names of those that this backend cannot take."""
        taken = {
            name: value
            for name, value in values.items()
            if name in self.fields and fits(self.fields[name].parameter, value)
        }
        self._filling = True
        for name, field in self.fields.items():
            wanted = taken.get(name, field.parameter.default)
            if field.value() != wanted:  # what is being typed stays as it is
                field.set_value(wanted)
        self._filling = False
        self._show_state()
        return tuple(name for name in values if name not in taken)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for field in self.fields.values() if (problem := field.problem()))

    def _matters(self, field: Field) -> bool:
        """Whether the other parameters leave this one a meaning."""
        return all(
            name in self.fields and self.fields[name].value() in values
            for name, values in field.parameter.only_with.items()
        )

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        """The help stands below all fields: none of them moves while it is being clicked."""
        field = next((each for each in self.fields.values() if now and each.isAncestorOf(now)), None)
        text = said(field.parameter.help) if field else ""
        self.help.setText(text)
        self.help.setVisible(bool(text))

    def _unfold(self, wanted: bool) -> None:
        self._unfolded = wanted
        self._folded.setVisible(wanted)
        self.more.setArrowType(Qt.ArrowType.DownArrow if wanted else Qt.ArrowType.RightArrow)

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
        folded = [field for field in self.fields.values() if field.parameter.advanced]
        if any(field.problem() for field in folded):
            self.more.setChecked(True)
        changed = sum(field.isEnabled() and field.value() != field.parameter.default for field in folded)
        self.more.setText(self.tr("More (%n changed)", "", changed) if changed else self.tr("More"))
