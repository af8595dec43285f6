"""One widget for each kind of parameter."""

from __future__ import annotations

import json
from typing import cast

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bridge.domain.wire import JsonValue
from qt_panels import theme
from qt_panels.calm import calm

from .field import Field, labelled, said
from .media import MediaField
from .number import NumberField
from .schema import Parameter, fits


class ChoiceField(Field):
    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.box = calm(theme.narrow(QComboBox()))
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
    """Bears its own label. Half ticked where nothing is set."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.box = QCheckBox(said(parameter.title))
        self.box.setTristate(parameter.nullable)
        self.name(self.box)
        self.row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)
        self.set_value(parameter.default)
        self.box.checkStateChanged.connect(self._ticked)

    def value(self) -> JsonValue:
        state = self.box.checkState()
        return None if state is Qt.CheckState.PartiallyChecked else state is Qt.CheckState.Checked

    def set_value(self, value: JsonValue) -> None:
        if value is None and self.parameter.nullable:
            self.box.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            self.box.setChecked(value is True)

    def _ticked(self, _: Qt.CheckState) -> None:
        self.changed.emit()


class TextField(Field):
    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.edit: QLineEdit | QPlainTextEdit = QPlainTextEdit() if parameter.long else QLineEdit()
        if isinstance(self.edit, QPlainTextEdit):
            self.edit.setTabChangesFocus(True)
            self.edit.setFixedHeight(self.fontMetrics().height() * 4)
        if parameter.nullable:
            self.edit.setPlaceholderText(QCoreApplication.translate("Field", "Not set"))
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
        text, most = self.value(), self.parameter.most
        if self.parameter.required and not text:
            return QCoreApplication.translate("Field", "This has to be filled in.")
        if isinstance(text, str) and most is not None and len(text) > most:
            return QCoreApplication.translate("Field", "This is longer than {most} characters.").format(most=most)
        return ""


class JsonField(TextField):
    """For shapes that have no widget of their own. While the text is no JSON, the value is the last that was."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        self._value: JsonValue = None
        super().__init__(parameter, parent)

    def value(self) -> JsonValue:
        if not self._is_broken():
            self._value = json.loads(self._text()) if self._text() else None
        return self._value

    def set_value(self, value: JsonValue) -> None:
        super().set_value("" if value is None else json.dumps(value, ensure_ascii=False))

    def problem(self) -> str:
        return QCoreApplication.translate("Field", "This is not valid JSON.") if self._is_broken() else ""

    def _text(self) -> str:
        text = super().value()
        return text.strip() if isinstance(text, str) else ""

    def _is_broken(self) -> bool:
        try:
            json.loads(self._text() or "null")
        except (ValueError, RecursionError):
            return True
        return False


class RowsField(Field):
    """A list of objects, each with fields of its own. Its value holds only what differs from their defaults."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.rows: list[tuple[QFrame, dict[str, Field]]] = []
        self._body = QVBoxLayout()
        theme.spaced(self._body, self, margins=0, spacing=1)
        self.add = QToolButton()
        self.add.setText(QCoreApplication.translate("Field", "Add"))
        self.name(self.add)
        self.add.setAccessibleName(
            QCoreApplication.translate("Field", "Add to {name}").format(name=said(parameter.title))
        )
        self.add.clicked.connect(self._added)
        self._body.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.row.addLayout(self._body, 1)
        self.setFocusProxy(self.add)
        self.set_value(parameter.default)

    def value(self) -> JsonValue:
        rows: list[JsonValue] = [
            {
                name: value
                for name, field in fields.items()
                if (value := field.value()) != field.parameter.default or field.parameter.required
            }
            for _, fields in self.rows
        ]
        return rows or (None if self.parameter.nullable else [])

    def set_value(self, value: JsonValue) -> None:
        while self.rows:
            self._drop(self.rows[0][0])
        for row in value if isinstance(value, list) and fits(self.parameter, value) else []:
            self._append(cast("dict[str, JsonValue]", row))
        self._changed()

    def problem(self) -> str:
        problems = (field.problem() for _, fields in self.rows for field in fields.values())
        return next((problem for problem in problems if problem), "")

    def _added(self) -> None:
        self._append({})
        next(iter(self.rows[-1][1].values())).setFocus()
        self._changed()

    def _append(self, values: dict[str, JsonValue]) -> None:
        frame = QFrame()
        frame.setFrameShape(QFrame.Shape.StyledPanel)
        grid = QGridLayout(frame)
        theme.spaced(grid, self, margins=1, spacing=1)
        grid.setColumnStretch(1, 1)
        fields: dict[str, Field] = {}
        for line, column in enumerate(self.parameter.columns):
            field = fields[column.name] = field_for(column)
            field.set_value(values.get(column.name, column.default))
            field.changed.connect(self._changed)
            if column.kind != "switch":
                grid.addWidget(labelled(field), line, 0)
            grid.addWidget(field, line, 1)
        remove = QToolButton()
        remove.setText("×")
        remove.setAutoRaise(True)
        remove.setToolTip(QCoreApplication.translate("Field", "Remove"))
        remove.setAccessibleName(QCoreApplication.translate("Field", "Remove"))
        remove.clicked.connect(lambda: self._removed(frame))
        grid.addWidget(remove, 0, 2, Qt.AlignmentFlag.AlignTop)
        self._body.insertWidget(len(self.rows), frame)
        self.rows.append((frame, fields))

    def _removed(self, frame: QFrame) -> None:
        self._drop(frame)
        self._changed()

    def _drop(self, frame: QFrame) -> None:
        self.rows = [row for row in self.rows if row[0] is not frame]
        self._body.removeWidget(frame)
        frame.hide()
        frame.deleteLater()

    def _changed(self) -> None:
        self.add.setEnabled(self.parameter.most is None or len(self.rows) < self.parameter.most)
        self.changed.emit()


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
        case "media":
            return MediaField(parameter, parent)
        case "rows":
            return RowsField(parameter, parent)
        case "json":
            return JsonField(parameter, parent)
