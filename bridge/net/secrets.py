"""Keys of services: in the system's keyring, or in an environment variable, and nowhere else."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from typing import TypeVar

from bridge.domain.errors import KeyringUnavailable
from bridge.domain.settings import KeyState

T = TypeVar("T")

_SERVICE = "superwhite"
_VARIABLES = {"fal": "FAL_KEY", "oxen": "OXEN_API_KEY"}
_DEADLINE_SECONDS = 20.0
"""A locked keyring asks its user for a password, who may not be there."""

_HINTED = 16
"""A key of fewer characters gives nothing of itself away."""


def variable_of(endpoint: str) -> str:
    return _VARIABLES.get(endpoint, f"SUPERWHITE_KEY_{endpoint.upper().replace('-', '_')}")


def key_of(endpoint: str) -> str | None:
    """The key of an endpoint; the environment wins. Blocks. Raises `KeyringUnavailable`."""
    return os.environ.get(variable_of(endpoint)) or _with_keyring(lambda ring: ring.get_password(_SERVICE, endpoint))


def key_state(endpoint: str) -> KeyState:
    """Where the key is, without the key. Blocks. A keyring that cannot be used holds none."""
    variable = variable_of(endpoint)
    if os.environ.get(variable):
        return KeyState(endpoint=endpoint, kept_in="environment", variable=variable)
    try:
        key = key_of(endpoint)
    except KeyringUnavailable:
        key = None
    if not key:
        return KeyState(endpoint=endpoint, kept_in="nowhere", variable=variable)
    return KeyState(
        endpoint=endpoint, kept_in="keyring", variable=variable, hint=key[-4:] if len(key) >= _HINTED else ""
    )


def keep_key(endpoint: str, key: str) -> None:
    """Blocks. Raises `KeyringUnavailable`."""
    _with_keyring(lambda ring: ring.set_password(_SERVICE, endpoint, key))


def drop_key(endpoint: str) -> None:
    """Fine where there is none. Blocks. Raises `KeyringUnavailable`."""

    def drop(ring: _Ring) -> None:
        if ring.get_password(_SERVICE, endpoint) is not None:
            ring.delete_password(_SERVICE, endpoint)

    _with_keyring(drop)


class _Ring:
    """The keyring's own functions, loaded with the first key: that takes a while."""

    def __init__(self) -> None:
        import keyring

        self.get_password: Callable[[str, str], str | None] = keyring.get_password
        self.set_password: Callable[[str, str, str], None] = keyring.set_password
        self.delete_password: Callable[[str, str], None] = keyring.delete_password


def _with_keyring(act: Callable[[_Ring], T]) -> T:
    """On a thread that may be left behind: a keyring can wait for its user for ever."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(act(_Ring()))
        except Exception as error:  # noqa: BLE001 - backends of keyrings raise whatever their system gives them
            future.set_exception(error)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        return future.result(_DEADLINE_SECONDS)
    except Late:
        raise KeyringUnavailable("The keyring does not answer; perhaps it waits for its password.") from None
    except Exception as error:  # noqa: BLE001 - as above
        # Its own words could hold what was to be kept, so only their kind is told.
        raise KeyringUnavailable(
            "The keyring of this system cannot be used.", detail=f"{type(error).__module__}.{type(error).__name__}"
        ) from None
