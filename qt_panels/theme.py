"""Colours and distances, derived from the palette and the font that the host or the system has set."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QComboBox, QLayout, QWidget

_GOOD, _CARE, _BAD, _BUSY = 145, 38, 4, 212
"""Hues of the four meanings, degrees."""


def is_dark(palette: QPalette) -> bool:
    return palette.window().color().lightness() < palette.windowText().color().lightness()


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """`share` (0..1) of `one`, the rest of `other`."""
    rest = 1 - share
    return QColor.fromRgbF(
        one.redF() * share + other.redF() * rest,
        one.greenF() * share + other.greenF() * rest,
        one.blueF() * share + other.blueF() * rest,
    )


def dimmed(palette: QPalette) -> QColor:
    """For text that says less: still 4.5 to 1 and more on the usual palettes."""
    return mixed(palette.windowText().color(), palette.window().color(), 0.68)


def line(palette: QPalette) -> QColor:
    """For hairlines and frames."""
    return mixed(palette.windowText().color(), palette.window().color(), 0.18)


def good(palette: QPalette) -> QColor:
    return _meaning(palette, _GOOD)


def care(palette: QPalette) -> QColor:
    return _meaning(palette, _CARE)


def bad(palette: QPalette) -> QColor:
    return _meaning(palette, _BAD)


def busy(palette: QPalette) -> QColor:
    return _meaning(palette, _BUSY)


def _meaning(palette: QPalette, hue: int) -> QColor:
    """The hue at a lightness that can be read as text on the window's colour."""
    return QColor.fromHsl(hue, 150, 165 if is_dark(palette) else 85)


def unit(widget: QWidget) -> int:
    """A quarter of a line: every distance is a small multiple of it, so that all grow with the font."""
    return max(2, QFontMetrics(widget.font()).height() // 4)


def spaced(layout: QLayout, widget: QWidget, margins: int = 2, spacing: int = 2) -> None:
    """Give `layout` distances in units of `widget`."""
    step = unit(widget)
    layout.setContentsMargins(margins * step, margins * step, margins * step, margins * step)
    layout.setSpacing(spacing * step)


def narrow(box: QComboBox) -> QComboBox:
    """Have `box` give way where there is little room; its list stays as wide as its longest line."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box
