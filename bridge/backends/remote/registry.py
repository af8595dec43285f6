"""All backends of a bridge: those of this machine, and one for each endpoint in the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from bridge.backends.base import Backend
from bridge.domain.settings import BridgeSettings, Endpoint
from bridge.net.addresses import service_address
from bridge.net.secrets import Keys

from .fal.backend import FalBackend
from .fal.site import site_of
from .oxen.backend import OxenBackend

_BASES = {"fal": "SUPERWHITE_FAL_BASE", "oxen": "SUPERWHITE_OXEN_BASE"}


def declared_bases() -> dict[str, str]:
    """The addresses that this process's environment gives in place of the services' own, by endpoint.

    Raises `RequestError` for one that is none.
    """
    found = {name: os.environ.get(variable, "").strip() for name, variable in _BASES.items()}
    for name, base in found.items():
        if base:
            service_address(base, _BASES[name])
    return {name: base for name, base in found.items() if base}


class Backends(Mapping[str, Backend]):
    """Follows the settings: an endpoint that is added can be used at once. Those of this machine come first."""

    def __init__(self, here: Sequence[Backend], keys: Keys, find_settings: Callable[[], BridgeSettings]) -> None:
        self._here = {backend.name: backend for backend in here}
        self._keys = keys
        self._find_settings = find_settings
        self._bases = declared_bases()
        self._there: dict[Endpoint, Backend] = {}

    def _all(self) -> dict[str, Backend]:
        endpoints = [each for each in self._find_settings().endpoints if each.name not in self._here]
        self._there = {each: self._there.get(each) or self._remote(each) for each in endpoints}
        return self._here | {each.name: backend for each, backend in self._there.items()}

    def _remote(self, endpoint: Endpoint) -> Backend:
        declared = self._bases.get(endpoint.name, "")
        if endpoint.kind == "oxen":
            return OxenBackend(endpoint, declared, self._keys, self._find_settings)
        site = site_of(endpoint, declared)
        return FalBackend(endpoint, site, self._keys, self._find_settings)

    def __getitem__(self, name: str) -> Backend:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
