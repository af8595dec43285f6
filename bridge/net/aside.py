"""Calls into the system that may never return."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(act: Callable[[], T], seconds: float) -> T:
    """Do `act` on a thread of its own, which is left behind when it takes longer than `seconds`.

    The loop's own threads are few, and are waited for when the loop closes. Raises `TimeoutError`, and what `act`
    raises.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(settling: Callable[[], None]) -> None:
        if not answer.done():
            settling()

    def run() -> None:
        settling: Callable[[], None]
        try:
            result = act()
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits
            failure = error
            settling = lambda: answer.set_exception(failure)  # noqa: E731
        else:
            settling = lambda: answer.set_result(result)  # noqa: E731
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, settling)

    threading.Thread(target=run, name="aside", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await answer
