"""A GPU box with random weights: clips come by fal's queue protocol, and from another Superwhite."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import httpx
import numpy as np
import pytest

from bridge.client import calls
from bridge.domain.settings import Endpoint
from tests.bridge.service.queue.boxes import HDR, as_uri, completed, frames_of, status_of, submitted
from tests.clips import write_numbered

from .terminal import Terminal, wait_for
from .tinyltx import TinyTerminal, bridge_of, make_weights, same

TOKEN = "a-token-for-tests-only"
FRAMES = 12


class Box:
    """`superwhite serve --engine ltx`, which can be killed and started again."""

    def __init__(self, home, weights) -> None:
        self.terminal = TinyTerminal(home, weights)
        self.terminal.environment |= {"SUPERWHITE_TOKEN": TOKEN}
        self.start()

    def start(self, port: int = 0) -> None:
        self.process = self.terminal.start("serve", "--engine", "ltx", "--port", port, "--json")
        assert self.process.stdout
        self.address = json.loads(self.process.stdout.readline())["address"]
        self.http = httpx.Client(
            base_url=self.address, headers={"Authorization": f"Key {TOKEN}"}, trust_env=False, timeout=60
        )

    @property
    def log(self) -> str:
        return (self.terminal.home / "bridge.log").read_text()

    def kill(self) -> None:
        """The bridge itself, as a power cut would."""
        os.kill(self.terminal.run_file["pid"], signal.SIGKILL)
        self.process.communicate(timeout=60)

    def close(self) -> None:
        self.http.close()
        self.process.terminate()
        try:
            self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.terminal.close()


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return make_weights(tmp_path_factory.mktemp("weights") / "ltx-2.3-hdr")


@pytest.fixture(scope="module")
def box(tmp_path_factory, weights):
    one = Box(tmp_path_factory.mktemp("box") / "home", weights)
    yield one
    one.close()


@pytest.fixture
def own_box(tmp_path, weights):
    one = Box(tmp_path / "box", weights)
    yield one
    one.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("clips") / "clip.mp4", FRAMES, options={"crf": "1"})


@pytest.fixture
def uri(clip):
    return as_uri(clip.read_bytes())


@pytest.fixture
def client(tmp_path, box):
    """Another machine, without any engine of its own."""
    one = Terminal(tmp_path / "home")
    one.environment |= {"SUPERWHITE_KEY_BOX": TOKEN}
    one.run("jobs", "list")  # starts its bridge
    with bridge_of(one) as bridge:
        endpoint = Endpoint(name="box", title="The box", kind="superwhite", url=box.address)
        settings = bridge.do(calls.settings())
        bridge.do(calls.change_settings(settings.model_copy(update={"endpoints": (*settings.endpoints, endpoint)})))
    yield one
    one.close()


def body(uri, **more):
    return {"prompt": "HDR footage", "video_url": uri} | more


def lines(http, request):
    return [line["message"] for line in http.get(f"/queue/{HDR}/requests/{request}/status?logs=1").json()["logs"]]


def answer_of(http, request):
    return http.get(f"/queue/{HDR}/requests/{request}").json()


def light_of(http, request):
    return frames_of(http.get(answer_of(http, request)["exr_frames_url"]["url"]).content)


def test_the_model_is_loaded_once_before_any_request(box, uri):
    wait_for(lambda: "The model is loaded on 1 card" in box.log)
    (worker,) = box.terminal.workers()
    for seed in (1, 2):
        completed(box.http, submitted(box.http, body(uri, seed=seed)))
    assert [each.pid for each in box.terminal.workers()] == [worker.pid]


def test_the_box_names_its_engine(box):
    assert httpx.get(f"{box.address}/v1/endpoints", trust_env=False).json()["engine"] == "ltx"


def test_a_request_of_fals_protocol_is_lifted_by_its_seed(box, uri, clip, tmp_path, weights):
    request = submitted(box.http, body(uri, seed=5))
    assert completed(box.http, request).get("error") is None
    answer = answer_of(box.http, request)
    assert answer["seed"] == 5
    light = light_of(box.http, request)
    assert sorted(light) == [f"frame_{number:05}.exr" for number in range(FRAMES)]
    told = lines(box.http, request)
    # Of what the work says of its stages, that which lasts long enough to be stored.
    assert any(line.startswith(("Reading", "Stage", "Enlarging", "Decoding", "32-bit weights")) for line in told)
    other = submitted(box.http, body(uri, seed=5, prompt="which changes nothing"))
    completed(box.http, other)
    again = light_of(box.http, other)
    assert all(np.array_equal(light[name], again[name]) for name in light)


def test_a_seed_by_chance_is_answered_and_gives_the_same_again(box, uri):
    request = submitted(box.http, body(uri))
    completed(box.http, request)
    seed = answer_of(box.http, request)["seed"]
    again = submitted(box.http, body(uri, seed=seed))
    completed(box.http, again)
    one, other = light_of(box.http, request), light_of(box.http, again)
    assert all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("http://example.com/a.safetensors", "https"),
        ("https://127.0.0.1/a.safetensors", "Failed to download"),
        ("file:///etc/passwd.safetensors", "https"),
    ],
)
def test_loras_are_fetched_from_the_web_alone(box, uri, path, words):
    request = submitted(box.http, body(uri, loras=[{"path": path}]), app=f"{HDR}/lora")
    found = completed(box.http, request)
    assert words in found["error"]


def test_the_models_own_lora_is_there_and_one_that_does_not_fit_is_refused(box, uri, tmp_path, weights):
    from bridge.domain.ltx import HDR_LORA

    request = submitted(box.http, body(uri, loras=[{"path": HDR_LORA}]), app=f"{HDR}/lora")
    assert completed(box.http, request).get("error") is None
    assert any("part of the engine" in line for line in lines(box.http, request))


def test_settings_that_the_engine_does_not_have_are_refused_at_once(box, uri):
    given = body(uri, superwhite={"parameters": {"method": "c4"}})
    assert box.http.post(f"/queue/{HDR}", json=given).status_code == 422


def test_requests_wait_in_line(box, uri):
    requests = [submitted(box.http, body(uri, seed=seed)) for seed in (11, 12, 13)]
    seen = [status_of(box.http, request) for request in requests]
    assert seen[-1]["status"] == "IN_QUEUE"
    assert seen[-1]["queue_position"] >= 1
    for request in requests:
        completed(box.http, request)


def test_a_box_that_is_killed_goes_on_with_its_queue(own_box, uri, box):
    requests = [submitted(own_box.http, body(uri, seed=seed)) for seed in (21, 22)]
    wait_for(lambda: any("Stage" in line for line in lines_if_running(own_box.http, requests[0])))
    port = own_box.terminal.run_file["port"]
    own_box.kill()
    own_box.start(port)
    for request, seed in zip(requests, (21, 22), strict=True):
        assert completed(own_box.http, request).get("error") is None
        undisturbed = submitted(box.http, body(uri, seed=seed))
        completed(box.http, undisturbed)
        one, other = light_of(own_box.http, request), light_of(box.http, undisturbed)
        assert all(np.array_equal(one[name], other[name]) for name in one)


def lines_if_running(http, request):
    found = http.get(f"/queue/{HDR}/requests/{request}/status?logs=1").json()
    return [line["message"] for line in found.get("logs") or ()]


def test_another_superwhite_lifts_through_the_box(client, box, clip, tmp_path, weights):
    made = client.lift(clip, "--backend", "box", "--param", "seed=7", "--out", tmp_path / "far")
    at_home = TinyTerminal(tmp_path / "own", weights)
    try:
        assert same(made, at_home.lift(clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path / "near"))
    finally:
        at_home.close()
    # By now it knows what the box has.
    with bridge_of(client) as bridge:
        (offer,) = [each for each in bridge.capabilities() if each.backend == "box"]
    assert offer.kind == "generative"
    assert "seed" in offer.parameters["properties"]


def test_a_test_of_the_endpoint_finds_out_what_it_has(client, box):
    with bridge_of(client) as bridge:
        assert bridge.do(calls.test_backend("box")).passed
        (offer,) = [each for each in bridge.capabilities() if each.backend == "box"]
    assert offer.kind == "generative"
