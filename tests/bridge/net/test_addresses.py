"""What may be declared as an address, and what lies near."""

from __future__ import annotations

import pytest

from bridge.domain.errors import RequestError
from bridge.net.addresses import is_near, is_same_origin, is_this_machine, proxy_address, service_address, shown


@pytest.mark.parametrize(
    "url",
    [
        "https://queue.fal.run",
        "https://QUEUE.fal.run:8443/base/",
        "https://bücher.example",
        "https://8.8.8.8",
        "https://[2606:4700::1111]:8443",
        "http://gpu-box:7878",
        "http://gpu_box:7878",
        "http://192.168.1.20:7878",
        "http://box.local",
        "http://[::1]:7878",
        "http://[::ffff:10.0.0.1]",
    ],
)
def test_addresses_of_services(url: str) -> None:
    assert service_address(url).host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "queue.fal.run",
        "//queue.fal.run",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://host:0",
        "https://host:65536",
        "https://host:port",
        "https://[::1",
        "https://ho st",
        "https://host/a b",
        "https://host\t",
        " https://host",
        "https://host\\@evil.example",
        "https://evil.example\\.fal.run",
        "https://host?",
        "https://host#",
        "https://host/?key=1",
        "https://ho\u202est",
        "https://" + "x" * 70_000,
    ],
)
def test_what_is_no_address_of_a_service(url: str) -> None:
    with pytest.raises(RequestError) as refusal:
        service_address(url, "endpoints.3.url")
    assert refusal.value.sentence.startswith("endpoints.3.url ")
    assert len(refusal.value.sentence) < 400


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@host",
        "https://user:secret@host:99999",
        "https://secret@[::1",
        "https://user:sec?ret#secret@host",
        "https://user:secret\x00@host",
        "https://host/path?token=secret",
        "https://host#secret",
    ],
)
def test_secrets_in_an_address_are_not_repeated(url: str) -> None:
    for read in (service_address, proxy_address):
        with pytest.raises(RequestError) as refusal:
            read(url)
        assert "secret" not in refusal.value.sentence + refusal.value.detail + refusal.value.remedy
    assert "secret" not in shown(url)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "queue.fal.run",
            "8.8.8.8",
            "[2606:4700::1111]",
            "[::ffff:8.8.8.8]",
            "local.example.com",
            "gpu.",
            "xlocal.de",
        ),
        # 8.8.8.8 as systems also take it; the last is 127.0.0.1, but is not read by all in the same way
        *("134744072", "0x08080808", "010.8.8.8", "8.8.2056", "127.1"),
    ],
)
def test_what_is_far_is_encrypted(host: str) -> None:
    with pytest.raises(RequestError):
        service_address(f"http://{host}")


def test_what_lies_near() -> None:
    assert all(map(is_near, ("127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "gpu-box", "box.local", "169.254.1.1")))
    assert not any(map(is_near, ("8.8.8.8", "fal.run", "local.example.com", "2606:4700::1", "100.64.0.1")))
    assert all(map(is_this_machine, ("localhost", "127.0.0.2", "::1", "::ffff:127.0.0.1", "x.localhost")))
    assert not any(map(is_this_machine, ("10.0.0.1", "localhost.example", "gpu-box")))


@pytest.mark.parametrize("url", ["http://proxy:3128", "https://proxy.example:443/", "http://8.8.8.8:80"])
def test_addresses_of_proxies(url: str) -> None:
    assert proxy_address(url).host


@pytest.mark.parametrize("url", ["http://proxy", "http://proxy:3128/path", "socks5://proxy:1080", "proxy:3128"])
def test_what_is_no_address_of_a_proxy(url: str) -> None:
    with pytest.raises(RequestError, match=r"^proxy is"):
        proxy_address(url, "proxy")


def test_origins() -> None:
    assert is_same_origin("https://fal.run", "https://FAL.run:443/base")
    for other in ("http://fal.run", "https://fal.run:8443", "https://fal.run.evil.example", "https://fal.run@evil"):
        assert not is_same_origin("https://fal.run", other)
    assert not is_same_origin("nothing", "nothing")
