from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from . import Endpoint, Fault
from .conftest import HDR, until

ROOT = Path(__file__).resolve().parents[2]


def test_many_servers_one_after_the_other():
    before = set(threading.enumerate())
    for _ in range(50):
        with Endpoint() as endpoint, httpx.Client(trust_env=False) as client:
            assert client.get(f"{endpoint.url}/report").json()["jobs"] == []
    assert set(threading.enumerate()) <= before


def test_it_ends_under_open_streams_and_jobs_and_leaves_no_files(plate):
    failed: list[Exception] = []

    def listen(url: str, key: str) -> None:
        try:
            with (
                httpx.Client(trust_env=False, headers={"Authorization": key}) as client,
                client.stream("GET", url, timeout=90) as stream,
            ):
                for _ in stream.iter_lines():
                    pass
        except httpx.TransportError as error:
            failed.append(error)

    with Endpoint() as endpoint, httpx.Client(trust_env=False) as client:
        folder = endpoint._folder
        endpoint.script.always("job", Fault.never())
        key = f"Key {endpoint.fal_key}"
        handle = client.post(f"{endpoint.url}/queue/{HDR}", json={}, headers={"Authorization": key}).json()
        streams = [
            threading.Thread(target=listen, args=(f"{handle['status_url']}/stream", key)),
            threading.Thread(target=listen, args=(f"{endpoint.url}/api/events", f"Bearer {endpoint.oxen_key}")),
        ]
        for stream in streams:
            stream.start()
        until(lambda: len(endpoint.of("stream", "events")) == 2)
        assert folder.exists()
    for stream in streams:
        stream.join()
    assert len(failed) == 2
    assert not folder.exists()
    [job] = endpoint.jobs
    assert (job.states[-1], job.billed, job.cancelled) == ("IN_PROGRESS", False, False)


def test_it_is_away_while_jobs_go_on(caller, plate_url, endpoint):
    endpoint.script.next("job", Fault.takes(0.1))
    handle = caller.submit(HDR, video_url=plate_url, num_frames=9)
    with endpoint.away():
        with pytest.raises(httpx.TransportError):
            caller.keyed.get(handle["status_url"])
        with pytest.raises(httpx.ConnectError):
            caller.keyed.get(handle["status_url"])
        until(lambda: endpoint.jobs[0].over)
    assert caller.keyed.get(handle["response_url"]).status_code == 200


@pytest.mark.parametrize("streams", [1, 3])
def test_a_slow_line_carries_no_more_than_it_can(caller, archive_url, endpoint, streams):
    size = int(caller.open.head(archive_url).headers["content-length"])
    endpoint.link.set_speed(size * streams / 0.3)
    before = endpoint.link.down.carried
    began = time.monotonic()
    threads = [threading.Thread(target=caller.open.get, args=(archive_url,)) for _ in range(streams)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Never sooner; how much later is the machine's.
    assert time.monotonic() - began >= 0.3 * 0.98
    assert endpoint.link.down.carried - before == size * streams


def test_a_slow_line_is_slow_upwards_too(caller, endpoint):
    headers = caller.token()
    endpoint.link.set_speed(1_000_000)
    began = time.monotonic()
    caller.open.post(f"{endpoint.url}/cdn/files/upload", content=bytes(300_000), headers=headers)
    assert time.monotonic() - began >= 0.3 * 0.98


def test_as_a_process(plate, tmp_path):
    (tmp_path / "given.zip").write_bytes(b"PK given")
    command = [sys.executable, "-m", "tests.endpoints", "--archive", str(tmp_path / "given.zip"), "--fal-key", "k"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdin
    assert process.stdout
    url = process.stdout.readline().strip()
    with httpx.Client(trust_env=False, base_url=url, headers={"Authorization": "Key k"}, timeout=90) as client:
        token = client.post("/rest/storage/auth/token", json={}).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        access = client.post("/cdn/files/upload", content=plate.read_bytes(), headers=headers).json()["access_url"]
        answer = client.post(f"/run/{HDR}", json={"prompt": "p", "video_url": access, "num_frames": 9}).json()
        assert httpx.get(answer["exr_frames_url"]["url"], trust_env=False).content == b"PK given"
        report = client.get("/report").json()
    assert [(job["app"], job["billed"]) for job in report["jobs"]] == [(HDR, True)]
    assert [(asked["step"], asked["key"]) for asked in report["requests"]][-2:] == [("download", None), ("", "Key k")]
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()
