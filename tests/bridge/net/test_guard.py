"""Nothing from outside leads into this network: addresses, names that stand for them, and ways to hide them."""

from __future__ import annotations

import asyncio
import ipaddress

import httpx
import pytest

from bridge.domain.errors import AddressForbidden
from bridge.net.fetch import fetch, keyless
from bridge.net.guard import Way, demand_public, is_public
from bridge.net.service import Service, shared_trust


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_addresses_of_this_network(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a",
        "https://localhost/a",
        "https://[::1]/a",
        "https://169.254.169.254/latest/meta-data",
        "http://1.1.1.1/a",
        "file:///etc/passwd",
        "ftp://1.1.1.1/",
        "https:///nothing",
    ],
)
def test_where_nothing_is_fetched(url, tmp_path):
    with pytest.raises(AddressForbidden):
        asyncio.run(demand_public(url))
    with pytest.raises(AddressForbidden):
        asyncio.run(fetch(url, tmp_path / "file", most_bytes=10, near_allowed=False))
    assert not (tmp_path / "file").exists()


def test_a_redirect_into_this_network_is_not_followed(tmp_path):
    """The first host is played by a transport, since none beyond this machine can be reached."""

    class Sends(httpx.AsyncBaseTransport):
        def __init__(self, way: Way) -> None:
            self.way = way

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.host == "public.example":
                return httpx.Response(302, headers={"location": "https://127.0.0.1:1/secret"}, request=request)
            return await self.way.handle_async_request(request)

    async def go() -> None:
        async with keyless(Sends(Way(await shared_trust()))) as service:  # pyright: ignore[reportArgumentType]
            await service.ask("GET", "https://public.example/file")

    with pytest.raises(AddressForbidden):
        asyncio.run(go())


def test_the_key_stays_with_its_own_host_on_every_hop():
    seen: list[tuple[str, str | None]] = []

    class Hops(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            seen.append((request.url.host, request.headers.get("authorization")))
            following = {"own.example": "https://other.example/", "other.example": "https://own.example/end"}
            if request.url.path == "/end":
                return httpx.Response(200, json={}, request=request)
            return httpx.Response(307, headers={"location": following[request.url.host]}, request=request)

    async def key() -> str:
        return "Key secret"

    async def go() -> None:
        async with Service(Hops(), own=lambda url: url.host == "own.example", authorization=key) as service:  # pyright: ignore[reportArgumentType]
            await service.ask("GET", "https://own.example/start")
            await service.ask("GET", "https://own.example/start", headers={"Authorization": "Bearer upload"})

    asyncio.run(go())
    assert seen == [
        ("own.example", "Key secret"),
        ("other.example", None),
        ("own.example", "Key secret"),
        ("own.example", "Bearer upload"),
        ("other.example", None),
        ("own.example", "Key secret"),
    ]
