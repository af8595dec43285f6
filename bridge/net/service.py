"""Requests to a service that has a key, and what becomes of them."""

from __future__ import annotations

import asyncio
import email.utils
import re
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from bridge.domain.errors import EndpointUnreachable

from .guard import Way
from .trust import explain, find_certificate_error, trust

_MOST_REDIRECTS = 5
_LARGEST_ANSWER = 16 * 1024 * 1024
_LONGEST_WAIT = 300.0
"""Seconds that a service may ask to be waited for; it is asked again then whatever it said."""

_REDIRECTS = (301, 302, 303, 307, 308)
_Json: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


@dataclass(frozen=True)
class Form:
    """Fields and files of a multipart/form-data body. Files are read from their beginning, as they are sent."""

    fields: Mapping[str, str]
    files: Mapping[str, BinaryIO]


Body = bytes | AsyncGenerator[bytes] | Form
Authorization = Callable[[], Awaitable[str]]


class NotSent(Exception):
    """The request did not leave this machine, so asking again changes nothing. The message is a sentence."""


class Unanswered(Exception):
    """The request left, or may have left, and no answer came. The message is a sentence."""


@dataclass(frozen=True)
class Reply:
    """An answer that is whole. `content` may be anything."""

    status: int
    headers: httpx.Headers
    content: bytes

    def json(self) -> JsonValue:
        """None where it is no JSON."""
        try:
            return _Json.validate_json(self.content)
        except ValidationError:
            return None

    @property
    def retry_after(self) -> float | None:
        return retry_after(self.headers)


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that a service asks to wait: a number, or a date (RFC 9110, 10.2.3)."""
    given = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", given):
        return min(float(given), _LONGEST_WAIT)
    date = email.utils.parsedate_tz(given)
    if date is None:
        return None
    return min(max(0.0, email.utils.mktime_tz(date) - time.time()), _LONGEST_WAIT)


class Service:
    """One service. The key goes to its own hosts alone, on every hop; redirects of what only reads are followed.

    A context manager. `authorization` gives the header's value; it is asked for anew with every request, and may raise
    errors of the tree.
    """

    def __init__(self, way: Way, *, own: Callable[[httpx.URL], bool], authorization: Authorization) -> None:
        self._own = own
        self._authorization = authorization
        self._http = httpx.AsyncClient(transport=way, timeout=None, trust_env=False, follow_redirects=False)

    async def __aenter__(self) -> Service:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        json: JsonValue = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        read_seconds: float = 60,
        largest: int = _LARGEST_ANSWER,
    ) -> Reply:
        """Send one request and read its answer, whatever it says.

        Raises `NotSent` and `Unanswered`, and errors of the tree: `AddressForbidden`, those of finding the key.
        """
        async with self.open(method, url, json=json, body=body, headers=headers, read_seconds=read_seconds) as answer:
            content = bytearray()
            try:
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > largest:
                        raise Unanswered("The answer is longer than any that is expected.")
            except httpx.HTTPError as error:
                raise Unanswered(sentence_of(error, answer.url.host)) from error
            return Reply(answer.status_code, answer.headers, bytes(content))

    @asynccontextmanager
    async def open(
        self,
        method: str,
        url: str,
        *,
        json: JsonValue = None,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        read_seconds: float = 60,
    ) -> AsyncGenerator[httpx.Response]:
        """As `ask`, with the answer's body still to be read."""
        target, hops = httpx.URL(url), 0
        while True:
            given = {"Accept": "application/json", **(headers or {})}
            if "Authorization" not in given and self._own(target):
                given["Authorization"] = await self._authorization()
            timeout = httpx.Timeout(read_seconds, connect=20)
            content: dict[str, Any] = {"json": json} if json is not None else _content(body)
            request = self._http.build_request(method, target, headers=given, timeout=timeout, **content)
            answer = await self._send(request)
            try:
                location = answer.headers.get("location")
                if method != "GET" or answer.status_code not in _REDIRECTS or not location:
                    yield answer
                    return
            finally:
                await answer.aclose()
            hops += 1
            if hops > _MOST_REDIRECTS:
                raise Unanswered(f"{target.host} sends on from place to place without an end.")
            target = target.join(location)
            # What was meant for one host is nothing for the next.
            headers = {name: value for name, value in (headers or {}).items() if name != "Authorization"}

    async def _send(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        try:
            return await self._http.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.PoolTimeout) as error:
            raise NotSent(sentence_of(error, host)) from error
        except TimeoutError as error:
            raise NotSent(f"The system did not say in time how to reach {host}.") from error
        except EndpointUnreachable as error:
            raise NotSent(error.sentence) from error
        except httpx.HTTPError as error:
            raise Unanswered(sentence_of(error, host)) from error


def _content(body: Body | None) -> dict[str, Any]:
    """The arguments that httpx knows a body by."""
    return {"data": body.fields, "files": body.files} if isinstance(body, Form) else {"content": body}


def sentence_of(error: httpx.HTTPError, host: str) -> str:
    """What to tell an editor of a request that failed on the way."""
    if certificate := find_certificate_error(error):
        return explain(host, certificate)
    match error:
        case httpx.ProxyError():
            return f"The proxy refuses the way to {host} ({str(error)[:80]})."
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            return f"Nothing answers at {host}: a firewall may stand in between, or the network is down."
        case httpx.ConnectError():
            return f"There is no connection to {host}. Check that this machine is online."
        case httpx.TimeoutException():
            return f"{host} took the request and then fell silent."
        case _:
            return f"The connection to {host} was broken off."


async def shared_trust() -> ssl.SSLContext:
    """Whom this machine trusts, read once for all services of this process."""
    return await asyncio.to_thread(_trust_once)


_trust_once = cache(trust)
