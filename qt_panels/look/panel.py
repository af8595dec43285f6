"""Backend and look: where the light comes from, and how it is to be."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bridge.client import calls
from bridge.domain.capability import Capability
from bridge.domain.errors import ErrorReport
from bridge.domain.settings import BackendState, BridgeSettings, TestReport
from qt_panels import theme
from qt_panels.asks import Asks
from qt_panels.calm import calm
from qt_panels.hops import hop_lines
from qt_panels.memory import Look, Memory
from qt_panels.notice import Notice
from qt_panels.settings.change import change_settings

from .field import said
from .form import LookForm
from .presets import PresetBar


class LookPanel(QWidget):
    """The look for all clips is remembered; those of single clips live as long as the panel."""

    changed = Signal()
    failed = Signal(object)
    """An `ErrorReport`."""

    def __init__(self, asks: Asks, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._memory = memory
        self._look = memory.look
        self._own: dict[str, Look] = {}
        self._editing: str | None = None
        self._capabilities: tuple[Capability, ...] = ()
        self._states: dict[str, BackendState] = {}
        self._tested_backend = ""
        self._settings: BridgeSettings | None = None
        self.backend = calm(theme.narrow(QComboBox()))
        self.backend.setAccessibleName(self.tr("Backend"))
        self.test = QPushButton(self.tr("Test"))
        self.test.setToolTip(self.tr("Go the whole way to this backend, and say where it ends"))
        self.state = QLabel()
        self.hops = QLabel()
        self.about = QLabel()
        self.dropped = QLabel()
        self.never_upload = QCheckBox(self.tr("Never upload"))
        self.never_upload.setToolTip(
            self.tr("Nothing leaves this machine, whoever asks for it; the bridge sees to it")
        )
        self.never_upload.setEnabled(False)
        self.banner = Notice(self, closable=False)
        self.presets = PresetBar(memory)
        self.form = LookForm()
        self._lay_out()
        self.backend.activated.connect(self._backend_chosen)
        self.test.clicked.connect(self._test)
        self.never_upload.clicked.connect(self._never_upload_clicked)
        self.presets.chosen.connect(self._preset_chosen)
        self.form.changed.connect(self._form_changed)

    # What it says

    def look_for(self, clip: str) -> Look:
        return self._own.get(clip, self._look)

    def has_override(self, clip: str) -> bool:
        return clip in self._own

    # What it is told

    def set_capabilities(self, capabilities: tuple[Capability, ...]) -> None:
        self._capabilities = tuple(each for each in capabilities if each.workflow == "hdr_lift")
        self._fill_backends()
        self._show_look()

    def set_states(self, states: tuple[BackendState, ...]) -> None:
        self._states = {state.backend: state for state in states}
        self._fill_backends()
        self._show_state()

    def set_bridge_settings(self, settings: BridgeSettings) -> None:
        self._settings = settings
        self.never_upload.setEnabled(True)
        self.never_upload.setChecked(settings.never_upload)

    def use(self, look: Look) -> None:
        """Take `look` for all clips, or for the clip that is being edited."""
        self._keep(look)
        self._show_look()
        self.changed.emit()

    def edit_clip(self, clip: str, name: str) -> None:
        """Give one clip a look of its own, which begins as that of all."""
        self._editing = clip
        self._own.setdefault(clip, self._look)
        self.banner.tell(
            self.tr("Only for “{clip}”").format(clip=name), (self.tr("Remove these settings"), self._remove_override)
        )
        self.own_ways.show()
        self._show_look()
        self.changed.emit()

    def edit_all(self) -> None:
        self._editing = None
        self.banner.hide()
        self.own_ways.hide()
        self._show_look()

    # Building

    def _lay_out(self) -> None:
        self.done = QPushButton(self.tr("Back to the settings for all clips"))
        self.done.clicked.connect(self.edit_all)
        self.spread = QPushButton(self.tr("Use for all clips"))
        self.spread.setToolTip(self.tr("Make these the settings for all clips that have none of their own"))
        self.spread.clicked.connect(self._use_for_all)
        self.own_ways = QWidget()
        ways = QVBoxLayout(self.own_ways)
        theme.spaced(ways, self, margins=0, spacing=1)
        ways.addWidget(self.spread)
        ways.addWidget(self.done)
        self.own_ways.hide()
        for label in (self.state, self.hops, self.about, self.dropped):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.state.setAccessibleName(self.tr("State of the backend"))
        self.hops.setAccessibleName(self.tr("Result of the test"))
        self.hops.hide()
        self.dropped.hide()
        first = QHBoxLayout()
        theme.spaced(first, self, margins=0)
        first.addWidget(self.backend, 1)
        first.addWidget(self.test)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addWidget(self.banner)
        layout.addWidget(self.own_ways)
        layout.addLayout(first)
        shown = (self.state, self.hops, self.about, self.never_upload, self.presets, self.dropped, self.form)
        for widget in shown:
            layout.addWidget(widget)
        layout.addStretch(1)

    def _fill_backends(self) -> None:
        with QSignalBlocker(self.backend):
            self.backend.clear()
            for each in self._capabilities:
                state = self._states.get(each.backend)
                self.backend.addItem(_dot(state, self), said(each.title), each.backend)
            self.backend.setCurrentIndex(self.backend.findData(self._current.backend))

    # Looks

    @property
    def _current(self) -> Look:
        return self._own.get(self._editing, self._look) if self._editing else self._look

    @property
    def _capability(self) -> Capability | None:
        return next((each for each in self._capabilities if each.backend == self._current.backend), None)

    def _keep(self, look: Look) -> None:
        if self._editing:
            self._own[self._editing] = look
        else:
            self._look = self._memory.look = look

    def _show_look(self) -> None:
        look, capability = self._current, self._capability
        self.backend.setCurrentIndex(self.backend.findData(look.backend))
        self.dropped.hide()
        if look.backend != self._tested_backend:
            self.hops.hide()
        if capability:
            self.form.set_schema(capability.parameters)
            dropped = self.form.set_values(look.values)
            if dropped:
                self._keep(Look(backend=look.backend, values=self.form.values()))
                self.dropped.setText(
                    self.tr("Left out, because this backend cannot take it: {names}").format(names=", ".join(dropped))
                )
                self.dropped.show()
        self.form.setVisible(capability is not None)
        self.presets.set_look(self._current)
        self._show_state()

    def _show_state(self) -> None:
        capability, state = self._capability, self._states.get(self._current.backend)
        self.state.setText(self._state_text(state))
        palette = self.state.palette()
        palette.setColor(QPalette.ColorRole.WindowText, _state_color(state, self.palette()))
        self.state.setPalette(palette)
        self.about.setText(_about(capability) if capability else "")

    def _state_text(self, state: BackendState | None) -> str:
        if self._capabilities and not self._capability:
            return self.tr("This backend is not offered any more. Choose another one.")
        return _state_text(state) if state else ""

    def _use_for_all(self) -> None:
        """The clip's own settings become everyone's, its own among them."""
        self._look = self._memory.look = self._current
        self._remove_override()

    def _remove_override(self) -> None:
        if self._editing:
            self._own.pop(self._editing, None)
        self.edit_all()
        self.changed.emit()

    def _backend_chosen(self) -> None:
        self.use(Look(backend=self.backend.currentData()))

    def _preset_chosen(self, look: Look) -> None:
        self.use(look)

    def _form_changed(self) -> None:
        self._keep(Look(backend=self._current.backend, values=self.form.values()))
        self.presets.set_look(self._current)
        self.changed.emit()

    # The bridge

    def _test(self) -> None:
        backend = self._tested_backend = self._current.backend
        self.test.setEnabled(False)
        self.hops.setText(self.tr("Testing …"))
        self.hops.show()
        self._asks.ask(self, calls.test_backend(backend), self._tested, self._test_failed, key="test")

    def _tested(self, report: TestReport) -> None:
        self.test.setEnabled(True)
        self.hops.setText("\n".join(hop_lines(report)))

    def _test_failed(self, error: ErrorReport) -> None:
        self.test.setEnabled(True)
        self.hops.setText(error.sentence)

    def _never_upload_clicked(self, wanted: bool) -> None:
        """The switch shows what the bridge says, not what was clicked."""
        if self._settings is None:
            return
        self.never_upload.setChecked(self._settings.never_upload)

        def edit(present: BridgeSettings) -> BridgeSettings:
            return present.model_copy(update={"never_upload": wanted})

        change_settings(self._asks, self, edit, self._settings_changed, self.failed.emit)

    def _settings_changed(self, settings: BridgeSettings) -> None:
        self.set_bridge_settings(settings)
        self._asks.ask(self, calls.backends(), self.set_states, self.failed.emit, key="states")


def _state_text(state: BackendState) -> str:
    words = {
        "ready": QCoreApplication.translate("LookPanel", "Ready"),
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
        case "needs_key" | "forbidden":
            return theme.care(palette)
        case "unreachable":
            return theme.bad(palette)
        case None:
            return theme.dimmed(palette)


def _about(capability: Capability) -> str:
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
