"""Work on many frames at once, in order, with a bounded number under way."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


_AHEAD = 2
"""Items that are ready for a worker that becomes free: enough that none waits, and no more, for they are large."""


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(items: Iterable[T], work: Callable[[T], R], workers: int) -> Iterator[R]:
    """`work` of each item on `workers` threads; results come in the order of the items.

    `items` is pulled on the caller's thread, at most `workers + 2` ahead of what the caller has taken: memory does not
    grow with the number of items. The first exception of `work` or `items` is raised to the caller; work that was under
    way is waited for, so that no thread touches a file after this has ended.
    """
    depth = workers + _AHEAD
    pending: deque[Future[R]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="frame") as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) >= depth:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
