"""fal's own client takes the endpoint for fal: traps included."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Generator

import fal_client
import pytest

from . import Fault, Foreign
from .conftest import until
from .official import official_client

APP = "fal-ai/ltx-2.3-quality/hdr/lora"


@pytest.fixture
def client(endpoint) -> Generator[fal_client.SyncClient]:
    with official_client(endpoint.url, endpoint.fal_key) as made:
        yield made


@pytest.fixture
def arguments(client, plate) -> dict[str, object]:
    loras = [{"path": "https://example.com/weights.safetensors"}]
    return {"prompt": "p", "video_url": client.upload_file(plate), "num_frames": 9, "loras": loras}


def test_it_subscribes(client, arguments, endpoint, caller):
    endpoint.script.next("job", Fault.takes(0.3, queued=0.3))
    seen: list[fal_client.Status] = []
    result = client.subscribe(APP, arguments, with_logs=True, on_queue_update=seen.append)
    kinds = list(dict.fromkeys(type(update) for update in seen))
    assert kinds == [fal_client.Queued, fal_client.InProgress, fal_client.Completed]
    archive = caller.open.get(result["exr_frames_url"]["url"]).content
    assert len(zipfile.ZipFile(io.BytesIO(archive)).namelist()) == 9


def test_it_calls_synchronously(client, arguments):
    assert client.run(APP, arguments | {"seed": 5})["seed"] == 5


def test_it_cancels(client, arguments, endpoint):
    endpoint.script.next("job", Fault.never())
    handle = client.submit(APP, arguments)
    until(lambda: isinstance(handle.status(), fal_client.InProgress))
    handle.cancel()
    with pytest.raises(fal_client.FalClientHTTPError) as refused:
        handle.get()
    assert (refused.value.status_code, refused.value.error_type) == (499, "client_cancelled")


def test_it_is_told_what_was_wrong(client, arguments):
    with pytest.raises(fal_client.FalClientHTTPError) as refused:
        client.subscribe(APP, arguments | {"num_frames": 500})
    assert refused.value.status_code == 422
    assert refused.value.message[0]["type"] == "less_than_equal"


def test_it_uploads_in_parts_what_is_larger_than_100_mib(client, tmp_path, caller, endpoint):
    size = 101 * 1024 * 1024
    path = tmp_path / "weights.bin"
    with path.open("wb") as file:
        file.truncate(size)
        file.seek(-3, 2)
        file.write(b"end")
    url = client.upload_file(path)
    assert len(endpoint.of("part")) == 11
    assert caller.open.head(url).headers["content-length"] == str(size)
    assert caller.open.get(url, headers={"Range": "bytes=-5"}).content == b"\0\0end"


def test_its_trap_of_lost_answers(client, arguments, endpoint):
    """It sends a job again when no answer came, and so makes three of one."""
    endpoint.script.next("submit", Fault.drop_after_accept(), times=2)
    handle = client.submit(APP, arguments)
    assert len(endpoint.jobs) == 3
    assert endpoint.jobs[-1].request_id == handle.request_id


def test_its_trap_of_foreign_addresses(client, arguments, endpoint):
    """It shows the key to whatever host an answer names."""
    with Foreign(b'{"status": "COMPLETED", "logs": []}') as foreign:
        endpoint.script.next("submit", Fault.foreign_urls(foreign.url))
        client.submit(APP, arguments).status()
        assert foreign.keys_seen == {f"Key {endpoint.fal_key}"}
