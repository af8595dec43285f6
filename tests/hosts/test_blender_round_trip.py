"""From a click in the panel, or a command, to a real Blender's timeline and back, with nothing stood in for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt

from bridge.client import Bridge
from bridge.domain.job import Imported, Ready
from plugin.remote_host.attach import attach
from plugin.remote_host.window import HostWindow
from qt_panels.memory import Memory
from tests.acceptance.terminal import ROOT, Terminal
from tests.hosts.blender import Blender
from tests.hosts.footage import SIZE, exr

FRAMES, TRIM, START = 12, (3, 2), 20
"""Of the movie; what is trimmed off at both ends; where the strip would begin without."""

FIRST, LAST = START + TRIM[0], START + FRAMES - TRIM[1] - 1

SERVE = """
from pathlib import Path
from plugin.blender.addon import serve_until_closed
from plugin.hosting.installation import Installation
serve_until_closed(Installation(Path(given['root']), Path(given['python']), Path(given['state'])))
"""


def code_of(frame: int) -> np.ndarray:
    """`(H, W, 3)` of 8 bits: a grey ramp from black to white, which each frame moves by four columns."""
    ramp = np.linspace(0, 255, SIZE[0]).round().astype(np.uint8)
    return np.broadcast_to(np.roll(ramp, 4 * frame)[None, :, None], (SIZE[1], SIZE[0], 3)).copy()


def write_ramps(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("ffv1", rate=Fraction(24))
        stream.width, stream.height = SIZE
        stream.pix_fmt = "bgr0"
        for frame in range(FRAMES):
            picture = av.VideoFrame.from_ndarray(code_of(frame), "rgb24").reformat(format="bgr0")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    terminal = Terminal(tmp_path / "home")
    terminal.home.mkdir()
    yield terminal.home
    terminal.close()


@pytest.fixture
def project(blender: Blender, tmp_path: Path) -> dict[str, Any]:
    """A saved project with a trimmed movie, and all that is in it once it was rendered."""
    plate = write_ramps(tmp_path / "Ünï 片.mkv")
    blend = tmp_path / "schnitt ü.blend"
    blender.run(
        "kit.movie(given['plate'], channel=1, start=given['start'], trim=given['trim']); kit.linear_scene();"
        "kit.render(given['last'], given['path']); kit.save(given['blend'])",
        plate=plate, start=START, trim=TRIM, blend=str(blend), last=LAST, path=rendered(tmp_path, LAST),
    )  # fmt: skip
    return {"blend": str(blend), "before": blender.run("answer = kit.dump()")}


@contextmanager
def serving(blender: Blender, home: Path) -> Iterator[None]:
    """Blender without a window has no event loop: meanwhile its main thread does nothing else."""
    given = {"root": ROOT, "python": sys.executable, "state": home}
    thread = threading.Thread(target=blender.run, args=(SERVE,), kwargs=given)
    thread.start()
    try:
        yield
    finally:
        doors = home / "hosts" / "doors"
        while thread.is_alive():
            for door in doors.glob("blender-*.json"):
                door.unlink(missing_ok=True)
            thread.join(0.05)


def rendered(folder: Path, frame: int) -> str:
    return str(folder / f"rendered {frame}.exr")


def lies_where_it_should(blender: Blender, tmp_path: Path) -> None:
    """Rendered by Blender: at both ends of the cut the lift of that very frame, and the source's own numbers below."""
    for frame in (FIRST, LAST):
        path = rendered(tmp_path, frame)
        blender.run("kit.render(given['frame'], given['path'])", frame=frame, path=path)
        light = exr(path)[SIZE[1] // 2, :, 0]
        codes = code_of(frame - START)[SIZE[1] // 2, :, 0].astype(np.float64) / 255
        assert light.max() > 1.0
        assert np.argmax(light) == np.argmax(codes)
        dark = codes < 0.4
        np.testing.assert_allclose(light[dark], codes[dark] ** 2.4, rtol=2e-3, atol=1e-5)


def test_from_the_click_to_the_timeline_and_back(blender: Blender, project, home: Path, tmp_path: Path, qtbot):
    memory = Memory.in_file(tmp_path / "memory.ini")
    memory.preferences = memory.preferences.model_copy(update={"welcomed": True, "handles": 2})
    with serving(blender, home):
        qtbot.waitUntil(lambda: any((home / "hosts" / "doors").glob("blender-*.json")), timeout=20_000)
        window = HostWindow(home, attach("blender", home), "Blender", memory)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: window.panel.go.button.isEnabled(), timeout=60_000)
        assert [row.clip.name for row in window.panel.clips_model.rows] == ["Ünï 片"]
        qtbot.mouseClick(window.panel.go.button, Qt.MouseButton.LeftButton)
        jobs = window.panel.jobs_model
        qtbot.waitUntil(lambda: any(isinstance(job.state, Imported) for job in jobs.jobs), timeout=120_000)
        job = jobs.jobs[0].id
        window.close()
    lies_where_it_should(blender, tmp_path)
    strips = (
        "answer = sorted((s.name, s.channel, s.frame_final_start, s.frame_final_end, s.mute) for s in kit.strips())"
    )
    source, lifted = sorted(blender.run(strips), key=lambda strip: strip[1])
    assert source == ["Ünï 片", 1, FIRST, LAST + 1, True]
    assert (lifted[2:4], lifted[4]) == ([FIRST, LAST + 1], False)
    # The project is saved, and opened again: what was placed is still there, and can be taken back.
    blender.run("kit.save(given['blend']); kit.load(given['blend'])", blend=project["blend"])
    lies_where_it_should(blender, tmp_path)
    with serving(blender, home):
        qtbot.waitUntil(lambda: any((home / "hosts" / "doors").glob("blender-*.json")), timeout=20_000)
        again = HostWindow(home, attach("blender", home), "Blender", memory)
        qtbot.addWidget(again)
        again.show()
        jobs = again.panel.jobs_model
        qtbot.waitUntil(lambda: jobs.job(job) is not None, timeout=60_000)
        again.panel.jobs.select(job)
        revert = next(action for action in again.panel.commands if action.objectName() == "revert")
        qtbot.waitUntil(revert.isEnabled, timeout=20_000)
        revert.trigger()
        qtbot.waitUntil(lambda: isinstance(jobs.job(job).state, Ready), timeout=60_000)
        again.close()
    assert blender.run("answer = kit.dump()") == project["before"]


def test_the_command_line_does_the_same(blender: Blender, project, home: Path, tmp_path: Path):
    terminal = Terminal(home)
    with serving(blender, home):
        while not any((home / "hosts" / "doors").glob("blender-*.json")):
            pass
        panel = attach("blender", home)  # another one at the same application
        assert panel.selection().clips[0].name == "Ünï 片"
        report = terminal.lift("--host", "blender", "--out", tmp_path / "out")
        assert panel.facts().project == project["blend"]
        panel.close()
        placed = report["clips"][0]
        assert placed["placement"]
        assert placed["frames"] == FRAMES - sum(TRIM)
    lies_where_it_should(blender, tmp_path)
    with serving(blender, home):
        again = terminal.lift("--host", "blender", "--out", tmp_path / "out", "--conflict", "skip")
        assert [clip["placement"] for clip in again["clips"]] == [""]
        back = terminal.run("revert", placed["job"], "--json")
        assert (back.code, back.json["state"]) == (0, "ready"), back.err
    assert blender.run("answer = kit.dump()") == project["before"]
    with Bridge.attach_or_start(home=home, start=False) as bridge:
        assert {job.state.state for job in bridge.jobs(10)} == {"ready"}


def test_a_mask_of_the_project_limits_the_lift(blender: Blender, project, home: Path, tmp_path: Path):
    """The ramp's white wanders: on the first frame of the cut it lies in the left half, on the last in the right."""
    blender.run("kit.mask('links', (0.0, -1.0, 0.5, 2.0))")
    terminal = Terminal(home)
    with serving(blender, home):
        while not any((home / "hosts" / "doors").glob("blender-*.json")):
            pass
        report = terminal.lift(
            "--host", "blender", "--out", tmp_path / "out", "--handles", 2, "--clip-mask", "mask"
        )  # fmt: skip
        assert (report["clips"][0]["handles_before"], report["clips"][0]["handles_after"]) == (2, 2)
    for frame, lifted in ((FIRST, True), (LAST, False)):
        path = rendered(tmp_path, frame)
        blender.run("kit.render(given['frame'], given['path'])", frame=frame, path=path)
        light = exr(path)[SIZE[1] // 2, :, 0]
        codes = code_of(frame - START)[SIZE[1] // 2, :, 0].astype(np.float64) / 255
        white = light[np.argmax(codes)]
        assert (white > 1.5) == lifted
        assert lifted or white == 1.0
        right = slice(SIZE[0] // 2 + 1, None)
        np.testing.assert_allclose(light[right], codes[right] ** 2.4, rtol=2e-3, atol=1e-5)
