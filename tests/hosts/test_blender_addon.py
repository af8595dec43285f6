"""The add-on in a real Blender without a window: what it registers, and how it lends its main thread."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from tests.hosts.blender import Blender
from tests.hosts.footage import movie, sequence

ROOT = Path(__file__).resolve().parents[2]
INSTALL = (
    "from pathlib import Path; from plugin.hosting.installation import Installation; from plugin.blender import addon\n"
    "it = Installation(Path(given['root']), Path(given['python']), Path(given['state']))\n"
)


@pytest.fixture
def given(tmp_path: Path):
    """An installation whose Python only writes down what it was asked to run."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\n')
    python.chmod(0o755)
    return {"root": ROOT, "python": python, "state": tmp_path / "state ü"}


def test_what_it_registers_is_gone_when_it_is_disabled(blender: Blender, tmp_path: Path, given):
    code = (
        "entries = lambda: [n for n in addon._MENUS if addon._draw_entry in getattr(getattr(bpy.types, n)"
        ".draw, '_draw_funcs', [])]\n"
        "names = ('SUPERWHITE_OT_open', 'SUPERWHITE_PT_sequencer', 'SUPERWHITE_PT_compositor')\n"
        "there = lambda: [n for n in names if hasattr(bpy.types, n)]\n"
        "timer, doors = bpy.app.timers.is_registered, lambda: len(list(it.doors.glob('*')))\n"
        "seen = lambda: (there(), entries(), timer(addon._drain), doors())\n"
        "addon.register(it); addon.register(it)\n"
        "one = seen(); bpy.ops.wm.read_factory_settings(use_empty=True)\n"
        "two = seen(); addon.unregister(); addon.unregister(); answer = (one, two, seen())\n"
    )
    one, two, three = blender.run(INSTALL + code, **given)
    everything = ["SUPERWHITE_OT_open", "SUPERWHITE_PT_sequencer", "SUPERWHITE_PT_compositor"]
    assert one == [everything, one[1], True, 1]
    assert {"SEQUENCER_MT_strip", "NODE_MT_node"} <= set(one[1])
    assert two == one  # opening a file ends nothing of it
    assert three == [[], [], False, 0]


def test_the_button_starts_the_panel_with_the_way_in(blender: Blender, tmp_path: Path, given):
    door = blender.run(
        INSTALL + "addon.register(it)\n"
        "answer = (str(addon._running.door.path), list(bpy.ops.superwhite.open()))\n", **given
    )  # fmt: skip
    assert door[1] == ["FINISHED"]
    deadline_file = tmp_path / "asked"
    for _ in range(100):
        if deadline_file.is_file() and deadline_file.read_text().endswith("\n"):
            break
        blender.run("import time; time.sleep(0.05)")
    assert deadline_file.read_text().split("\n")[0] == f"-m plugin.remote_host blender --door {door[0]}"
    assert json.loads(Path(door[0]).read_text())["host"] == "blender"
    blender.run("from plugin.blender import addon; addon.unregister()")
    assert not Path(door[0]).exists()


def test_a_panel_that_cannot_be_started_is_said_and_logged(blender: Blender, given):
    given["python"].unlink()
    fresh = "import logging; logging.getLogger('superwhite').handlers.clear()\n"
    sentence = blender.run(
        INSTALL + fresh + "addon.register(it); answer = addon.open_panel(); addon.unregister()", **given
    )
    assert sentence.startswith("Superwhite could not be started")
    assert "panel could not be started" in (given["state"] / "log" / "blender.log").read_text()


def test_jobs_are_listed_in_the_sidebar(blender: Blender, given):
    shown = blender.run(
        INSTALL + "from bridge.domain.host import JobLine\n"
        "class Layout:\n"
        "    def __init__(self): self.said = []\n"
        "    def row(self): return self\n"
        "    def label(self, text): self.said.append(text)\n"
        "    def operator(self, name, **more): self.said.append(name)\n"
        "addon.register(it)\n"
        "addon._running.host.show_jobs((JobLine('1', 'Ä 日本', 'Running', 0.25), JobLine('2', 'b', 'Queued')))\n"
        "class Shown: layout = Layout()\n"
        "bpy.types.SUPERWHITE_PT_sequencer.draw(Shown, None); answer = Shown.layout.said; addon.unregister()\n", **given
    )  # fmt: skip
    assert shown == ["superwhite.open", "Ä 日本", "Running 25%", "b", "Queued"]


def test_calls_come_in_slices_from_another_thread(blender: Blender, tmp_path: Path):
    """And whoever waits when Blender is closed is told so."""
    plate = movie(tmp_path / "plate.mkv", 40)
    made = sequence(tmp_path / "plate_hdr", 0, 40)
    answer = blender.run(
        "import threading, time; from plugin.hosting.main_thread import MainQueue\n"
        "kit.movie(given['p']); queue = MainQueue('Blender'); kit.attach(given['j'], queue); said = []\n"
        "def work():\n"
        "    clip = kit.selection()['clips'][0]\n"
        "    said.append(kit.place([{**given['r'], 'clip': clip['id']}])['sentence'])\n"
        "    try: kit.host.selection()\n"
        "    except Exception as error: said.append((error.kind, error.sentence))\n"
        "one = threading.Thread(target=work); one.start()\n"
        "while not said: queue.drain(); time.sleep(.001)\n"
        "time.sleep(.05); queue.close(); one.join(); answer = said\n",
        p=plate, j=tmp_path / "journal", r=made.of("job", ""),
    )  # fmt: skip
    assert "channel 2" in answer[0]
    assert answer[1] == ["lost", "Blender is closing."]


def test_without_a_window_it_serves_until_its_door_is_closed(blender: Blender, given, tmp_path: Path):
    """In a process of its own, as `blender --background` would."""
    import subprocess
    import time

    from plugin.remote_host.attach import attach

    state = given["state"]
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); import bpy\n"
        "from pathlib import Path; from plugin.hosting.installation import Installation\n"
        "from plugin.blender import addon\n"
        f"addon.serve_until_closed(Installation(Path({str(ROOT)!r}), Path(sys.executable), Path({str(state)!r})))\n"
        "import os; os._exit(0)\n"
    )
    process = subprocess.Popen([blender.process.args[0], "-c", code], stdout=subprocess.DEVNULL)
    try:
        doors = state / "hosts" / "doors"
        while process.poll() is None and not list(doors.glob("*.json")):
            time.sleep(0.05)
        host = attach("blender", state)
        facts = host.facts()
        assert (facts.name, facts.version[:3]) == ("blender", blender.version)
        assert host.selection().clips == ()
        host.close()
        next(doors.glob("*.json")).unlink()
        assert process.wait(20) == 0
    finally:
        process.kill()


def test_what_blender_loads_is_old_enough_and_standard():
    allowed = set(sys.stdlib_module_names) | {"bridge", "plugin"}
    for path in sorted((ROOT / "plugin" / "blender").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).split(".")[0] in allowed, path
                assert not str(node.module).startswith("bridge") or node.module == "bridge.domain.host", path
