"""Jobs at a server that behaves as ComfyUI does: what is sent, what comes back, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from bridge.backends.comfyui import work as comfy_work
from bridge.backends.remote.plates import write_plates
from bridge.domain.errors import (
    EndpointUnreachable,
    EngineFailed,
    EngineMissing,
    GpuTooSmall,
    KeyRefused,
    RemoteFailed,
    RemoteRefused,
    ResultGone,
    ResultUnusable,
    WeightsMissing,
)
from bridge.domain.job import Deliverable, Reservation, Running, Submitted
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.protocol import PlateOrder
from tests.clips import numbered_frames, write_movie, write_numbered
from tests.comfy import ComfyServer, Drive
from tests.comfy.kinds import DISTILLED, choice
from tests.comfy.world import Failure, light_of, pictures, write_light

FRAMES = 10


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("SUPERWHITE_KEY_COMFY", raising=False)
    monkeypatch.setattr(comfy_work, "_LOOK_EVERY", 0.1)


@pytest.fixture
def server():
    with ComfyServer() as comfy:
        yield comfy


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("clip") / "shot.mp4", FRAMES)


@pytest.fixture(scope="module")
def plates(clip, tmp_path_factory):
    """What a worker makes of the clip: once, as most tests are about what comes after it."""
    folder = tmp_path_factory.mktemp("plates")
    request = LiftRequest(source=SourceSpec(path=clip), output=OutputSpec(folder=folder, review=False))
    reservation = Reservation(name="shot", staging=folder, final=folder / "shot")
    order = PlateOrder(
        job="0", request=request, reservation=reservation, folder=folder, modulus=8, remainder=1, size_modulus=32
    )
    return write_plates(order, lambda state: None)


@pytest.fixture
def fresh(server, clip, tmp_path):
    return Drive(server.url, tmp_path, clip)


@pytest.fixture
def drive(fresh, plates):
    """A job whose plate is made."""
    fresh.take_plates(plates)
    return fresh


def frames_of(result: Deliverable) -> list[np.ndarray]:
    found = []
    for number in range(result.frames):
        with OpenEXR.File(str(result.file(number))) as file:
            found.append(np.asarray(file.channels()["RGB"].pixels))
    return found


def plate_of(drive: Drive) -> np.ndarray:
    return pictures(drive.reservation.staging / ".work" / "plate.mp4")


async def until(condition: Callable[[], Any], within: float = 30) -> Any:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if value := condition():
            return value
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")


async def cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def at_work(drive: Drive) -> bool:
    return any(isinstance(state, Running) and state.done for state in drive.states)


def test_a_lift(server, fresh):
    drive = fresh
    result = drive.lift()
    (sent,) = server.prompts
    graph = sent["prompt"]
    plate = plate_of(drive)
    # 10 frames are sent as 17; what comes back is made of exactly what was sent.
    assert len(plate) == graph["empty"]["inputs"]["length"] == 17
    made = frames_of(result)
    assert len(made) == FRAMES
    assert all((one == light_of(picture)).all() for one, picture in zip(made, plate, strict=False))
    assert (result.width, result.height, result.warnings) == (96, 64, ())
    folder = f"superwhite/{sent['prompt_id']}"
    assert graph["writer"]["inputs"] | {"exposure": 0} == {
        "image": ["decoded", 0],
        "exposure": 0,
        "save_exr": True,
        "output_dir": folder,
        "filename_prefix": "frame",
        "half_precision": True,
    }
    assert graph["decoded"]["class_type"] == "VAEDecodeTiled"
    assert graph["decoded"]["inputs"]["temporal_size"] >= 64
    assert graph["guider"]["inputs"]["cfg"] == 1
    assert graph["condition"]["inputs"]["frame_rate"] == 25
    assert graph["distilled_lora"]["inputs"]["strength_model"] == 0.5
    assert graph["hdr_lora"]["inputs"]["model"] == ["distilled_lora", 0]
    assert not [node for node in graph.values() if node["class_type"].startswith("SimpleMath")]
    sidecar = json.loads(result.sidecar.read_text())
    assert sidecar["engine"]["request"] == sent["prompt_id"]
    assert sidecar["engine"]["seed"] == graph["noise"]["inputs"]["noise_seed"]


@pytest.mark.parametrize(
    ("size", "parameters", "plate", "shown"),
    [
        ((71, 49), {}, (96, 64), (71, 49)),
        ((50, 70), {}, (64, 96), (50, 70)),
        ((320, 180), {"short_side": 128}, (256, 128), (228, 128)),
        ((20, 18), {}, (32, 32), (20, 18)),
    ],
    ids=["odd", "portrait", "made smaller", "tiny"],
)
def test_sizes(server, tmp_path, size, parameters, plate, shown):
    server.kinds["EmptyLTXVLatentVideo"]["input"]["required"]["width"][1]["min"] = 32
    server.kinds["EmptyLTXVLatentVideo"]["input"]["required"]["height"][1]["min"] = 32
    clip = write_movie(tmp_path / "c.mp4", numbered_frames(2, "yuv444p", *size))
    drive = Drive(server.url, tmp_path, clip, parameters=parameters)
    result = drive.lift()
    sent = plate_of(drive)
    assert sent.shape[2:0:-1] == plate
    assert (result.width, result.height) == shown
    width, height = shown
    for made, picture in zip(frames_of(result), sent, strict=False):
        assert (made == light_of(picture)[:height, :width]).all()
    assert any("scale them in the host" in note for note in result.warnings) == bool(parameters)


@pytest.mark.parametrize(("count", "sent"), [(1, 1), (8, 9), (9, 9), (10, 17)])
def test_numbers_of_frames(server, fresh, count, sent):
    drive = fresh
    drive.source["end"] = count
    drive.__post_init__()
    assert drive.lift().frames == count
    assert server.prompts[0]["prompt"]["empty"]["inputs"]["length"] == sent


def test_the_same_seed_is_sent_when_one_is_asked_for(server, drive):
    drive.parameters |= {"seed": 7, "prompt": "a street", "decoding": "whole"}
    drive.__post_init__()
    drive.lift()
    graph = server.prompts[0]["prompt"]
    assert graph["noise"]["inputs"]["noise_seed"] == 7
    assert graph["text"]["inputs"]["text"] == "a street"
    assert graph["decoded"]["class_type"] == "VAEDecode"


def test_the_place_in_the_queue_is_told_in_the_order_of_numbers(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        server.somebody_elses()
        # Later in the list, and yet before ours; earlier in the list, and yet behind it.
        for number in (50, 60, -5):
            server.somebody_elses(number)
        task = asyncio.create_task(drive.run())
        await until(lambda: any(isinstance(state, Submitted) for state in drive.states))
        server.world.hold.set()
        await task

    asyncio.run(go())
    assert next(state.ahead for state in drive.states if isinstance(state, Submitted)) == 2


@pytest.mark.parametrize("when", ["drop_before", "drop_after"])
def test_a_lost_answer_queues_nothing_twice(server, drive, when):
    getattr(server.script, when).append("/prompt")
    assert drive.lift().frames == FRAMES
    assert len(server.world.queued) == 1
    assert len(server.of("/prompt")) == (2 if when == "drop_before" else 1)


def test_a_bridge_that_ended_before_the_answer_came_looks_for_its_job(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        first = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        await cancelled(first)
        # The ledger as it was when the request had been sent, and nothing had come back.
        page = drive.ledger.page | {"ticket": None}
        drive.ledger.pages.append(json.dumps(page))
        server.world.hold.set()
        await drive.run()

    asyncio.run(go())
    assert len(server.prompts) == 1


def test_a_bridge_started_anew_goes_on_with_the_same_job(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        first = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        await cancelled(first)
        server.world.hold.set()
        await drive.run()

    asyncio.run(go())
    assert len(server.prompts) == len(server.world.executed) == 1


@pytest.mark.parametrize("habit", ["refused", "dies", "garbage", "huge"])
def test_whatever_the_socket_does_the_job_is_done(server, drive, habit):
    server.script.socket = habit
    server.world.step_seconds = 0.05
    assert drive.lift().frames == FRAMES
    assert len(server.prompts) == 1
    # Steps that cannot be are not told.
    assert all(state.done is None or state.done <= 4 for state in drive.states if isinstance(state, Running))


def test_a_socket_that_is_refused_at_first_is_tried_again(server, drive):
    server.script.socket = "refused"
    server.world.steps, server.world.step_seconds = 20, 0.3

    async def go() -> None:
        task = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        server.script.socket = "well"
        await until(lambda: at_work(drive))
        server.world.step_seconds = 0.0
        await task

    asyncio.run(go())


def test_progress_is_told_as_it_is_heard(server, drive):
    server.world.steps, server.world.step_seconds = 3, 0.1
    drive.lift()
    told = [(state.done, state.total) for state in drive.states if isinstance(state, Running) and state.done]
    assert told
    assert set(told) <= {(1, 3), (2, 3), (3, 3)}
    assert told == sorted(told)


def test_a_server_that_is_away_for_a_while_is_waited_for(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        task = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        with server.away():
            await asyncio.sleep(0.5)
        server.world.hold.set()
        assert (await task).frames == FRAMES

    asyncio.run(go())
    assert len(server.prompts) == 1


def test_a_server_started_anew_has_lost_the_job_and_retrying_makes_it(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        task = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        server.restart()
        with pytest.raises(ResultGone, match="started anew"):
            await task
        server.world.hold.set()
        await drive.backend.renew(drive.ledger)
        assert (await drive.run()).frames == FRAMES

    asyncio.run(go())
    one, other = server.prompts
    # A folder of its own again: files of the first try are not taken for those of the second.
    assert one["prompt"]["writer"]["inputs"]["output_dir"] != other["prompt"]["writer"]["inputs"]["output_dir"]


def test_frames_that_were_made_before_the_server_was_started_anew_are_taken(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        task = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        await cancelled(task)
        server.world.hold.set()
        await until(lambda: server.world.history)
        server.restart()
        assert (await drive.run()).frames == FRAMES

    asyncio.run(go())
    assert len(server.prompts) == 1


@pytest.mark.parametrize("old", [False, True], ids=["new", "old"])
def test_a_job_that_waits_is_taken_out_and_those_of_others_stay(server, drive, old):
    server.world.old = old

    async def go() -> None:
        server.world.hold.clear()
        before, behind = server.somebody_elses(), server.somebody_elses(99)
        task = asyncio.create_task(drive.run())
        await until(lambda: any(isinstance(state, Submitted) for state in drive.states))
        await cancelled(task)
        assert await drive.withdraw() is False
        server.world.hold.set()
        await until(lambda: {before, behind} <= server.world.history.keys())
        done = [server.world.history[job]["status"]["status_str"] for job in (before, behind)]
        assert done == ["success", "success"]

    asyncio.run(go())
    assert server.prompts[0]["prompt_id"] not in server.world.executed


@pytest.mark.parametrize("old", [False, True], ids=["new", "old"])
def test_a_job_that_runs_is_interrupted_and_not_the_next(server, drive, old):
    server.world.old = old
    server.world.step_seconds = 0.05
    server.world.steps = 60

    async def go() -> None:
        task = asyncio.create_task(drive.run())
        await until(lambda: at_work(drive))
        other = server.somebody_elses()
        await cancelled(task)
        assert await drive.withdraw() is False
        ours = drive.ledger.page["ticket"]["id"]
        await until(lambda: ours in server.world.history)
        assert server.world.history[ours]["status"]["messages"][-1][0] == "execution_interrupted"
        server.world.step_seconds = 0.0
        await until(lambda: other in server.world.history)
        assert server.world.history[other]["status"]["status_str"] == "success"

    asyncio.run(go())


def test_cancelling_a_job_that_is_over_touches_nobody(server, drive):
    server.world.old = True

    async def go() -> None:
        server.world.hold.clear()
        task = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        await cancelled(task)
        server.world.hold.set()
        await until(lambda: server.world.history)
        server.world.hold.clear()
        other = server.somebody_elses()
        await until(lambda: server.world.running)
        await drive.withdraw()
        server.world.hold.set()
        await until(lambda: other in server.world.history)
        assert server.world.history[other]["status"]["status_str"] == "success"

    asyncio.run(go())
    assert not server.of("/interrupt")


def test_a_job_that_somebody_else_interrupts_has_failed(server, drive):
    async def go() -> None:
        server.world.hold.clear()
        task = asyncio.create_task(drive.run())
        await until(lambda: server.world.running)
        server.in_loop(lambda: server.world.interrupt(None))
        server.world.hold.set()
        with pytest.raises(RemoteFailed, match="somebody else"):
            await task

    asyncio.run(go())


@pytest.mark.parametrize(
    ("failure", "error", "words"),
    [
        (
            Failure("SamplerCustomAdvanced", "torch.OutOfMemoryError", "CUDA out of memory. Tried to allocate 9 GiB"),
            GpuTooSmall,
            "Sampling",
        ),
        (
            Failure("LTXVHDRDecodePostprocess", "cv2.error", "error: could not find a writer for the specified ..."),
            EngineFailed,
            "OpenCV",
        ),
        (
            Failure("CheckpointLoaderSimple", "RuntimeError", "<b>torn</b>"),
            RemoteFailed,
            "torn",
        ),
    ],
    ids=["memory", "OpenCV", "else"],
)
def test_what_a_node_says_is_told(server, drive, failure, error, words):
    server.world.failure = failure
    with pytest.raises(error, match=words):
        drive.lift()
    # The user wants it again: it is sent anew.
    server.world.failure = None
    asyncio.run(drive.backend.renew(drive.ledger))
    assert drive.lift().frames == FRAMES


def test_a_server_that_may_not_write_exr_says_so_before_the_model_is_loaded(server, drive):
    server.world.writes_exr = False
    with pytest.raises(EngineFailed) as caught:
        drive.lift()
    assert "OPENCV_IO_ENABLE_OPENEXR=1" in caught.value.remedy
    (over,) = server.world.history.values()
    assert over["status"]["messages"][-1][1]["node_id"] == "trial_writer"


def test_nodes_that_find_fault_are_quoted(server, drive):
    # Two answers of one server: the file was there when it was asked, and is not when it is used.
    kind = server.kinds["LoadVideo"]["input"]["required"]
    kind["file"] = ["COMBO", {"options": [], "video_upload": True}]

    def gone(name: Any) -> Any:
        for path in (server.folder / "input").rglob("*.mp4"):
            path.unlink()

    drive.heard = lambda state: gone(state) if state.state == "sending" and state.sent else None
    with pytest.raises(RemoteRefused, match="LoadVideo: Custom validation failed"):
        drive.lift()
    # The other output is in order, so that the server has queued it all the same: it is not left there.
    assert len(server.world.queued) == 1
    drive.heard = lambda state: None
    assert drive.lift().frames == FRAMES  # the plate, too, was sent anew


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda number, data: data[: len(data) // 2] if number == 3 else data, ResultUnusable),
        (lambda number, data: b"" if number == 3 else data, ResultUnusable),
        (lambda number, data: b"<html>" if number == 0 else data, ResultUnusable),
    ],
    ids=["cut off", "empty", "a page"],
)
def test_damaged_frames_are_refused_and_fetched_anew(server, drive, spoil, error):
    server.world.spoil = spoil
    with pytest.raises(error):
        drive.lift()
    server.world.spoil = lambda number, data: data
    frames = pictures(drive.reservation.staging / ".work" / "plate.mp4")
    server.world._write(server.output / server.prompts[0]["prompt"]["writer"]["inputs"]["output_dir"], frames)
    result = drive.lift()
    assert all((one == light_of(picture)).all() for one, picture in zip(frames_of(result), frames, strict=False))
    assert len(server.prompts) == 1


@pytest.mark.parametrize(
    ("made", "error", "words"),
    [
        (lambda count: 0, ResultGone, "frame_00000.exr"),
        (lambda count: count - 9, ResultGone, "frame_00008.exr"),
        (lambda count: count + 1, ResultUnusable, "more frames"),
    ],
    ids=["none", "too few", "too many"],
)
def test_as_many_frames_as_were_asked_for(server, drive, made, error, words):
    server.world.frames_made = lambda count: made(count) if count > 1 else count
    with pytest.raises(error, match=words):
        drive.lift()


def test_frames_of_another_size_are_refused(server, drive):
    real = light_of(np.zeros((32, 32, 3), np.uint8))

    def smaller(number: int, data: bytes) -> bytes:
        path = server.folder / "small.exr"
        write_light(path, real)
        return path.read_bytes() if number == 2 else data

    server.world.spoil = smaller
    with pytest.raises(ResultUnusable, match="32x32"):
        drive.lift()


def test_light_that_is_no_number_is_refused(server, drive):
    def spoiled(number: int, data: bytes) -> bytes:
        if number != 1:
            return data
        path = server.folder / "nan.exr"
        write_light(path, np.full((64, 96, 3), np.nan, np.float16))
        return path.read_bytes()

    server.world.spoil = spoiled
    with pytest.raises(ResultUnusable, match="NaN"):
        drive.lift()


def test_a_plate_that_is_too_large_says_what_to_do(server, drive):
    server.script.max_upload = 1000
    with pytest.raises(RemoteRefused) as caught:
        drive.lift()
    assert "--max-upload-size" in caught.value.remedy


def test_a_server_behind_something_that_wants_a_key(server, drive, monkeypatch):
    server.script.key = "only-for-tests"
    with pytest.raises(KeyRefused):
        drive.lift()
    monkeypatch.setenv("SUPERWHITE_KEY_COMFY", "only-for-tests")
    assert drive.lift().frames == FRAMES
    assert server.of("/ws")[0].authorization == "Bearer only-for-tests"


def test_without_a_key_none_is_sent(server, drive):
    drive.lift()
    assert {asked.authorization for asked in server.asked} == {None}


def test_an_old_server_gives_jobs_names_of_its_own(server, drive):
    server.script.forgets_ids = True
    server.world.step_seconds = 0.1
    assert drive.lift().frames == FRAMES
    assert at_work(drive)
    assert drive.ledger.page["ticket"]["id"] != drive.ledger.page["intent"]["id"]


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("LTXVHDRDecodePostprocess", EngineMissing, "ComfyUI-LTXVideo"),
        ("LTXAVTextEncoderLoader", EngineMissing, "newer ones"),
    ],
)
def test_missing_nodes_are_named_before_anything_is_made(server, drive, kind, error, words):
    del server.kinds[kind]
    with pytest.raises(error, match=words) as caught:
        drive.lift()
    assert kind in caught.value.sentence
    assert not drive.states
    state = asyncio.run(drive.backend.state())
    assert state.state == "not_ready"
    assert kind in state.sentence
    (capability,) = drive.backend.capabilities()
    assert kind in capability.unknown
    assert not asyncio.run(drive.backend.test()).passed


def test_a_distilled_checkpoint_goes_without_the_distilled_lora(server, drive):
    for kind in ("CheckpointLoaderSimple", "LTXAVTextEncoderLoader"):
        server.kinds[kind]["input"]["required"]["ckpt_name"] = choice(DISTILLED)
    drive.lift()
    graph = server.prompts[0]["prompt"]
    assert "distilled_lora" not in graph
    assert graph["hdr_lora"]["inputs"]["model"] == ["checkpoint", 0]


def test_a_checkpoint_that_is_wished_for_and_not_there(server, drive):
    drive.parameters["checkpoint"] = "ltx-9"
    drive.__post_init__()
    with pytest.raises(WeightsMissing, match=r"other\.safetensors"):
        drive.lift()


def test_rates_that_are_no_whole_numbers(server, tmp_path):
    clip = write_numbered(tmp_path / "c.mp4", 3, rate=Fraction(24000, 1001))
    Drive(server.url, tmp_path, clip).lift()
    assert server.prompts[0]["prompt"]["condition"]["inputs"]["frame_rate"] == pytest.approx(23.976, abs=1e-3)


def test_nobody_there(tmp_path, clip):
    with ComfyServer() as comfy:
        url = comfy.url
    drive = Drive(url, tmp_path, clip)
    state = asyncio.run(drive.backend.state())
    assert state.state == "unreachable"
    assert url in state.sentence
    report = asyncio.run(drive.backend.test())
    assert [hop.name for hop in report.hops if not hop.passed] == ["connection"]


def test_something_else_there(tmp_path, clip):
    from tests.endpoints import Endpoint

    with Endpoint() as endpoint:
        drive = Drive(endpoint.url, tmp_path, clip)
        with pytest.raises(EndpointUnreachable, match="no ComfyUI"):
            drive.lift()


def test_a_server_on_this_machine_is_no_upload(tmp_path, clip):
    for url, runs in (("http://127.0.0.1:9", "here"), ("http://[::1]:9", "here"), ("http://192.168.7.7:9", "remote")):
        (capability,) = Drive(url, tmp_path, clip).backend.capabilities()
        assert capability.runs == runs
        assert capability.reports_progress
        assert capability.price is None


def test_a_test_tells_the_whole_way(server, drive):
    report = asyncio.run(drive.backend.test())
    assert report.passed
    assert report.hops[-1].name == "engine"
    assert "20.0 of 24.0 GiB" in report.hops[-1].sentence


def test_frames_are_written_nowhere_else(server, drive, tmp_path):
    drive.lift()
    (folder,) = {path.parent for path in server.output.rglob("*.exr")} - {
        path.parent for path in server.output.rglob("trial/*.exr")
    }
    assert folder.parent == server.output / "superwhite"
    (plate,) = (server.folder / "input").rglob("*.mp4")
    assert plate.parent == server.folder / "input" / "superwhite" / drive.job
    assert Path(tmp_path, ".staging").is_dir()
