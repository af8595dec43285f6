"""A lift by a ComfyUI of the user's own, from the command line to the frames in the folder."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

import psutil
import pytest

from bridge.client import Bridge
from bridge.domain.job import Ready
from bridge.domain.settings import BridgeSettings, Endpoint
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from tests.clips import write_numbered
from tests.comfy import ComfyServer
from tests.comfy.world import light_of, pictures

from .remote import frames_of
from .terminal import Terminal, wait_for

FRAMES = 12
KILLS = 3


@pytest.fixture
def server():
    with ComfyServer() as comfy:
        yield comfy


@pytest.fixture
def terminal(tmp_path, server):
    home = tmp_path / "home"
    home.mkdir()
    endpoint = Endpoint(name="comfyui", title="ComfyUI", kind="comfyui", url=server.url)
    # “Never upload” holds, and a server on this machine is no upload.
    settings = BridgeSettings(never_upload=True, endpoints=(endpoint,))
    (home / "settings.json").write_text(settings.model_dump_json())
    made = Terminal(home)
    made.environment |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    yield made
    made.close()


@pytest.fixture
def clip(tmp_path):
    return write_numbered(tmp_path / "shot.mp4", FRAMES)


def sent(server: ComfyServer) -> list:
    """What the model was given, of the one plate that was uploaded."""
    (plate,) = (server.folder / "input").rglob("*.mp4")
    return [light_of(picture) for picture in pictures(plate)]


def test_a_lift(terminal, server, clip, tmp_path):
    made = terminal.lift(clip, "--backend", "comfyui", "--out", tmp_path, "--param", "seed=7")
    assert made["frames"] == FRAMES
    assert made["cost"] is None
    frames = frames_of(made)
    assert len(frames) == FRAMES
    assert all((one == other).all() for one, other in zip(frames, sent(server), strict=False))
    sidecar = json.loads(Path(made["sidecar"]).read_text())
    assert sidecar["engine"]["engine"].startswith("ComfyUI: ltx-2.3")
    assert sidecar["engine"]["seed"] == 7


def test_whenever_the_bridge_is_killed_one_job_is_made_and_one_sequence(
    terminal, server, clip, tmp_path, monkeypatch
):
    chance = random.Random(0)
    server.world.steps, server.world.step_seconds = 8, 0.3
    monkeypatch.setenv("SUPERWHITE_HOME", str(terminal.home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    request = LiftRequest(
        backend="comfyui", source=SourceSpec(path=clip), output=OutputSpec(folder=tmp_path / "out", review=False)
    )
    with Bridge.attach_or_start() as bridge:
        job = bridge.submit(request).id
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 2.0))
        os.kill(terminal.run_file["pid"], signal.SIGKILL)
        with Bridge.attach_or_start() as bridge:
            state = bridge.job(job).state

    def ended() -> Ready | None:
        nonlocal state
        with Bridge.attach_or_start() as bridge:
            state = bridge.job(job).state
        return state if isinstance(state, Ready) else None

    result = wait_for(ended).result
    assert len(server.world.queued) == len(server.world.executed) == 1
    frames = frames_of(result.model_dump(mode="json"))
    assert len(frames) == FRAMES
    assert all((one == other).all() for one, other in zip(frames, sent(server), strict=False))
    assert [path.name for path in (tmp_path / "out").iterdir()] == [result.directory.name]


def test_cancelled_from_the_terminal_it_ends_at_the_server(terminal, server, clip, tmp_path):
    server.world.step_seconds, server.world.steps = 0.05, 400
    lifting = terminal.start("lift", clip, "--backend", "comfyui", "--out", tmp_path, "--json")
    wait_for(lambda: server.world.running)
    lifting.send_signal(signal.SIGINT)
    lifting.communicate(timeout=60)
    wait_for(lambda: server.world.history)
    (over,) = server.world.history.values()
    assert over["status"]["messages"][-1][0] == "execution_interrupted"
    assert psutil.pid_exists(terminal.run_file["pid"])


def test_nothing_is_uploaded_to_another_machine_where_that_is_forbidden(terminal, clip, tmp_path):
    far = Endpoint(name="comfyui", title="ComfyUI", kind="comfyui", url="http://192.168.255.254:8188")
    settings = BridgeSettings(never_upload=True, endpoints=(far,))
    (terminal.home / "settings.json").write_text(settings.model_dump_json())
    outcome = terminal.run("lift", clip, "--backend", "comfyui", "--out", tmp_path, "--json")
    assert outcome.code == 13, outcome.err
