"""Where requests may go, and the way there: every address that a name stands for is checked, and the one that was
checked is the one that is connected to, so that no second answer of a name server can lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from functools import partial

import httpx

from bridge.domain.errors import AddressForbidden, EndpointUnreachable

from .addresses import is_this_machine, port_of, shown
from .aside import aside
from .proxies import proxy_for

_RESOLVE_SECONDS = 20.0

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# IPv6 addresses that lead to an IPv4 one: RFC 6052 (NAT64), RFC 4380 (Teredo).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_TEREDO = ipaddress.ip_network("2001::/32")


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the public internet, also when it hides an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _TEREDO:
            return False
        hidden = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(hidden)
    return address.is_global and not address.is_multicast


class Way(httpx.AsyncBaseTransport):
    """The transport of every request beyond this machine: through the user's proxy or the system's, to public addresses
    alone. With `near_allowed`, for endpoints that the user has declared, to any.

    Raises `AddressForbidden` beside httpx's errors.
    """

    def __init__(self, context: ssl.SSLContext, *, proxy: str = "", near_allowed: bool = False) -> None:
        self._context = context
        self._proxy = proxy
        self._near_allowed = near_allowed
        self._lines: dict[httpx.URL | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme not in ("http", "https"):
            raise AddressForbidden(f"{shown(str(url))} is not a web address.")
        proxy = await aside(partial(proxy_for, url, self._proxy), _RESOLVE_SECONDS)
        line = self._line(proxy)
        if self._near_allowed:
            return await line.handle_async_request(request)
        if url.scheme != "https":
            raise AddressForbidden(f"{shown(str(url))} is not encrypted.")
        addresses = await _public_addresses(url, behind_proxy=proxy is not None)
        if proxy is not None:
            return await line.handle_async_request(request)
        return await _pinned(line, request, addresses)

    async def aclose(self) -> None:
        for line in self._lines.values():
            await line.aclose()

    def _line(self, proxy: httpx.URL | None) -> httpx.AsyncHTTPTransport:
        if proxy not in self._lines:
            through = None
            if proxy is not None:
                through = httpx.Proxy(proxy, ssl_context=self._context if proxy.scheme == "https" else None)
            self._lines[proxy] = httpx.AsyncHTTPTransport(verify=self._context, proxy=through, trust_env=False)
        return self._lines[proxy]


async def demand_public(url: str) -> None:
    """Raises `AddressForbidden` unless `url` is an https address of the public internet."""
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressForbidden(f"{shown(url)} is not a web address.") from error
    if address.scheme != "https" or not address.host:
        raise AddressForbidden(f"{shown(url)} is not an encrypted web address (https).")
    await _public_addresses(address, behind_proxy=False)


async def _public_addresses(url: httpx.URL, *, behind_proxy: bool) -> list[str]:
    """The addresses of a host, all public. Behind a proxy a name that is not known here is left to the proxy."""
    host = url.host
    if is_this_machine(host):
        raise _forbidden(host)
    find = partial(socket.getaddrinfo, host, port_of(url), type=socket.SOCK_STREAM)
    try:
        found = await aside(find, _RESOLVE_SECONDS)
    except TimeoutError as error:
        raise EndpointUnreachable(f"The name server does not say where {host} is.") from error
    except (OSError, UnicodeError) as error:
        if behind_proxy:
            return []
        raise EndpointUnreachable(
            f"The name {host} is not known. Check that this machine is online.", detail=str(error)
        ) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(is_public(ipaddress.ip_address(each.partition("%")[0])) for each in addresses):
        raise _forbidden(host)
    return addresses


async def _pinned(line: httpx.AsyncHTTPTransport, request: httpx.Request, addresses: list[str]) -> httpx.Response:
    host = request.url.host
    for number, address in enumerate(addresses, start=1):
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        try:
            return await line.handle_async_request(pinned)
        except httpx.ConnectError:
            if number == len(addresses):
                raise
    raise httpx.ConnectError(f"{host} has no address", request=request)


def _forbidden(host: str) -> AddressForbidden:
    return AddressForbidden(f"{host} lies in this network or on this machine, where nothing from outside is fetched.")
