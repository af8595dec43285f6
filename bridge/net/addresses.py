"""Which addresses a user may declare as a service or as a proxy."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from bridge.domain.errors import RequestError


def service_address(url: str) -> SplitResult:
    """The parts of a service's base address. Raises `RequestError` with the reason that it cannot be one."""
    parts = _parts(url, "address")
    if parts.scheme == "http" and not is_near(parts.hostname or ""):
        raise RequestError(
            f"The address {_shown(parts)} is not encrypted, and does not lie in this network.",
            remedy="Write https://, so that neither clips nor keys can be read on the way.",
        )
    return parts


def proxy_address(url: str) -> SplitResult:
    """The parts of a proxy's address. Raises `RequestError`."""
    parts = _parts(url, "proxy")
    if parts.path.strip("/"):
        raise RequestError(f"The proxy {_shown(parts)} has a path, which proxies do not have.")
    return parts


def is_near(host: str) -> bool:
    """Whether `host` is this machine, or in a private network, by its number or by how it is named."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal", ".localhost"))
    return address.is_private or address.is_loopback or address.is_link_local


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _parts(url: str, what: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise RequestError(f"The {what} “{url[:200]}” cannot be read: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise RequestError(
            f"The {what} “{url[:200]}” is not an address of the web.",
            remedy="Write https://host or http://host:port.",
        )
    if parts.username is not None or parts.password is not None:
        raise RequestError(
            f"The {what} of {parts.hostname} holds a user name or password, which would end up in logs.",
            remedy="Leave them out; a key belongs into the keyring.",
        )
    if parts.query or parts.fragment or any(ord(letter) <= 32 for letter in parts.netloc):
        raise RequestError(f"The {what} {_shown(parts)} has parts that an address of a service does not have.")
    return parts


def _shown(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname}"
