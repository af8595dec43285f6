"""Which proxy the way to a service leads through."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

import httpx

from bridge.domain.errors import RequestError

from .addresses import is_this_machine, port_of, shown


def proxy_for(target: httpx.URL, wish: str) -> httpx.URL | None:
    """The user's proxy, else the system's; none for this machine, and for what the system (`NO_PROXY`) excepts.

    Blocks: some systems ask their name servers. Raises `RequestError` for a proxy of the system that cannot be used.
    """
    if is_this_machine(target.host) or proxy_bypass(f"{target.host}:{port_of(target)}"):
        return None
    found = wish or getproxies().get(target.scheme, "")
    if not found:
        return None
    try:
        proxy = httpx.URL(found if "://" in found else f"http://{found}")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise RequestError(f"The system's proxy “{shown(found)}” is not an address.") from error
    if proxy.scheme not in ("http", "https") or not proxy.host:
        raise RequestError(
            f"The system's proxy “{shown(found)}” is of a kind that cannot be used.",
            remedy="Enter an HTTP proxy in the settings.",
        )
    return proxy
