"""Endpoints among the settings: those for a GPU box and for a ComfyUI are made, others are changed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bridge.domain.settings import BridgeSettings, Endpoint

COMFYUI_ADDRESS = "http://127.0.0.1:8188"
"""Where ComfyUI answers unless it is told otherwise; its desktop application is found from there, too."""


def gpu_box(url: str, taken: set[str]) -> Endpoint:
    """An endpoint for a GPU box at `url`, with a name that is not among `taken`."""
    host = _host(url)
    name = _free(re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:24] or "box", taken)
    return Endpoint(name=name, title=host[:80] or name, kind="superwhite", url=url)


def comfyui(url: str, taken: set[str]) -> Endpoint:
    """An endpoint for a ComfyUI at `url`, with a name that is not among `taken`."""
    host = _host(url)
    title = "ComfyUI" if host in ("", "127.0.0.1", "localhost") else f"ComfyUI ({host[:60]})"
    return Endpoint(name=_free("comfyui", taken), title=title, kind="comfyui", url=url)


def with_gpu_box(settings: BridgeSettings, url: str) -> BridgeSettings:
    """`settings` with a GPU box at `url`; as they are where it is among them already."""
    return _with(settings, gpu_box(url, {each.name for each in settings.endpoints}))


def with_comfyui(settings: BridgeSettings, url: str) -> BridgeSettings:
    """`settings` with a ComfyUI at `url`; as they are where it is among them already."""
    return _with(settings, comfyui(url, {each.name for each in settings.endpoints}))


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


def _with(settings: BridgeSettings, endpoint: Endpoint) -> BridgeSettings:
    if any((each.kind, each.url) == (endpoint.kind, endpoint.url) for each in settings.endpoints):
        return settings
    return settings.model_copy(update={"endpoints": (*settings.endpoints, endpoint)})


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # the bridge says what is wrong with it
        return ""


def _free(base: str, taken: set[str]) -> str:
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name
