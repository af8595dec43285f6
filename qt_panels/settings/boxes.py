"""Endpoints among the settings: one for a GPU box is made, others are changed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bridge.domain.settings import BridgeSettings, Endpoint


def gpu_box(url: str, taken: set[str]) -> Endpoint:
    """An endpoint for a GPU box at `url`, with a name that is not among `taken`."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # the bridge says what is wrong with it
        host = ""
    base = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:24] or "box"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return Endpoint(name=name, title=host[:80] or name, kind="superwhite", url=url)


def with_gpu_box(settings: BridgeSettings, url: str) -> BridgeSettings:
    """`settings` with a GPU box at `url`; as they are where it is among them already."""
    if any(each.kind == "superwhite" and each.url == url for each in settings.endpoints):
        return settings
    endpoint = gpu_box(url, {each.name for each in settings.endpoints})
    return settings.model_copy(update={"endpoints": (*settings.endpoints, endpoint)})


def with_endpoint(settings: BridgeSettings, changed: Endpoint) -> BridgeSettings:
    """`settings` with `changed` in place of the endpoint of that name; as they are where there is none."""
    endpoints = tuple(changed if each.name == changed.name else each for each in settings.endpoints)
    return settings.model_copy(update={"endpoints": endpoints})


def is_same_service(one: str, other: str) -> bool:
    """Whether both addresses lead to one service, which a key is meant for."""
    try:
        first, second = urlsplit(one), urlsplit(other)
        return (first.scheme, first.hostname, first.port) == (second.scheme, second.hostname, second.port)
    except ValueError:
        return False
