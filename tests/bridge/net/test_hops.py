"""The way to services that are not there, not what they seem, or in order: real servers on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.errors import KeyringUnavailable
from bridge.domain.settings import Endpoint, EndpointKind, TestReport
from bridge.net.hops import FindKey, walk
from tests.fakes.network import Certificate, Proxy, Request, Web, answer, certificate, listening

KEY = "11111111-2222:0123456789abcdef0123456789abcdef"
PAGE = answer(200, "<!DOCTYPE html><title>Welcome to Hotel</title>", content_type="text/html")
HEALTH = json.dumps({"status": "ok", "version": "0.1.0", "instance": "ab", "pid": 1})


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Without the proxies and certificates of whoever runs the tests."""
    before = dict(os.environ)
    for name in [*os.environ]:
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT"):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def trusted(tmp_path: Path) -> Certificate:
    made = certificate(tmp_path)
    os.environ["SSL_CERT_FILE"] = str(made.path)
    return made


async def _key() -> str | None:
    return KEY


async def _no_key() -> str | None:
    return None


async def go(
    url: str, kind: EndpointKind = "fal", find_key: FindKey | None = _key, proxy: str = "", seconds: float = 5.0
) -> TestReport:
    endpoint = Endpoint(name="x", title="The service", kind=kind, url=url)
    report = await walk(endpoint, find_key, proxy, hop_seconds=seconds)
    text = report.model_dump_json()
    assert KEY not in text
    assert "secret" not in text
    return report


def names(report: TestReport) -> str:
    """All hops that passed, and with a mark the one that failed, which is the last."""
    assert all(hop.passed for hop in report.hops[:-1])
    return " ".join(hop.name if hop.passed else f"!{hop.name}" for hop in report.hops)


def fal(request: Request) -> bytes:
    if request.headers.get("authorization") == f"Key {KEY}":
        return answer(404, '{"status": "NOT_FOUND"}')
    return answer(401, '{"detail": "invalid key credentials"}')


def oxen(request: Request) -> bytes:
    if request.headers.get("authorization") == f"Bearer {KEY}":
        return answer(200, '{"count": 0, "generations": []}')
    return answer(401, '{"status": "error", "status_message": "unauthenticated"}')


def box(request: Request) -> bytes:
    if request.target.endswith("/v1/health"):
        return answer(200, HEALTH)
    return answer(200, "[]") if request.headers.get("authorization") == f"Bearer {KEY}" else answer(401)


@pytest.mark.parametrize(("kind", "reply"), [("fal", fal), ("oxen", oxen), ("superwhite", box)])
def test_a_key_that_is_accepted(kind: EndpointKind, reply) -> None:
    web = Web(reply)

    async def act() -> None:
        async with listening(web) as port:
            report = await go(f"http://127.0.0.1:{port}", kind)
            assert report.passed
            assert report.target == "The service"
            assert names(report) == "address name connection answer key"
            assert report.hops[-1].sentence == "The key is accepted."
            assert all(hop.milliseconds >= 0 for hop in report.hops)
            refused = await go(f"http://127.0.0.1:{port}/", kind, _other)
            assert names(refused) == "address name connection answer !key"
            assert "not accepted (HTTP 401)" in refused.hops[-1].sentence
            missing = await go(f"http://127.0.0.1:{port}", kind, _no_key)
            assert names(missing) == "address name connection answer !key"
            assert missing.hops[-1].sentence == "There is no key yet."
            assert (await go(f"http://127.0.0.1:{port}", kind, None)).passed

    asyncio.run(act())
    assert {request.method for request in web.asked} == {"GET"}


async def _other() -> str | None:
    return "another-key-altogether"


def test_a_path_before_the_services_own_is_kept() -> None:
    web = Web(box)

    async def act() -> None:
        async with listening(web) as port:
            assert (await go(f"http://127.0.0.1:{port}/gpu/", "superwhite")).passed

    asyncio.run(act())
    assert {request.target for request in web.asked} == {"/gpu/v1/health", "/gpu/v1/capabilities"}


def test_a_box_that_wants_no_key_gets_none() -> None:
    web = Web(lambda request: answer(200, HEALTH if "health" in request.target else "[]"))

    async def act() -> None:
        async with listening(web) as port:
            report = await go(f"http://127.0.0.1:{port}", "superwhite")
            assert report.hops[-1].sentence == "It wants no key."

    asyncio.run(act())
    assert not [request for request in web.asked if "authorization" in request.headers]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (PAGE, "A web page came"),
        (answer(401, "  <html>log in"), "A web page came"),
        (answer(302, b"", location="https://login.example/secret"), "sends on to another place (HTTP 302)"),
        (answer(503), "fault of its own (HTTP 503)"),
        (answer(429), "no more requests"),
        (b"220 mail.example ready\r\n\r\n", "is not HTTP"),
        (b"", "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\n", "closed the connection without an answer"),
    ],
)
def test_what_is_no_answer_of_a_service_ends_the_way_before_the_key(reply: bytes, words: str) -> None:
    for kind in ("fal", "superwhite"):
        web = Web(lambda _: reply)

        async def act(web: Web = web, kind: EndpointKind = kind) -> None:
            async with listening(web) as port:
                report = await go(f"http://127.0.0.1:{port}", kind)
                assert names(report) == "address name connection !answer"
                assert words in report.hops[-1].sentence

        asyncio.run(act())
        assert not [request for request in web.asked if "authorization" in request.headers]


@pytest.mark.parametrize(
    "body", ["{}", "[]", "null", "x", "", '{"status": "ok"}', HEALTH.replace("0.1.0", "<b>0.1.0</b>"), "9" * 300_000]
)
def test_something_else_that_answers_is_no_superwhite(body: str) -> None:
    async def act() -> None:
        async with listening(Web(lambda _: answer(200, body))) as port:
            report = await go(f"http://127.0.0.1:{port}", "superwhite")
            assert names(report) == "address name connection !answer"
            assert "no Superwhite" in report.hops[-1].sentence

    asyncio.run(act())


def test_a_service_that_asks_for_no_key_and_knows_nothing_is_another_one() -> None:
    async def act() -> None:
        web = Web(lambda _: answer(404, '{"detail": "Not Found"}'))
        async with listening(web) as port:
            report = await go(f"http://127.0.0.1:{port}")
            assert names(report) == "address name connection answer !key"
            assert "Check the address" in report.hops[-1].sentence
        assert not [request for request in web.asked if "authorization" in request.headers]

    asyncio.run(act())


@pytest.mark.parametrize("end", ["endless", "bomb"])
def test_a_body_is_read_as_far_as_it_is_needed(end: str) -> None:
    """Neither one without an end, nor one that would fill the memory once it is unpacked."""

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Request.read(reader)
        if end == "bomb":
            writer.write(answer(200, gzip.compress(bytes(50_000_000)), content_encoding="gzip"))
            return await writer.drain()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[")
        while True:
            writer.write(b"0," * 50_000)
            await writer.drain()

    async def act() -> None:
        async with listening(flood) as port:
            assert names(await go(f"http://127.0.0.1:{port}", "superwhite")) == "address name connection !answer"

    asyncio.run(act())


@pytest.mark.parametrize("when", ["at once", "dripping", "key"])
def test_whoever_gives_no_answer_is_not_waited_for(when: str) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await Request.read(reader)
        if when == "key" and "authorization" not in request.headers:
            return writer.write(answer(401))
        while when == "dripping":
            writer.write(b"HTTP/1.1 200 OK\r\n" if request else b"x: y\r\n")
            request = None
            await asyncio.sleep(0.05)
        await asyncio.sleep(60)
        return None

    async def act() -> None:
        async with listening(hang) as port:
            report = await go(f"http://127.0.0.1:{port}", seconds=0.4)
            hop = "key" if when == "key" else "answer"
            assert names(report).endswith(f"!{hop}")
            assert "no answer" in report.hops[-1].sentence

    asyncio.run(act())


def test_the_whole_way_has_its_limit_too() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async def act() -> None:
        async with listening(hang) as port:
            endpoint = Endpoint(name="x", title="X", kind="fal", url=f"http://127.0.0.1:{port}")
            report = await walk(endpoint, _key, "", hop_seconds=60, whole_seconds=0.4)
            assert names(report) == "address name connection !answer"

    asyncio.run(act())


def test_addresses_names_and_ports_that_lead_nowhere() -> None:
    async def act() -> None:
        report = await go("https://user:secret@host")
        assert names(report) == "!address"
        report = await go("http://queue.fal.run")
        assert names(report) == "!address"
        assert "not encrypted" in report.hops[-1].sentence
        report = await go("https://nobody.invalid", seconds=30)
        assert names(report) == "address !name"
        assert "nobody.invalid is not known" in report.hops[-1].sentence
        async with listening(Web(fal)) as port:
            pass
        report = await go(f"http://127.0.0.1:{port}")
        assert names(report) == "address name !connection"
        assert f"Nothing listens on port {port}" in report.hops[-1].sentence

    asyncio.run(act())


def test_a_keyring_that_is_locked_is_named_at_the_key() -> None:
    async def locked() -> str | None:
        raise KeyringUnavailable("The keyring is locked.", remedy="Unlock it.")

    async def act() -> None:
        async with listening(Web(fal)) as port:
            report = await go(f"http://127.0.0.1:{port}", find_key=locked)
            assert names(report) == "address name connection answer !key"
            assert report.hops[-1].sentence == "The keyring is locked. Unlock it."

    asyncio.run(act())


@pytest.mark.parametrize("key", ["schlüssel-0123456789", "key\r\nX-Other: 1", "key\x00key"])
def test_a_key_that_no_header_can_carry_is_named(key: str) -> None:
    async def broken() -> str | None:
        return key

    web = Web(fal)

    async def act() -> None:
        async with listening(web) as port:
            report = await go(f"http://127.0.0.1:{port}", find_key=broken)
            assert names(report) == "address name connection answer !key"
            assert "letters that no key has" in report.hops[-1].sentence
            assert key not in report.model_dump_json()

    asyncio.run(act())
    assert not [request for request in web.asked if "x-other" in request.headers]


# Encryption


def test_a_certificate_that_is_trusted(trusted: Certificate) -> None:
    async def act() -> None:
        async with listening(Web(fal), trusted.context) as port:
            report = await go(f"https://127.0.0.1:{port}")
            assert report.passed
            assert names(report) == "address name connection encryption answer key"

    asyncio.run(act())


@pytest.mark.parametrize(
    ("made", "trust", "words"),
    [
        ({}, False, "nobody that this machine trusts"),
        ({"begins": -9}, True, "has expired"),
        ({"begins": 5}, True, "not valid yet"),
        ({"host": "other.example"}, True, "for another name"),
        ({"host": "10.0.0.1"}, True, "for another name"),
    ],
)
def test_a_certificate_that_is_not_in_order(tmp_path: Path, made: dict[str, object], trust: bool, words: str) -> None:
    shown = certificate(tmp_path, **made)  # type: ignore[arg-type]
    if trust:
        os.environ["SSL_CERT_FILE"] = str(shown.path)
    web = Web(fal)

    async def act() -> None:
        async with listening(web, shown.context) as port:
            report = await go(f"https://127.0.0.1:{port}")
            assert names(report) == "address name connection !encryption"
            assert words in report.hops[-1].sentence

    asyncio.run(act())
    assert web.asked == []


def test_a_port_without_encryption() -> None:
    async def act() -> None:
        async with listening(Web(fal)) as port:
            report = await go(f"https://127.0.0.1:{port}", seconds=0.5)
            assert names(report) == "address name connection !encryption"

    asyncio.run(act())


# Proxies


def test_a_proxy_that_tunnels(trusted: Certificate) -> None:
    """The name is one that only the proxy knows."""

    async def act(tmp: Path) -> None:
        far = certificate(tmp, "far.example")
        os.environ["SSL_CERT_FILE"] = str(far.path)
        web = Web(fal)
        async with listening(web, far.context) as port:
            proxy = Proxy(port)
            async with listening(proxy) as through:
                report = await go("https://far.example", proxy=f"http://127.0.0.1:{through}")
                assert names(report) == "address proxy answer key"
                assert report.passed
        assert {(request.method, request.target) for request in proxy.asked} == {("CONNECT", "far.example:443")}
        assert not [request for request in proxy.asked if "authorization" in request.headers]

    asyncio.run(act(trusted.path.parent))


def test_a_proxy_of_the_environment_with_a_password(trusted: Certificate) -> None:
    async def act() -> None:
        async with listening(Web(box)) as port:
            proxy = Proxy(port, password="user:secret")
            async with listening(proxy) as through:
                wanting = await go("http://gpu-box", "superwhite", proxy=f"http://127.0.0.1:{through}")
                assert names(wanting) == "address !proxy"
                assert "user name and a password" in wanting.hops[-1].sentence
                os.environ["HTTP_PROXY"] = f"http://user:secret@127.0.0.1:{through}"
                os.environ["http_proxy"] = os.environ["HTTP_PROXY"]
                report = await go("http://gpu-box", "superwhite")
                assert names(report) == "address proxy answer key"
                os.environ["no_proxy"] = os.environ["NO_PROXY"] = "gpu.invalid.local"
                beside = await go("http://gpu.invalid.local", "superwhite", seconds=30)
                assert names(beside) == "address !name"

    asyncio.run(act())


@pytest.mark.parametrize(
    ("refusal", "end"), [(407, "!proxy"), (403, "!proxy"), (502, "proxy !connection"), (504, "proxy !connection")]
)
def test_a_proxy_that_does_not_let_through(refusal: int, end: str) -> None:
    async def act() -> None:
        async with listening(Proxy(1, refusal=refusal)) as through:
            report = await go("https://queue.fal.run", proxy=f"http://127.0.0.1:{through}")
            assert names(report) == f"address {end}"

    asyncio.run(act())


def test_a_proxy_that_looks_into_the_traffic(tmp_path: Path) -> None:
    async def act() -> None:
        web = Web(fal)
        async with (
            listening(web, certificate(tmp_path, "queue.fal.run").context) as port,
            listening(Proxy(port)) as through,
        ):
            report = await go("https://queue.fal.run", proxy=f"http://127.0.0.1:{through}")
            assert names(report) == "address proxy !encryption"
            assert "company network" in report.hops[-1].sentence
        assert web.asked == []

    asyncio.run(act())


def test_proxies_that_are_not_there() -> None:
    async def act() -> None:
        async with listening(Web(fal)) as port:
            pass
        gone = await go("https://queue.fal.run", proxy=f"http://127.0.0.1:{port}")
        assert names(gone) == "address !proxy"
        assert f"Nothing listens on port {port}" in gone.hops[-1].sentence
        assert names(await go("https://queue.fal.run", proxy="http://proxy.invalid:3128", seconds=30)).endswith(
            "!proxy"
        )
        os.environ["HTTPS_PROXY"] = os.environ["https_proxy"] = "socks5://user:secret@127.0.0.1:1080"
        socks = await go("https://queue.fal.run")
        assert names(socks) == "!address"
        assert "cannot be used" in socks.hops[-1].sentence

    asyncio.run(act())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_comes_before_this_machine(host: str) -> None:
    async def act() -> None:
        proxy = Proxy(1)
        async with listening(Web(box)) as port, listening(proxy) as through:
            os.environ["http_proxy"] = f"http://127.0.0.1:{through}"
            for wish in ("", f"http://127.0.0.1:{through}"):
                assert (await go(f"http://{host}:{port}", "superwhite", proxy=wish)).passed
        assert proxy.asked == []

    asyncio.run(act())
