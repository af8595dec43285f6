"""Requests to a real bridge under fal's names: what is taken, what is refused, and how they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from httpx_sse import connect_sse

from bridge.client import Bridge
from bridge.domain.job import Ready
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from tests.bridge.service.queue.boxes import (
    HDR,
    LONG_CLIP,
    Box,
    as_uri,
    completed,
    faults,
    frames_of,
    pixels,
    status_of,
    submitted,
)
from tests.fakes.service import until


@pytest.fixture(scope="module")
def done(box: Box, uri: str) -> str:
    """A request that has ended well."""
    with box.http() as http:
        request = submitted(
            http, {"prompt": "done", "video_url": uri, "seed": 7}, **{"X-Superwhite-Intent": "d" * 32}
        )
        completed(http, request)
    return request


def result_of(http: httpx.Client, request: str) -> httpx.Response:
    return http.get(f"/queue/fal-ai/ltx-2.3-quality/requests/{request}")


def test_the_frames_are_those_of_a_local_lift(
    box: Box, http: httpx.Client, clip: Path, uri: str, tmp_path: Path
) -> None:
    settings = {"parameters": {"strength": 0.8}, "reference_white": 100}
    request = submitted(http, {"prompt": "x", "video_url": uri, "num_frames": 10, "superwhite": settings})
    completed(http, request)
    answer = result_of(http, request).json()
    frames = frames_of(http.get(answer["exr_frames_url"]["url"]).content)
    assert list(frames) == [f"frame_{n:05}.exr" for n in range(10)]

    lift = LiftRequest(
        source=SourceSpec(path=clip, end=10),
        parameters={"strength": 0.8},
        output=OutputSpec(folder=tmp_path, reference_white=100),
    )
    with Bridge.attach_or_start(home=box.home, start=False) as bridge:
        state = list(bridge.follow(bridge.submit(lift).id))[-1].state
    assert isinstance(state, Ready)
    for number, light in enumerate(frames.values()):
        np.testing.assert_array_equal(light, pixels(state.result.file(number).read_bytes()))


def test_an_answer_has_what_fal_says(http: httpx.Client, done: str) -> None:
    answer = result_of(http, done)
    assert answer.headers["x-fal-request-id"] == done
    assert answer.headers["x-fal-billable-units"] == "0"
    body = answer.json()
    assert sorted(body) == ["exr_frames_url", "preview_video", "prompt", "seed"]
    assert (body["seed"], body["prompt"]) == (7, "done")
    frames, preview = body["exr_frames_url"], body["preview_video"]
    assert frames["content_type"] == "application/zip"
    assert frames["file_name"].endswith("_exr_frames.zip")
    assert int(http.head(frames["url"]).headers["content-length"]) == frames["file_size"]
    assert preview["content_type"] == "video/mp4"
    assert (preview["width"], preview["height"], preview["num_frames"]) == (96, 64, 12)
    assert (preview["fps"], preview["duration"]) == (25.0, pytest.approx(12 / 25))
    assert http.get(preview["url"]).content[4:8] == b"ftyp"
    whole = http.get(f"/queue/{HDR}/requests/{done}/response")
    assert whole.json() == body


def test_a_status_has_the_keys_that_clients_want(http: httpx.Client, done: str) -> None:
    url = f"/queue/{HDR}/requests/{done}/status"
    for asked, many in (("1", True), ("true", True), ("0", False), ("false", False)):
        answer = http.get(url, params={"logs": asked})
        assert answer.status_code == 200
        assert bool(answer.json()["logs"]) is many
    body = http.get(url).json()
    assert body["status"] == "COMPLETED"
    assert body["request_id"] == done
    assert body["metrics"]["inference_time"] > 0
    assert {"error", "error_type"}.isdisjoint(body)
    for name in ("response_url", "status_url", "cancel_url"):
        assert body[name].startswith(
            f"{http.base_url}/queue/fal-ai/ltx-2.3-quality/requests/{done}".replace("//q", "/q")
        )
    lines = http.get(url, params={"logs": 1}).json()["logs"]
    assert {"message", "level", "source", "timestamp"} == set(lines[0])
    assert "Packing the frames" in [line["message"] for line in lines]


def test_waiting_running_cancelling(box: Box, http: httpx.Client, uri: str) -> None:
    """The engine has room for one: the second waits, and is let go of at once."""
    first = submitted(http, {"prompt": "first", "video_url": as_uri(LONG_CLIP.read_bytes())})
    until(lambda: status_of(http, first)["status"] == "IN_PROGRESS")
    answer = http.get(f"/queue/{HDR}/requests/{first}/status")
    assert answer.status_code == 202
    assert answer.json()["logs"] == []
    early = result_of(http, first)
    assert early.status_code == 400
    assert "in progress" in early.json()["detail"]

    second = submitted(http, {"prompt": "second", "video_url": uri})
    until(lambda: any(job["state"]["state"] == "queued" for job in box.jobs()))
    status = http.get(f"/queue/{HDR}/requests/{second}/status")
    assert (status.status_code, status.json()["status"], status.json()["queue_position"]) == (202, "IN_QUEUE", 1)
    assert "logs" not in status.json()
    assert {job["request"]["output"]["name"] for job in box.jobs()} >= {f"request_{n[:8]}" for n in (first, second)}

    cancel = http.put(f"/queue/{HDR}/requests/{second}/cancel")
    assert (cancel.status_code, cancel.json()) == (200, {"status": "OK"})
    assert completed(http, second)["error_type"] == "client_cancelled"
    cancel = http.put(f"/queue/{HDR}/requests/{first}/cancel", content=b"")
    assert (cancel.status_code, cancel.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert cancel.headers["x-fal-request-id"] == first
    assert completed(http, first)["error_type"] == "client_cancelled"
    assert result_of(http, first).status_code == 499
    assert result_of(http, first).headers["x-fal-error-type"] == "client_cancelled"
    cancel = http.put(f"/queue/{HDR}/requests/{first}/cancel")
    assert (cancel.status_code, cancel.json()) == (400, {"status": "ALREADY_COMPLETED"})
    assert not [job for job in box.jobs() if job["state"]["state"] in ("queued", "running", "preparing")]


def test_the_status_stream_ends_with_the_request(http: httpx.Client, uri: str) -> None:
    request = submitted(http, {"prompt": "stream", "video_url": uri})
    with connect_sse(http, "GET", f"/queue/{HDR}/requests/{request}/status/stream", params={"logs": 1}) as source:
        assert source.response.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(event.data) for event in source.iter_sse()]
    assert told[0]["status"] == "IN_QUEUE"
    assert [each["status"] for each in told[-1:]] == ["COMPLETED"]
    counts = [len(each["logs"]) for each in told if "logs" in each]
    assert counts == sorted(counts)
    with connect_sse(http, "GET", f"/queue/{HDR}/requests/{request}/status/stream") as source:
        assert [json.loads(event.data)["status"] for event in source.iter_sse()] == ["COMPLETED"]


def test_a_synchronous_run_answers_with_the_result(http: httpx.Client, uri: str) -> None:
    answer = http.post(f"/run/{HDR}/lora", json={"prompt": "run", "video_url": uri, "num_frames": 9, "loras": []})
    assert answer.status_code == 200
    assert answer.headers["x-fal-request-id"]
    assert len(frames_of(http.get(answer.json()["exr_frames_url"]["url"]).content)) == 9


def test_what_is_sent_twice_is_made_once(box: Box, http: httpx.Client, clip: Path) -> None:
    body = {"prompt": "twice", "video_url": as_uri(clip.read_bytes(), "video/x-twice")}
    first, second = submitted(http, body), submitted(http, body)
    assert first == second
    other = submitted(http, body | {"seed": 1})
    assert other != first
    for request in (first, other):
        completed(http, request)
    assert submitted(http, body) == first


def test_a_client_can_name_its_request(http: httpx.Client, uri: str) -> None:
    name = {"X-Superwhite-Intent": "0b0b0b0b-1111-2222-3333-444444444444"}
    first = submitted(http, {"prompt": "named", "video_url": uri}, **name)
    assert submitted(http, {"prompt": "named", "video_url": f"{uri}#later"}, **name) == first
    again = submitted(http, {"prompt": "named", "video_url": uri}, **{"X-Superwhite-Intent": "1" * 20})
    assert again != first
    for request in (first, again):
        completed(http, request)
    bad = http.post(f"/queue/{HDR}", json={"prompt": "x", "video_url": uri}, headers={"X-Superwhite-Intent": "no"})
    assert bad.status_code == 422


def test_what_has_failed_is_tried_again(http: httpx.Client) -> None:
    body = {"prompt": "failing", "video_url": "data:video/mp4;base64,AAAA"}
    first = submitted(http, body)
    completed(http, first)
    assert submitted(http, body) != first


@pytest.mark.parametrize(
    ("change", "place", "kind"),
    [
        ({"num_frames": 5}, ["body", "num_frames"], "greater_than_equal"),
        ({"num_frames": 482}, ["body", "num_frames"], "less_than_equal"),
        ({"num_frames": "many"}, ["body", "num_frames"], "int_parsing"),
        ({"video_quality": "best"}, ["body", "video_quality"], "literal_error"),
        ({"resolution": "8K"}, ["body", "resolution"], "value_error"),
        ({"resolution": {"width": 0, "height": 5}}, ["body", "resolution"], "value_error"),
        ({"loras": [{"path": ""}]}, ["body", "loras", 0, "path"], "string_too_short"),
        ({"prompt": None}, ["body", "prompt"], "string_type"),
        ({"sync_mode": True}, ["body", "sync_mode"], "feature_not_supported"),
        ({"superwhite": {"parameters": {"strength": 9}}}, ["body", "superwhite", "parameters"], "value_error"),
        ({"superwhite": {"reference_white": 1}}, ["body", "superwhite", "reference_white"], "literal_error"),
    ],
)
def test_a_setting_that_is_not_taken(
    box: Box, http: httpx.Client, change: dict[str, Any], place: list[Any], kind: str
) -> None:
    before = len(box.jobs())
    answer = http.post(f"/queue/{HDR}", json={"prompt": "x", "video_url": "data:,"} | change)
    (fault,) = faults(answer)
    assert (fault["loc"], fault["type"]) == (place, kind)
    assert fault["msg"]
    assert fault["url"] == f"https://docs.fal.ai/errors#{kind}"
    assert answer.headers["x-fal-billable-units"] == "0"
    assert answer.headers["x-fal-request-id"]
    assert len(box.jobs()) == before


def test_settings_that_are_missing(http: httpx.Client) -> None:
    found = {(fault["loc"][-1], fault["type"]) for fault in faults(http.post(f"/queue/{HDR}/lora", json={}))}
    assert found == {("prompt", "missing"), ("video_url", "missing"), ("loras", "missing")}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 50_000])
def test_a_body_that_is_no_request(http: httpx.Client, content: bytes) -> None:
    assert faults(http.post(f"/queue/{HDR}", content=content))


def test_a_fault_repeats_little_of_what_was_sent(http: httpx.Client) -> None:
    answer = http.post(f"/queue/{HDR}", json={"prompt": 5, "video_url": "data:" + "x" * 5_000_000, "num_frames": 1})
    assert len(answer.content) < 10_000


def test_a_body_that_is_too_large(http: httpx.Client) -> None:
    answer = http.post(f"/queue/{HDR}", json={"prompt": "x", "video_url": "data:" + "x" * 34_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["inpaint/lora", "reference-video-to-video", "audio-to-video/lora"])
def test_workflows_that_want_a_generative_model(http: httpx.Client, name: str) -> None:
    (fault,) = faults(http.post(f"/queue/fal-ai/ltx-2.3-quality/{name}", json={"prompt": "x"}))
    assert fault["type"] == "feature_not_supported"
    assert "generative" in fault["msg"]


@pytest.mark.parametrize("app", ["fal-ai/flux", "fal-ai/ltx-2.3-quality", "x", "a/b/c/d/e"])
def test_applications_that_are_not_here(http: httpx.Client, app: str) -> None:
    for root in ("queue", "run"):
        answer = http.post(f"/{root}/{app}", json={"prompt": "x"})
        assert answer.status_code in (404, 405)
    answer = http.post("/queue/fal-ai/flux", json={"prompt": "x"})
    assert answer.json()["detail"] == 'Application "fal-ai/flux" not found'


def test_requests_that_are_not_here(http: httpx.Client, done: str) -> None:
    for request, app in (("nobody", HDR), (done, "fal-ai/flux")):
        assert http.get(f"/queue/{app}/requests/{request}/status").status_code == 404
        assert http.get(f"/queue/{app}/requests/{request}/status/stream").status_code == 404
        assert http.get(f"/queue/{app}/requests/{request}").status_code == 404
        answer = http.put(f"/queue/{app}/requests/{request}/cancel")
        assert (answer.status_code, answer.json()) == (404, {"status": "NOT_FOUND"})


def test_nobody_is_called_back(http: httpx.Client, uri: str) -> None:
    webhook = {"fal_webhook": "https://example.com/hook"}
    answer = http.post(f"/queue/{HDR}", params=webhook, json={"prompt": "x", "video_url": uri})
    (fault,) = faults(answer)
    assert fault["loc"] == ["query", "fal_webhook"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:22/clip.mp4",
        "https://127.0.0.1/clip.mp4",
        "https://localhost/clip.mp4",
        "https://[::1]/clip.mp4",
        "https://[::ffff:10.0.0.1]/clip.mp4",
        "http://169.254.169.254/latest/meta-data",
        "https://192.168.0.1/clip.mp4",
        "https://2130706433/clip.mp4",
        "file:///etc/passwd",
        "/etc/passwd",
        "ftp://example.com/clip.mp4",
        "https://",
        "not an address",
        "https://127.0.0.1/cdn/files/b/00000000000000000000000000000000/clip.mp4",
        "https://127.0.0.1/cdn/files/b/../../../../etc/passwd",
        "data:video/mp4;base64,!!!",
        "data:nothing",
    ],
)
def test_a_clip_that_may_not_be_fetched(http: httpx.Client, url: str) -> None:
    request = submitted(http, {"prompt": "x", "video_url": url})
    assert completed(http, request)["error_type"] == "file_download_error"
    (fault,) = faults(result_of(http, request))
    assert (fault["loc"], fault["type"], fault["input"]) == (["body", "video_url"], "file_download_error", url)


def test_weights_that_may_not_be_fetched(http: httpx.Client, uri: str) -> None:
    loras = [{"path": "https://10.0.0.1/a.safetensors"}]
    request = submitted(http, {"prompt": "x", "video_url": uri, "loras": loras}, app=f"{HDR}/lora")
    completed(http, request)
    (fault,) = faults(result_of(http, request))
    assert fault["loc"] == ["body", "loras", 0, "path"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a movie",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_movie_is_never_opened(http: httpx.Client, content: bytes) -> None:
    request = submitted(http, {"prompt": "x", "video_url": as_uri(content)})
    completed(http, request)
    (fault,) = faults(result_of(http, request))
    assert fault["type"] == "unsupported_video_format"
    assert ".mp4" in fault["ctx"]["supported_formats"]


def test_a_damaged_movie_is_told_without_a_path_of_this_machine(box: Box, http: httpx.Client, clip: Path) -> None:
    request = submitted(http, {"prompt": "x", "video_url": as_uri(clip.read_bytes()[:200])})
    completed(http, request)
    answer = result_of(http, request)
    (fault,) = faults(answer)
    assert fault["type"] == "unsupported_video_format"
    assert fault["msg"].startswith("The clip")
    assert str(box.home) not in answer.text
