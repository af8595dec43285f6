from __future__ import annotations

import httpx
import pytest

from . import Fault

PARTS = [b"a" * 300_000, b"b" * 300_000, b"c" * 1000]


def begin(caller) -> tuple[str, dict[str, str]]:
    """The address under which parts are put, and the headers for that."""
    headers = caller.token() | {"X-Fal-File-Name": "weights.bin"}
    begun = caller.open.post(f"{caller.endpoint.url}/cdn/files/upload/multipart", headers=headers).json()
    return f"{begun['access_url']}/multipart/{begun['uploadId']}", headers


def test_an_upload_wants_a_token_and_is_then_open_to_all(caller, plate):
    address = f"{caller.endpoint.url}/cdn/files/upload"
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Key {caller.endpoint.fal_key}"}):
        assert caller.open.post(address, content=b"x", headers=headers).status_code == 401
    url = caller.upload(plate)
    assert caller.open.get(url).content == plate.read_bytes()
    assert caller.endpoint.requests[-1].authorization is None


def test_a_token_runs_out(caller):
    caller.endpoint.storage.token_seconds = 0
    address = f"{caller.endpoint.url}/cdn/files/upload"
    assert caller.open.post(address, content=b"x", headers=caller.token()).status_code == 401


def test_an_upload_in_parts(caller):
    address, headers = begin(caller)
    tags = {}
    for number in (2, 3, 1):
        answer = caller.open.put(f"{address}/{number}", content=PARTS[number - 1], headers=headers)
        tags[number] = answer.headers["etag"]
    # Sent again, it replaces what was there.
    assert caller.open.put(f"{address}/2", content=PARTS[1], headers=headers).headers["etag"] == tags[2]
    url = address.partition("/multipart/")[0]
    assert caller.open.get(url).status_code == 404
    wrong = [{"partNumber": n, "etag": tags[1]} for n in tags]
    assert caller.open.post(f"{address}/complete", json={"parts": wrong}, headers=headers).status_code == 400
    right = [{"partNumber": n, "etag": tag} for n, tag in tags.items()]
    answer = caller.open.post(f"{address}/complete", json={"parts": right}, headers=headers)
    assert answer.json()["access_url"] == url
    assert caller.open.get(url).content == b"".join(PARTS)
    assert len(caller.endpoint.of("part")) == 4


def test_a_part_fails_and_a_part_has_come_though_nobody_says_so(caller):
    address, headers = begin(caller)
    caller.endpoint.script.next("part", Fault.unavailable(), times=2)
    caller.endpoint.script.next("part", Fault.drop_after_accept())
    for _ in range(2):
        assert caller.open.put(f"{address}/1", content=PARTS[0], headers=headers).status_code == 503
    with pytest.raises(httpx.RemoteProtocolError):
        caller.open.put(f"{address}/1", content=PARTS[0], headers=headers)
    answer = caller.open.put(f"{address}/2", content=b"", headers=headers)
    tag = caller.open.put(f"{address}/1", content=PARTS[0], headers=headers).headers["etag"]
    parts = [{"partNumber": 1, "etag": tag}, {"partNumber": 2, "etag": answer.headers["etag"]}]
    assert caller.open.post(f"{address}/complete", json={"parts": parts}, headers=headers).status_code == 200


def test_the_older_way_gives_out_an_address_to_put_to(caller):
    answer = caller.keyed.post(
        "/rest/storage/upload/initiate?storage_type=gcs", json={"file_name": "a.wav", "content_type": "audio/wav"}
    ).json()
    assert caller.open.get(answer["file_url"]).status_code == 404
    assert caller.open.put(answer["upload_url"], content=b"sound").status_code == 200
    found = caller.open.get(answer["file_url"])
    assert (found.content, found.headers["content-type"]) == (b"sound", "audio/wav")


def test_downloads_in_ranges(caller, archive_url):
    whole = caller.open.get(archive_url)
    tag, size = whole.headers["etag"], len(whole.content)
    assert (whole.headers["accept-ranges"], whole.headers["content-length"]) == ("bytes", str(size))
    rest = caller.open.get(archive_url, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{size - 1}/{size}"
    changed = caller.open.get(archive_url, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert caller.open.get(archive_url, headers={"Range": f"bytes={size}-"}).status_code == 416


def test_no_ranges(caller, archive_url):
    caller.endpoint.script.always("download", Fault.no_ranges())
    answer = caller.open.get(archive_url, headers={"Range": "bytes=1000-"})
    assert (answer.status_code, answer.headers.get("accept-ranges")) == (200, None)


def test_another_tag_each_time(caller, archive_url):
    caller.endpoint.script.always("download", Fault.changed_etag())
    tag = caller.open.get(archive_url).headers["etag"]
    answer = caller.open.get(archive_url, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != tag


@pytest.mark.parametrize("size", [0, 1, 5000])
def test_a_download_breaks_off_after_so_many_bytes(caller, archive_url, size):
    caller.endpoint.script.next("download", Fault.drop_after(size))
    got = b""
    with caller.open.stream("GET", archive_url) as answer:
        assert int(answer.headers["content-length"]) > 5000
        pieces = answer.iter_raw()
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - what came before it counts
            for piece in pieces:
                got += piece
    assert len(got) == size
    answer = caller.open.get(archive_url, headers={"Range": f"bytes={size}-"})
    assert caller.open.get(archive_url).content == got + answer.content


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_address_expires_once_or_for_good(caller, archive_url, status):
    caller.endpoint.script.next("download", Fault.expired(status))
    assert caller.open.get(archive_url).status_code == status
    assert caller.open.get(archive_url).status_code == 200
    caller.endpoint.script.always("download", Fault.expired(status))
    assert {caller.open.get(archive_url).status_code for _ in range(3)} == {status}
