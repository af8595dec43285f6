"""What all fields of the form have in common."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bridge.domain.wire import JsonValue
from qt_panels import theme

from .schema import Parameter


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
    def set_value(self, value: JsonValue) -> None:
        """Show `value`; one that does not fit the parameter gives way to one that does."""

    def problem(self) -> str:
        """Why the value cannot be used; empty where it can."""
        return ""


def labelled(field: Field) -> QLabel:
    """The label of `field`: its letters and clicks lead there."""
    label = QLabel(said(field.parameter.title))
    label.setBuddy(field)
    label.setToolTip(said(field.parameter.help))
    return label
