"""Asking again, ever more gently."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field


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
