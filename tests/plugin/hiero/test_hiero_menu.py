"""Superwhite in Hiero's menus."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu, QMessageBox

from plugin.hiero.menu import install
from plugin.hosting.installation import Installation
from plugin.remote_host.attach import attach
from tests.fakes import hiero as fake

ROOT = Path(__file__).resolve().parents[3]


class Event:
    def __init__(self, menu):
        self.menu = menu


@pytest.fixture
def installation(tmp_path):
    return Installation(ROOT, Path(sys.executable), tmp_path / "home")


@pytest.fixture
def leaving(monkeypatch):
    waiting = []
    monkeypatch.setattr("atexit.register", waiting.append)
    yield
    for each in waiting:
        each()


@pytest.fixture
def told(monkeypatch):
    said = []
    monkeypatch.setattr(QMessageBox, "warning", lambda parent, title, text: said.append(text))
    return said


@pytest.mark.parametrize("product", ["Hiero", "NukeStudio"])
def test_the_context_menu_of_the_timeline_opens_the_panel(qtbot, monkeypatch, installation, leaving, told, product):
    started = []
    monkeypatch.setattr(Installation, "start", lambda self, module, arguments: started.append((module, arguments[0])))
    app = fake.start(monkeypatch, 16, product)
    if product == "NukeStudio":  # where Hiero's own way to the main thread does not work
        nuke = types.ModuleType("nuke")
        nuke.executeInMainThread = sys.modules["hiero.core"].executeInMainThread
        monkeypatch.setitem(sys.modules, "nuke", nuke)
        monkeypatch.delattr(sys.modules["hiero.core"], "executeInMainThread")
    install(installation)
    assert told == []
    menu = QMenu()
    qtbot.addWidget(menu)
    for show in app.interests["kShowContextMenu/kTimeline"]:
        show(Event(menu))
    (action,) = menu.actions()
    action.trigger()
    assert started == [("plugin.remote_host", "hiero")]
    app.project(path="/projects/cut.hrox")
    remote = attach("hiero", installation.state)
    assert app.away(remote.facts).project == "/projects/cut.hrox"
    app.away(remote.close)


def test_what_fails_is_told_and_logged(qtbot, monkeypatch, installation, leaving, told):
    def fail(self, module, arguments):
        raise OSError("no such interpreter")

    monkeypatch.setattr(Installation, "start", fail)
    app = fake.start(monkeypatch, 16, "Hiero")
    install(installation)
    (show,) = app.interests["kShowContextMenu/kTimeline"]
    show(Event(None))
    menu = QMenu()
    qtbot.addWidget(menu)
    show(Event(menu))
    menu.actions()[0].trigger()
    assert ["could not add to the menu" in told[0], "could not open its panel" in told[1]] == [True, True]
    assert "no such interpreter" in installation.log("hiero").read_text()


def test_a_set_up_that_fails_does_not_stop_hiero(monkeypatch, installation, leaving, told):
    fake.start(monkeypatch, 16, "Hiero")
    monkeypatch.delattr(sys.modules["hiero.core"], "events")
    install(installation)
    assert "could not be set up" in told[0]
