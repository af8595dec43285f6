"""Which backend, and which of its workflows: how it stands with it, and what it is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bridge.client import calls
from bridge.domain.capability import Capability
from bridge.domain.errors import ErrorReport
from bridge.domain.settings import BackendState, TestReport
from qt_panels import theme
from qt_panels.asks import Asks
from qt_panels.calm import calm
from qt_panels.hops import hop_lines
from qt_panels.memory import Look

from .field import said


class BackendChoice(QWidget):
    chosen = Signal(str, str)
    """A backend and one of its workflows, as the user has picked them."""
    key_wanted = Signal()
    tested = Signal()
    """What a backend offers and how it stands with it may be known better now."""

    def __init__(self, asks: Asks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._look = Look()
        self._capabilities: tuple[Capability, ...] = ()
        self._states: dict[str, BackendState] = {}
        self._tested = ""
        self.backend = calm(theme.narrow(QComboBox()))
        self.backend.setAccessibleName(self.tr("Backend"))
        self.workflow = calm(theme.narrow(QComboBox()))
        self.workflow.setAccessibleName(self.tr("Workflow"))
        self.test = QPushButton(self.tr("Test"))
        self.test.setToolTip(self.tr("Go the whole way to this backend, and say where it ends"))
        self.state = QLabel()
        self.key = QPushButton(self.tr("Enter the key …"))
        self.key.setToolTip(self.tr("Open the settings where keys are kept"))
        self.hops = QLabel()
        self.about = QLabel()
        self._lay_out()
        self.backend.activated.connect(self._backend_picked)
        self.workflow.activated.connect(self._workflow_picked)
        self.test.clicked.connect(self._test)
        self.key.clicked.connect(self.key_wanted)

    def set_capabilities(self, capabilities: tuple[Capability, ...]) -> None:
        """The HDR lift of each backend comes first, what cannot be used yet last."""
        self._capabilities = tuple(
            sorted(capabilities, key=lambda each: (bool(each.unknown), each.workflow != "hdr_lift"))
        )
        self.show_look(self._look)

    def set_states(self, states: tuple[BackendState, ...]) -> None:
        self._states = {state.backend: state for state in states}
        self.show_look(self._look)

    @property
    def states(self) -> dict[str, BackendState]:
        return self._states

    def capability(self, look: Look) -> Capability | None:
        return next((each for each in self._of(look.backend) if each.workflow == look.workflow), None)

    def show_look(self, look: Look) -> None:
        """Show what `look` names."""
        self._look = look
        if look.backend != self._tested:
            self.hops.hide()
        self._fill_backends()
        self._fill_workflows()
        capability, state = self.capability(look), self._states.get(look.backend)
        self.state.setText(self._told(state))
        self.key.setVisible(state is not None and state.state == "needs_key")
        palette = self.state.palette()
        palette.setColor(QPalette.ColorRole.WindowText, _state_color(state, self.palette()))
        self.state.setPalette(palette)
        self.about.setText(_about(capability, state) if capability else "")

    def _lay_out(self) -> None:
        for label in (self.state, self.hops, self.about):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.state.setAccessibleName(self.tr("State of the backend"))
        self.hops.setAccessibleName(self.tr("Result of the test"))
        self.hops.hide()
        self.key.hide()
        first = QHBoxLayout()
        theme.spaced(first, self, margins=0)
        first.addWidget(self.backend, 1)
        first.addWidget(self.test)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addLayout(first)
        for widget in (self.state, self.key, self.hops, self.workflow, self.about):
            layout.addWidget(widget)

    def _of(self, backend: str) -> tuple[Capability, ...]:
        return tuple(each for each in self._capabilities if each.backend == backend)

    def _fill_backends(self) -> None:
        with QSignalBlocker(self.backend):
            self.backend.clear()
            for name in dict.fromkeys(each.backend for each in self._capabilities):
                state = self._states.get(name)
                title = state.title if state else self._of(name)[0].title
                self.backend.addItem(_dot(state, self), said(title), name)
            self.backend.setCurrentIndex(self.backend.findData(self._look.backend))

    def _fill_workflows(self) -> None:
        offered = self._of(self._look.backend)
        model = QStandardItemModel(self.workflow)
        for each in offered:
            item = QStandardItem(said(each.title))
            item.setData(each.workflow, Qt.ItemDataRole.UserRole)
            if each.unknown:
                item.setEnabled(False)
                item.setText(self.tr("{title}: not yet").format(title=said(each.title)))
                item.setToolTip(said(each.unknown))
                item.setData(said(each.unknown), Qt.ItemDataRole.AccessibleDescriptionRole)
            model.appendRow(item)
        with QSignalBlocker(self.workflow):
            self.workflow.setModel(model)
            self.workflow.setCurrentIndex(self.workflow.findData(self._look.workflow))
        self.workflow.setVisible(len(offered) > 1)

    def _told(self, state: BackendState | None) -> str:
        if self._capabilities and not self._of(self._look.backend):
            return self.tr("This backend is not offered any more. Choose another one.")
        if self._capabilities and not self.capability(self._look):
            return self.tr("This workflow is not offered here any more. Choose another one.")
        return _state_text(state) if state else ""

    def _backend_picked(self) -> None:
        backend = self.backend.currentData()
        self.chosen.emit(backend, self._of(backend)[0].workflow)

    def _workflow_picked(self) -> None:
        self.chosen.emit(self._look.backend, self.workflow.currentData())

    def _test(self) -> None:
        backend = self._tested = self._look.backend
        self.test.setEnabled(False)
        self.hops.setText(self.tr("Testing …"))
        self.hops.show()
        self._asks.ask(self, calls.test_backend(backend), self._take_test, self._test_failed, key="test")

    def _take_test(self, report: TestReport) -> None:
        self.test.setEnabled(True)
        self.hops.setText("\n".join(hop_lines(report)))
        self.tested.emit()

    def _test_failed(self, error: ErrorReport) -> None:
        self.test.setEnabled(True)
        self.hops.setText(error.sentence)


def _state_text(state: BackendState) -> str:
    words = {
        "ready": QCoreApplication.translate("LookPanel", "Ready"),
        "not_ready": QCoreApplication.translate("LookPanel", "Not ready"),
        "needs_key": QCoreApplication.translate("LookPanel", "Needs a key"),
        "unreachable": QCoreApplication.translate("LookPanel", "Unreachable"),
        "forbidden": QCoreApplication.translate("LookPanel", "Not allowed: “never upload” is on"),
    }
    word = words[state.state]
    return f"{word}. {state.sentence}" if state.sentence else word


def _state_color(state: BackendState | None, palette: QPalette) -> QColor:
    match state.state if state else None:
        case "ready":
            return theme.good(palette)
        case "not_ready" | "needs_key" | "forbidden":
            return theme.care(palette)
        case "unreachable":
            return theme.bad(palette)
        case None:
            return theme.dimmed(palette)


def _about(capability: Capability, state: BackendState | None) -> str:
    # A backend that is not ready has said why, and nothing that it offers can be used before it is.
    if capability.unknown and not (state and state.state == "not_ready"):
        return said(capability.unknown)
    price = capability.price
    if not capability.price_known:
        cost = QCoreApplication.translate("LookPanel", "What it costs is not known.")
    elif price is None:
        cost = QCoreApplication.translate("LookPanel", "Costs nothing.")
    else:
        cost = QCoreApplication.translate("LookPanel", "${price} per megapixel of video.").format(
            price=f"{price.per_megapixel:.6g}"
        )
    return f"{said(capability.description)} {cost}"


def _dot(state: BackendState | None, widget: QWidget) -> QIcon:
    """A round mark in the colour of the state; the words beside it say the same."""
    size = widget.fontMetrics().ascent()
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_state_color(state, widget.palette()))
    painter.drawEllipse(1, 1, size - 2, size - 2)
    painter.end()
    return QIcon(pixmap)
