from __future__ import annotations

import base64
import io
import zipfile

import av
import httpx
import numpy as np
import OpenEXR
import pytest

from tests.clips import write_numbered

from . import Endpoint, Fault
from .conftest import HDR, until
from .model import capped

LORAS = [{"path": "https://example.com/weights.safetensors"}]


def planes_of(archive: bytes) -> list[np.ndarray]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == [f"frame_{n:05d}.exr" for n in range(len(opened.namelist()))]
        assert opened.testzip() is None
        found = []
        for name in opened.namelist():
            with OpenEXR.File(io.BytesIO(opened.read(name))) as file:
                found.append(file.channels()["RGB"].pixels)
        return found


def test_a_lift_gives_the_light_of_the_plate_and_grey_where_it_has_ended(caller, plate, plate_url):
    handle = caller.submit(HDR, video_url=plate_url, num_frames=17, seed=7, enable_prompt_expansion=False)
    answer = caller.finish(handle)
    assert answer.headers["x-fal-request-id"] == handle["request_id"]
    assert answer.headers["x-fal-billable-units"] == "1"
    body = answer.json()
    assert (body["seed"], body["prompt"]) == (7, "p")
    file = body["exr_frames_url"]
    archive = caller.open.get(file["url"]).content
    assert (len(archive), file["content_type"]) == (file["file_size"], "application/zip")
    frames = planes_of(archive)
    assert len(frames) == 17
    with av.open(str(plate)) as container:
        codes = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    codes += [np.full((64, 96, 3), 128, np.uint8)] * 8
    for frame, code in zip(frames, codes, strict=True):
        assert frame.dtype == np.float16
        x = code / 255.0
        light = np.where(x <= 0.8, 2 * x**2.4, 2 * x**2.4 * (1 + 20 * (x - 0.8)))
        np.testing.assert_allclose(frame, light, rtol=1e-3, atol=1e-6)


def test_the_queue_gets_shorter_then_work_is_logged_then_it_is_over(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.takes(0.3, queued=0.3, ahead=3))
    handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
    assert handle["queue_position"] == 3
    seen = []
    while True:
        answer = caller.keyed.get(handle["status_url"], params={"logs": "true"})
        seen.append(answer.json())
        if answer.status_code == 200:
            break
        assert answer.status_code == 202
    assert next(s["status"] for s in seen if s["status"] != "IN_QUEUE") == "IN_PROGRESS"
    positions = [s["queue_position"] for s in seen if s["status"] == "IN_QUEUE"]
    assert sorted(set(positions), reverse=True) == list(dict.fromkeys(positions))
    assert [line["message"] for line in seen[-1]["logs"]] == ["Loading the model", "Generating"]
    assert seen[-1]["metrics"]["inference_time"] >= 0.3
    assert caller.keyed.get(handle["status_url"]).json()["logs"] == []
    [job] = endpoint.jobs
    assert (job.app, job.states, job.billed) == (HDR, ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"], True)
    assert endpoint.submits == 1
    assert endpoint.status_requests == len(seen) + 1


def test_events_tell_of_every_change_and_end_with_the_job(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.takes(0.2, queued=0.2))
    handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
    with caller.keyed.stream("GET", f"{handle['status_url']}/stream", params={"logs": "1"}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in stream.iter_lines() if line]
    states = [line.split('"status": "')[1].split('"')[0] for line in lines]
    assert list(dict.fromkeys(states)) == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]


def test_cancelled_before_it_began(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.takes(0, queued=60))
    handle = caller.submit(HDR, video_url=plate_url)
    answer = caller.keyed.put(handle["cancel_url"])
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    result = caller.finish(handle)
    assert (result.status_code, result.json()["error_type"]) == (499, "client_cancelled")
    status = caller.keyed.get(handle["status_url"]).json()
    assert (status["status"], status["error_type"]) == ("COMPLETED", "client_cancelled")
    [job] = endpoint.jobs
    assert (job.cancelled, job.billed, job.states) == (True, False, ["IN_QUEUE", "COMPLETED"])


def test_cancelled_while_it_runs(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.never())
    handle = caller.submit(HDR, video_url=plate_url)
    until(lambda: endpoint.jobs[0].state == "IN_PROGRESS")
    assert caller.keyed.get(handle["response_url"]).status_code == 400
    answer = caller.keyed.put(handle["cancel_url"])
    assert (answer.status_code, answer.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert caller.finish(handle).status_code == 499
    again = caller.keyed.put(handle["cancel_url"])
    assert (again.status_code, again.json()) == (400, {"status": "ALREADY_COMPLETED"})


def test_a_stubborn_job_ends_as_if_nothing_had_been_said(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.takes(0.2), Fault.stubborn())
    handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
    until(lambda: endpoint.jobs[0].state == "IN_PROGRESS")
    assert caller.keyed.put(handle["cancel_url"]).status_code == 202
    assert caller.finish(handle).status_code == 200
    assert endpoint.jobs[0].cancelled
    assert endpoint.jobs[0].billed


@pytest.mark.parametrize(
    ("given", "status", "text"),
    [(None, 401, "Authentication is required"), ("Key wrong", 401, "invalid key"), ("Bearer {}", 401, "invalid key")],
)
def test_the_key_is_demanded(caller, endpoint, given, status, text):
    headers = {} if given is None else {"Authorization": given.format(endpoint.fal_key)}
    for method, path in [
        ("POST", f"/queue/{HDR}"),
        ("POST", f"/run/{HDR}"),
        ("GET", "/queue/fal-ai/ltx-2.3-quality/requests/x/status"),
        ("POST", "/rest/storage/auth/token"),
    ]:
        answer = caller.open.request(method, endpoint.url + path, headers=headers)
        assert (answer.status_code, text in answer.json()["detail"]) == (status, True)
        assert endpoint.requests[-1].authorization == headers.get("Authorization")
    assert endpoint.jobs == []


def test_what_is_not_known_is_not_found(caller, plate_url):
    assert caller.keyed.post("/queue/fal-ai/other/model", json={}).status_code == 404
    at = "/queue/fal-ai/ltx-2.3-quality/requests/no-such-job"
    for answer in (caller.keyed.get(at), caller.keyed.get(f"{at}/status"), caller.keyed.put(f"{at}/cancel")):
        assert (answer.status_code, answer.json()) == (404, {"status": "NOT_FOUND"})
    handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
    whole = f"/queue/{HDR}/requests/{handle['request_id']}/status"
    assert caller.keyed.get(whole).status_code == 405
    assert caller.finish(handle).json() == caller.keyed.get(handle["response_url"] + "/response").json()


FAMILY = "fal-ai/ltx-2.3-quality"

WRONG = [
    (HDR, {"num_frames": 482}, "num_frames", "less_than_equal", {"le": 481}),
    (HDR, {"num_frames": 8}, "num_frames", "greater_than_equal", {"ge": 9}),
    (HDR, {"frames_per_second": 61}, "frames_per_second", "less_than_equal", {"le": 60}),
    (HDR, {"num_inference_steps": 31}, "num_inference_steps", "less_than_equal", {"le": 30}),
    (HDR, {"guidance_scale": 0.5}, "guidance_scale", "greater_than_equal", {"ge": 1}),
    (HDR, {"video_url": None}, "video_url", "string_type", None),
    (f"{HDR}/lora", {}, "loras", "missing", None),
    (f"{HDR}/lora", {"loras": LORAS * 4}, "loras", "too_long", {"max_length": 3}),
    (f"{FAMILY}/inpaint/lora", {"loras": LORAS}, "mask_video_url", "missing", None),
    (f"{FAMILY}/reference-video-to-video", {"video_strength": 2}, "video_strength", "less_than_equal", None),
    (f"{FAMILY}/audio-to-video/lora", {"loras": LORAS}, "audio_url", "missing", None),
]  # fmt: skip


@pytest.mark.parametrize(("app", "wrong", "name", "kind", "context"), WRONG)
@pytest.mark.parametrize("at_submit", [True, False])
def test_wrong_settings_are_refused_with_a_list(caller, endpoint, app, wrong, name, kind, context, at_submit):
    endpoint.fal.checks_at_submit = at_submit
    body = {"prompt": "p", "video_url": "https://example.com/clip.mp4"} | wrong
    answer = caller.keyed.post(f"/queue/{app}", json=body)
    if not at_submit:
        answer = caller.finish(answer.json())
    assert answer.status_code == 422
    assert answer.headers["x-fal-billable-units"] == "0"
    fault = answer.json()["detail"][0]
    assert (fault["loc"][:2], fault["type"]) == (["body", name], kind)
    assert context is None or fault["ctx"].items() >= context.items()
    assert not any(job.billed for job in endpoint.jobs)
    assert len(endpoint.jobs) == (not at_submit)


@pytest.mark.parametrize("size", [{"width": 1280, "height": 720}, {"width": 14143, "height": 10}, "huge"])
def test_sizes_are_checked_too(caller, endpoint, size):
    endpoint.fal.checks_at_submit = True
    body = {"prompt": "p", "video_url": "x", "num_frames": 151, "resolution": size}
    answer = caller.keyed.post("/queue/fal-ai/ltx-2.3-quality/reference-video-to-video", json=body)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:1/clip.mp4", "file_download_error"),
        ("{}/cdn/files/b/00000000/clip.mp4", "file_download_error"),
        ("data:video/mp4;base64,AAAA", "unsupported_video_format"),
    ],
)
def test_media_that_cannot_be_had_or_read(caller, endpoint, url, kind):
    answer = caller.finish(caller.submit(HDR, video_url=url.format(endpoint.url)))
    [fault] = answer.json()["detail"]
    assert (answer.status_code, fault["loc"], fault["type"]) == (422, ["body", "video_url"], kind)
    assert endpoint.jobs[0].billed is False


def test_media_travel_inside_the_request_and_the_answer(caller, plate):
    inline = f"data:video/mp4;base64,{base64.b64encode(plate.read_bytes()).decode()}"
    answer = caller.keyed.post(
        f"/run/{HDR}", json={"prompt": "p", "video_url": inline, "num_frames": 9, "sync_mode": True}
    ).json()
    kind, _, text = answer["exr_frames_url"]["url"].partition(";base64,")
    assert kind == "data:application/zip"
    assert len(planes_of(base64.b64decode(text))) == 9


def movie(content: bytes) -> tuple[list[np.ndarray], int, float]:
    """Pictures, number of sound tracks, rate."""
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.video[0]
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return pictures, len(container.streams.audio), float(stream.average_rate or 0)


def ask(caller, app: str, **body) -> tuple[list[np.ndarray], int, float]:
    answer = caller.keyed.post(f"/run/fal-ai/ltx-2.3-quality/{app}", json={"prompt": "p", **body})
    assert answer.status_code == 200, answer.text
    return movie(caller.open.get(answer.json()["video"]["url"]).content)


def test_a_reference_gives_a_movie_of_as_many_frames_as_asked_for(caller, plate_url):
    pictures, tracks, rate = ask(
        caller, "reference-video-to-video", video_url=plate_url, num_frames=17, frames_per_second=24000 / 1001
    )
    assert (len(pictures), pictures[0].shape, tracks) == (17, (64, 96, 3), 1)
    assert rate == pytest.approx(24000 / 1001)
    assert ask(caller, "reference-video-to-video", video_url=plate_url, num_frames=9, generate_audio=False)[1] == 0


def test_inpainting_changes_what_the_mask_shows_white(caller, plate, plate_url, tmp_path):
    white = write_numbered(tmp_path / "mask.mp4", 9, first=4095)
    pictures, _, _ = ask(
        caller,
        "inpaint/lora",
        video_url=plate_url,
        mask_video_url=caller.upload(white),
        loras=LORAS,
        num_frames=9,
    )
    before, _, _ = movie(plate.read_bytes())
    # Inside the first block of both, and in the border between the blocks, which is dark in the mask.
    assert pictures[0][8, 12].mean() == pytest.approx(255 - before[0][8, 12].mean(), abs=6)
    assert pictures[0][0, 0].mean() == pytest.approx(before[0][0, 0].mean(), abs=6)


@pytest.mark.parametrize(("match", "frames"), [(True, 48), (False, 25)])
def test_sound_gives_a_movie_of_its_length_or_of_the_frames_asked_for(caller, tmp_path, match, frames):
    sound = caller.upload(write_numbered(tmp_path / "sound.mov", 50, audio=True))
    pictures, tracks, _ = ask(
        caller,
        "audio-to-video/lora",
        audio_url=sound,
        loras=[],
        match_audio_length=match,
        num_frames=25,
        resolution={"width": 64, "height": 48},
    )
    assert (len(pictures), pictures[0].shape, tracks) == (frames, (48, 64, 3), 1)


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        ((1280, 720), (1248, 704)),
        ((1920, 1080), (1248, 704)),
        ((720, 1280), (704, 1248)),
        ((96, 64), (96, 64)),
        ((100, 50), (96, 64)),
    ],
)
def test_the_service_caps_and_rounds_sizes(asked, made):
    assert capped(*asked) == made


def test_a_service_of_its_own_sizes(plate):
    inline = f"data:video/mp4;base64,{base64.b64encode(plate.read_bytes()).decode()}"
    with Endpoint(exact_size=False) as endpoint:
        answer = httpx.post(
            f"{endpoint.url}/run/{HDR}",
            json={"prompt": "p", "video_url": inline, "num_frames": 9, "resolution": {"width": 64, "height": 50}},
            headers={"Authorization": f"Key {endpoint.fal_key}"},
            trust_env=False,
            timeout=90,
        ).json()
        archive = httpx.get(answer["exr_frames_url"]["url"], trust_env=False).content
    assert planes_of(archive)[0].shape == (64, 64, 3)
