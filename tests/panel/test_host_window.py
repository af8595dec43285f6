"""The window beside an application: it leaves with it, waits for one that is not there yet, and is there once."""

from __future__ import annotations

import pytest
from PySide6.QtNetwork import QLocalServer

from bridge.domain.host import HostFailure
from plugin.remote_host.window import HostWindow, OnlyOne
from tests.fakes.host import FakeHost

GONE = HostFailure("Fake cannot be reached.", kind="lost")


@pytest.fixture
def beside(stage):
    def open_with(host):
        window = HostWindow(stage.home, host, "Fake", stage.memory)
        stage.windows.append(window)
        stage.qtbot.addWidget(window)
        window.show()
        return window

    return open_with


def test_it_leaves_with_its_host(stage, beside):
    host = FakeHost()
    window = beside(host)
    stage.until(lambda: ("selection",) in host.calls)
    assert window.isVisible()
    assert "Fake" in window.windowTitle()
    host.fails = GONE
    stage.until(lambda: not window.isVisible())


def test_one_that_is_not_there_yet_is_waited_for(stage, beside):
    host = FakeHost()
    host.fails = GONE
    window = beside(host)
    stage.until(window.panel.away.isVisible)
    assert window.isVisible()
    host.fails = None
    stage.until(lambda: not window.panel.away.isVisible())
    assert window.isVisible()


def test_a_second_one_calls_the_first(qtbot, tmp_path):
    first, other = OnlyOne(str(tmp_path)), OnlyOne(f"{tmp_path} other")
    assert first.is_first()
    assert other.is_first()
    with qtbot.waitSignal(first.called):
        assert not OnlyOne(str(tmp_path)).is_first()


def test_what_a_crash_has_left_behind_bars_nobody(qtbot, tmp_path):
    only = OnlyOne(str(tmp_path))
    left = QLocalServer()
    assert left.listen(only._name)
    left.close()
    assert only.is_first()
