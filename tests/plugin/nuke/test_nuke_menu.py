"""Superwhite in Nuke's menus, and that nothing that fails in there stops Nuke."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from bridge.domain.host import HostFailure
from plugin.hosting.installation import Installation
from tests.fakes import nuke as fake

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def installation(tmp_path):
    return Installation(ROOT, Path(sys.executable), tmp_path / "home")


@pytest.fixture
def leaving(monkeypatch):
    """What would run as the process ends; it does as the test does."""
    waiting = []
    monkeypatch.setattr("atexit.register", waiting.append)
    yield waiting
    for each in reversed(waiting):
        each()


def menu(app):
    return app.menus["Nuke"]._items["Superwhite"]._items


def installed(monkeypatch, installation, version=16, gui=True):
    app = fake.start(monkeypatch, version, gui)
    importlib.import_module("plugin.nuke.menu").install(installation)
    return app


@pytest.mark.parametrize(("version", "items"), [(14, 1), (15, 1), (16, 2), (17, 2)])
def test_a_docked_panel_where_nuke_brings_pyside6(monkeypatch, installation, leaving, version, items):
    app = installed(monkeypatch, installation, version)
    assert list(menu(app)) == ["Panel", "Panel in a window"][-items:]
    assert app.messages == []
    assert ("plugin.nuke.dock" in sys.modules) == (items == 2)


def test_the_door_is_open_for_commands_and_closes_with_nuke(monkeypatch, installation, leaving):
    app = installed(monkeypatch, installation)
    (file,) = installation.doors.glob("nuke-*.json")
    assert json.loads(file.read_text())["host"] == "nuke"
    remote = importlib.import_module("plugin.remote_host.attach").attach("nuke", installation.state)
    app.path = "/shots/shot_v001.nk"
    facts = app.away(remote.facts)
    assert (facts.project_title, facts.version) == ("shot_v001.nk", "16.0v4")
    app.away(remote.close)
    leaving.pop()()
    assert not file.exists()


def test_the_window_is_a_process_of_its_own(monkeypatch, installation, leaving):
    started = []
    monkeypatch.setattr(Installation, "start", lambda self, module, arguments: started.append((module, arguments[0])))
    app = installed(monkeypatch, installation, 14)
    menu(app)["Panel in a window"]()
    assert started == [("plugin.remote_host", "nuke")]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError("no such interpreter"), "could not open its panel. The log says why"),
        (HostFailure("No.", remedy="Try again."), "No. Try again."),
    ],
)
def test_a_panel_that_does_not_open_is_told_and_logged(monkeypatch, installation, leaving, error, said):
    def fail(self, module, arguments=()):
        raise error

    monkeypatch.setattr(Installation, "start", fail)
    app = installed(monkeypatch, installation)
    menu(app)["Panel in a window"]()
    assert said in app.messages[0]


def test_a_door_that_does_not_open_leaves_the_menu(monkeypatch, installation, leaving):
    installation.state.write_bytes(b"a file where a folder should be")
    app = installed(monkeypatch, installation)
    assert "Superwhite could not be reached by commands" in app.messages[0]
    assert list(menu(app)) == ["Panel", "Panel in a window"]


def test_a_set_up_that_fails_does_not_stop_nuke(monkeypatch, installation, leaving):
    app = fake.start(monkeypatch, 16)
    module = importlib.import_module("plugin.nuke.menu")

    def fail():
        raise RuntimeError("surprise")

    monkeypatch.setattr(module, "can_dock", fail)
    module.install(installation)
    assert "Superwhite could not be set up. The log says why" in app.messages[0]
    assert "surprise" in installation.log("nuke").read_text()


def test_without_a_window_there_is_nothing_to_do(monkeypatch, installation, leaving):
    app = installed(monkeypatch, installation, gui=False)
    assert (app.menus, app.messages, leaving) == ({}, [], [])
    assert not installation.doors.exists()
