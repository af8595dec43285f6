"""Keys of services: in the system's keyring, or in an environment variable, and nowhere else."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from bridge.domain.errors import KeyringUnavailable, RequestError
from bridge.domain.settings import KeyState

from .aside import aside

T = TypeVar("T")
log = logging.getLogger(__name__)

_SERVICE = "superwhite"
_VARIABLES = {"fal": "FAL_KEY", "oxen": "OXEN_API_KEY"}

_SHORTEST = 8
_HINTED = 16
"""A key of fewer characters gives nothing of itself away."""


def variable_of(endpoint: str) -> str:
    """The environment variable that holds the key of an endpoint, if one does."""
    return _VARIABLES.get(endpoint, f"SUPERWHITE_KEY_{endpoint.upper().replace('-', '_')}")


class _Ring(Protocol):
    """What of the keyring library is used."""

    def get_password(self, service_name: str, username: str) -> str | None: ...
    def set_password(self, service_name: str, username: str, password: str) -> None: ...
    def delete_password(self, service_name: str, username: str) -> None: ...


class Keys:
    """A keyring may wait for its user for ever: it is asked one thing at a time, for at most `seconds`, and while it
    still waits it is asked nothing more.
    """

    def __init__(self, seconds: float = 8.0) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._asked = threading.Lock()

    async def find(self, endpoint: str) -> str | None:
        """The key of an endpoint; the environment wins. Raises `KeyringUnavailable`, and `RequestError` for a key that
        cannot be one.
        """
        variable = variable_of(endpoint)
        if given := os.environ.get(variable, "").strip():
            return _sendable(given, variable)
        kept = await self._kept(endpoint)
        return kept and _usable(kept, f"The key of {endpoint}")

    async def state(self, endpoint: str) -> KeyState:
        """Where the key is, without the key. A keyring that cannot be used holds none."""
        variable = variable_of(endpoint)
        if given := os.environ.get(variable, "").strip():
            return KeyState(endpoint=endpoint, kept_in="environment", variable=variable, hint=_hint(given))
        try:
            kept = await self._kept(endpoint)
        except KeyringUnavailable as error:
            log.warning("%s %s", error.sentence, error.detail)
            kept = None
        if not kept:
            return KeyState(endpoint=endpoint, kept_in="nowhere", variable=variable)
        return KeyState(endpoint=endpoint, kept_in="keyring", variable=variable, hint=_hint(kept))

    async def keep(self, endpoint: str, key: str) -> None:
        """Raises `KeyringUnavailable`, also where a keyring takes the key and does not keep it."""
        clean = _usable(key, "The key")

        def keep(ring: _Ring) -> bool:
            ring.set_password(_SERVICE, endpoint, clean)
            return ring.get_password(_SERVICE, endpoint) == clean

        if not await self._ask(endpoint, keep, without_keyring=False):
            raise _unavailable(endpoint, "This system has no keyring that keeps keys.")

    async def drop(self, endpoint: str) -> None:
        """Fine where there is none. Raises `KeyringUnavailable`."""

        def drop(ring: _Ring) -> None:
            if ring.get_password(_SERVICE, endpoint) is not None:
                ring.delete_password(_SERVICE, endpoint)

        await self._ask(endpoint, drop, without_keyring=None)

    async def _kept(self, endpoint: str) -> str | None:
        return await self._ask(endpoint, lambda ring: ring.get_password(_SERVICE, endpoint), without_keyring=None)

    async def _ask(self, endpoint: str, act: Callable[[_Ring], T], *, without_keyring: T) -> T:
        def run() -> T:
            try:
                # Loaded with the first key: it looks through everything that is installed.
                import keyring
                from keyring.errors import NoKeyringError

                try:
                    return act(keyring)
                except NoKeyringError:
                    return without_keyring
            finally:
                self._asked.release()

        async with self._turn:
            if not self._asked.acquire(blocking=False):
                raise _unavailable(endpoint, "The keyring does not answer: perhaps it waits for its password.")
            try:
                return await aside(run, self._seconds)
            except TimeoutError:
                raise _unavailable(
                    endpoint, "The keyring does not answer: perhaps it waits for its password."
                ) from None
            except Exception as error:  # noqa: BLE001 - keyrings raise whatever their system gives them
                # Its own words could hold what was to be kept, so only their kind is told.
                kind = f"{type(error).__module__}.{type(error).__qualname__}"
                raise _unavailable(endpoint, "The keyring of this system is locked, or broken.", kind) from None


def _usable(key: str, field: str) -> str:
    """`key` without blanks around it. Raises `RequestError` for what looks like a part of a key, or none at all."""
    if len(key.strip()) < _SHORTEST:
        raise RequestError(f"{field} is too short: copy it again.")
    return _sendable(key, field)


def _sendable(key: str, field: str) -> str:
    """`key` without blanks around it. Raises `RequestError` for what no header can carry."""
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise RequestError(f"{field} holds letters that no key has: copy it again.")
    return key


def _hint(key: str) -> str:
    return key[-4:] if len(key) >= _HINTED else ""


def _unavailable(endpoint: str, sentence: str, detail: str = "") -> KeyringUnavailable:
    return KeyringUnavailable(
        sentence,
        detail=detail,
        remedy=f"Unlock it and try again, or set {variable_of(endpoint)} in the environment before the bridge starts.",
    )
