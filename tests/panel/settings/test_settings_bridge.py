"""Look, settings and the first start against a real bridge process."""

from __future__ import annotations

import socket

import pytest

from bridge.client import Bridge, calls
from qt_panels.link import Link
from qt_panels.look.panel import LookPanel
from qt_panels.memory import Memory
from qt_panels.settings.dialog import SettingsDialog
from qt_panels.welcome import Welcome
from tests.fakes.service import launching


@pytest.fixture
def home(tmp_path):
    with launching(tmp_path / "home") as launch:
        launch()
        yield tmp_path / "home"


@pytest.fixture
def bridge(home):
    with Bridge.attach_or_start(home=home, start=False) as bridge:
        yield bridge


@pytest.fixture
def link(home, qtbot):
    made = Link(home)
    with qtbot.waitSignal(made.connected, timeout=90_000):
        made.start()
    yield made
    made.stop()


@pytest.fixture
def memory(tmp_path):
    return Memory.in_file(tmp_path / "memory.ini")


@pytest.fixture
def look(link, memory, qtbot):
    made = LookPanel(link, memory)
    qtbot.addWidget(made)
    made.show()
    link.ask(made, calls.capabilities(), made.set_capabilities)
    link.ask(made, calls.settings(), made.set_bridge_settings)
    link.ask(made, calls.backends(), made.set_states)
    qtbot.waitUntil(lambda: made.choice.backend.count() == 3 and bool(made.choice.state.text()))
    return made


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def choose(look, backend):
    look.choice.backend.setCurrentIndex(look.choice.backend.findData(backend))
    look.choice.backend.activated.emit(look.choice.backend.currentIndex())


def test_never_upload_is_kept_by_the_bridge_and_forbids_what_is_remote(look, bridge, qtbot):
    choose(look, "far")
    assert "Not allowed" not in look.choice.state.text()
    look.never_upload.click()
    qtbot.waitUntil(look.never_upload.isChecked)
    assert bridge.do(calls.settings()).never_upload
    qtbot.waitUntil(lambda: "Not allowed" in look.choice.state.text())
    look.never_upload.click()
    qtbot.waitUntil(lambda: not look.never_upload.isChecked())
    assert not bridge.do(calls.settings()).never_upload


def test_a_backend_is_tested(look, qtbot):
    assert "not offered" in look.choice.state.text()
    choose(look, "fake")
    qtbot.waitUntil(lambda: look.choice.state.text() == "Ready")
    look.choice.test.click()
    qtbot.waitUntil(lambda: look.choice.test.isEnabled() and "…" not in look.choice.hops.text())
    assert "in order" in look.choice.hops.text()


def test_endpoints_and_the_proxy_are_kept_or_refused_by_the_bridge(link, memory, bridge, qtbot):
    dialog = SettingsDialog(link, memory, [])
    qtbot.addWidget(dialog)
    dialog.show()
    page = dialog.endpoints
    qtbot.waitUntil(lambda: page.list.count() == 2)
    url = f"http://127.0.0.1:{closed_port()}"
    page.address.setText(url)
    page.add.click()
    qtbot.waitUntil(lambda: page.list.count() == 3)
    assert bridge.do(calls.settings()).endpoints[2].url == url
    page.list.setCurrentRow(2)
    page.test.click()
    qtbot.waitUntil(lambda: "ends at the connection" in page.report.text())
    for line, wrong, button in (
        (page.proxy, "http://proxy:3128/path", page.save_proxy),
        (page.address, "ftp://box", page.add),
        (page.address, "http://box.example.com", page.add),
    ):
        before = bridge.do(calls.settings())
        page.report.clear()
        line.setText(wrong)
        button.click()
        qtbot.waitUntil(lambda: len(page.report.text()) > 10)
        assert bridge.do(calls.settings()) == before


def test_a_real_gpu_box_is_found_and_added_at_the_first_start(link, memory, bridge, home, qtbot):
    welcome = Welcome(link, memory)
    qtbot.addWidget(welcome)
    welcome.show()
    qtbot.waitUntil(lambda: "Needs a key" in welcome.remote.text.text())
    welcome.address.setText(f"http://127.0.0.1:{bridge.run_file.port}")
    welcome.add.click()
    qtbot.waitUntil(lambda: "Added." in welcome.report.text(), timeout=90_000)
    assert bridge.do(calls.settings()).endpoints[2].kind == "superwhite"
