"""The first start: where the light can come from. It works with nothing chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bridge.client import calls
from bridge.domain.capability import Capability
from bridge.domain.errors import ErrorReport
from bridge.domain.settings import BridgeSettings, TestReport

from . import theme, wording
from .asks import Asks
from .hops import hop_lines
from .memory import Memory
from .settings.boxes import gpu_box, with_gpu_box
from .settings.change import change_settings

_EXAMPLE = (121, 1280, 720)
"""Frames, width and height of what a price is told for."""


class _Card(QFrame):
    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(title)
        heading = QLabel(title)
        font = heading.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        heading.setFont(font)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout(self)
        theme.spaced(self.body, self, margins=4)
        self.body.addWidget(heading)
        self.body.addWidget(self.text, 1)


class Welcome(QDialog):
    open_endpoints = Signal()

    def __init__(self, asks: Asks, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._memory = memory
        self.setWindowTitle(self.tr("Welcome to Superwhite"))
        intro = QLabel(
            self.tr("Where is the light to come from? You can change this at any time, or choose nothing now.")
        )
        intro.setWordWrap(True)
        self.here = _Card(self.tr("This machine"))
        self.here.text.setText(
            self.tr(
                "Works at once: no key, no GPU, no download. Classical inverse tone mapping: it expands highlights, "
                "and invents no detail that was cut off."
            )
        )
        self.remote = _Card(self.tr("Remote endpoint"))
        self.keys = QPushButton(self.tr("Enter a key …"))
        self.keys.clicked.connect(self.open_endpoints)
        self.remote.body.addWidget(self.keys)
        self.box = _Card(self.tr("GPU box"))
        self.box.text.setText(
            self.tr(
                "Superwhite on another machine in your network, started there with “superwhite serve”. Costs nothing; "
                "its token is entered as a key."
            )
        )
        self.address = QLineEdit()
        self.address.setPlaceholderText(self.tr("http://gpu-box:7878"))
        self.address.setMaxLength(2000)
        self.address.setAccessibleName(self.tr("Address of the GPU box"))
        self.add = QPushButton(self.tr("Test and add"))
        self.add.clicked.connect(self._test)
        self.report = QLabel()
        self.report.setWordWrap(True)
        self.report.setTextFormat(Qt.TextFormat.PlainText)
        for widget in (self.address, self.add, self.report):
            self.box.body.addWidget(widget)
        self.start = QPushButton(self.tr("Start"))
        self.start.setDefault(True)
        self.start.clicked.connect(self.accept)
        self._grid = QGridLayout()
        theme.spaced(self._grid, self, margins=0)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.start)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=4, spacing=3)
        layout.addWidget(intro)
        layout.addLayout(self._grid, 1)
        layout.addLayout(bottom)
        self._em = self.fontMetrics().horizontalAdvance("n")
        self._place_cards(beside=True)
        self.resize(110 * self._em, 20 * self.fontMetrics().height())
        self._tell(())
        self._asks.ask(self, calls.capabilities(), self._tell, lambda _: None, key="capabilities")

    def done(self, result: int) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """However it is closed, it comes once."""
        self._memory.preferences = self._memory.preferences.model_copy(update={"welcomed": True})
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cards(beside=self.width() >= 84 * self._em)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the address tests it, and does not close the dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.address.hasFocus():
            self.add.click()
            return
        super().keyPressEvent(event)

    def _place_cards(self, *, beside: bool) -> None:
        for place, card in enumerate((self.here, self.remote, self.box)):
            self._grid.addWidget(card, 0 if beside else place, place if beside else 0)
            self._grid.setColumnStretch(place, 1 if beside or not place else 0)

    def _tell(self, capabilities: tuple[Capability, ...]) -> None:
        """What it costs is what the bridge says."""
        texts = [
            self.tr(
                "LTX-2.3 at fal or Oxen: generative, it invents what highlights and shadows have lost. Needs a key of "
                "yours, entered here or given as FAL_KEY or OXEN_API_KEY. Clips are sent only to what you choose."
            )
        ]
        priced = (
            each for each in capabilities if each.workflow == "hdr_lift" and each.price and each.backend == "fal"
        )
        if (found := next(priced, None)) and found.price:
            cost = found.price.of(*_EXAMPLE)
            texts.append(
                self.tr("fal charges about {cost} for {frames} frames of {width} × {height}.").format(
                    cost=wording.money(cost), frames=_EXAMPLE[0], width=_EXAMPLE[1], height=_EXAMPLE[2]
                )
            )
        self.remote.text.setText(" ".join(texts))

    def _test(self) -> None:
        url = self.address.text().strip()
        if not url:
            return
        self.add.setEnabled(False)
        self.report.setText(self.tr("Testing …"))

        def tested(report: TestReport) -> None:
            self._tested(url, report)

        self._asks.ask(self, calls.test_endpoint(gpu_box(url, set())), tested, self._failed, key="test")

    def _tested(self, url: str, report: TestReport) -> None:
        self.add.setEnabled(True)
        self.report.setText("\n".join(hop_lines(report)))
        if report.passed:
            change_settings(self._asks, self, lambda present: with_gpu_box(present, url), self._added, self._failed)

    def _added(self, _: BridgeSettings) -> None:
        self.report.setText("\n".join((self.report.text(), self.tr("Added."))))

    def _failed(self, error: ErrorReport) -> None:
        self.add.setEnabled(True)
        self.report.setText(f"{error.sentence} {error.remedy}".strip())
