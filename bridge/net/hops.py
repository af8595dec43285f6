"""The way to a service, hop by hop, so that the one that fails can be named."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
from pydantic import BaseModel, Field, ValidationError

from bridge.domain.errors import RequestError
from bridge.domain.settings import Endpoint, EndpointKind, Hop, HopName, TestReport

from .addresses import port_of, service_address
from .aside import aside
from .asking import Stopped, ask, line
from .proxies import proxy_for
from .trust import explain, trust

FindKey = Callable[[], Awaitable[str | None]]

_NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class _Question:
    """A request that costs nothing and wants a key, written into the header `Authorization` after `scheme`."""

    path: str
    scheme: str


_QUESTIONS: dict[EndpointKind, _Question] = {
    # The status of a request that was never made: fal's answer to an unknown id is 404, to a bad key 401 (both seen).
    # That it says 401 where no key is sent is assumed.
    "fal": _Question(f"/fal-ai/ltx-2.3-quality/requests/{_NOBODY}/status", "Key"),
    # The list of the user's own active generations.
    "oxen": _Question("/api/ai/queue", "Bearer"),
    "superwhite": _Question("/v1/capabilities", "Bearer"),
    "comfyui": _Question("/system_stats", "Bearer"),
}


class _Health(BaseModel):
    version: str = Field(pattern=r"^[0-9A-Za-z.+-]{1,40}$")
    instance: str
    status: str


@dataclass
class _Way:
    """The hops that were tried, in order. `seconds` is how long one may take."""

    seconds: float
    hops: list[Hop] = field(default_factory=list[Hop])

    async def go(self, name: HopName, step: Callable[[], Awaitable[str]]) -> None:
        """Try one hop, which returns its sentence. Raises `Stopped` when it fails, and keeps it either way."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.seconds):
                sentence = await step()
        except Stopped as stopped:
            self._fail(stopped.hop or name, stopped.sentence, began)
            raise
        # Also when the time for the whole way is over, which comes as a cancellation.
        except (TimeoutError, asyncio.CancelledError):
            self._fail(name, _LATE[name], began)
            raise
        self._add(name, sentence, began, passed=True)

    def _fail(self, name: HopName, sentence: str, began: float) -> None:
        # What was taken for passed may turn out later: a proxy that is there wants a password when it is used.
        self.hops = [hop for hop in self.hops if hop.name != name]
        self._add(name, sentence, began, passed=False)

    def _add(self, name: HopName, sentence: str, began: float, *, passed: bool) -> None:
        spent = (time.monotonic() - began) * 1000
        self.hops.append(Hop(name=name, passed=passed, sentence=sentence, milliseconds=round(spent, 1)))


_LATE: dict[HopName, str] = {
    "address": "The system did not say in time which proxy to take.",
    "proxy": "The proxy does not answer.",
    "name": "The name server does not answer: this machine may be offline.",
    "connection": "Nothing answers there: a firewall may stand in between, or the machine is off.",
    "encryption": "The other side does not answer when encryption is to begin. Check the port.",
    "answer": "It is there, but gives no answer.",
    "key": "It gives no answer to a request with the key.",
}


async def walk(
    endpoint: Endpoint,
    find_key: FindKey | None,
    proxy: str,
    *,
    hop_seconds: float = 10.0,
    whole_seconds: float = 30.0,
) -> TestReport:
    """Go the way to `endpoint` until a hop fails. Nothing is paid for, and no clip is sent.

    `find_key` is asked once something has answered as a service does. The key goes to the endpoint's own origin only,
    and no redirect is followed; with no `find_key` it is not tried. `proxy` is the user's; where it is empty, the
    system's is taken.
    """
    way = _Way(hop_seconds)
    with contextlib.suppress(Stopped, TimeoutError):
        async with asyncio.timeout(whole_seconds):
            await _walk(way, endpoint, find_key, proxy)
    return TestReport(target=endpoint.title, hops=tuple(way.hops))


async def _walk(way: _Way, endpoint: Endpoint, find_key: FindKey | None, wish: str) -> None:
    targets: list[httpx.URL] = []
    proxies: list[httpx.URL] = []

    async def address() -> str:
        try:
            targets.append(service_address(endpoint.url))
            if found := await aside(partial(proxy_for, targets[0], wish), way.seconds):
                proxies.append(found)
        except RequestError as error:
            raise Stopped(f"{error.sentence} {error.remedy}") from error
        return endpoint.url

    await way.go("address", address)
    target, proxy = targets[0], proxies[0] if proxies else None
    context = await asyncio.to_thread(trust)
    if proxy:
        await way.go("proxy", lambda: _reach_proxy(proxy))
    else:
        await way.go("name", lambda: _resolve(target.host, port_of(target)))
        await way.go("connection", lambda: _connect(target.host, port_of(target)))
        if target.scheme == "https":
            await way.go("encryption", lambda: _encrypt(target.host, port_of(target), context))
    question = _QUESTIONS[endpoint.kind]
    async with line(target, proxy, context) as http:
        await way.go("answer", lambda: _hear(http, endpoint.kind, question))
        if find_key:
            await way.go("key", lambda: _try_key(http, question, find_key))


async def _reach_proxy(proxy: httpx.URL) -> str:
    host, port = proxy.host, port_of(proxy)
    try:
        await _resolve(host, port)
        await _connect(host, port)
    except Stopped as stopped:
        raise Stopped(f"The proxy cannot be used. {stopped.sentence}") from stopped
    return f"{host}:{port} is there."


async def _resolve(host: str, port: int) -> str:
    """Asked on a thread of its own: a name server can take longer than anyone waits."""
    find = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await aside(find, 60)
    except (OSError, UnicodeError) as error:
        raise Stopped(
            f"The name {host} is not known. Check its spelling, and that this machine is online."
        ) from error
    return f"{host} is {found[0][4][0]}."


async def _connect(host: str, port: int) -> str:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError as error:
        raise Stopped(f"Nothing listens on port {port} of {host}. Check the port, and that it runs.") from error
    except OSError as error:
        raise Stopped(f"There is no way to {host}: the network is down, or a firewall is in between.") from error
    writer.transport.abort()
    return f"Port {port} is open."


async def _encrypt(host: str, port: int, context: ssl.SSLContext) -> str:
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    except ssl.SSLCertVerificationError as error:
        raise Stopped(explain(host, error)) from error
    except (ssl.SSLError, OSError) as error:
        raise Stopped(f"Port {port} of {host} does not speak https. Check the port.") from error
    writer.transport.abort()
    return "The certificate is in order."


async def _hear(http: httpx.AsyncClient, kind: EndpointKind, question: _Question) -> str:
    if kind != "superwhite":
        return f"It answers (HTTP {(await ask(http, question.path)).status})."
    answer = await ask(http, "/v1/health")
    try:
        health = _Health.model_validate_json(answer.content)
    except ValidationError:
        raise Stopped(
            f"Something answers, but it is no Superwhite (HTTP {answer.status}). Check the address and the port."
        ) from None
    return f"Superwhite {health.version} answers."


async def _try_key(http: httpx.AsyncClient, question: _Question, find_key: FindKey) -> str:
    """The key is sent to what has asked for one, and to nothing else."""
    without = await ask(http, question.path)
    if not without.refuses:
        if without.status == 200 and without.json() is not None:
            return "It wants no key."
        raise Stopped(
            f"It wants no key, but gives no other answer either (HTTP {without.status}). Check the address."
        )
    try:
        key = await find_key()
    except RequestError as error:
        raise Stopped(f"{error.sentence} {error.remedy}") from error
    if not key:
        raise Stopped("There is no key yet.")
    if not key.isascii() or not key.isprintable():
        raise Stopped("The key holds letters that no key has: copy it again.")
    answer = await ask(http, question.path, f"{question.scheme} {key}")
    if answer.refuses:
        raise Stopped(f"The key is not accepted (HTTP {answer.status}). Copy it again from the service's own page.")
    if answer.json() is None:
        raise Stopped(
            f"Whether the key is accepted cannot be told: the answer (HTTP {answer.status}) is no service's."
        )
    return "The key is accepted."
