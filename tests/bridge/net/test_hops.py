"""The way to a service: the hop that fails is named, and the key goes nowhere else."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket

import pytest

from bridge.domain.errors import KeyringUnavailable
from bridge.domain.settings import Endpoint
from bridge.net import hops
from bridge.net.addresses import is_near, is_this_machine
from bridge.net.hops import walk
from tests.bridge.net.servers import Proxy, Server, certificate

KEY = "id:secret-of-the-user"
NOT_FOUND = (404, "application/json", b'{"status":"NOT_FOUND"}')
NO_KEY = (401, "application/json", b'{"detail":"invalid key credentials"}')


def go(kind, url, key=KEY, proxy=""):
    async def find_key():
        if isinstance(key, Exception):
            raise key
        return key

    return asyncio.run(walk(Endpoint(name="x", title="X", kind=kind, url=url), find_key, proxy))


def names(report):
    return [(hop.name, hop.passed) for hop in report.hops]


@pytest.fixture
def serve():
    servers = []

    def start(answer, context=None):
        servers.append(Server(answer, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def service(path, headers):
    return NOT_FOUND if headers.get("Authorization") in (f"Key {KEY}", f"Bearer {KEY}") else NO_KEY


@pytest.mark.parametrize(("kind", "scheme"), [("fal", "Key"), ("oxen", "Bearer")])
def test_the_whole_way_with_a_key_that_is_accepted(serve, kind, scheme):
    server = serve(service)
    report = go(kind, f"http://127.0.0.1:{server.port}")
    assert names(report) == [(n, True) for n in ("address", "name", "connection", "answer", "key")]
    assert [authorization for _, authorization in server.asked] == [None, f"{scheme} {KEY}"]
    assert KEY not in report.model_dump_json()


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("other", "not accepted"),
        (None, "no key"),
        (KeyringUnavailable("It is locked."), "locked"),
        ("ключ", "letters"),
    ],
)
def test_a_key_that_is_wrong_missing_or_locked_away(serve, key, word):
    report = go("fal", f"http://127.0.0.1:{serve(service).port}", key)
    assert names(report)[-1] == ("key", False)
    assert word in report.hops[-1].sentence
    assert not report.passed


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((200, "text/html", b"<html>Sign in to Hotel WiFi</html>"), "page for people"),
        ((502, "text/html; charset=utf-8", b"<html>" + b"x" * 100000), "page for people"),
        ((404, "application/octet-stream", b"  <!DOCTYPE html>"), "page for people"),
        ((302, "text/plain", b"", ("Location", "http://elsewhere/")), "another place"),
        ((503, "application/json", b"{}"), "fault of its own"),
    ],
)
def test_what_is_not_the_service_never_sees_the_key(serve, answer, word):
    server = serve(lambda *_: answer)
    report = go("fal", f"http://127.0.0.1:{server.port}")
    assert names(report)[-1] == ("answer", False)
    assert word in report.hops[-1].sentence
    assert len(report.hops[-1].sentence) < 250
    assert [authorization for _, authorization in server.asked] == [None]


def test_a_gpu_box_is_recognised(serve):
    body = json.dumps({"status": "ok", "version": "0.1.0", "instance": "a", "pid": 1}).encode()
    right = serve(lambda *_: (200, "application/json", body))
    wrong = serve(lambda *_: (200, "application/json", b'{"hello": 1}'))
    assert go("superwhite", f"http://127.0.0.1:{right.port}").passed
    report = go("superwhite", f"http://127.0.0.1:{wrong.port}")
    assert names(report)[-1] == ("answer", False)
    assert "not Superwhite" in report.hops[-1].sentence


def test_names_and_ports_that_are_not_there():
    assert names(go("fal", "https://nowhere.invalid"))[-1] == ("name", False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    report = go("fal", f"http://127.0.0.1:{port}")
    assert names(report)[-1] == ("connection", False)
    assert str(port) in report.hops[-1].sentence
    assert names(go("fal", "http://fal.run")) == [("address", False)]


def test_a_service_that_says_nothing_has_a_deadline():
    hops_before, hops._HOP_SECONDS = hops._HOP_SECONDS, 0.3
    try:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            report = go("fal", f"http://127.0.0.1:{silent.getsockname()[1]}")
    finally:
        hops._HOP_SECONDS = hops_before
    assert names(report)[-1] == ("answer", False)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
def test_certificates_that_cannot_be_trusted(serve, tmp_path, monkeypatch):
    context, made = certificate(tmp_path)
    server = serve(service, context)
    report = go("fal", f"https://localhost:{server.port}")
    assert names(report)[-1] == ("encryption", False)
    assert "trusts" in report.hops[-1].sentence
    # With the certificate among those of the system, all is well; under another name, it is not.
    monkeypatch.setenv("SSL_CERT_FILE", made)
    assert go("fal", f"https://localhost:{server.port}").passed
    report = go("fal", f"https://127.0.0.1:{server.port}")
    assert names(report)[-1] == ("encryption", False)
    assert "another name" in report.hops[-1].sentence
    plain = serve(service)
    report = go("fal", f"https://localhost:{plain.port}")
    assert names(report)[-1] == ("encryption", False)
    assert "TLS" in report.hops[-1].sentence


@pytest.mark.parametrize(
    ("refusal", "word"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "password"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "does not let"),
    ],
)
def test_a_proxy_that_refuses_is_named(refusal, word):
    proxy = Proxy(refusal)
    report = go("fal", "https://queue.fal.run", proxy=f"http://127.0.0.1:{proxy.port}")
    proxy.close()
    assert names(report)[-1] == ("proxy", False)
    assert word in report.hops[-1].sentence
    assert proxy.asked == [b"CONNECT queue.fal.run:443 HTTP/1.1"]


def test_a_proxy_that_is_not_there_is_named():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    report = go("fal", "https://queue.fal.run", proxy=f"http://127.0.0.1:{port}")
    assert names(report)[-1] == ("proxy", False)


def test_this_machine_is_reached_without_a_proxy(serve):
    server = serve(service)
    assert go("fal", f"http://127.0.0.1:{server.port}", proxy="http://127.0.0.1:1").passed


def test_what_lies_near():
    assert all(map(is_near, ("127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "gpu-box", "box.local", "169.254.1.1")))
    assert not any(map(is_near, ("8.8.8.8", "fal.run", "local.example.com", "2606:4700::1")))
    assert is_this_machine("localhost")
    assert not is_this_machine("10.0.0.1")
