"""Inpaint and reference video on this machine, end to end with random weights: command, bridge, warm worker, movie."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bridge.media.clip import open_clip
from tests.clips import numbered_luma, rgb_frame, write_exr, write_movie

from .terminal import ROOT, wait_for
from .tinyltx import TinyTerminal, make_weights, same

W, H, FRAMES = 96, 64, 10


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    home = tmp_path_factory.mktemp("models of Zoë")
    make_weights(home / "ltx-2.3-hdr")
    command = [sys.executable, "-m", "bridge.engines.ltx.in_context.tiny", home]
    subprocess.run(command, check=True, cwd=ROOT, timeout=300)
    return home


def terminal(home, models):
    one = TinyTerminal(home, models / "ltx-2.3-hdr")
    one.environment["SUPERWHITE_MODELS"] = str(models)
    return one


@pytest.fixture(scope="module")
def local(tmp_path_factory, models):
    one = terminal(tmp_path_factory.mktemp("home"), models)
    yield one
    one.close()


@pytest.fixture
def own(tmp_path, models):
    one = terminal(tmp_path / "home", models)
    yield one
    one.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    frames = [rgb_frame(np.stack([numbered_luma(n)] * 3)).reformat(format="bgr0") for n in range(FRAMES)]
    return write_movie(tmp_path_factory.mktemp("clips") / "clip.mkv", frames, codec="ffv1")


@pytest.fixture(scope="module")
def mask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mask")
    levels = np.zeros((H, W), np.float32)
    levels[20:40, 30:60] = 1
    for number in range(FRAMES):
        write_exr(folder / f"m.{number:04d}.exr", {"A": levels})
    return folder / "m.%04d.exr"


def run(local, workflow, clip, *more):
    outcome = local.run("run", workflow, clip, "--backend", "ltx", *more, "--json")
    assert outcome.code == 0, outcome.err + outcome.out
    return outcome.json


def frames_of(path):
    with open_clip(Path(path)) as movie:
        return np.stack([frame.codes.transpose(1, 2, 0) for frame in movie.frames(movie.facts.range)])


def movie_of(made):
    return frames_of(Path(made["directory"]) / made["pattern"])


def test_what_is_white_is_made_anew_and_the_movie_is_lifted_afterwards(local, clip, mask, tmp_path):
    made = run(
        local, "inpaint", clip, "--mask", mask, "--param", "seed=3", "--then-lift", "embedded", "--out", tmp_path
    )
    movies = list(tmp_path.rglob("*.mov"))
    assert len(movies) == 1
    pictures, source = frames_of(movies[0]), frames_of(clip)
    outside = np.ones((H, W), bool)
    outside[20:40, 30:60] = False
    assert np.array_equal(pictures[:, outside], source[:, outside])
    assert not np.array_equal(pictures[:, 24:36, 34:56], source[:, 24:36, 34:56])
    sidecar = json.loads(movies[0].with_suffix(".json").read_text())
    assert sidecar["engine"]["seed"] == 3
    assert sidecar["engine"]["recipe"] == "inpaint, LTX-2.3"
    assert len(list(tmp_path.rglob("*.exr"))) == FRAMES
    assert made


def test_a_lift_after_it_is_the_lift_before_it_in_the_same_worker(local, clip, mask, tmp_path):
    lift = ("--backend", "ltx", "--param", "seed=7", "--out", tmp_path)
    before = local.lift(clip, *lift)
    (worker,) = local.workers()
    run(local, "inpaint", clip, "--mask", mask, "--out", tmp_path)
    run(local, "reference-video-to-video", clip, "--param", "prompt=a street in the rain", "--out", tmp_path)
    after = local.lift(clip, *lift)
    assert [each.pid for each in local.workers()] == [worker.pid]
    assert same(before, after)


def test_a_range_with_handles_is_a_movie_of_that_length(local, clip, tmp_path):
    made = run(
        local,
        "reference-video-to-video",
        clip,
        *("--range", "2-7", "--handles", "1", "--param", "prompt=x", "--param", "seed=1", "--out", tmp_path),
    )
    assert made["kind"] == "movie"
    assert (made["frames"], made["handles_before"], made["handles_after"]) == (7, 1, 1)
    assert movie_of(made).shape == (7, H, W, 3)


def test_what_cannot_be_done_is_not_offered_and_says_why(local, clip, tmp_path):
    with local.bridge() as bridge:
        offered = {each.workflow: each for each in bridge.capabilities() if each.backend == "ltx"}
    assert set(offered) == {"hdr_lift", "inpaint", "reference_video_to_video", "audio_to_video"}
    assert [name for name, each in offered.items() if each.unknown] == ["audio_to_video"]
    outcome = local.run("run", "audio-to-video", clip, "--backend", "ltx", "--param", "prompt=x", "--out", tmp_path)
    assert outcome.code == 11, outcome.err
    assert "replaces the sound" in " ".join(outcome.err.split())
    outcome = local.run("run", "inpaint", clip, "--backend", "ltx", "--out", tmp_path)
    assert outcome.code == 10
    assert "needs a mask" in outcome.err


def test_without_its_weights_it_says_which_command_brings_them(tmp_path, models, clip, mask):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "ltx-2.3-hdr").symlink_to(models / "ltx-2.3-hdr")
    one = terminal(tmp_path / "home", tmp_path / "models")
    try:
        outcome = one.run("run", "inpaint", clip, "--backend", "ltx", "--mask", mask, "--out", tmp_path)
        assert outcome.code == 44, outcome.err
        assert "superwhite models fetch ltx-2.3-text" in " ".join(outcome.err.split())
    finally:
        one.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows kills in another way")
def test_a_worker_that_is_killed_in_the_middle_makes_no_difference(own, clip, mask, tmp_path):
    settings = ("--backend", "ltx", "--mask", mask, "--param", "seed=5", "--out", tmp_path, "--json")
    undisturbed = run(own, "inpaint", clip, *settings[2:-1])
    process = own.start("run", "inpaint", clip, *settings)
    own.wait_for_note("")  # any: a stage of so small a model may be over before it is stored
    (worker,) = own.workers()
    os.kill(worker.pid, signal.SIGKILL)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert np.array_equal(movie_of(json.loads(out.splitlines()[-1])), movie_of(undisturbed))
    wait_for(lambda: not list(tmp_path.rglob(".part-*")))
