"""The panel in its main states, as pictures to be looked at: SUPERWHITE_SCREENS names a folder to keep them in.

What a test can see in them is seen to: nothing is cut off, and every state differs from the others.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from bridge.client import Bridge
from bridge.domain.errors import SuperwhiteError
from tests.acceptance.test_timelines import cut
from tests.clips import write_numbered
from tests.endpoints import Endpoint, Fault

ROOT = Path(__file__).resolve().parents[2]
STATES = (
    "first_run",
    "empty",
    "ready",
    "running",
    "viewer",
    "false_color",
    "needs_key",
    "remote_form",
    "remote_more",
    "remote_jobs",
    "error",
    "narrow",
)
PAGES = ("output", "import", "endpoints", "shortcuts")


@pytest.mark.parametrize(
    ("name", "wishes", "scale"), [("light", [], 1), ("dark", ["dark"], 1), ("german", ["de"], 1), ("scaled", [], 2)]
)
def test_every_state_can_be_looked_at(tmp_path, name, wishes, scale):
    folder = Path(os.environ.get("SUPERWHITE_SCREENS", tmp_path / "screens")) / name
    timeline = cut(tmp_path / "Reel 1.otio")
    home = tmp_path / "home"
    try:
        with Endpoint() as endpoint:
            endpoint.script.always("job", Fault.never())
            endpoint.script.next("submit", Fault.drop_after_accept())
            fal = {name: value for name, value in endpoint.environment.items() if name != "OXEN_API_KEY"}
            done = subprocess.run(
                [sys.executable, "-m", "tests.panel.screens", folder, home, timeline, *wishes],
                cwd=ROOT,
                env=os.environ | fal | {"QT_SCALE_FACTOR": str(scale), "SUPERWHITE_HOME": str(home)},
                capture_output=True,
                text=True,
                timeout=180,
                check=False,
            )
    finally:
        with contextlib.suppress(SuperwhiteError), Bridge.attach_or_start(home=home, start=False) as bridge:
            bridge.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    seen = {state: QImage(str(folder / f"{state}.png")) for state in STATES}
    assert seen["viewer"].width() == 1440 * scale
    assert seen["narrow"].width() < 700 * scale
    assert len({bytes(image.constBits()) for image in seen.values()}) == len(STATES)
    assert all((folder / f"settings_{page}.png").stat().st_size > 1000 for page in PAGES)
    dark = seen["ready"].pixelColor(seen["ready"].rect().bottomLeft()).lightness() < 100
    assert dark == (name == "dark")


HOST_STATES = ("nothing", "unsuitable", "masks", "rendering", "stopping", "busy", "gone")


@pytest.mark.parametrize(("name", "wishes"), [("light", []), ("dark", ["dark"]), ("german", ["de"])])
def test_every_state_beside_a_host_can_be_looked_at(tmp_path, name, wishes):
    folder = Path(os.environ.get("SUPERWHITE_SCREENS", tmp_path / "screens")) / name
    home = tmp_path / "home"
    movie = write_numbered(tmp_path / "street.mp4", 8)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.panel.host_screens", folder, home, movie, *wishes],
            cwd=ROOT,
            env=os.environ | {"SUPERWHITE_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    finally:
        with contextlib.suppress(SuperwhiteError), Bridge.attach_or_start(home=home, start=False) as bridge:
            bridge.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    seen = [QImage(str(folder / f"host_{state}.png")) for state in HOST_STATES]
    assert len({bytes(image.constBits()) for image in seen}) == len(HOST_STATES)
