"""Requests outlive the bridge that took them, however it ends."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.bridge.service.queue.boxes import (
    HDR,
    LONG_CLIP,
    Box,
    Open,
    as_uri,
    completed,
    status_of,
    submitted,
)
from tests.fakes.service import until


def frames(http: httpx.Client, request: str) -> int:
    answer = http.get(f"/queue/{HDR}/requests/{request}").json()
    content = httpx.get(answer["exr_frames_url"]["url"], trust_env=False).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return len(archive.namelist())


def end(box: Box, how: str) -> None:
    box.kill() if how == "killed" else box.stop()


def test_what_is_under_way_goes_on(open_box: Open, uri: str) -> None:
    first = open_box()
    with first.http() as http:
        body = {"prompt": "long", "video_url": as_uri(LONG_CLIP.read_bytes())}
        running = submitted(http, body)
        waiting = submitted(http, {"prompt": "waits", "video_url": uri})
        until(lambda: len(first.jobs()) == 2)
        until(lambda: "Frame" in str(status_of(http, running).get("logs")))
    jobs = {job["id"] for job in first.jobs()}
    end(first, "killed")
    second = open_box()
    assert {job["id"] for job in second.jobs()} == jobs
    with second.http() as http:
        status = completed(http, running)
        assert "error" not in status
        assert "The server was started again" in str(status["logs"])
        assert "error" not in completed(http, waiting)
        assert (frames(http, running), frames(http, waiting)) == (121, 12)


@pytest.mark.parametrize("moment", [0.1, 1.6])
def test_killed_at_any_moment_a_request_is_made_once(open_box: Open, uri: str, moment: float) -> None:
    first = open_box()
    with first.http() as http:
        request = submitted(http, {"prompt": "killed", "video_url": uri})
    time.sleep(moment)
    first.kill()
    second = open_box()
    with second.http() as http:
        assert "error" not in completed(http, request)
        assert frames(http, request) == 12
    until(lambda: second.jobs() == [])


def test_what_was_given_up_stays_so(open_box: Open) -> None:
    first = open_box()
    with first.http() as http:
        request = submitted(http, {"prompt": "long", "video_url": as_uri(LONG_CLIP.read_bytes())})
        until(lambda: status_of(http, request)["status"] == "IN_PROGRESS")
        # The answer comes when it is written down; the work may still be ending.
        assert http.put(f"/queue/{HDR}/requests/{request}/cancel").status_code == 202
    first.kill()
    with open_box().http() as http:
        assert completed(http, request)["error_type"] == "client_cancelled"


def test_what_is_over_is_still_known(open_box: Open, uri: str) -> None:
    first = open_box()
    with first.http() as http:
        request = submitted(http, {"prompt": "over", "video_url": uri})
        before = completed(http, request)
    first.stop()
    with open_box().http() as http:
        after = status_of(http, request)
        assert (after["logs"], after["metrics"]) == (before["logs"], before["metrics"])
        assert frames(http, request) == 12


def test_streams_end_with_the_bridge(open_box: Open) -> None:
    box = open_box()
    body = {"prompt": "long", "video_url": as_uri(LONG_CLIP.read_bytes())}
    with box.http() as http:
        request = submitted(http, body)
        until(lambda: status_of(http, request)["status"] == "IN_PROGRESS")
        with http.stream("GET", f"/queue/{HDR}/requests/{request}/status/stream") as stream:
            began = time.monotonic()
            box.stop()
            list(stream.iter_lines())
    assert time.monotonic() - began < 15


def test_a_damaged_list_of_requests_is_set_aside(open_box: Open, home: Path, uri: str) -> None:
    home.mkdir()
    (home / "queue.sqlite3").write_bytes(b"not a database at all" * 500)
    with open_box().http() as http:
        completed(http, submitted(http, {"prompt": "x", "video_url": uri}))
    assert list(home.glob("queue.damaged-*"))
