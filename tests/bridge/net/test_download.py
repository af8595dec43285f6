"""Downloads: whatever breaks them off, the file is whole in the end, or is not called so."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from bridge.domain.errors import EndpointUnreachable, ResultGone, ResultUnusable
from bridge.net.fetch import keyless
from bridge.net.guard import Way
from bridge.net.patience import Patience
from bridge.net.service import shared_trust
from bridge.net.transfer import Changed, Download, Validator
from tests.endpoints import Endpoint, Fault, Foreign

SIZE = 3_000_000


@pytest.fixture(scope="module")
def server():
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(server: Endpoint):
    server.script.clear()
    server.requests.clear()
    yield server
    server.script.clear()


@pytest.fixture(scope="module")
def content() -> bytes:
    return os.urandom(SIZE)


@pytest.fixture(scope="module")
def url(server: Endpoint, content: bytes) -> str:
    """A file that lies on the server."""
    token = httpx.post(
        f"{server.url}/rest/storage/auth/token?storage_type=fal-cdn-v3",
        json={},
        headers={"Authorization": f"Key {server.fal_key}"},
    ).json()["token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/zip", "X-Fal-File-Name": "frames.zip"}
    return httpx.post(f"{server.url}/cdn/files/upload", content=content, headers=headers).json()["access_url"]


class Fetching:
    def __init__(self, url: str, path: Path, known: Validator | None = None, most: int = 1 << 30) -> None:
        self.url, self.path, self.known, self.most = url, path, known, most
        self.told: list[int] = []

    async def go(self, patience: float = 5.0) -> int:
        async def keep(validator: Validator) -> None:
            self.known = validator

        async def tell(have: int, size: int | None) -> None:
            self.told.append(have)

        async with keyless(Way(await shared_trust(), near_allowed=True)) as service:
            waiting = Patience(patience, first=0.05)
            return await Download(service, self.url, self.path, self.known, self.most, waiting, keep, tell).run()

    def run(self, patience: float = 5.0) -> int:
        return asyncio.run(self.go(patience))


@pytest.mark.parametrize(
    "fault",
    [
        (),
        (Fault.drop_after(100_000),),
        (Fault.drop_after(1), Fault.drop_after(0)),
        (Fault.drop_before_accept(),),
        (Fault.nginx(503),),
        (Fault.too_many(0.1),),
        (Fault.no_ranges(),),
        (Fault.no_ranges(), Fault.drop_after(500_000)),
    ],
    ids=["nothing", "dropped", "dropped at once", "no answer", "503", "429", "no ranges", "no ranges, dropped"],
)
def test_it_is_whole_in_the_end(endpoint: Endpoint, url: str, content: bytes, tmp_path: Path, fault):
    for each in fault:
        endpoint.script.next("input", each)
        endpoint.script.next("download", each)
    fetching = Fetching(url, tmp_path / "file")
    assert fetching.run() == SIZE
    assert (tmp_path / "file").read_bytes() == content
    assert fetching.told == sorted(fetching.told)


def test_it_goes_on_where_it_ended(endpoint: Endpoint, url: str, content: bytes, tmp_path: Path):
    first = Fetching(url, tmp_path / "file")
    step = "input"
    endpoint.script.next(step, Fault.drop_after(1_000_000))
    endpoint.script.always(step, Fault.drop_before_accept())
    with pytest.raises(EndpointUnreachable):
        first.run(patience=0.2)
    have = (tmp_path / "file").stat().st_size
    assert 0 < have <= 1_000_000
    endpoint.script.clear()
    endpoint.requests.clear()
    assert Fetching(url, tmp_path / "file", first.known).run() == SIZE
    assert (tmp_path / "file").read_bytes() == content
    assert endpoint.requests[0].headers["range"] == f"bytes={have}-"
    assert "if-range" in endpoint.requests[0].headers


def test_a_whole_file_is_not_asked_for_again(endpoint: Endpoint, url: str, tmp_path: Path):
    first = Fetching(url, tmp_path / "file")
    first.run()
    endpoint.requests.clear()
    assert Fetching(url, tmp_path / "file", first.known).run() == SIZE
    assert endpoint.requests == []


def test_a_file_that_has_changed_is_not_patched_together(endpoint: Endpoint, url: str, tmp_path: Path):
    first = Fetching(url, tmp_path / "file")
    endpoint.script.next("input", Fault.drop_after(1_000_000))
    endpoint.script.next("input", Fault.changed_etag())
    with pytest.raises(Changed):
        first.run()


def test_a_beginning_that_nobody_vouches_for_is_not_built_on(url: str, tmp_path: Path):
    (tmp_path / "file").write_bytes(b"something")
    with pytest.raises(Changed):
        Fetching(url, tmp_path / "file").run()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_an_address_that_has_run_out(endpoint: Endpoint, url: str, tmp_path: Path, status: int):
    endpoint.script.next("input", Fault.expired(status))
    with pytest.raises(ResultGone):
        Fetching(url, tmp_path / "file").run()


def test_a_redirect_to_another_host_is_followed_without_a_key(endpoint: Endpoint, url: str, tmp_path: Path):
    with Foreign() as foreign:
        endpoint.script.next("input", Fault.redirect(f"{foreign.url}/somewhere"))
        Fetching(url, tmp_path / "file").run()
        assert foreign.requests
        assert all(asked.authorization is None for asked in foreign.requests)


def test_more_than_can_be_meant_is_refused(url: str, tmp_path: Path):
    with pytest.raises(ResultUnusable):
        Fetching(url, tmp_path / "file", most=SIZE - 1).run()
    assert not (tmp_path / "file").exists()


def test_a_service_that_stays_away(endpoint: Endpoint, url: str, tmp_path: Path):
    with endpoint.away(), pytest.raises(EndpointUnreachable):
        Fetching(url, tmp_path / "file").run(patience=0.3)


def test_a_full_drive_is_an_error_of_the_drive(url: str):
    with pytest.raises(OSError, match="No space left"):
        Fetching(url, Path("/dev/full")).run()
