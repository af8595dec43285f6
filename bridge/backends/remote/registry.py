"""All backends of a bridge: those of this machine, and one for each endpoint in the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bridge.backends.base import Backend
from bridge.backends.comfyui.backend import ComfyBackend
from bridge.domain.settings import BASE_VARIABLES, BridgeSettings, Endpoint
from bridge.net.addresses import service_address
from bridge.net.secrets import Keys

from .fal.backend import FalBackend
from .fal.site import site_of
from .oxen.backend import OxenBackend


class Backends(Mapping[str, Backend]):
    """Follows the settings: an endpoint that is added can be used at once. Those of this machine come first.

    `bases` are addresses that stand in place of endpoints' own. Raises `RequestError` for one that is none.
    """

    def __init__(
        self,
        here: Sequence[Backend],
        keys: Keys,
        find_settings: Callable[[], BridgeSettings],
        bases: Mapping[str, str],
    ) -> None:
        for name, base in bases.items():
            service_address(base, BASE_VARIABLES[name])
        self._here = {backend.name: backend for backend in here}
        self._keys = keys
        self._find_settings = find_settings
        self._bases = bases
        self._there: dict[Endpoint, Backend] = {}

    def _all(self) -> dict[str, Backend]:
        endpoints = [each for each in self._find_settings().endpoints if each.name not in self._here]
        self._there = {each: self._there.get(each) or self._remote(each) for each in endpoints}
        return self._here | {each.name: backend for each, backend in self._there.items()}

    def _remote(self, endpoint: Endpoint) -> Backend:
        declared = self._bases.get(endpoint.name, "")
        if endpoint.kind == "oxen":
            return OxenBackend(endpoint, declared, self._keys, self._find_settings)
        if endpoint.kind == "comfyui":
            return ComfyBackend(endpoint, self._keys, self._find_settings)
        site = site_of(endpoint, declared)
        return FalBackend(endpoint, site, self._keys, self._find_settings)

    def __getitem__(self, name: str) -> Backend:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
