"""The page of endpoints, their keys, and the way to them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.settings import BridgeSettings, Endpoint, KeyState, TestReport
from qt_panels import theme
from qt_panels.asks import Asks
from qt_panels.hops import hop_lines

from .boxes import COMFYUI_ADDRESS, is_same_service, with_comfyui, with_endpoint, with_gpu_box
from .change import change_settings
from .limit import SpendLimit

_LONGEST = 2000
"""Characters of an address or a key."""


class EndpointsPage(QWidget):
    """Keys are written, never read back: what is shown is where a key is kept. Each act is done at once."""

    changed = Signal()
    """The endpoints, the proxy or the keys are others now."""

    name = "endpoints"

    def __init__(self, asks: Asks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Endpoints and network")
        self._asks = asks
        self._settings: BridgeSettings | None = None
        self._shown: Endpoint | None = None
        self._keys: dict[str, KeyState] = {}
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Endpoints"))
        self.list.setMaximumHeight(self.fontMetrics().height() * 7)
        self.name_line = QLineEdit()
        self.name_line.setMaxLength(80)
        self.name_line.setAccessibleName(self.tr("Name of the endpoint"))
        self.url = QLineEdit()
        self.url.setAccessibleName(self.tr("Address of the endpoint"))
        self.save = QPushButton(self.tr("Save endpoint"))
        self.address = QLineEdit()
        self.address.setPlaceholderText(self.tr("http://gpu-box:7878"))
        self.address.setAccessibleName(self.tr("Address of a GPU box"))
        self.add = QPushButton(self.tr("Add GPU box"))
        self.comfyui = QLineEdit(COMFYUI_ADDRESS)
        self.comfyui.setAccessibleName(self.tr("Address of a ComfyUI"))
        self.add_comfyui = QPushButton(self.tr("Add ComfyUI"))
        self.remove = QPushButton(self.tr("Remove endpoint"))
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setAccessibleName(self.tr("Key"))
        self.key_state = QLabel()
        self.save_key = QPushButton(self.tr("Save key"))
        self.drop_key = QPushButton(self.tr("Remove key"))
        self.test = QPushButton(self.tr("Test"))
        self.proxy = QLineEdit()
        self.proxy.setPlaceholderText(self.tr("as the system says"))
        self.proxy.setAccessibleName(self.tr("Proxy"))
        self.save_proxy = QPushButton(self.tr("Save proxy"))
        self.limit = SpendLimit(asks)
        self.report = QLabel()
        for edit in (self.url, self.address, self.comfyui, self.key, self.proxy):
            edit.setMaxLength(_LONGEST)
        self._lay_out()
        self._show_endpoint()
        self.list.currentItemChanged.connect(self._show_endpoint)
        self.save.clicked.connect(self._save)
        self.add.clicked.connect(self._add)
        self.add_comfyui.clicked.connect(self._add_comfyui)
        self.remove.clicked.connect(self._remove)
        self.save_key.clicked.connect(self._save_key)
        self.drop_key.clicked.connect(self._drop_key)
        self.test.clicked.connect(self._test)
        self.save_proxy.clicked.connect(self._save_proxy)
        self.limit.changed.connect(self._changed)
        self.limit.failed.connect(self._failed)
        for edit in (self.key, self.address, self.comfyui, self.name_line, self.url):
            edit.textChanged.connect(self._update)
        self.read()

    def read(self) -> None:
        """Ask the bridge how things stand."""
        self._asks.ask(self, calls.settings(), self._take_settings, self._failed, key="settings")
        self._asks.ask(self, calls.keys(), self._take_keys, self._failed, key="keys")

    @property
    def endpoint(self) -> Endpoint | None:
        item = self.list.currentItem()
        name = item.data(Qt.ItemDataRole.UserRole) if item else None
        endpoints = self._settings.endpoints if self._settings else ()
        return next((each for each in endpoints if each.name == name), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does what stands beside the line that is being written, and does not close the dialog."""
        beside = {
            self.name_line: self.save,
            self.url: self.save,
            self.address: self.add,
            self.comfyui: self.add_comfyui,
            self.key: self.save_key,
            self.proxy: self.save_proxy,
        }
        line = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(line, QLineEdit) and line in beside:
            beside[line].click()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        for label in (self.report, self.key_state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.report.setAccessibleName(self.tr("Result"))
        form = QFormLayout()
        theme.spaced(form, self, margins=0)
        form.addRow(self.tr("Name"), self.name_line)
        form.addRow(self.tr("Address"), _row(self, self.url, self.save))
        form.addRow(self.tr("Key"), _row(self, self.key, self.save_key, self.drop_key))
        form.addRow("", self.key_state)
        others = QFormLayout()
        theme.spaced(others, self, margins=0)
        others.addRow(self.tr("GPU box"), _row(self, self.address, self.add))
        others.addRow("ComfyUI", _row(self, self.comfyui, self.add_comfyui))
        others.addRow(self.tr("Proxy"), _row(self, self.proxy, self.save_proxy))
        others.addRow(self.tr("Costs"), self.limit)
        layout = QVBoxLayout(self)
        theme.spaced(layout, self)
        layout.addWidget(self.list)
        layout.addWidget(_row(self, None, self.test, self.remove))
        layout.addLayout(form)
        layout.addWidget(self.report)
        layout.addSpacing(2 * theme.unit(self))
        layout.addLayout(others)
        layout.addStretch(1)

    # What the bridge says

    def _take_settings(self, settings: BridgeSettings) -> None:
        self._settings = settings
        if not self.proxy.hasFocus():
            self.proxy.setText(settings.proxy)
        self.limit.show_settings(settings)
        self._fill()

    def _take_keys(self, keys: tuple[KeyState, ...]) -> None:
        self._keys = {key.endpoint: key for key in keys}
        self._fill()

    def _took_key(self, key: KeyState) -> None:
        self._keys[key.endpoint] = key
        self.key.clear()
        self._fill()
        self.changed.emit()

    def _changed(self, settings: BridgeSettings) -> None:
        self._take_settings(settings)
        self.report.setText(self.tr("Saved."))
        self._asks.ask(self, calls.keys(), self._take_keys, self._failed, key="keys")
        self.changed.emit()

    def _failed(self, error: ErrorReport) -> None:
        self.test.setEnabled(True)
        self.report.setText(f"{error.sentence} {error.remedy}".strip())

    def _fill(self) -> None:
        chosen = self.endpoint
        self.list.clear()
        for each in self._settings.endpoints if self._settings else ():
            item = QListWidgetItem(f"{each.title}    {each.url}")
            item.setData(Qt.ItemDataRole.UserRole, each.name)
            self.list.addItem(item)
            if chosen and each.name == chosen.name:
                self.list.setCurrentItem(item)
        if self.list.currentRow() < 0 and self.list.count():
            self.list.setCurrentRow(0)
        self._show_endpoint()

    def _show_endpoint(self) -> None:
        endpoint = self.endpoint
        if endpoint != self._shown:
            self._shown = endpoint
            self.key.clear()  # what was typed was meant for another service
            self.name_line.setText(endpoint.title if endpoint else "")
            self.url.setText(endpoint.url if endpoint else "")
        self._update()

    def _update(self) -> None:
        """Offer what can be done with what is chosen and written."""
        endpoint = self.endpoint
        state = self._keys.get(endpoint.name) if endpoint else None
        self.key_state.setText(self._told(state) if state else "")
        self.save.setEnabled(endpoint is not None and self._written() not in (None, endpoint))
        self.save_key.setEnabled(endpoint is not None and len(self.key.text().strip()) >= 8)
        self.add.setEnabled(self._settings is not None and bool(self.address.text().strip()))
        self.add_comfyui.setEnabled(self._settings is not None and bool(self.comfyui.text().strip()))
        self.save_proxy.setEnabled(self._settings is not None)
        self.drop_key.setEnabled(state is not None and state.kept_in == "keyring")
        self.test.setEnabled(endpoint is not None)
        self.remove.setEnabled(endpoint is not None and endpoint.kind in ("superwhite", "comfyui"))

    def _written(self) -> Endpoint | None:
        """The chosen endpoint as it is written here; none where that is none."""
        title, url = self.name_line.text().strip(), self.url.text().strip()
        if self.endpoint is None or not title or not url:
            return None
        return self.endpoint.model_copy(update={"title": title, "url": url})

    def _told(self, state: KeyState) -> str:
        match state.kept_in:
            case "keyring" if state.hint:
                return self.tr("A key is in the keyring; it ends in …{hint}.").format(hint=state.hint)
            case "keyring":
                return self.tr("A key is in the keyring.")
            case "environment":
                return self.tr("The key comes from the environment variable {name}.").format(name=state.variable)
            case "nowhere":
                return self.tr("No key yet. It can also be given as the environment variable {name}.").format(
                    name=state.variable
                )

    # What the user does

    def _add(self) -> None:
        url = self.address.text().strip()

        def then(settings: BridgeSettings) -> None:
            self.address.clear()
            self._changed(settings)

        change_settings(self._asks, self, lambda present: with_gpu_box(present, url), then, self._failed)

    def _add_comfyui(self) -> None:
        url = self.comfyui.text().strip()
        change_settings(self._asks, self, lambda present: with_comfyui(present, url), self._changed, self._failed)

    def _save(self) -> None:
        """A key is meant for a service: where the address leads elsewhere from now on, it does not go along."""
        old, new = self.endpoint, self._written()
        if old is None or new is None:
            return
        key = self._keys.get(old.name)
        moved = key is not None and key.kept_in != "nowhere" and not is_same_service(old.url, new.url)

        def change(dropped: KeyState | None = None) -> None:
            if dropped:
                self._keys[dropped.endpoint] = dropped
            change_settings(self._asks, self, lambda present: with_endpoint(present, new), then, self._failed)

        def then(settings: BridgeSettings) -> None:
            self._changed(settings)
            if moved and key and key.kept_in == "keyring":
                self.report.setText(self.tr("Saved. Its key was for the old address and was removed."))
            elif moved and key:
                text = self.tr("Saved. The key in {name} is sent to the new address from now on.")
                self.report.setText(text.format(name=key.variable))

        if moved and key and key.kept_in == "keyring":
            self._asks.ask(self, calls.drop_key(old.name), change, self._failed, key="key")
        else:
            change()

    def _remove(self) -> None:
        endpoint = self.endpoint
        if endpoint is None:
            return
        name = endpoint.name

        def edit(present: BridgeSettings) -> BridgeSettings:
            others = tuple(each for each in present.endpoints if each.name != name)
            return present.model_copy(update={"endpoints": others})

        change_settings(self._asks, self, edit, self._changed, self._failed)

    def _save_proxy(self) -> None:
        proxy = self.proxy.text().strip()

        def edit(present: BridgeSettings) -> BridgeSettings:
            return present.model_copy(update={"proxy": proxy})

        change_settings(self._asks, self, edit, self._changed, self._failed)

    def _save_key(self) -> None:
        if self.endpoint:
            call = calls.keep_key(self.endpoint.name, self.key.text().strip())
            self._asks.ask(self, call, self._took_key, self._failed, key="key")

    def _drop_key(self) -> None:
        if self.endpoint:
            self._asks.ask(self, calls.drop_key(self.endpoint.name), self._took_key, self._failed, key="key")

    def _test(self) -> None:
        if self.endpoint:
            self.test.setEnabled(False)
            self.report.setText(self.tr("Testing …"))
            self._asks.ask(self, calls.test_endpoint(self.endpoint), self._tested, self._failed, key="test")

    def _tested(self, report: TestReport) -> None:
        self.test.setEnabled(True)
        self.report.setText("\n".join(hop_lines(report)))


def _row(parent: QWidget, first: QWidget | None, *others: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    theme.spaced(layout, parent, margins=0)
    if first:
        layout.addWidget(first, 1)
    for each in others:
        layout.addWidget(each)
    if first is None:
        layout.addStretch(1)
    return row
