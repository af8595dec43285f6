from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clips import write_numbered

from . import Endpoint

HDR = "fal-ai/ltx-2.3-quality/hdr"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


class Caller:
    """What a client says to fal, call by call."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.open = httpx.Client(trust_env=False, timeout=90)
        self.keyed = httpx.Client(
            trust_env=False, timeout=90, headers={"Authorization": f"Key {endpoint.fal_key}"}, base_url=endpoint.url
        )
        self.oxen = httpx.Client(
            trust_env=False,
            timeout=90,
            headers={"Authorization": f"Bearer {endpoint.oxen_key}"},
            base_url=endpoint.url,
        )

    def token(self) -> dict[str, str]:
        answer = self.keyed.post("/rest/storage/auth/token?storage_type=fal-cdn-v3", json={}).json()
        return {"Authorization": f"{answer['token_type']} {answer['token']}"}

    def upload(self, path: Path) -> str:
        headers = self.token() | {"X-Fal-File-Name": path.name, "Content-Type": "video/mp4"}
        return self.open.post(
            f"{self.endpoint.url}/cdn/files/upload", content=path.read_bytes(), headers=headers
        ).json()["access_url"]

    def submit(self, app: str, **body: Any) -> dict[str, Any]:
        answer = self.keyed.post(f"/queue/{app}", json={"prompt": "p", **body})
        assert answer.status_code == 200
        return answer.json()

    def finish(self, handle: dict[str, Any]) -> httpx.Response:
        """The result, once the job is over."""
        until(lambda: self.keyed.get(handle["status_url"]).status_code == 200)
        return self.keyed.get(handle["response_url"])

    def close(self) -> None:
        for client in (self.open, self.keyed, self.oxen):
            client.close()


@pytest.fixture
def endpoint() -> Generator[Endpoint]:
    with Endpoint() as running:
        yield running


@pytest.fixture
def caller(endpoint: Endpoint) -> Generator[Caller]:
    made = Caller(endpoint)
    yield made
    made.close()


@pytest.fixture(scope="session")
def plate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine frames of 96x64."""
    return write_numbered(tmp_path_factory.mktemp("plates") / "plate.mp4", 9)


@pytest.fixture
def plate_url(caller: Caller, plate: Path) -> str:
    return caller.upload(plate)


@pytest.fixture
def archive_url(caller: Caller, plate_url: str) -> str:
    """The address of the archive of one finished lift."""
    return caller.finish(caller.submit(HDR, video_url=plate_url, num_frames=9)).json()["exr_frames_url"]["url"]
