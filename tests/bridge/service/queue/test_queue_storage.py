"""The storage of a real bridge: uploads whole, in parts and by a given address; downloads in ranges."""

from __future__ import annotations

import hashlib
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bridge.service.queue.files import file_name
from tests.bridge.service.queue.boxes import HDR, Box, completed, frames_of, submitted
from tests.fakes.service import until


@pytest.fixture
def leave(http: httpx.Client) -> dict[str, str]:
    """The header that opens uploads."""
    answer = http.post("/rest/storage/auth/token", params={"storage_type": "fal-cdn-v3"}, json={}).json()
    assert answer["base_url"] == f"{str(http.base_url).rstrip('/')}/cdn"
    assert answer["token_type"] == "Bearer"
    assert datetime.fromisoformat(answer["expires_at"]).tzinfo
    return {"Authorization": f"Bearer {answer['token']}"}


def sent(http: httpx.Client, leave: dict[str, str], content: bytes, name: str = "clip.mp4") -> str:
    headers = leave | {"X-Fal-File-Name": name, "Content-Type": "video/mp4"}
    answer = http.post("/cdn/files/upload", content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_url"]


def fetched(url: str, **headers: str) -> httpx.Response:
    """Without any key."""
    return httpx.get(url, headers=headers, trust_env=False)


def test_a_clip_that_was_uploaded_is_lifted(http: httpx.Client, leave: dict[str, str], clip: Path) -> None:
    url = sent(http, leave, clip.read_bytes())
    assert fetched(url).content == clip.read_bytes()
    request = submitted(http, {"prompt": "uploaded", "video_url": url})
    assert "error" not in completed(http, request)
    answer = http.get(f"/queue/{HDR}/requests/{request}").json()
    assert len(frames_of(fetched(answer["exr_frames_url"]["url"]).content)) == 12


def test_parts_are_put_together_in_order(box: Box, http: httpx.Client, leave: dict[str, str]) -> None:
    parts = {3: b"c" * 100_000, 1: b"a" * 3_000_000, 2: os.urandom(2_000_000)}
    begun = http.post("/cdn/files/upload/multipart", headers=leave | {"X-Fal-File-Name": "large.mov"}).json()
    url = begun["access_url"]
    upload = f"{url}/multipart/{begun['uploadId']}"
    assert http.put(f"{upload}/2", content=b"will be sent again", headers=leave).status_code == 200
    tags = {}
    for number, content in parts.items():
        answer = http.put(f"{upload}/{number}", content=content, headers=leave)
        tags[number] = answer.headers["etag"]
        assert tags[number] == f'"{hashlib.md5(content).hexdigest()}"'
    assert fetched(url).status_code == 404
    listed = [{"partNumber": number, "etag": tag} for number, tag in tags.items()]
    for _ in range(2):  # the answer to the first may have been lost
        assert http.post(f"{upload}/complete", json={"parts": listed}, headers=leave).status_code == 200
    assert fetched(url).content == parts[1] + parts[2] + parts[3]
    (folder,) = (path.parent for path in (box.home / "queue" / "files").glob("*/large.mov"))
    assert [path.name for path in folder.iterdir()] == ["large.mov"]


@pytest.mark.parametrize(
    "listed",
    [
        [],
        [{"partNumber": 2, "etag": '"d41d8cd98f00b204e9800998ecf8427e"'}],
        [{"partNumber": 1, "etag": '"d41d8cd98f00b204e9800998ecf8427e"'}],
        [{"partNumber": 1, "etag": "../../../../etc/passwd"}],
        [{"partNumber": 1, "etag": ""}],
    ],
)
def test_parts_that_never_came(http: httpx.Client, leave: dict[str, str], listed: list[Any]) -> None:
    begun = http.post("/cdn/files/upload/multipart", headers=leave).json()
    upload = f"{begun['access_url']}/multipart/{begun['uploadId']}"
    http.put(f"{upload}/1", content=b"something", headers=leave)
    answer = http.post(f"{upload}/complete", json={"parts": listed}, headers=leave)
    assert answer.status_code == 400
    assert fetched(begun["access_url"]).status_code == 404


def test_uploads_that_were_never_begun(http: httpx.Client, leave: dict[str, str]) -> None:
    begun = http.post("/cdn/files/upload/multipart", headers=leave).json()
    url = begun["access_url"]
    for path in (f"{url}/multipart/{'0' * 32}/1", f"{url}/multipart/{begun['uploadId']}/0"):
        assert http.put(path, content=b"x", headers=leave).status_code == 400
    stranger = url.replace(url.split("/")[-2], "f" * 32)
    assert http.put(f"{stranger}/multipart/{begun['uploadId']}/1", content=b"x", headers=leave).status_code == 404


def test_an_address_that_takes_one_file(http: httpx.Client, clip: Path) -> None:
    wanted = {"file_name": "clip.mp4", "content_type": "video/mp4"}
    answer = http.post("/rest/storage/upload/initiate", params={"storage_type": "gcs"}, json=wanted).json()
    url = answer["file_url"]
    assert fetched(url).status_code == 404
    # As fal's own clients do, one with the key and one without.
    for headers in ({}, {"Authorization": "Key whatever"}):
        put = httpx.put(answer["upload_url"], content=clip.read_bytes(), headers=headers, trust_env=False)
        assert put.status_code == 200
    assert fetched(url).content == clip.read_bytes()
    leave = answer["upload_url"].partition("=")[2]
    forged = leave[:-1] + ("1" if leave.endswith("0") else "0")
    for wrong in (url, f"{url}?upload=1.x", f"{url}?upload={forged}"):
        assert httpx.put(wrong, content=b"x", trust_env=False).status_code == 403
    assert fetched(url).content == clip.read_bytes()


def test_nobody_uploads_without_leave(http: httpx.Client, leave: dict[str, str]) -> None:
    begun = http.post("/cdn/files/upload/multipart", headers=leave).json()
    part = f"{begun['access_url']}/multipart/{begun['uploadId']}"
    for given in ({"Authorization": ""}, {"Authorization": "Bearer 99999999999.00"}, {}):  # the last has the key
        for method, path in (
            ("POST", "/cdn/files/upload"),
            ("POST", "/cdn/files/upload/multipart"),
            ("PUT", f"{part}/1"),
            ("POST", f"{part}/complete"),
        ):
            json = {"parts": []} if path.endswith("complete") else None
            assert http.request(method, path, headers=given, json=json).status_code == 401, path
    for path in ("/rest/storage/auth/token", "/rest/storage/upload/initiate"):
        assert http.post(path, json={}, headers={"Authorization": "Key wrong"}).status_code == 401
        assert http.post(path, json={}, headers=leave).status_code == 401


def test_downloads_in_ranges(http: httpx.Client, leave: dict[str, str]) -> None:
    content = os.urandom(300_000)
    url = sent(http, leave, content, "data.bin")
    whole = fetched(url)
    tag = whole.headers["etag"]
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"].startswith("attachment")
    part = fetched(url, Range="bytes=100000-")
    assert (part.status_code, part.content) == (206, content[100_000:])
    assert part.headers["content-range"] == "bytes 100000-299999/300000"
    part = fetched(url, Range="bytes=5-9", **{"If-Range": tag})
    assert (part.status_code, part.content) == (206, content[5:10])
    changed = fetched(url, Range="bytes=5-9", **{"If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, content)
    assert fetched(url, Range="bytes=300000-").status_code == 416
    assert fetched(url, Range="lines=1-2").status_code == 400
    head = httpx.head(url, trust_env=False)
    assert (head.headers["content-length"], head.content) == ("300000", b"")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("clip.mp4", "clip.mp4"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("...", "file"),
        ("", "file"),
        (".hidden", "hidden"),
        ("Zoë's clip #1.mov", "Zo_s_clip_1.mov"),
        ("x" * 300 + ".mov", "x" * 96 + ".mov"),
    ],
)
def test_names_of_files(name: str, kept: str) -> None:
    assert file_name(name) == kept
    assert file_name(kept) == kept


@pytest.mark.parametrize(
    "path", ["..%2f..%2fjobs.sqlite3/x", "%2e%2e/jobs.sqlite3", "x/y", f"{'0' * 32}/..", f"{'0' * 31}/clip.mp4"]
)
def test_addresses_that_were_never_given_out(box: Box, path: str) -> None:
    with socket.create_connection(("127.0.0.1", box.run_file.port)) as line:
        line.sendall(f"GET /cdn/files/b/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = line.makefile("rb").readline()
    assert b" 404 " in answer


def test_an_upload_that_is_broken_off_leaves_nothing(box: Box, leave: dict[str, str]) -> None:
    files = box.home / "queue" / "files"
    before = {path for path in files.rglob("*") if path.is_file()}
    with socket.create_connection(("127.0.0.1", box.run_file.port)) as line:
        head = f"POST /cdn/files/upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: {leave['Authorization']}\r\n"
        line.sendall(f"{head}Content-Length: 5000000\r\n\r\n".encode() + b"x" * 2_000_000)
        until(lambda: {path for path in files.rglob("*") if path.is_file()} != before)
    until(lambda: {path for path in files.rglob("*") if path.is_file()} == before)


def test_a_large_upload_takes_no_memory(box: Box, http: httpx.Client, leave: dict[str, str]) -> None:
    import psutil

    process = psutil.Process(box.process.pid)
    before = process.memory_info().rss
    size = 200 * 1024 * 1024

    def pieces():
        for _ in range(200):
            yield bytes(1024 * 1024)

    headers = leave | {"Content-Length": str(size)}
    url = http.post("/cdn/files/upload", content=pieces(), headers=headers).json()["access_url"]
    assert httpx.head(url, trust_env=False).headers["content-length"] == str(size)
    assert process.memory_info().rss - before < 60 * 1024 * 1024
