"""Oxen's queue and repositories: what is sent once, and what is sent until it has arrived."""

from __future__ import annotations

import asyncio
import os
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from bridge.backends.remote.oxen.hub import Hub
from bridge.domain.errors import AnswerLost, KeyRefused
from bridge.net.addresses import is_same_origin
from bridge.net.guard import Way
from bridge.net.service import Service, shared_trust
from tests.endpoints import Endpoint, Fault

T = TypeVar("T")

BODY = {"model": "ltx-2-3-quality-hdr", "prompt": "x", "input_video": "https://example.com/a.mp4", "num_frames": 9}
PLACE = "me/plates"


def at(endpoint: Endpoint, act: Callable[[Hub], Awaitable[T]]) -> T:
    def is_own(url: httpx.URL) -> bool:
        return is_same_origin(endpoint.url, f"{url.scheme}://{url.netloc.decode()}")

    async def key() -> str:
        return f"Bearer {endpoint.oxen_key}"

    async def go() -> T:
        way = Way(await shared_trust(), near_allowed=True)
        async with Service(way, own=is_own, authorization=key) as service:
            return await act(Hub(service, endpoint.url, "Oxen", {}))

    return asyncio.run(go())


def fetched(endpoint: Endpoint, url: str) -> bytes:
    async def get(hub: Hub) -> bytes:
        return (await hub.service.ask("GET", url, largest=1 << 30)).content

    return at(endpoint, get)


@pytest.mark.parametrize("fault", [Fault.too_many(0.2), Fault.unavailable(0.2)], ids=["429", "503 with Retry-After"])
def test_what_was_certainly_not_taken_is_sent_again(endpoint: Endpoint, fault):
    endpoint.script.next("enqueue", fault, times=2)
    assert at(endpoint, lambda hub: hub.enqueue(BODY)) == endpoint.jobs[0].request_id
    assert len(endpoint.of("enqueue")) == 3
    assert len(endpoint.jobs) == 1


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        (Fault.drop_after_accept(), 1),
        (Fault.drop_before_accept(), 0),
        (Fault.nginx(502), 0),
        (Fault.nginx(504), 0),
        (Fault.page(), 0),
    ],
    ids=["dropped after", "dropped before", "502", "504", "a page with 200"],
)
def test_a_lost_answer_is_never_followed_by_a_second_request(endpoint: Endpoint, fault, made: int):
    endpoint.script.next("enqueue", fault)
    with pytest.raises(AnswerLost, match="may be billed"):
        at(endpoint, lambda hub: hub.enqueue(BODY))
    assert len(endpoint.of("enqueue")) == 1
    assert len(endpoint.jobs) == made


@pytest.mark.parametrize("name", ["plate.mp4", "naïve “plate” №1.mp4"])
def test_a_file_arrives_as_it_is_in_a_repository_that_is_made(endpoint: Endpoint, tmp_path: Path, name: str):
    path = tmp_path / name
    # The boundary of a form stands in no file but by intent; line ends and dashes do.
    path.write_bytes(b"\r\n--\r\n\r\n" + os.urandom(100_000) + b"\r\n--")
    url = at(endpoint, lambda hub: hub.put(path, PLACE, f"a folder/{name}"))
    assert fetched(endpoint, url) == path.read_bytes()
    again = at(endpoint, lambda hub: hub.put(path, PLACE, f"a folder/{name}"))
    assert again == url


@pytest.mark.parametrize("step", ["repo", "repo_put"])
@pytest.mark.parametrize(
    "fault",
    [Fault.nginx(), Fault.drop_before_accept(), Fault.drop_after_accept(), Fault.too_many(0.1)],
    ids=["502", "dropped before", "dropped after", "429"],
)
def test_files_are_sent_until_they_have_arrived(endpoint: Endpoint, tmp_path: Path, step, fault):
    endpoint.script.next(step, fault)
    path = tmp_path / "plate.mp4"
    path.write_bytes(os.urandom(100_000))
    assert fetched(endpoint, at(endpoint, lambda hub: hub.put(path, PLACE, "plate.mp4"))) == path.read_bytes()


def test_a_key_that_is_not_accepted(endpoint: Endpoint, tmp_path: Path):
    endpoint.script.always("repo_put", Fault.unauthorized())
    (tmp_path / "plate.mp4").write_bytes(b"x")
    with pytest.raises(KeyRefused):
        at(endpoint, lambda hub: hub.put(tmp_path / "plate.mp4", PLACE, "plate.mp4"))


def test_files_are_not_held_in_memory(endpoint: Endpoint, tmp_path: Path):
    path, size = tmp_path / "plate.mp4", 64 * 1024 * 1024
    path.write_bytes(os.urandom(size))
    tracemalloc.start()
    try:
        at(endpoint, lambda hub: hub.put(path, PLACE, "plate.mp4"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size / 2
