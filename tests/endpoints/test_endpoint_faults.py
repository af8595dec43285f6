from __future__ import annotations

import io
import zipfile

import httpx
import pytest

from . import Fault, Foreign
from .conftest import HDR
from .faults import CONTENT_POLICY


def post(caller) -> httpx.Response:
    return caller.keyed.post(f"/queue/{HDR}", json={"prompt": "p", "video_url": "x"})


@pytest.mark.parametrize(
    ("fault", "status", "headers", "text"),
    [
        (Fault.unauthorized(), 401, {}, "invalid key"),
        (Fault.validation(), 422, {"x-fal-billable-units": "0"}, "less_than_equal"),
        (Fault.too_many(), 429, {"retry-after": None}, ""),
        (Fault.too_many(2), 429, {"retry-after": "2"}, ""),
        (Fault.server_error(), 500, {"x-fal-error-type": "internal_error"}, '"error_type": "internal_error"'),
        (Fault.nginx(), 502, {"x-fal-request-id": None, "content-type": "text/html; charset=utf-8"}, "nginx"),
        (Fault.nginx(504), 504, {"x-fal-request-id": None}, "504 Gateway Time-out"),
        (Fault.unavailable(), 503, {"x-fal-error-type": "runner_scheduling_failure"}, "No runner"),
        (Fault.page(), 200, {"x-fal-request-id": None}, "log in"),
        (Fault.answer(418, {"detail": "tea"}), 418, {}, "tea"),
    ],
)
def test_another_answer_and_no_job(caller, endpoint, fault, status, headers, text):
    endpoint.script.next("submit", fault)
    answer = post(caller)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in headers} == headers
    assert text in answer.text
    assert (len(endpoint.jobs), endpoint.submits) == (0, 1)
    assert post(caller).status_code == 200
    assert (len(endpoint.jobs), endpoint.submits) == (1, 2)


@pytest.mark.parametrize(("fault", "jobs"), [(Fault.drop_before_accept(), 0), (Fault.drop_after_accept(), 1)])
def test_the_connection_breaks_before_or_after_the_job_is_there(caller, endpoint, fault, jobs):
    endpoint.script.next("submit", fault)
    # No answer either way: the system ends the line, or resets it where bytes of the request were not read yet.
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        post(caller)
    assert len(endpoint.jobs) == jobs
    assert endpoint.of("submit")[0].status is None
    assert post(caller).status_code == 200


def test_an_upload_is_dropped_while_it_comes(caller, endpoint):
    headers = caller.token()
    endpoint.script.next("upload", Fault.drop_before_accept())
    with pytest.raises(httpx.TransportError):
        caller.open.post(f"{endpoint.url}/cdn/files/upload", content=bytes(20_000_000), headers=headers)


def test_faults_come_in_order_and_standing_ones_after_them(caller, endpoint):
    endpoint.script.always("submit", Fault.server_error())
    endpoint.script.next("submit", Fault.too_many(), times=2)
    endpoint.script.next("submit")
    assert endpoint.script.waiting("submit") == 3
    assert [post(caller).status_code for _ in range(5)] == [429, 429, 200, 500, 500]
    endpoint.script.clear("submit")
    assert post(caller).status_code == 200
    with pytest.raises(KeyError):
        endpoint.script.next("sumbit", Fault.page())


def test_several_faults_of_one_request(caller, endpoint):
    endpoint.script.next("submit", Fault.delay(30), Fault.drop_after_accept())
    with pytest.raises(httpx.ReadTimeout):
        caller.keyed.post(f"/queue/{HDR}", json={"prompt": "p"}, timeout=0.2)
    assert endpoint.jobs == []


def test_the_status_is_missing_once_and_then_unheard_of(caller, plate_url, endpoint):
    endpoint.script.next("status", Fault.not_found())
    endpoint.script.next("status", Fault.status_value("PAUSED"))
    handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
    assert caller.keyed.get(handle["status_url"]).status_code == 404
    answer = caller.keyed.get(handle["status_url"])
    assert answer.json()["status"] == "PAUSED"
    assert answer.headers["x-fal-request-id"] == handle["request_id"]
    assert caller.finish(handle).status_code == 200


@pytest.mark.parametrize(
    ("fault", "error", "kind", "status"),
    [
        (Fault.fails(500, error="It broke", error_type="internal_error"), "It broke", "internal_error", 500),
        (Fault.fails(422, {"detail": list(CONTENT_POLICY)}), None, None, 422),
        (Fault.fails(500), None, None, 500),
    ],
)  # fmt: skip
def test_completed_is_not_success(caller, plate_url, endpoint, fault, error, kind, status):
    endpoint.script.next("job", fault)
    handle = caller.submit(HDR, video_url=plate_url)
    result = caller.finish(handle)
    told = caller.keyed.get(handle["status_url"]).json()
    assert (told["status"], told.get("error"), told.get("error_type")) == ("COMPLETED", error, kind)
    assert (result.status_code, result.headers["x-fal-billable-units"]) == (status, "0")
    assert endpoint.jobs[0].billed is False


def test_a_failure_may_be_billed(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.fails(422, {"detail": list(CONTENT_POLICY)}, billed=True))
    caller.finish(caller.submit(HDR, video_url=plate_url))
    assert endpoint.jobs[0].billed is True


def lifted(caller, plate_url) -> tuple[bytes, int]:
    """The archive, and the size that was told."""
    file = caller.finish(caller.submit(HDR, video_url=plate_url, num_frames=9)).json()["exr_frames_url"]
    return caller.open.get(file["url"]).content, file["file_size"]


def test_an_archive_is_short(caller, plate_url, endpoint):
    whole, _ = lifted(caller, plate_url)
    endpoint.script.next("archive", Fault.short(0.5))
    content, told = lifted(caller, plate_url)
    assert len(content) == told == len(whole) // 2
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(content))


def test_an_archive_is_corrupt(caller, plate_url, endpoint):
    endpoint.script.next("archive", Fault.flipped())
    content, told = lifted(caller, plate_url)
    assert len(content) == told
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() == "frame_00004.exr"


def test_an_archive_of_the_tests_own(caller, plate_url, endpoint, tmp_path):
    (tmp_path / "hostile.zip").write_bytes(b"PK and so on")
    endpoint.script.next("archive", Fault.archive(b"no archive"))
    endpoint.script.next("archive", Fault.archive(tmp_path / "hostile.zip"))
    assert lifted(caller, plate_url) == (b"no archive", 10)
    assert lifted(caller, plate_url) == (b"PK and so on", 12)


def test_a_stranger_sees_what_he_is_sent(caller, plate_url, endpoint):
    with Foreign(b"elsewhere", content_type="text/plain") as foreign:
        assert foreign.url != endpoint.url
        endpoint.script.next("submit", Fault.foreign_urls(foreign.url))
        handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
        for name in ("status_url", "response_url", "cancel_url"):
            assert handle[name].startswith(f"{foreign.url}/queue/fal-ai/ltx-2.3-quality/requests/")
        assert caller.keyed.get(handle["status_url"]).text == "elsewhere"
        assert foreign.keys_seen == {f"Key {endpoint.fal_key}"}
        endpoint.script.always("download", Fault.redirect(f"{foreign.url}/gone"))
        url = caller.keyed.post(f"/run/{HDR}", json={"prompt": "p", "video_url": plate_url, "num_frames": 9}).json()
        answer = caller.open.get(url["exr_frames_url"]["url"], follow_redirects=True)
        assert (answer.text, foreign.requests[-1].path, foreign.requests[-1].authorization) == (
            "elsewhere",
            "/gone",
            None,
        )
