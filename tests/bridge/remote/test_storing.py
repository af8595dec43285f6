"""Uploads: in parts, straight from the drive, each part again where it was lost, and on where an attempt ended."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest

from bridge.backends.remote.fal.storage import PART
from bridge.backends.remote.ledger import Upload
from bridge.domain.errors import KeyRefused, RemoteError
from tests.endpoints import Endpoint, Fault

from .conftest import client_of


def clip(folder: Path, size: int) -> Upload:
    path = folder / "plate.mp4"
    path.write_bytes(os.urandom(size))
    return Upload(path=path, size=size)


def send(endpoint: Endpoint, upload: Upload, kept: list[Upload] | None = None):
    """The upload when it is done, and the byte counts that were told."""
    told: list[int] = []

    async def go():
        async with client_of(endpoint) as client:

            async def tell(sent: int) -> None:
                told.append(sent)

            async def keep(changed: Upload) -> None:
                if kept is not None:
                    kept.append(changed)

            return await client.storage.send(upload, tell, keep)

    return asyncio.run(go()), told


def fetched(endpoint: Endpoint, url: str, tmp_path: Path) -> bytes:
    async def go() -> bytes:
        async with client_of(endpoint) as client:
            return (await client.plain.ask("GET", url, largest=1 << 30)).content

    return asyncio.run(go())


@pytest.mark.parametrize("size", [1, PART, PART + 1, 3 * PART + 7])
def test_what_arrives_is_what_was_sent(endpoint: Endpoint, tmp_path: Path, size: int):
    upload = clip(tmp_path, size)
    done, told = send(endpoint, upload)
    assert fetched(endpoint, done.url, tmp_path) == upload.path.read_bytes()
    assert told[-1] == size
    assert len(endpoint.of("part")) == (0 if size <= PART else -(-size // PART))


@pytest.mark.parametrize("step", ["token", "upload"])
@pytest.mark.parametrize(
    "fault",
    [Fault.nginx(), Fault.drop_before_accept(), Fault.drop_after_accept(), Fault.too_many(0.1)],
    ids=["502", "dropped before", "dropped after", "429"],
)
def test_small_files_are_sent_again(endpoint: Endpoint, tmp_path: Path, step, fault):
    endpoint.script.next(step, fault)
    upload = clip(tmp_path, 10_000)
    done, _ = send(endpoint, upload)
    assert fetched(endpoint, done.url, tmp_path) == upload.path.read_bytes()


@pytest.mark.parametrize(
    "fault",
    [Fault.nginx(), Fault.drop_before_accept(), Fault.drop_after_accept(), Fault.server_error()],
    ids=["502", "dropped before", "dropped after", "500"],
)
def test_a_part_that_was_lost_is_sent_again_and_no_other(endpoint: Endpoint, tmp_path: Path, fault):
    endpoint.script.next("part", fault, times=2)
    upload = clip(tmp_path, 3 * PART)
    done, _ = send(endpoint, upload)
    assert fetched(endpoint, done.url, tmp_path) == upload.path.read_bytes()
    assert len(endpoint.of("part")) == 5


def test_an_upload_goes_on_where_it_ended(endpoint: Endpoint, tmp_path: Path):
    upload, kept = clip(tmp_path, 6 * PART), []
    endpoint.link.up.bytes_per_second = 20e6

    async def killed() -> None:
        async with client_of(endpoint) as client:

            async def tell(_: int) -> None: ...

            async def keep(changed: Upload) -> None:
                kept.append(changed)

            async with asyncio.timeout(2.5):
                await client.storage.send(upload, tell, keep)

    with pytest.raises(TimeoutError):
        asyncio.run(killed())
    arrived = len(kept[-1].parts)
    assert 0 < arrived < 6
    endpoint.link.up.bytes_per_second = None
    before = len(endpoint.of("part"))
    done, _ = send(endpoint, kept[-1])
    assert len(endpoint.of("part")) - before == 6 - arrived
    assert (
        hashlib.sha256(fetched(endpoint, done.url, tmp_path)).digest()
        == hashlib.sha256(upload.path.read_bytes()).digest()
    )


def test_a_service_without_that_storage_is_asked_for_an_address(endpoint: Endpoint, tmp_path: Path):
    endpoint.script.always("upload", Fault.not_found())
    upload = clip(tmp_path, 10_000)
    done, _ = send(endpoint, upload)
    assert fetched(endpoint, done.url, tmp_path) == upload.path.read_bytes()
    assert [asked.step for asked in endpoint.requests if asked.step in ("initiate", "put")] == ["initiate", "put"]


def test_a_key_that_is_not_accepted(endpoint: Endpoint, tmp_path: Path):
    endpoint.script.always("token", Fault.unauthorized())
    with pytest.raises(KeyRefused):
        send(endpoint, clip(tmp_path, 100))


def test_a_session_that_has_ended_is_given_up(endpoint: Endpoint, tmp_path: Path):
    kept: list[Upload] = []
    endpoint.script.next("complete", Fault.answer(404, {"detail": "no such upload"}))
    with pytest.raises(RemoteError):
        send(endpoint, clip(tmp_path, PART + 1), kept)
    assert (kept[-1].parts, kept[-1].session) == ({}, "")


def test_files_are_not_held_in_memory(endpoint: Endpoint, tmp_path: Path):
    upload = clip(tmp_path, 8 * PART)
    tracemalloc.start()
    try:
        send(endpoint, upload)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * PART
