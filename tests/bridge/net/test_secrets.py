"""Keys in a keyring that works, is locked, lies, or waits for its user."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from bridge.domain.errors import KeyringUnavailable, RequestError
from bridge.domain.settings import KeyState
from bridge.net.secrets import Keys, variable_of
from tests.fakes.ring import FileRing

KEY = "11111111-2222-3333:0123456789abcdef"


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file ring, in a folder of the test's own, and no key of whoever runs the tests."""
    before = keyring.get_keyring()
    for name in ("FAL_KEY", "OXEN_API_KEY", "RING_TRAP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RING_FILE", str(tmp_path / "ring.json"))
    keyring.set_keyring(FileRing())
    yield
    keyring.set_keyring(before)


def run(act: Callable[[Keys], Awaitable[None]], seconds: float = 5.0) -> None:
    asyncio.run(_run(act, seconds))


async def _run(act: Callable[[Keys], Awaitable[None]], seconds: float) -> None:
    await act(Keys(seconds))


def test_a_key_is_kept_found_and_dropped() -> None:
    async def act(keys: Keys) -> None:
        assert await keys.find("fal") is None
        await keys.drop("fal")
        await keys.keep("fal", f"  {KEY}\n")
        assert await keys.find("fal") == KEY
        assert keyring.get_password("superwhite", "fal") == KEY
        state = await keys.state("fal")
        assert state == KeyState(endpoint="fal", kept_in="keyring", variable="FAL_KEY", hint="cdef")
        assert await keys.find("oxen") is None
        await keys.drop("fal")
        assert (await keys.state("fal")).kept_in == "nowhere"

    run(act)


def test_the_environment_comes_first_and_does_without_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(keys: Keys) -> None:
        await keys.keep("gpu-box", "kept-in-the-keyring")
        monkeypatch.setenv("SUPERWHITE_KEY_GPU_BOX", "short-key ")
        monkeypatch.setenv("RING_TRAP", "locked")
        assert await keys.find("gpu-box") == "short-key"
        assert await keys.state("gpu-box") == KeyState(
            endpoint="gpu-box", kept_in="environment", variable="SUPERWHITE_KEY_GPU_BOX", hint=""
        )

    run(act)
    assert (variable_of("fal"), variable_of("oxen")) == ("FAL_KEY", "OXEN_API_KEY")


@pytest.mark.parametrize("key", ["brief", "with blanks", "line\r\nbreak", "schlüssel", "null\0null", " " * 20])
def test_what_is_no_key_is_refused_unsaid(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(keys: Keys) -> None:
        with pytest.raises(RequestError) as refusal:
            await keys.keep("fal", key)
        assert key not in refusal.value.sentence
        assert await keys.find("fal") is None
        # The environment is a script's own: what is short there is meant so.
        if "\0" not in key and key.strip() and key != "brief":
            monkeypatch.setenv("FAL_KEY", key)
            with pytest.raises(RequestError, match="FAL_KEY"):
                await keys.find("fal")

    run(act)


@pytest.mark.parametrize("trap", ["locked", "broken"])
def test_a_keyring_that_fails(trap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(keys: Keys) -> None:
        monkeypatch.setenv("RING_TRAP", trap)
        for doing in (keys.find("fal"), keys.keep("fal", KEY), keys.drop("fal")):
            with pytest.raises(KeyringUnavailable) as refusal:
                await doing
            assert "0123456789abcdef" not in refusal.value.sentence + refusal.value.detail + refusal.value.remedy
            assert "FAL_KEY" in refusal.value.remedy
            assert refusal.value.__cause__ is None
        assert (await keys.state("fal")).kept_in == "nowhere"
        monkeypatch.delenv("RING_TRAP")
        await keys.keep("fal", KEY)
        assert await keys.find("fal") == KEY

    run(act)


@pytest.mark.parametrize("without", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_a_system_without_a_keyring(without: type[KeyringBackend]) -> None:
    """The second one takes every key, and forgets it."""

    async def act(keys: Keys) -> None:
        keyring.set_keyring(without())
        assert await keys.find("fal") is None
        await keys.drop("fal")
        with pytest.raises(KeyringUnavailable, match="no keyring"):
            await keys.keep("fal", KEY)

    run(act)


class WaitingRing(FileRing):
    """Waits for its user."""

    def __init__(self) -> None:
        super().__init__()
        self.unlocked = threading.Event()
        self.waiting = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.waiting += 1
        self.unlocked.wait()
        return super().get_password(service, username)


def test_a_keyring_that_waits_is_asked_once_and_is_there_again_when_it_was_unlocked() -> None:
    waiting = WaitingRing()

    async def act(keys: Keys) -> None:
        before = _asking()
        keyring.set_keyring(waiting)
        outcomes = await asyncio.gather(*(keys.find(name) for name in "abcdefgh"), return_exceptions=True)
        assert all(isinstance(outcome, KeyringUnavailable) for outcome in outcomes)
        assert waiting.waiting == 1
        (asking,) = _asking() - before
        waiting.unlocked.set()
        await asyncio.to_thread(asking.join)
        assert await keys.find("a") is None

    run(act, 0.5)


def test_the_loop_closes_while_a_keyring_waits() -> None:
    waiting = WaitingRing()

    async def act(keys: Keys) -> None:
        keyring.set_keyring(waiting)
        with pytest.raises(KeyringUnavailable):
            await keys.find("fal")

    before = _asking()
    run(act, 0.1)
    (asking,) = _asking() - before
    waiting.unlocked.set()
    asking.join()


def _asking() -> set[threading.Thread]:
    """The threads in which keyrings are asked."""
    return {thread for thread in threading.enumerate() if thread.name == "aside"}
