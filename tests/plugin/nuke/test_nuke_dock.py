"""The panel docked in Nuke: real widgets, a real bridge, and real pictures."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QLabel

from bridge.client import Bridge
from bridge.domain.job import Imported, Ready
from plugin.hosting.installation import Installation
from qt_panels.memory import Memory
from qt_panels.panel import Panel
from tests.fakes import nuke as fake

ROOT = Path(__file__).resolve().parents[3]
PANEL_ID = "org.superwhite.panel"


class Studio:
    """A Nuke with Superwhite installed, whose main loop is Qt's."""

    def __init__(self, qtbot, monkeypatch, folder, root=ROOT):
        self.qtbot, self.folder = qtbot, folder
        self.installation = Installation(root, Path(sys.executable), folder / "home")
        self.memory = Memory.in_file(folder / "memory.ini")
        self.memory.preferences = self.memory.preferences.model_copy(
            update={"welcomed": True, "handles": 1, "folder": str(folder / "out")}
        )
        monkeypatch.setattr(Memory, "of_user", lambda: self.memory)
        monkeypatch.setattr("atexit.register", lambda call: None)
        self.app = fake.start(monkeypatch, 16)
        self.app.path = str(folder / "shot_v001.nk")
        importlib.import_module("plugin.nuke.menu").install(self.installation)
        self.loop = QTimer(interval=5)
        self.loop.timeout.connect(self.app.idle)
        self.loop.start()

    def pane(self):
        """As a layout that holds the pane makes it."""
        made = sys.modules["nukescripts.panels"].restorePanel(PANEL_ID).widget
        made.resize(1200, 800)
        made.show()
        return made

    def until(self, condition, seconds=60):
        self.qtbot.waitUntil(condition, timeout=seconds * 1000)

    def deleted(self, widget):
        """As Nuke does when a pane is closed: no closeEvent comes before."""
        widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def studio(qtbot, monkeypatch, tmp_path):
    made = Studio(qtbot, monkeypatch, tmp_path)
    yield made
    made.loop.stop()
    try:
        with Bridge.attach_or_start(home=made.installation.state, start=False) as bridge:
            bridge.shutdown()
    except Exception:  # noqa: BLE001 - there was none
        pass


def plate(studio, frames=6):
    """Scene-linear SDR on the drive, and a Read that uses the middle of it."""
    ramp = np.linspace(0, 1, 64, dtype=np.float16)[None, :].repeat(48, 0)
    folder = studio.folder / "media"
    folder.mkdir()
    for number in range(1001, 1001 + frames):
        OpenEXR.File({"type": OpenEXR.scanlineimage}, dict.fromkeys("RGB", ramp)).write(
            str(folder / f"plate.{number}.exr")
        )
    return studio.app.make(
        "Read",
        file=str(folder / "plate.%04d.exr"),
        **{"first": 1002, "last": 1001 + frames - 2, "origfirst": 1001, "origlast": 1000 + frames},
    )


def test_a_click_in_the_docked_panel_lifts_and_places(studio):
    read, blur = plate(studio), studio.app.make("Blur")
    blur.setInput(0, read)
    read.setSelected(True)
    pane = studio.pane()
    panel = pane.findChild(Panel)
    studio.until(lambda: len(panel.clips_model.ready) == 1)
    studio.qtbot.mouseClick(panel.go.button, importlib.import_module("PySide6.QtCore").Qt.MouseButton.LeftButton)
    studio.until(lambda: any(isinstance(job.state, Imported) for job in panel.jobs_model.jobs))
    graph = studio.app.graph
    switch = next(op for op in graph.ops.values() if op.kind == "Switch")
    hdr = graph.ops[switch.inputs[1]]
    assert [graph.ops[number].name for number in (graph.ops[blur._number].inputs[0], switch.inputs[0])] == [
        "Switch1",
        "Read1",
    ]
    assert [hdr.knobs[name] for name in ("origfirst", "first", "last", "origlast")] == [1001, 1002, 1005, 1006]
    assert hdr.knobs["colorspace"] == "linear"
    assert studio.app.range_of(hdr) == (1002, 1005)
    assert Path(hdr.knobs["file"].replace("%08d", "00001002").replace("########", "00001002")).is_file()
    (job,) = panel.jobs_model.jobs
    panel.importing.take_back([job])
    studio.until(lambda: isinstance(panel.jobs_model.jobs[0].state, Ready))
    assert {op.kind for op in graph.ops.values()} == {"Root", "Read", "Blur"}
    studio.deleted(pane)


def test_a_pane_can_be_closed_and_made_again(studio):
    read = plate(studio)
    read.setSelected(True)
    first = studio.pane()
    panel = first.findChild(Panel)
    studio.until(lambda: len(panel.clips_model.ready) == 1)
    host_threads = panel.desk._thread
    studio.deleted(first)
    studio.until(lambda: host_threads._shutdown)
    # The adapter of the menu's door is left; that of the pane has taken its callbacks back.
    studio.until(lambda: len(studio.app.callbacks["load"]) == 1)
    second = studio.pane()
    again = second.findChild(Panel)
    studio.until(lambda: len(again.clips_model.ready) == 1)
    second.close()
    studio.until(lambda: len(studio.app.callbacks["load"]) == 1)


def test_closing_while_nuke_is_busy_keeps_nobody_waiting(studio):
    plate(studio).setSelected(True)
    pane = studio.pane()
    panel = pane.findChild(Panel)
    studio.until(lambda: len(panel.clips_model.ready) == 1)
    threads = panel.desk._thread._threads
    studio.app.busy = True
    panel.refresh_host()
    studio.deleted(pane)
    studio.until(lambda: not any(thread.is_alive() for thread in threads), seconds=10)
    assert len(studio.app.callbacks["load"]) == 1
    studio.app.busy = False


def test_two_panes_at_once(studio):
    plate(studio).setSelected(True)
    panes = [studio.pane(), studio.pane()]
    panels = [pane.findChild(Panel) for pane in panes]
    studio.until(lambda: all(len(panel.clips_model.ready) == 1 for panel in panels))
    for pane in panes:
        studio.deleted(pane)


def test_the_menu_opens_a_pane_in_nukes_own_layout(studio):
    panes = importlib.import_module("tests.fakes.nuke.panes")
    studio.app.panes["Properties.1"] = panes.Pane()
    studio.app.menus["Nuke"]._items["Superwhite"]._items["Panel"]()
    (widget,) = studio.app.panes["Properties.1"].widgets
    assert widget.findChild(Panel) is not None
    studio.deleted(widget)


def test_without_its_libraries_the_pane_says_so(studio, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("qt_panels", "pydantic", "httpx")]:
        monkeypatch.delitem(sys.modules, name)

    class Missing:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == "pydantic":
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    pane = studio.pane()
    (label,) = pane.findChildren(QLabel)
    assert "libraries of the docked panel are missing (pydantic)" in label.text()
    assert "Panel in a window" in label.text()
    assert "cannot be loaded" in studio.installation.log("nuke").read_text()


def test_a_panel_that_fails_is_a_sentence_in_the_pane(studio, monkeypatch):
    dock = importlib.import_module("plugin.nuke.dock")

    def fail(*_):
        raise RuntimeError("surprise")

    monkeypatch.setattr(dock, "_build", fail)
    pane = studio.pane()
    assert "could not be opened" in pane.findChild(QLabel).text()
    assert "surprise" in studio.installation.log("nuke").read_text()


def test_a_pane_before_anything_was_set_up(qtbot, monkeypatch):
    fake.start(monkeypatch, 16)
    pane = importlib.import_module("plugin.nuke.dock").Pane()
    qtbot.addWidget(pane)
    assert "not set up" in pane.findChild(QLabel).text()


def test_libraries_of_the_installer_come_last(monkeypatch, tmp_path):
    fake.start(monkeypatch, 16)
    dock = importlib.import_module("plugin.nuke.dock")
    folder = tmp_path / ".docked" / f"cp{sys.version_info.major}{sys.version_info.minor}"
    monkeypatch.setattr(sys, "path", ["/nukes/own"])
    installation = Installation(tmp_path, Path(sys.executable), tmp_path)
    dock._find_libraries(installation)
    assert sys.path == ["/nukes/own"]
    folder.mkdir(parents=True)
    dock._find_libraries(installation)
    dock._find_libraries(installation)
    assert sys.path == ["/nukes/own", str(folder)]
