"""fal's own client, unmodified, in the environment that `serve` prints: all over TLS, with a token for others."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bridge.service.queue.boxes import HDR, LONG_CLIP, TOKEN, Box, as_uri, frames_of, opening


@pytest.fixture(scope="module")
def safe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with opening(tmp_path_factory.mktemp("safe") / "state of Zoë") as open_box:
        yield open_box("--tls", "self-signed", "--print-env", token=TOKEN)


def test_what_is_printed_is_a_shell_s(safe: Box) -> None:
    assert list(safe.printed) == ["FAL_QUEUE_RUN_HOST", "FAL_RUN_HOST", "SSL_CERT_FILE", "FAL_KEY"]
    assert safe.printed["FAL_KEY"] == TOKEN
    assert safe.printed["SSL_CERT_FILE"] == str(safe.home / "tls" / "bundle.pem")
    host = safe.printed["FAL_RUN_HOST"].removesuffix("/run")
    assert safe.printed["FAL_QUEUE_RUN_HOST"] == f"{host}/queue"


def test_submit_follow_and_fetch(safe: Box, clip: Path) -> None:
    answer = safe.official(
        """
handle = fal_client.submit(app, {"prompt": "x", "video_url": fal_client.encode_file(clip), "loras": []})
seen = [type(event).__name__ for event in handle.iter_events(with_logs=True, interval=0.05)]
last = handle.status(with_logs=True)
again = fal_client.SyncClient().get_handle(app, handle.request_id)
answer = {
    "seen": seen, "logs": last.logs, "metrics": last.metrics, "error": last.error,
    "same": again.get() == handle.get() == fal_client.result(app, handle.request_id),
    "status": type(fal_client.status(app, handle.request_id)).__name__,
    "result": handle.get(),
}
""",
        app=f"{HDR}/lora",
        clip=str(clip),
    )
    assert answer["seen"][0] == "Queued"
    assert answer["seen"][-1] == "Completed"
    assert "InProgress" in answer["seen"]
    assert answer["logs"][-1]["message"] == "Packing the frames"
    assert answer["metrics"]["inference_time"] > 0
    assert (answer["error"], answer["same"], answer["status"]) == (None, True, "Completed")
    url = answer["result"]["exr_frames_url"]["url"]
    trusted = ssl.create_default_context(cafile=safe.printed["SSL_CERT_FILE"])
    content = httpx.get(url, verify=trusted, trust_env=False).content
    assert len(frames_of(content)) == 12


def test_subscribe_and_run(safe: Box, uri: str) -> None:
    answer = safe.official(
        """
ids, updates = [], []
result = fal_client.subscribe(
    app, {"prompt": "subscribed", "video_url": uri}, with_logs=True,
    on_enqueue=ids.append, on_queue_update=lambda update: updates.append(type(update).__name__),
)
ran = fal_client.run(app, {"prompt": "ran", "video_url": uri})
answer = [ids, updates, result["prompt"], ran["prompt"]]
""",
        app=HDR,
        uri=uri,
    )
    ids, updates, *prompts = answer
    assert len(ids) == 1
    assert updates[-1] == "Completed"
    assert prompts == ["subscribed", "ran"]


def test_cancel(safe: Box) -> None:
    answer = safe.official(
        """
import time
handle = fal_client.submit(app, {"prompt": "cancelled", "video_url": uri})
while not isinstance(handle.status(), fal_client.InProgress):
    time.sleep(0.05)
handle.cancel()
*_, last = handle.iter_events(interval=0.05)
caught = []
for act in (handle.get, handle.cancel):
    try:
        act()
    except fal_client.FalClientHTTPError as error:
        caught.append([error.status_code, error.error_type])
answer = [last.error_type, caught]
""",
        app=HDR,
        uri=as_uri(LONG_CLIP.read_bytes()),
    )
    assert answer == ["client_cancelled", [[499, "client_cancelled"], [400, None]]]


def test_what_is_refused(safe: Box) -> None:
    answer = safe.official(
        """
answer = []
for client, app, body in (
    (fal_client.SyncClient(), hdr, {"prompt": "x", "video_url": "data:,", "num_frames": 5}),
    (fal_client.SyncClient(), "fal-ai/flux", {}),
    (fal_client.SyncClient(key="wrong"), hdr, {}),
):
    for act in (client.submit, client.run):
        try:
            act(app, body)
        except fal_client.FalClientHTTPError as error:
            answer.append([error.status_code, error.message])
handle = fal_client.submit(hdr, {"prompt": "x", "video_url": "https://127.0.0.1/clip.mp4"})
try:
    handle.get()
except fal_client.FalClientHTTPError as error:
    answer.append([error.status_code, error.message[0]["type"]])
""",
        hdr=HDR,
    )
    (_, invalid), again, *rest = answer
    assert again == [422, invalid]
    assert (invalid[0]["type"], invalid[0]["ctx"]) == ("greater_than_equal", {"ge": 9})
    unknown, wrong = [404, 'Application "fal-ai/flux" not found'], [401, "invalid key credentials"]
    assert rest == [unknown, unknown, wrong, wrong, [422, "file_download_error"]]


def test_the_asynchronous_client(safe: Box, uri: str) -> None:
    answer = safe.official(
        """
import asyncio
async def go():
    client = fal_client.AsyncClient()
    handle = await client.submit(app, {"prompt": "async", "video_url": uri})
    return (await handle.get())["prompt"]
answer = asyncio.run(go())
""",
        app=HDR,
        uri=uri,
    )
    assert answer == "async"
