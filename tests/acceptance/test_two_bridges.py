"""One Superwhite as another's endpoint: the frames are those of a lift at home, bit for bit."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from bridge.client import calls
from bridge.client.bridge import Bridge
from bridge.client.runfile import RunFile
from bridge.domain.settings import Endpoint
from tests.clips import write_movie, write_numbered, yuv_frame

from .remote import frames_of
from .terminal import Terminal

TOKEN = "a-token-for-tests-only"


@contextmanager
def box(home: Path) -> Generator[str]:
    """A bridge that serves others; its address."""
    terminal = Terminal(home)
    terminal.environment |= {"SUPERWHITE_TOKEN": TOKEN}
    process = terminal.start("serve", "--json")
    try:
        assert process.stdout
        yield json.loads(process.stdout.readline())["address"]
    finally:
        process.terminate()
        try:
            process.communicate(timeout=180)
        except subprocess.TimeoutExpired:
            process.kill()
        terminal.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with box(tmp_path_factory.mktemp("box") / "home") as found:
        yield found


@pytest.fixture
def terminal(tmp_path, address):
    one = Terminal(tmp_path / "home")
    one.environment |= {"SUPERWHITE_FAL_BASE": address, "FAL_KEY": TOKEN, "SUPERWHITE_KEY_BOX": TOKEN}
    yield one
    one.close()


def equal(one, other) -> bool:
    pairs = list(zip(frames_of(one), frames_of(other), strict=True))
    return bool(pairs) and all(np.array_equal(a, b) for a, b in pairs)


def bright(number: int) -> np.ndarray:
    """A picture with highlights that move."""
    x = np.linspace(0, 1, 128)
    return np.stack([np.tile(np.clip(x + shift, 0, 1), (64, 1)) for shift in (0.01 * number, 0.2, 0.4)])


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p10le"])
def test_the_same_frames_as_at_home(terminal: Terminal, tmp_path: Path, pixel_format: str):
    clip = write_movie(tmp_path / "shot.mkv", [yuv_frame(bright(n), pixel_format) for n in range(12)], codec="ffv1")
    far = terminal.lift(clip, "--backend", "fal", "--range", "2-12", "--out", tmp_path / "far")
    near = terminal.lift(clip, "--range", "2-12", "--out", tmp_path / "near")
    assert (far["first"], far["last"], far["frames"]) == (near["first"], near["last"], near["frames"]) == (2, 11, 10)
    assert equal(far, near)


def test_as_an_endpoint_of_ones_own_with_its_engines_settings(terminal: Terminal, tmp_path: Path, address: str):
    clip = write_numbered(tmp_path / "shot.mp4", 9)
    near = terminal.lift(clip, "--strength", "0.5", "--white", "100", "--out", tmp_path / "near")
    run_file = RunFile.read(terminal.home)
    assert run_file
    with Bridge(run_file) as bridge:
        settings = bridge.do(calls.settings())
        own = Endpoint(name="box", title="The box", kind="superwhite", url=address)
        bridge.do(calls.change_settings(settings.model_copy(update={"endpoints": (*settings.endpoints, own)})))
        assert bridge.do(calls.test_backend("box")).passed
    arguments = ("--strength", "0.5", "--white", "100", "--out", tmp_path / "far")
    far = terminal.lift(clip, "--backend", "box", *arguments)
    assert equal(far, near)
    assert far["cost"] is None


def test_a_wrong_token(terminal: Terminal, tmp_path: Path):
    terminal.environment |= {"FAL_KEY": "quite-another-token"}
    clip = write_numbered(tmp_path / "shot.mp4", 9)
    outcome = terminal.run("lift", clip, "--backend", "fal", "--out", tmp_path, "--json")
    assert outcome.code == 91
