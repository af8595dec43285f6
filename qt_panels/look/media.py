"""The field of a file, or of its address in the web."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from bridge.domain.wire import JsonValue
from qt_panels.files import choose_file

from .field import Field, said
from .schema import Parameter


class MediaField(Field):
    """What is chosen is sent along; an address is fetched by the service itself."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter, parent)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(QCoreApplication.translate("Field", "File or https://…"))
        self.edit.setClearButtonEnabled(True)
        if parameter.most:
            self.edit.setMaxLength(parameter.most)
        self.name(self.edit)
        self.choose = QPushButton(QCoreApplication.translate("Field", "Choose file …"))
        self.choose.setAccessibleName(
            QCoreApplication.translate("Field", "Choose a file for {name}").format(name=said(parameter.title))
        )
        self.choose.clicked.connect(self._choose)
        self.row.addWidget(self.edit, 1)
        self.row.addWidget(self.choose)
        self.setFocusProxy(self.edit)
        self.set_value(parameter.default)
        self.edit.textChanged.connect(self.changed)

    def value(self) -> JsonValue:
        text = self.edit.text().strip()
        return None if self.parameter.nullable and not text else text

    def set_value(self, value: JsonValue) -> None:
        self.edit.setText(value if isinstance(value, str) else "")

    def problem(self) -> str:
        if self.parameter.required and not self.value():
            return QCoreApplication.translate("Field", "This has to be filled in.")
        return ""

    def _choose(self) -> None:
        def chosen(path: Path) -> None:
            self.edit.setText(str(path))

        choose_file(self, said(self.parameter.title), self.parameter.media, chosen)
