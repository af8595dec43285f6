"""One small request to a service, and what stands in its way."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from bridge.domain.settings import HopName

from .trust import explain, find_certificate_error

_LARGEST_ANSWER = 64 * 1024
_Json: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class Stopped(Exception):
    """The way ends here; `sentence` says how, and `hop` where, if not at the hop that was being tried."""

    def __init__(self, sentence: str, hop: HopName | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hop: HopName | None = hop


@dataclass(frozen=True)
class Answer:
    """`content` is the beginning of the body. It is judged, and never shown."""

    status: int
    content: bytes
    media_type: str

    @property
    def refuses(self) -> bool:
        return self.status in (401, 403)

    def json(self) -> JsonValue:
        """None where it is no JSON."""
        try:
            return _Json.validate_json(self.content)
        except ValidationError:
            return None


@asynccontextmanager
async def line(
    base: httpx.URL, proxy: httpx.URL | None, context: ssl.SSLContext
) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that follows no redirect and takes nothing from the environment. Its time limits are its caller's."""
    through = httpx.Proxy(proxy, ssl_context=context if proxy.scheme == "https" else None) if proxy else None
    async with httpx.AsyncClient(base_url=base, proxy=through, verify=context, timeout=None, trust_env=False) as http:
        yield http


async def ask(http: httpx.AsyncClient, path: str, authorization: str = "") -> Answer:
    """GET `path`. Raises `Stopped` where something else than the service answers, or nothing."""
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if authorization:
        headers["Authorization"] = authorization
    try:
        async with http.stream("GET", path, headers=headers) as response:
            content = b""
            async for part in response.aiter_raw():
                content += part
                if len(content) >= _LARGEST_ANSWER:
                    break
    except httpx.ProxyError as error:
        raise _refused_by_proxy(str(error)[:3], http.base_url.host) from error
    except httpx.HTTPError as error:
        raise _broken(error, http.base_url.host) from error
    answer = Answer(response.status_code, content, response.headers.get("content-type", ""))
    _demand_service(answer, response)
    return answer


def _demand_service(answer: Answer, response: httpx.Response) -> None:
    if answer.status == 407:
        raise _refused_by_proxy("407", response.url.host)
    if 300 <= answer.status < 400:
        raise Stopped(
            f"The answer sends on to another place (HTTP {answer.status}), where no key is taken: perhaps to the login "
            "page of a network. Open a web page in a browser, and check the address."
        )
    if "html" in answer.media_type or answer.content.lstrip()[:1] == b"<":
        raise Stopped(
            f"A web page came instead of an answer (HTTP {answer.status}): from a proxy, from the login page of a "
            "network, or because the address is not that of the service."
        )
    if answer.status == 429:
        raise Stopped("The service takes no more requests for now (HTTP 429). Try again later.")
    if answer.status >= 500:
        raise Stopped(f"The service, or a proxy before it, has a fault of its own (HTTP {answer.status}). Try later.")


def _refused_by_proxy(status: str, host: str) -> Stopped:
    if status == "407":
        return Stopped(
            "The proxy wants a user name and a password: set HTTPS_PROXY to http://user:password@host:port in the "
            "environment, and leave the proxy in the settings empty.",
            "proxy",
        )
    if status in ("502", "503", "504"):
        return Stopped(f"The proxy cannot reach {host} (HTTP {status}).", "connection")
    return Stopped(f"The proxy refuses the way to {host} (HTTP {status}): ask who runs it.", "proxy")


def _broken(error: httpx.HTTPError, host: str) -> Stopped:
    if certificate := find_certificate_error(error):
        return Stopped(explain(host, certificate), "encryption")
    if isinstance(error, httpx.ConnectError):
        return Stopped(f"The connection to {host} was broken off while it was made.", "connection")
    if isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
        return Stopped(f"What {host} answers is not HTTP. Check the address and the port.")
    return Stopped(f"{host} closed the connection without an answer.")
