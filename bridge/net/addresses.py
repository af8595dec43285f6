"""Which addresses a user may declare as a service or as a proxy.

They are read by the library that later connects, so that what was checked is what is used.
"""

from __future__ import annotations

import ipaddress
import re

import httpx

from bridge.domain.errors import RequestError

_PRIVATE_NAMES = (".local", ".lan", ".internal", ".localhost")


_SERVICE_REMEDY = "Write https://host or http://host:port."
_PROXY_REMEDY = (
    "Write http://host:port; where the proxy wants a password, set HTTPS_PROXY in the environment instead."
)


def service_address(url: str, field: str = "The address") -> httpx.URL:
    """A service's base address. Raises `RequestError`, which names `field`, where it cannot be one."""
    address = _read(url, field, _SERVICE_REMEDY)
    if address.scheme == "http" and not is_near(address.host):
        raise RequestError(
            f"{field} is “{shown(url)}”, which is not encrypted and does not lie in this network.",
            remedy="Write https://, so that neither clips nor keys can be read on the way.",
        )
    return address


def proxy_address(url: str, field: str = "The proxy") -> httpx.URL:
    """A proxy that a user has declared. Raises `RequestError`, which names `field`, where it cannot be one."""
    address = _read(url, field, _PROXY_REMEDY)
    # Looked for in the text, because a scheme's usual port is left out of what was read.
    if address.path.strip("/") or not re.search(r":\d+/?$", url):
        raise RequestError(f"{field} is “{shown(url)}”, but must be a host and a port.", remedy=_PROXY_REMEDY)
    return address


def is_same_origin(one: str, other: str) -> bool:
    """Whether what is sent to `other` reaches the same service as `one`; false where either is no address."""
    try:
        first, second = service_address(one), service_address(other)
    except RequestError:
        return False
    return (first.scheme, first.host, port_of(first)) == (second.scheme, second.host, port_of(second))


def is_near(host: str) -> bool:
    """Whether `host` is this machine, or in a private network, by its number or by how it is named."""
    address = _number(host)
    if address is None:
        return "." not in host or host.endswith(_PRIVATE_NAMES)
    return address.is_private or address.is_loopback or address.is_link_local


def is_this_machine(host: str) -> bool:
    address = _number(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback


def port_of(address: httpx.URL) -> int:
    return (443 if address.scheme == "https" else 80) if address.port is None else address.port


def shown(url: str) -> str:
    """What of an address may be shown and logged: no user, no password, no query."""
    return re.split(r"[?#]", url.rpartition("@")[2])[0][:200]


def _read(url: str, field: str, remedy: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise RequestError(f"{field} is “{shown(url)}”, which is not a web address.", remedy=remedy) from error
    if address.userinfo or "@" in url:
        raise RequestError(
            f"{field} holds a user name or a password, which would be kept where it can be read.", remedy=remedy
        )
    if re.search(r"[?#\\\s]", url) or not url.isprintable():
        raise RequestError(
            f"{field} is “{shown(url)}” with parts that the address of a service lacks.", remedy=remedy
        )
    if address.scheme not in ("http", "https") or not 0 < port_of(address) < 65536 or not _is_host(address.host):
        raise RequestError(f"{field} is “{shown(url)}”, which is not a web address.", remedy=remedy)
    return address


def _is_host(host: str) -> bool:
    """Not empty; and not one of the old ways to write an address as a number (127.1, 0x7f000001, 134744072), which
    name servers are never asked about, and which look like a name of this network.
    """
    last = host.rpartition(".")[2]
    return bool(host) and (_number(host) is not None or not re.fullmatch(r"\d+|0[xX][0-9a-fA-F]*|", last))


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
