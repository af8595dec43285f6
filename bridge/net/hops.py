"""The way to a service, hop by hop, so that the one that fails can be named."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult
from urllib.request import getproxies, proxy_bypass

import httpx
from pydantic import BaseModel, ValidationError

from bridge.domain.errors import RequestError
from bridge.domain.settings import Endpoint, Hop, TestReport

from .addresses import is_this_machine, proxy_address, service_address

_HOP_SECONDS = 10.0
_NOBODY = "00000000-0000-0000-0000-000000000000"

HopName = Literal["address", "proxy", "name", "connection", "encryption", "answer", "key", "engine"]

# Free requests that need a key: for a job that does not exist, both services answer 404 to those whom they know and 401
# to others. Seen of fal; of Oxen it is what its documentation says of unknown generations.
_KEY_PATHS = {
    "fal": f"/fal-ai/ltx-2.3-quality/requests/{_NOBODY}/status",
    "oxen": f"/api/ai/generations/{_NOBODY}",
}
_SCHEMES = {"fal": "Key", "oxen": "Bearer"}


class _Stop(Exception):
    """A hop failed; `sentence` says how."""

    def __init__(self, sentence: str, name: HopName | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hop: HopName | None = name


class _Health(BaseModel):
    version: str
    instance: str


@dataclass
class _Way:
    """The hops that were tried, in order."""

    hops: list[Hop] = field(default_factory=list[Hop])

    async def go(self, name: HopName, step: Callable[[], Awaitable[str]]) -> None:
        """Try one hop, which returns its sentence. Raises `_Stop` when it fails, and keeps it either way."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(_HOP_SECONDS):
                sentence = await step()
        except TimeoutError:
            self._add(name, f"No answer within {_HOP_SECONDS:.0f} seconds.", began, passed=False)
            raise _Stop("") from None
        except _Stop as stop:
            self._add(stop.hop or name, stop.sentence, began, passed=False)
            raise
        self._add(name, sentence, began, passed=True)

    def _add(self, name: HopName, sentence: str, began: float, *, passed: bool) -> None:
        spent = (time.monotonic() - began) * 1000
        self.hops.append(Hop(name=name, passed=passed, sentence=sentence, milliseconds=round(spent, 1)))


async def walk(endpoint: Endpoint, find_key: Callable[[], Awaitable[str | None]], proxy: str) -> TestReport:
    """Go the way to `endpoint` until a hop fails; nothing is paid for, and nothing but the key's validity is asked.

    The key, which is looked for when it is needed, goes to the endpoint's own origin only: no redirect is followed.
    `proxy` is the user's; where it is empty, the system's is taken, and none for this machine.
    """
    way = _Way()
    with contextlib.suppress(_Stop):
        await _walk(way, endpoint, find_key, proxy)
    return TestReport(target=endpoint.title, hops=tuple(way.hops))


async def _walk(way: _Way, endpoint: Endpoint, find_key: Callable[[], Awaitable[str | None]], proxy: str) -> None:
    parts: list[SplitResult] = []

    async def address() -> str:
        try:
            parts.append(service_address(endpoint.url))
            if proxy:
                proxy_address(proxy)
        except RequestError as error:
            raise _Stop(error.sentence) from error
        return endpoint.url

    await way.go("address", address)
    target = parts[0]
    host, port = target.hostname or "", target.port or (443 if target.scheme == "https" else 80)
    through = _proxy_for(target.scheme, host, proxy)
    if through:
        await way.go("proxy", lambda: _reach_proxy(through))
    else:
        await way.go("name", lambda: _resolve(host, port))
        await way.go("connection", lambda: _connect(host, port))
        if target.scheme == "https":
            await way.go("encryption", lambda: _encrypt(host, port))
    base = f"{target.scheme}://{target.netloc}{target.path.rstrip('/')}"
    async with httpx.AsyncClient(
        base_url=base, proxy=through, verify=ssl.create_default_context(), timeout=_HOP_SECONDS, trust_env=False
    ) as http:
        if endpoint.kind == "superwhite":
            await way.go("answer", lambda: _superwhite(http))
            return
        path, scheme = _KEY_PATHS[endpoint.kind], _SCHEMES[endpoint.kind]
        await way.go("answer", lambda: _any_answer(http, path))
        await way.go("key", lambda: _accepts_key(http, path, scheme, find_key))


def _proxy_for(scheme: str, host: str, wish: str) -> str | None:
    if is_this_machine(host):
        return None
    if wish:
        return wish
    return None if proxy_bypass(host) else getproxies().get(scheme)


async def _reach_proxy(proxy: str) -> str:
    try:
        parts = proxy_address(proxy)
    except RequestError:
        # One of the system's may hold a password: httpx sends it, and nobody is shown it.
        return "The system's proxy is used."
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    await _resolve(host, port)
    await _connect(host, port)
    return f"{host}:{port} is there."


async def _resolve(host: str, port: int) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _Stop(f"Nobody knows the name {host}. Check the spelling, and that this machine is online.") from error
    return f"{host} is {found[0][4][0]}."


async def _connect(host: str, port: int) -> str:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError as error:
        raise _Stop(f"Nothing listens on port {port} of {host}.") from error
    except OSError as error:
        raise _Stop(f"{host} cannot be reached on port {port}: a firewall, or the network is down.") from error
    await _close(writer)
    return f"Port {port} is open."


async def _encrypt(host: str, port: int) -> str:
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        raise _Stop(_certificate(host, error)) from error
    except (ssl.SSLError, ConnectionError) as error:
        raise _Stop(f"{host} does not speak TLS on port {port}.") from error
    await _close(writer)
    return "The certificate is in order."


def _certificate(host: str, error: ssl.SSLCertVerificationError) -> str:
    reason = error.verify_message
    if "expired" in reason:
        return f"The certificate of {host} has expired, or the clock of this machine is wrong."
    if "Hostname mismatch" in reason or "IP address mismatch" in reason:
        return f"The certificate is for another name than {host}: something else answers in its place."
    return (
        f"The certificate of {host} comes from nobody that this system trusts ({reason}). In a company network, its "
        "own certificate has to be installed in the system."
    )


async def _get(http: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    try:
        return await http.get(path, headers=headers)
    except httpx.ProxyError as error:
        if "407" in str(error):
            raise _Stop("The proxy wants a user name and a password.", "proxy") from error
        raise _Stop("The proxy does not let the request through.", "proxy") from error
    except httpx.ConnectError as error:
        cause = error.__cause__.__cause__ if error.__cause__ else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise _Stop(_certificate(http.base_url.host, cause), "encryption") from error
        raise _Stop("The connection could not be made.", "connection") from error
    except httpx.HTTPError as error:
        raise _Stop(f"The connection broke off before there was an answer ({type(error).__name__}).") from error


def _is_page(response: httpx.Response) -> bool:
    return "html" in response.headers.get("content-type", "") or response.content.lstrip()[:1] == b"<"


async def _any_answer(http: httpx.AsyncClient, path: str) -> str:
    response = await _get(http, path)
    if response.is_redirect:
        raise _Stop(f"The answer sends on to another place (HTTP {response.status_code}): a login page, perhaps.")
    if _is_page(response):
        raise _Stop(
            f"A page for people came instead of the service (HTTP {response.status_code}): a proxy or a login page of "
            "the network stands in between."
        )
    if response.status_code >= 500:
        raise _Stop(f"The service has a fault of its own (HTTP {response.status_code}). Try again later.")
    return f"It answers (HTTP {response.status_code})."


async def _accepts_key(
    http: httpx.AsyncClient, path: str, scheme: str, find_key: Callable[[], Awaitable[str | None]]
) -> str:
    try:
        key = await find_key()
    except RequestError as error:
        raise _Stop(error.sentence) from error
    if not key:
        raise _Stop("There is no key yet.")
    try:
        response = await _get(http, path, {"Authorization": f"{scheme} {key}"})
    except UnicodeEncodeError:
        raise _Stop("The key holds letters that no key has: copy it again.") from None
    if response.status_code in (401, 403):
        raise _Stop(f"The key is not accepted (HTTP {response.status_code}).")
    if response.status_code >= 500 or response.is_redirect:
        raise _Stop(f"Whether the key is accepted cannot be told (HTTP {response.status_code}). Try again later.")
    return "The key is accepted."


async def _superwhite(http: httpx.AsyncClient) -> str:
    response = await _get(http, "/v1/health")
    try:
        health = _Health.model_validate_json(response.content)
    except ValidationError:
        raise _Stop(f"Something answers, but it is not Superwhite (HTTP {response.status_code}).") from None
    return f"Superwhite {health.version[:40]} answers."


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
