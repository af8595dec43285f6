"""Who is let in, by which name, from where; and what never listens."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from cryptography import x509

from bridge.client import RunFile
from tests.bridge.service.queue.boxes import HDR, ROOT, TOKEN, Box, Open, completed, opening, submitted

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
OWN = [
    each.address
    for entries in psutil.net_if_addrs().values()
    for each in entries
    if each.family == socket.AF_INET and not each.address.startswith("127.")
]
NETWORKED = pytest.mark.skipif(not OWN, reason="this machine has no address but loopback")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """On every address, without encryption, with another name."""
    with opening(tmp_path_factory.mktemp("wide") / "state") as open_box:
        yield open_box("--host", "0.0.0.0", "--host-name", "box.studio.example", token=TOKEN)


def outside(box: Box) -> int:
    """The port that others reach."""
    found = psutil.Process(box.process.pid).net_connections("inet")
    (port,) = {c.laddr.port for c in found if c.status == "LISTEN"} - {box.run_file.port}
    return port


def ask(url: str, token: str, path: str = "/v1/jobs", scheme: str = "Bearer", **headers: str) -> int:
    given = ({"Authorization": f"{scheme} {token}"} if token else {}) | headers
    return httpx.get(f"{url}{path}", headers=given, trust_env=False).status_code


def start(home: Path, *options: str, token: str = "") -> subprocess.CompletedProcess[str]:
    """A bridge that is expected to give up."""
    kept = {name: value for name, value in os.environ.items() if name != "SUPERWHITE_TOKEN"}
    return subprocess.run(
        [sys.executable, "-m", "bridge.service", *options],
        cwd=ROOT,
        env=kept | {"SUPERWHITE_HOME": str(home)} | ({"SUPERWHITE_TOKEN": token} if token else {}),
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_each_token_opens_what_it_should(wide: Box) -> None:
    here, there = wide.here, f"http://127.0.0.1:{outside(wide)}"
    own = wide.run_file.token
    unknown = f"/queue/{HDR}/requests/nobody/status"
    for url in (here, there):
        for scheme in ("Bearer", "Key", "key"):
            assert ask(url, TOKEN, "/v1/jobs", scheme) == 401
            assert ask(url, TOKEN, "/v1/capabilities", scheme) == 200
            assert ask(url, own, "/v1/jobs", scheme) == 200
            assert ask(url, TOKEN, unknown, scheme) == ask(url, own, unknown, scheme) == 404
        for path in ("/v1/jobs", "/v1/capabilities", "/v1/settings", "/v1/keys", unknown):
            for token in ("", "wrong", TOKEN[:-1], f"{TOKEN}x"):
                assert ask(url, token, path) == 401
            assert ask(url, TOKEN, path, "Basic") == 401
        for path in ("/v1/health", "/v1/endpoints"):
            assert ask(url, "", path) == 200


@NETWORKED
def test_the_bridge_s_own_token_counts_on_this_machine_alone(wide: Box) -> None:
    url = f"http://{OWN[0]}:{outside(wide)}"
    assert ask(url, wide.run_file.token) == 401
    assert ask(url, wide.run_file.token, "/v1/capabilities") == 401
    assert ask(url, TOKEN, "/v1/capabilities") == 200
    assert ask(url, TOKEN) == 401


def test_addresses_are_those_that_the_caller_used(wide: Box) -> None:
    url = f"http://localhost:{outside(wide)}"
    found = httpx.get(f"{url}/v1/endpoints", trust_env=False).json()
    assert found == {part: f"{url}/{part}" for part in ("queue", "run", "rest", "cdn")} | {"engine": "embedded"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.0.2.7", 200),
        ("192.0.2.7:8080", 200),
        ("[2001:db8::1]:8080", 200),
        ("box.studio.example", 200),
        ("BOX.studio.example:80", 200),
        (socket.gethostname(), 200),
        ("evil.example", 400),
        ("192.0.2.7.evil.example", 400),
        ("1.2.3", 400),
        ("", 400),
    ],
)
def test_names_of_a_machine_that_listens_everywhere(wide: Box, host: str, status: int) -> None:
    assert ask(f"http://127.0.0.1:{outside(wide)}", "", "/v1/health", Host=host) == status


def test_it_is_said_that_nothing_is_encrypted(wide: Box) -> None:
    assert "Nothing is encrypted" in wide.log


def test_the_token_is_nowhere_to_be_found(wide: Box, uri: str) -> None:
    with wide.http() as http:
        completed(http, submitted(http, {"prompt": "x", "video_url": uri}))
    holders = [path for path in wide.home.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert holders == []
    process = psutil.Process(wide.process.pid)
    assert TOKEN not in " ".join(process.cmdline())
    for child in process.children(recursive=True):
        assert TOKEN not in child.environ().values()


@NETWORKED
def test_one_address_is_listened_on_beside_loopback(open_box: Open) -> None:
    box = open_box("--host", OWN[0], token=TOKEN)
    found = psutil.Process(box.process.pid).net_connections("inet")
    listening = {(c.laddr.ip, c.laddr.port) for c in found if c.status == "LISTEN"}
    assert listening == {("127.0.0.1", box.run_file.port), (OWN[0], outside(box))}
    assert ask(f"http://{OWN[0]}:{outside(box)}", TOKEN, "/v1/capabilities") == 200
    assert ask(f"http://{OWN[0]}:{outside(box)}", "", "/v1/health", Host="192.0.2.7") == 400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_without_a_token_nothing_listens_for_others(home: Path, host: str) -> None:
    done = start(home, "--host", host)
    assert done.returncode == 10
    assert "token" in done.stderr
    assert not home.exists()


@pytest.mark.parametrize(
    ("options", "token", "words"),
    [
        (["--host", "0.0.0.0"], "short", "8 characters"),
        (["--host", "0.0.0.0"], "with spaces in the middle", "8 characters"),
        (["--host", "no.such.name.invalid"], TOKEN, "no.such.name.invalid"),
        (["--host", "0.0.0.0", "--token-file", "/no/such/file"], TOKEN, "/no/such/file"),
        (["--print-env"], TOKEN, "HTTPS"),
        (["--tls-cert", "/no/such/file"], TOKEN, "--tls-key"),
        (["--tls", "self-signed", "--tls-cert", "/a", "--tls-key", "/b"], TOKEN, "either"),
        (["--tls-cert", "/etc/hostname", "--tls-key", "/etc/hostname"], TOKEN, "cannot be used"),
    ],
)
def test_options_that_cannot_be_used(home: Path, options: list[str], token: str, words: str) -> None:
    done = start(home, *options, token=token)
    assert done.returncode == 10
    assert words in done.stderr
    assert done.stdout == ""


def test_an_address_that_is_not_this_machine_s(home: Path) -> None:
    done = start(home, "--host", "192.0.2.7", token=TOKEN)
    assert done.returncode == 50
    assert "192.0.2.7" in done.stderr


@POSIX
def test_a_token_from_a_file(open_box: Open, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"  {TOKEN}-of-a-file\n")
    file.chmod(0o644)
    refused = start(tmp_path / "other", "--host", "0.0.0.0", "--token-file", str(file), token=TOKEN)
    assert refused.returncode == 10
    assert "chmod 600" in refused.stderr
    file.chmod(0o600)
    box = open_box("--token-file", str(file), token=TOKEN)
    assert ask(box.here, f"{TOKEN}-of-a-file", "/v1/capabilities") == 200
    assert ask(box.here, TOKEN, "/v1/capabilities") == 401


def test_a_certificate_is_kept_while_it_fits(open_box: Open, home: Path) -> None:
    def names() -> list[str]:
        found = x509.load_pem_x509_certificate((home / "tls" / "certificate.pem").read_bytes())
        return [
            str(name.value)
            for name in found.extensions.get_extension_for_oid(x509.OID_SUBJECT_ALTERNATIVE_NAME).value
        ]

    open_box("--tls", "self-signed", "--print-env", token=TOKEN).stop()
    first = (home / "tls" / "certificate.pem").read_bytes()
    assert {"127.0.0.1", "localhost", socket.gethostname()} == set(names())
    if os.name == "posix":
        assert stat.S_IMODE((home / "tls" / "key.pem").stat().st_mode) == 0o600
    open_box("--tls", "self-signed", token=TOKEN).stop()
    assert (home / "tls" / "certificate.pem").read_bytes() == first
    box = open_box("--tls", "self-signed", "--host-name", "box.studio.example", token=TOKEN)
    assert "box.studio.example" in names()

    strict = ssl.create_default_context(cafile=str(home / "tls" / "bundle.pem"))
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    health = httpx.get(f"https://localhost:{outside(box)}/v1/health", verify=strict, trust_env=False)
    assert health.status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://localhost:{outside(box)}/v1/health", trust_env=False)
    box.stop()
    # Another's certificate is taken as it is given.
    given = [str(home / "tls" / name) for name in ("certificate.pem", "key.pem")]
    box = open_box("--tls-cert", given[0], "--tls-key", given[1], token=TOKEN)
    assert httpx.get(f"https://127.0.0.1:{outside(box)}/v1/health", verify=strict, trust_env=False).status_code == 200


def test_the_command_serves_too(home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "plugin.terminal", "serve", "--tls", "self-signed", "--print-env"],
        cwd=ROOT,
        env=os.environ | {"SUPERWHITE_HOME": str(home), "SUPERWHITE_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    try:
        lines = [process.stdout.readline() for _ in range(4)]
        assert all(line.startswith("export ") for line in lines)
        run_file = RunFile.read(home)
        assert run_file
        assert httpx.get(f"{run_file.url}/v1/health", trust_env=False).status_code == 200
        process.terminate()
        assert process.wait(30) == 0
        assert process.stdout.read() == ""
        assert RunFile.read(home) is None
    finally:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children():
                child.kill()
            process.kill()
            process.wait()
        process.stdout.close()
