"""Settings and the first start, against a bridge that is a class with its habits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from bridge.domain.errors import BridgeLost, KeyringUnavailable, RequestError
from bridge.domain.settings import BridgeSettings, Hop, KeyState, TestReport
from qt_panels.memory import Memory, Preferences
from qt_panels.settings.boxes import gpu_box
from qt_panels.settings.dialog import SettingsDialog
from qt_panels.settings.folder import expand_folder
from qt_panels.welcome import Welcome
from tests.panel.look.test_look_form import capability

DAY = date(2026, 3, 1)


class Asked(QObject):
    """Keeps settings and keys as the bridge does."""

    def __init__(self):
        super().__init__()
        self.settings = BridgeSettings()
        self.keys = {}
        self.refusal = None
        self.away = False
        self.passes = True
        self.capabilities = ()
        self.waiting = 0

    def ask(self, owner, call, then, fail=None, *, key=None):
        self.waiting += 1
        # With its owner as context, as the link does: who is gone is told nothing.
        QTimer.singleShot(1, owner, lambda: self._answer(call, then, fail))

    def _answer(self, call, then, fail):
        self.waiting -= 1
        if self.away:
            fail(BridgeLost("The bridge is not there.").report())
            return
        if self.refusal and call.method in ("PUT", "DELETE"):
            fail(self.refusal.report())
            return
        then(self._value(call))

    def _value(self, call):
        if call.path == "/v1/capabilities":
            return self.capabilities
        if call.path == "/v1/settings":
            if call.method == "PUT":
                self.settings = BridgeSettings.model_validate_json(call.content)
            return self.settings
        if call.path == "/v1/keys":
            return tuple(self._key(endpoint.name) for endpoint in self.settings.endpoints)
        if call.path.startswith("/v1/keys/"):
            name = call.path.rsplit("/", 1)[1]
            self.keys[name] = call.method == "PUT"
            return self._key(name)
        hop = Hop(name="connection", passed=self.passes, sentence="Port 1 is open.", milliseconds=3)
        return TestReport(target="Box", hops=(hop,))

    def _key(self, name):
        kept = "keyring" if self.keys.get(name) else "nowhere"
        return KeyState(endpoint=name, kept_in=kept, variable="FAL_KEY", hint="cdef" if kept == "keyring" else "")


@pytest.fixture
def memory(tmp_path):
    return Memory.in_file(tmp_path / "memory.ini")


@pytest.fixture
def asked(qapp):
    return Asked()


@pytest.fixture
def dialog(asked, memory, qtbot):
    made = SettingsDialog(asked, memory, [("Lift", "Ctrl+Return")])
    qtbot.addWidget(made)
    made.show()
    # All pages have what the bridge keeps: an answer that came later would undo what is typed.
    qtbot.waitUntil(lambda: bool(made.endpoints.key_state.text()) and not asked.waiting)
    return made


def test_nothing_is_kept_before_ok(dialog, memory):
    output, imports, _ = dialog.pages
    output.folder.setText("/hdr/{clip}/{date}")
    output.white.setCurrentIndex(1)
    output.handles.setValue(48)
    imports.when_ready.setChecked(False)
    imports.confirm.setValue(1.5)
    assert memory.preferences == Preferences()
    dialog.reject()
    assert memory.preferences == Preferences()


def test_ok_keeps_everything(dialog, memory, qtbot):
    output, imports, _ = dialog.pages
    output.folder.setText("/hdr/{clip}/{date}")
    output.white.setCurrentIndex(1)
    output.color.setCurrentIndex(2)
    output.master.setChecked(True)
    imports.conflict.setCurrentIndex(1)
    with qtbot.waitSignal(dialog.applied):
        dialog.buttons.accepted.emit()
    wishes = memory.preferences
    assert (wishes.folder, wishes.reference_white, wishes.color) == ("/hdr/{clip}/{date}", 100, "acescg")
    assert (wishes.master, wishes.conflict) == (True, "replace")
    assert not dialog.isVisible()


def test_a_folder_that_cannot_be_meant_is_said_at_once_and_not_kept(dialog, memory):
    dialog.show_page("shortcuts")
    dialog.pages[0].folder.setText("{nonsense}/x")
    assert "nonsense" in dialog.pages[0].example.text()
    dialog.buttons.accepted.emit()
    assert dialog.isVisible()
    assert "nonsense" in dialog.problem.text()
    assert dialog.contents.currentRow() == 0
    assert memory.preferences == Preferences()


@pytest.mark.parametrize(
    ("pattern", "result"),
    [
        ("{project}/superwhite", "/cut/superwhite"),
        ("/hdr/{clip}/{date}", "/hdr/shot_1/2026-03-01"),
        ("{project}", "/cut"),
        ("~/hdr", f"{Path.home()}/hdr"),
    ],
)
def test_a_pattern_is_filled_in(pattern, result):
    assert expand_folder(pattern, Path("/cut"), "shot_1", DAY) == Path(result)


@pytest.mark.parametrize(
    "pattern", ["", "  ", "relative/folder", "{clip}", "/hdr/{name}", "/hdr/{", "/hdr/}x{", "~nobody-of-that-name/x"]
)
def test_a_pattern_that_cannot_be_meant_is_refused(pattern):
    with pytest.raises(ValueError, match="folder"):
        expand_folder(pattern, Path("/cut"), "shot", DAY)


@pytest.mark.parametrize(
    "name", ["../../etc", "a/b", "..", "con:|x", "a\x00b", " . ", "CON", "nul.mov", "é" * 300, "\ud800"]
)
def test_a_clips_name_never_leads_elsewhere(name):
    path = expand_folder("/hdr/{clip}", Path("/cut"), name, DAY)
    assert path.parent == Path("/hdr")
    assert path.name not in ("", ".", "..")
    assert len(path.name.encode()) <= 200
    assert path.name.split(".")[0].lower() not in ("con", "nul")


def test_braces_in_a_projects_own_path_are_letters():
    assert expand_folder("{project}/x", Path("/cut {final}"), "a", DAY) == Path("/cut {final}/x")


def test_a_key_is_written_and_never_shown(dialog, asked, qtbot):
    page = dialog.endpoints
    dialog.show_page("endpoints")
    assert page.key.echoMode() == QLineEdit.EchoMode.Password
    assert "No key yet" in page.key_state.text()
    assert not page.save_key.isEnabled()
    page.key.setText("secret-key-0123abcdef")
    page.save_key.click()
    qtbot.waitUntil(lambda: "…cdef" in page.key_state.text())
    assert page.key.text() == ""
    page.drop_key.click()
    qtbot.waitUntil(lambda: "No key yet" in page.key_state.text())
    asked.refusal = KeyringUnavailable("The keyring is locked.")
    page.key.setText("secret-key-0123abcdef")
    page.save_key.click()
    qtbot.waitUntil(lambda: "locked" in page.report.text())


def test_endpoints_are_tested_added_and_removed(dialog, asked, qtbot):
    page = dialog.endpoints
    page.test.click()
    qtbot.waitUntil(lambda: "everything is in order" in page.report.text())
    asked.passes = False
    page.test.click()
    qtbot.waitUntil(lambda: "ends at the connection" in page.report.text())
    page.address.setText("http://gpu-box:7878")
    page.add.click()
    qtbot.waitUntil(lambda: page.list.count() == 3)
    assert asked.settings.endpoints[2] == gpu_box("http://gpu-box:7878", set())
    page.list.setCurrentRow(0)
    assert not page.remove.isEnabled()
    page.list.setCurrentRow(2)
    page.remove.click()
    qtbot.waitUntil(lambda: page.list.count() == 2)
    asked.refusal = RequestError("The proxy has a path.", remedy="Leave it out.")
    page.proxy.setText("http://proxy/x")
    page.save_proxy.click()
    qtbot.waitUntil(lambda: "Leave it out." in page.report.text())


def test_an_endpoint_can_be_changed(dialog, asked, qtbot):
    page = dialog.endpoints
    dialog.show_page("endpoints")
    assert (page.name_line.text(), page.url.text()) == ("fal", "https://queue.fal.run")
    assert not page.save.isEnabled()
    page.name_line.setText("  ")
    assert not page.save.isEnabled()
    page.name_line.setText("fal of the studio")
    page.url.setText("https://queue.fal.run/")
    page.save.click()
    qtbot.waitUntil(lambda: asked.settings.endpoints[0].title == "fal of the studio")
    assert asked.settings.endpoints[0].name == "fal"
    assert asked.settings.endpoints[1].name == "oxen"
    asked.refusal = RequestError("endpoints.0.url is not encrypted.")
    page.url.setText("http://queue.fal.run")
    page.save.click()
    qtbot.waitUntil(lambda: "not encrypted" in page.report.text())
    assert page.url.text() == "http://queue.fal.run"


def test_a_key_does_not_go_along_to_another_service(dialog, asked, qtbot):
    page = dialog.endpoints
    page.key.setText("secret-key-0123abcdef")
    page.save_key.click()
    qtbot.waitUntil(lambda: "…cdef" in page.key_state.text())
    page.url.setText("https://queue.fal.run/other")
    page.save.click()
    qtbot.waitUntil(lambda: asked.settings.endpoints[0].url.endswith("/other"))
    assert asked.keys["fal"]
    page.url.setText("https://elsewhere.example")
    page.save.click()
    qtbot.waitUntil(lambda: asked.settings.endpoints[0].url == "https://elsewhere.example")
    assert not asked.keys["fal"]
    assert "was removed" in page.report.text()


def test_the_most_that_a_job_may_cost_is_the_bridges(dialog, asked, qtbot):
    limit = dialog.endpoints.limit
    assert limit.isEnabled()
    assert not limit.used.isChecked()
    assert not limit.save.isEnabled()
    limit.used.setChecked(True)
    limit.most.setValue(2.5)
    limit.save.click()
    qtbot.waitUntil(lambda: asked.settings.spend_limit == 2.5)
    qtbot.waitUntil(lambda: not limit.save.isEnabled())
    limit.used.setChecked(False)
    limit.save.click()
    qtbot.waitUntil(lambda: asked.settings.spend_limit is None)


def test_nothing_is_written_before_the_settings_are_known(asked, memory, qtbot):
    """What a page does not know it must not overwrite: “never upload” least of all."""
    asked.settings = BridgeSettings(never_upload=True)
    asked.away = True
    dialog = SettingsDialog(asked, memory, [])
    qtbot.addWidget(dialog)
    page = dialog.endpoints
    qtbot.waitUntil(lambda: "not there" in page.report.text())
    page.address.setText("http://gpu-box:7878")
    assert not page.add.isEnabled()
    assert not page.save_proxy.isEnabled()
    asked.away = False
    page.read()
    qtbot.waitUntil(page.save_proxy.isEnabled)
    asked.settings = asked.settings.model_copy(update={"never_upload": True, "proxy": "http://other:3128"})
    page.add.click()
    qtbot.waitUntil(lambda: page.list.count() == 3)
    assert (asked.settings.never_upload, asked.settings.proxy) == (True, "http://other:3128")


def test_enter_does_what_stands_beside_the_line(dialog, asked, qtbot):
    page = dialog.endpoints
    dialog.show_page("endpoints")
    dialog.activateWindow()
    page.address.setFocus()
    qtbot.waitUntil(page.address.hasFocus)
    qtbot.keyClicks(page.address, "http://gpu-box:7878")
    qtbot.keyClick(page.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.list.count() == 3)
    page.key.setFocus()
    qtbot.keyClicks(page.key, " secret-key-0123abcdef ")
    qtbot.keyClick(page.key, Qt.Key.Key_Enter)
    qtbot.waitUntil(lambda: "keyring" in page.key_state.text())
    assert dialog.isVisible()


def test_a_key_that_was_typed_goes_to_no_other_service(dialog, qtbot):
    page = dialog.endpoints
    page.key.setText("secret-key-0123abcdef")
    page.list.setCurrentRow(1)
    assert page.key.text() == ""


def test_a_gpu_box_gets_a_name_of_its_own():
    taken = set()
    for url in ("http://Box_1:80/x", "https://Box_1", "http://[::1]:7878", "http://äöü", "http://["):
        endpoint = gpu_box(url, taken)
        assert endpoint.name not in taken
        taken.add(endpoint.name)
    assert "secret" not in gpu_box("http://me:secret@box:1", set()).model_dump_json(exclude={"url"})


def test_every_control_of_the_settings_can_be_heard(dialog):
    mute = [
        widget
        for widget in dialog.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit | QComboBox)
        and not (widget.accessibleName() or getattr(widget, "text", str)() or widget.objectName().startswith("qt_"))
        and not _labelled(dialog, widget)
    ]
    assert mute == []


def _labelled(dialog, widget):
    from PySide6.QtWidgets import QFormLayout

    return any(layout.labelForField(widget) for layout in dialog.findChildren(QFormLayout))


@pytest.fixture
def welcome(asked, memory, qtbot):
    made = Welcome(asked, memory)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_cards_say_what_is_needed_and_what_it_costs(welcome, asked, memory, qtbot):
    assert "FAL_KEY or OXEN_API_KEY" in welcome.remote.text.text()
    assert "$" not in welcome.remote.text.text()
    asked.capabilities = (capability("fal", "remote", price=0.0027075),)
    other = Welcome(asked, memory)
    qtbot.addWidget(other)
    # 121 x 1280 x 720 are 111.5 megapixels, of which 112 are charged.
    qtbot.waitUntil(lambda: "$0.30 for 121 frames of 1280 × 720" in other.remote.text.text())
    assert "Costs nothing" in other.box.text.text()


def test_it_works_with_none_chosen_and_comes_once(welcome, memory):
    assert not memory.preferences.welcomed
    welcome.start.click()
    assert memory.preferences.welcomed


def test_a_gpu_box_is_added_when_the_way_is_free(welcome, asked, qtbot):
    asked.passes = False
    welcome.address.setText("http://gpu-box:7878")
    welcome.add.click()
    qtbot.waitUntil(lambda: "ends at" in welcome.report.text())
    assert len(asked.settings.endpoints) == 2
    asked.passes = True
    welcome.add.click()
    welcome.address.setText("http://gpu-box:78")
    qtbot.waitUntil(lambda: "Added." in welcome.report.text())
    welcome.address.setText("http://gpu-box:7878")
    welcome.add.click()
    qtbot.waitUntil(lambda: "Added." not in welcome.report.text())
    qtbot.waitUntil(lambda: "Added." in welcome.report.text())
    assert [each.url for each in asked.settings.endpoints[2:]] == ["http://gpu-box:7878"]
    with qtbot.waitSignal(welcome.open_endpoints):
        welcome.keys.click()


def test_enter_in_the_address_tests_it(welcome, asked, qtbot):
    welcome.activateWindow()
    welcome.address.setFocus()
    qtbot.waitUntil(welcome.address.hasFocus)
    qtbot.keyClicks(welcome.address, "http://gpu-box:7878")
    qtbot.keyClick(welcome.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(asked.settings.endpoints) == 3)
    assert welcome.isVisible()


def test_cards_stand_below_each_other_where_it_is_narrow(welcome):
    em = welcome.fontMetrics().horizontalAdvance("n")
    welcome.resize(120 * em, 400)
    assert welcome.here.y() == welcome.box.y()
    welcome.resize(50 * em, 700)
    assert welcome.width() < 60 * em
    welcome.layout().activate()
    assert welcome.here.y() < welcome.remote.y() < welcome.box.y()
