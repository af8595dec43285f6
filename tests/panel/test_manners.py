"""Keyboard, screen readers, memory, and the button that asks before it spends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QScrollBar,
    QWidget,
)

from bridge.domain.estimate import Estimate, Seconds
from bridge.domain.host import HostAbilities, HostFacts
from bridge.domain.job import Ready
from plugin.standalone.launch import Window
from qt_panels.actions import SHORTCUTS, assign
from qt_panels.clips.manner import Manner
from qt_panels.clips.model import ClipRow
from qt_panels.go import GoBar
from qt_panels.memory import Look, Memory, Preferences
from qt_panels.plan import Plan, Work
from tests.acceptance.terminal import ROOT, SAMPLE
from tests.fakes.service import until
from tests.panel.look.test_look_form import capability
from tests.panel.test_hosts import CLIP

CONTROLS = QAbstractButton | QLineEdit | QComboBox | QAbstractSlider | QAbstractSpinBox | QAbstractItemView


def test_every_control_can_be_heard(stage):
    window = stage.open()
    stage.until(lambda: bool(window.panel.look.form.fields))
    mute = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
        and type(widget.parent()).__name__ not in ("QComboBoxPrivateContainer", "QTabBar")
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert mute == []


def test_every_action_has_keys_of_its_own_and_a_line_in_the_list(stage):
    window = stage.open()
    actions = [*window.panel.commands, *window.own_actions]
    assert all(action.shortcuts() for action in actions)
    assert {action.objectName() for action in actions} == {shortcut.action for shortcut in SHORTCUTS}
    keys = [QKeySequence(key).toString() for shortcut in SHORTCUTS for key in shortcut.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))
    assert len(window.panel.shortcuts) == len(window.panel.commands)


def test_an_action_that_the_list_does_not_know_is_a_mistake(qapp):
    from PySide6.QtGui import QAction

    action = QAction("New")
    action.setObjectName("new")
    with pytest.raises(LookupError):
        assign([action])


def test_the_window_is_found_as_it_was_left(stage):
    window = stage.open()
    window.panel.arrangement._columns.setSizes([420, 560, 420])
    sizes = window.panel.arrangement._columns.sizes()
    window.close()
    again = stage.open()
    assert again.panel.arrangement._columns.sizes() == pytest.approx(sizes, abs=3)
    again.resize(650, 520)  # the screen of these tests is small
    again.close()
    third = Window(stage.home, stage.memory)
    stage.qtbot.addWidget(third)
    assert (third.width(), third.height()) == (650, 520)
    third.close()


def test_a_narrow_dock_has_tabs_and_everything_is_reached(stage):
    window = stage.open()
    window.resize(480, 800)
    arrangement = window.panel.arrangement
    stage.until(lambda: not arrangement.is_wide)
    assert window.width() < 600
    for name in ("focus_clips", "focus_look", "focus_viewer", "focus_jobs"):
        action = next(each for each in window.panel.commands if each.objectName() == name)
        action.trigger()
    assert window.panel.jobs.isVisible()
    assert not window.panel.viewer.isVisible()
    window.resize(1500, 900)
    stage.until(lambda: arrangement.is_wide)
    assert window.panel.viewer.isVisible()
    assert window.panel.jobs.isVisible()


def test_what_is_kept_and_cannot_be_read_gives_way_to_the_default(tmp_path):
    memory = Memory.in_file(tmp_path / "memory.ini")
    memory.look = Look(values={"strength": 0.5})
    memory._settings.setValue("preferences", '{"handles": "many"}')
    memory._settings.setValue("recent", "/a")
    memory._settings.sync()
    again = Memory.in_file(tmp_path / "memory.ini")
    assert again.preferences == Preferences()
    assert again.look.values == {"strength": 0.5}
    assert again.recent == (Path("/a"),)
    assert again.layout("none").isEmpty()


@pytest.fixture
def go(qtbot, tmp_path):
    made = GoBar(Memory.in_file(tmp_path / "memory.ini"))
    qtbot.addWidget(made)
    made.show()
    return made


def work(cost=None, workflow="hdr_lift", **changes):
    offered = capability("far", "remote", workflow=workflow, **changes)
    return Work(ClipRow(CLIP), Manner(offered, Look(backend="far")), None, cost)


def test_the_button_says_what_it_will_do(go):
    assert not go.button.isEnabled()
    go.tell(Plan(3, (work(0.31), work(0.3), work(0.3))), Estimate(seconds=Seconds(low=110, high=130), cost=9, jobs=5))
    assert go.button.text() == "Lift 3 clip(s), 1 min 50 s to 2 min, $0.91"
    assert go.button.isEnabled()
    go.tell(Plan(3, (work(), work())), None)
    assert go.button.text() == "Lift 2 of 3 clip(s)"
    go.tell(Plan(2), None)
    assert not go.button.isEnabled()
    assert "None" in go.button.text()
    go.tell(Plan(2, (), "fal needs a key"), None)
    assert (go.button.isEnabled(), go.button.text()) == (False, "fal needs a key")


@pytest.mark.parametrize(
    ("workflow", "text"),
    [
        ("inpaint", "Inpaint 1 clip(s), $0.33"),
        ("reference_video_to_video", "Make 1 clip(s) anew, $0.33"),
        ("audio_to_video", "Make video for 1 clip(s), $0.33"),
    ],
)
def test_other_workflows_have_verbs_of_their_own(go, workflow, text):
    go.tell(Plan(1, (work(0.33, workflow),)), None)
    assert go.button.text() == text
    go.tell(Plan(2, (work(0.33, workflow), work())), None)
    assert go.button.text() == "Start 2 clip(s), $0.33"


def test_a_cost_that_is_not_known_is_not_called_nothing(go):
    go.tell(Plan(1, (work(price_known=False),)), None)
    assert go.button.text() == "Lift 1 clip(s), cost not known"
    gone = []
    go.confirm(Plan(1, (work(price_known=False),)), 5.0, lambda: gone.append(1))
    assert "not known" in go.findChild(QMessageBox).text()
    assert gone == []


@pytest.mark.parametrize(("cost", "asks"), [(None, False), (0.0, False), (5.0, False), (5.01, True)])
def test_it_asks_only_above_the_limit(go, qtbot, cost, asks):
    gone = []
    plan = Plan(1, (work(cost),))
    go.confirm(plan, 5.0, lambda: gone.append(1))
    boxes = go.findChildren(QMessageBox)
    assert bool(boxes) == asks
    assert bool(gone) == (not asks)
    if boxes:
        assert "$5.01" in boxes[0].text()
        buttons = {button.text(): button for button in boxes[0].buttons()}
        buttons["Send"].click()
        qtbot.waitUntil(lambda: gone == [1])
        go.confirm(plan, 5.0, lambda: gone.append(2))
        go.findChildren(QMessageBox)[-1].reject()
        qtbot.wait(50)
        assert gone == [1]


def test_only_what_the_host_can_do_is_offered(go):
    for can in (True, False):
        go.set_host(HostFacts("h", "H", "1", "p", "P", HostAbilities(place=can)))
        assert go.when_ready.isVisible() == can
        assert go.conflict.isVisible() == can
        assert go.place.isVisible() != can
    go.conflict.setCurrentIndex(1)
    go.conflict.activated.emit(1)
    assert go._memory.preferences.conflict == "replace"


def test_a_result_whose_folder_is_gone_is_said_and_lives_on(stage, tmp_path):
    stage.memory.preferences = stage.memory.preferences.model_copy(update={"folder": str(tmp_path / "out")})
    window = stage.open(SAMPLE)
    panel = window.panel
    stage.until(lambda: bool(window.host.opened.clips))
    window.browser.select_all()
    stage.until(lambda: len(panel.clips_model.ready) == 1)
    stage.click(panel.go.button)
    stage.until(lambda: any(isinstance(job.state, Ready) for job in panel.jobs_model.jobs))
    stage.until(lambda: bool(panel.viewer.canvas._images))
    folder = panel.jobs_model.jobs[0].state.result.directory
    shutil.move(folder, tmp_path / "elsewhere")
    panel.viewer.show_frame(100)
    stage.until(lambda: "any more" in panel.viewer.canvas._message or "gone" in panel.viewer.canvas._message)
    shutil.move(tmp_path / "elsewhere", folder)
    panel.viewer.refresh()
    stage.until(lambda: bool(panel.viewer.canvas._images))


def test_the_command_opens_the_panel(tmp_path):
    home = tmp_path / "home"
    process = subprocess.Popen(
        [sys.executable, "-m", "plugin.terminal", "panel", SAMPLE],
        cwd=ROOT,
        env=os.environ | {"SUPERWHITE_HOME": str(home), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: (home / "bridge.json").exists() or process.poll() is not None, 30)
        assert process.poll() is None, process.communicate()[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=180)
    from bridge.client import Bridge

    with Bridge.attach_or_start(home=home, start=False) as bridge:
        bridge.shutdown()
