"""The local GPU end to end with random weights: command, bridge, warm worker, EXR frames."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from bridge.client import calls
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from tests.clips import numbered_frames, write_movie, write_numbered

from .terminal import wait_for
from .tinyltx import TinyTerminal, engine, header, make_weights, pictures, same

W, H, FRAMES = 96, 64, 20
LONG = 170


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return make_weights(tmp_path_factory.mktemp("weights") / "ltx-2.3-hdr")


@pytest.fixture(scope="module")
def local(tmp_path_factory, weights):
    one = TinyTerminal(tmp_path_factory.mktemp("home of Zoë"), weights)
    yield one
    one.close()


@pytest.fixture
def own(tmp_path, weights):
    one = TinyTerminal(tmp_path / "home", weights)
    yield one
    one.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("clips") / "clip.mp4", FRAMES)


@pytest.fixture(scope="module")
def lifted(local, clip, tmp_path_factory):
    """What nothing has disturbed."""
    return local.lift(clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory):
    """More than is made at once: two parts."""
    return write_numbered(tmp_path_factory.mktemp("clips") / "clip.mp4", LONG)


@pytest.fixture(scope="module")
def long_lifted(local, long_clip, tmp_path_factory):
    return local.lift(long_clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path_factory.mktemp("out"))


def test_a_clip_becomes_frames_that_say_how_they_were_made(lifted):
    frames = pictures(lifted)
    assert len(frames) == lifted["frames"] == FRAMES
    assert {frame.shape for frame in frames} == {(H, W, 3)}
    assert {frame.dtype for frame in frames} == {np.dtype(np.float16)}
    assert all(np.isfinite(frame).all() and frame.min() >= 0 for frame in frames)
    # 10 000 cd/m2 of 203, where LogC3 would end at 55.08.
    assert max(frame.max() for frame in frames) <= 10_000 / 203
    head = header(lifted)
    told = json.loads(head["superwhite:engine"])
    assert told == engine(lifted)
    assert (told["recipe"], told["seed"]) == ("ltx-2.3-hdr", 7)
    assert head["comments"] == told["statement"]
    assert "random weights" in told["statement"]  # nobody may take them for pictures
    assert head["colorInteropID"] == "lin_rec709_scene"
    assert told["libraries"].keys() >= {"torch", "diffusers"}
    assert {"flicker", "seams"} <= lifted["measures"].keys()


def test_the_same_seed_gives_the_same_light_and_another_gives_another(local, clip, lifted, tmp_path):
    pids = [worker.pid for worker in local.workers()]
    again = local.lift(clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path)
    other = local.lift(clip, "--backend", "ltx", "--param", "seed=8", "--out", tmp_path)
    assert same(lifted, again)
    assert not same(lifted, other)
    # The model was loaded once.
    assert [worker.pid for worker in local.workers()] == pids


def test_a_seed_by_chance_is_told(local, clip, tmp_path):
    made = local.lift(clip, "--backend", "ltx", "--range", "0-1", "--out", tmp_path)
    seed = engine(made)["seed"]
    again = local.lift(clip, "--backend", "ltx", "--range", "0-1", "--param", f"seed={seed}", "--out", tmp_path)
    assert same(made, again)


@pytest.mark.parametrize(("size", "frames"), [((70, 50), 1), ((50, 70), 9), ((65, 129), 10)])
def test_odd_sizes_and_lengths(local, tmp_path, size, frames):
    pictures_of_it = numbered_frames(frames, "yuv444p", *size)
    clip = write_movie(tmp_path / "odd.mkv", pictures_of_it, codec="ffv1")
    made = local.lift(clip, "--backend", "ltx", "--no-review", "--out", tmp_path)
    assert [frame.shape for frame in pictures(made)] == [(size[1], size[0], 3)] * frames


def test_the_panel_sees_a_backend_that_is_ready_and_work_in_words(local, clip, lifted, tmp_path):
    output = OutputSpec(folder=tmp_path)
    with local.bridge() as bridge:
        state = next(each for each in bridge.do(calls.backends()) if each.backend == "ltx")
        assert (state.state, state.title, state.runs) == ("ready", "Local GPU", "here")
        (lift,) = [c for c in bridge.capabilities() if c.backend == "ltx" and c.workflow == "hdr_lift"]
        assert (lift.kind, lift.mask, lift.unknown) == ("generative", "optional", "")
        job = bridge.submit(LiftRequest(backend="ltx", source=SourceSpec(path=clip), output=output))
        states = [event.state for event in bridge.follow(job.id)]
    running = [state for state in states if state.state == "running"]
    # What lasts for less than a tenth of a second is not stored.
    assert any(state.note for state in running)
    shares = [state.done for state in running]
    assert shares == sorted(shares)
    assert {state.total for state in running} == {FRAMES}
    assert states[-1].state == "ready"


def test_the_way_to_the_pixels_is_tried_hop_by_hop(local, lifted):
    with local.bridge() as bridge:
        report = bridge.do(calls.test_backend("ltx"))
    assert [hop.name for hop in report.hops] == ["card", "engine", "weights", "worker"]
    assert report.passed


def test_a_worker_that_is_killed_costs_no_frame_and_no_light(own, long_clip, long_lifted, tmp_path):
    process = own.start(
        "lift", long_clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path / "out", "--json"
    )
    job = own.wait_for_note("part 2 of 2")
    made = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.exr")}
    assert made
    own.workers()[0].kill()
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    found = json.loads(output.splitlines()[-1])
    assert same(found, long_lifted)
    # Frames that were there have not been made again.
    assert all((Path(found["directory"]) / name).stat().st_mtime_ns == stamp for name, stamp in made.items())
    with own.bridge() as bridge:
        states = [event.state.state for event in bridge.follow(job)]
        # Back to the queue, once.
        assert bridge.job(job).attempts == 2
    assert "queued" in states[states.index("running") :]


def test_a_worker_that_is_killed_twice_fails_the_job_and_a_retry_gives_the_same_light(own, clip, tmp_path):
    process = own.start("lift", clip, "--backend", "ltx", "--out", tmp_path / "out", "--json")
    wait_for(lambda: (own.home / "bridge.json").exists())
    (first,) = wait_for(own.workers)
    first.kill()
    (second,) = wait_for(lambda: [worker for worker in own.workers() if worker.pid != first.pid])
    second.kill()
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 41, errors
    assert json.loads(output.splitlines()[-1])["error"]["kind"] == "EngineLost"
    # The bridge lives, and a job that is wanted again has the seed that chance gave it.
    job = json.loads(output.splitlines()[-1])["job"]
    assert own.run("jobs", "retry", job).code == 0
    with own.bridge() as bridge:
        list(bridge.follow(job))
        made = bridge.job(job).state.result.model_dump(mode="json")
    seed = engine(made)["seed"]
    plain = own.lift(clip, "--backend", "ltx", "--param", f"seed={seed}", "--out", tmp_path)
    assert same(made, plain)


def test_a_bridge_that_is_killed_leaves_frames_that_are_not_made_again(own, long_clip, long_lifted, tmp_path):
    process = own.start("lift", long_clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path, "--json")
    job = own.wait_for_note("part 2 of 2")
    worker = own.workers()[0]
    os.kill(own.run_file["pid"], signal.SIGKILL)
    process.communicate(timeout=300)
    # It has nobody to answer to.
    wait_for(lambda: not worker.is_running() or worker.status() == "zombie", within=60)
    made = {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*.exr")}
    assert made
    assert own.run("jobs", "retry", job).code == 0
    with own.bridge() as bridge:
        list(bridge.follow(job))
        found = bridge.job(job).state.result.model_dump(mode="json")
    assert same(found, long_lifted)
    assert all((Path(found["directory"]) / name).stat().st_mtime_ns == stamp for name, stamp in made.items())


def test_a_cancelled_job_leaves_nothing_and_the_model_stays(local, clip, long_clip, lifted, tmp_path):
    pids = [worker.pid for worker in local.workers()]
    process = local.start("lift", long_clip, "--backend", "ltx", "--out", tmp_path / "out", "--json")
    job = local.wait_for_note("part 1 of 2")
    with local.bridge() as bridge:  # a command takes as long to start as such a small part to be made
        bridge.cancel(job)
    process.communicate(timeout=120)
    assert process.returncode == 130
    assert list((tmp_path / "out").iterdir()) == []
    after = local.lift(clip, "--backend", "ltx", "--param", "seed=7", "--out", tmp_path)
    assert same(after, lifted)
    assert [worker.pid for worker in local.workers()] == pids


def test_a_drive_that_fills_up_keeps_whole_frames_and_the_rest_is_the_same(local, long_clip, long_lifted, drive):
    frames = [path.stat().st_size for path in Path(long_lifted["directory"]).glob("*.exr")]
    room = sum(-(-size // 4096) * 4096 for size in frames)
    small = drive(f"size={4 * room}")
    ballast = small / "ballast"
    # Room for six in ten of them, beside what is kept between two parts.
    ballast.write_bytes(b"\0" * (4 * room - room * 6 // 10 - 2**20))
    settings = ("--backend", "ltx", "--param", "seed=7", "--no-review", "--out", small, "--json")
    outcome = local.run("lift", long_clip, *settings)
    assert (outcome.code, outcome.json["error"]["kind"]) == (31, "DiskFull"), outcome.err
    kept = sorted(small.rglob("*.exr"))
    assert 0 < len(kept) < LONG
    assert all(path.parent.name.endswith(".partial") for path in kept)
    ballast.unlink()
    again = local.run("jobs", "retry", outcome.json["job"], "--json")
    assert again.code == 0, again.err
    assert same(again.json, long_lifted)


def test_what_is_missing_is_said_before_anything_is_made(own, weights, clip, tmp_path):
    own.environment["SUPERWHITE_LTX_WEIGHTS"] = str(tmp_path / "nothing")
    outcome = own.run("lift", clip, "--backend", "ltx", "--out", tmp_path / "out", "--json")
    # Without a card nothing is fetched first; with one, weights are.
    assert outcome.json["error"]["kind"] in ("GpuUnavailable", "WeightsMissing")
    assert not list((tmp_path / "out").glob("*"))


def test_weights_that_are_cut_short_are_found(own, weights, clip, tmp_path):
    damaged = shutil.copytree(weights, tmp_path / "damaged")
    largest = max(damaged.rglob("*.safetensors"), key=lambda path: path.stat().st_size)
    with largest.open("rb+") as file:
        file.truncate(largest.stat().st_size // 2)
    own.environment["SUPERWHITE_LTX_WEIGHTS"] = str(damaged)
    outcome = own.run("lift", clip, "--backend", "ltx", "--out", tmp_path / "out", "--json")
    assert outcome.json["error"]["kind"] in ("GpuUnavailable", "WeightsDamaged")
    assert not list((tmp_path / "out").glob("*"))
