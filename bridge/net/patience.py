"""Asking again, ever more gently."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")


async def to_its_end(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """`work`, which goes on for up to `seconds` more when its caller is cancelled meanwhile: for a question that has
    been asked, and whose answer must not be missed.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=seconds)
        task.cancel()
        raise


@dataclass
class Patience:
    """Waits between attempts: doubling from `first` to `longest` seconds, a quarter more or less, so that many who wait
    do not come back at once (Amazon's “Exponential Backoff and Jitter”). Runs out `seconds` after the first failure.
    """

    seconds: float
    first: float = 0.5
    longest: float = 15.0
    _failed: float | None = field(default=None, init=False)
    _wait: float = field(default=0.0, init=False)

    @property
    def exhausted(self) -> bool:
        return self._failed is not None and time.monotonic() - self._failed >= self.seconds

    def renew(self) -> None:
        """It went on: the next failure is a first one."""
        self._failed = None

    async def wait(self, at_least: float | None = None) -> None:
        """After a failure; `at_least` is what the service has asked for."""
        if self._failed is None:
            self._failed, self._wait = time.monotonic(), self.first
        delay = self._wait * random.uniform(0.75, 1.25)
        self._wait = min(2 * self._wait, self.longest)
        await asyncio.sleep(max(delay, at_least or 0.0))
