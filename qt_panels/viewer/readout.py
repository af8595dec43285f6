"""The light under the pointer, in words and figures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.view import Pixel, PixelQuery, Side, Subject
from qt_panels import wording
from qt_panels.asks import Asks

from .latest import Latest

_READ_MILLISECONDS = 66


class Readout(QLabel):
    """Linear R, G, B and luminance of each side that is seen."""

    def __init__(self, asks: Asks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latest = Latest(asks, _READ_MILLISECONDS, self)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # However long the figures get, the viewer does not grow with them.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.forget()

    def read(self, subject: Subject, sides: Sequence[Side], frame: int, at: QPoint) -> None:
        """Read the pixel `at`, counted from the frame's top left."""
        question = [
            calls.pixel(PixelQuery(subject=subject, side=side, frame=frame, x=at.x(), y=at.y())) for side in sides
        ]

        def then(pixels: tuple[Pixel, ...]) -> None:
            read = (_figures(side, pixel) for side, pixel in zip(sides, pixels, strict=True))
            self._tell("    ".join((f"{at.x()}, {at.y()}", *read)))

        def fail(error: ErrorReport) -> None:
            self._tell(error.sentence)

        self._latest.ask(question, then, fail)

    def forget(self) -> None:
        """There is nothing under the pointer."""
        self._latest.forget()
        self._tell(" ")  # keeps the line's height

    def _tell(self, text: str) -> None:
        self.setText(text)
        self.setToolTip(text.strip())


def _figures(side: Side, pixel: Pixel) -> str:
    name = (
        QCoreApplication.translate("Viewer", "SDR")
        if side == "before"
        else QCoreApplication.translate("Viewer", "HDR")
    )
    return f"{name} R {pixel.red:.4f} G {pixel.green:.4f} B {pixel.blue:.4f} {wording.nits(pixel.nits)}"
