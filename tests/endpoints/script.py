"""The script of a server: what goes wrong, and when."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from typing import Literal, get_args

from .effects import Effect

Step = Literal[
    # fal
    "submit", "status", "stream", "result", "cancel", "run",
    "token", "upload", "multipart", "part", "complete", "initiate", "put",
    "download", "preview", "input",
    # Oxen
    "enqueue", "row", "list", "delete", "generation", "events", "generate", "repo", "repo_put", "repo_file", "repo_dir",
    # both: the job itself, and the archive that it makes
    "job", "archive",
]  # fmt: skip


class Script:
    """Which faults come at which step: those of `next` in order, one entry a request; after them the standing ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: defaultdict[str, deque[tuple[Effect, ...]]] = defaultdict(deque)
        self._always: dict[str, tuple[Effect, ...]] = {}

    def next(self, step: Step, *effects: Effect, times: int = 1) -> None:
        """All `effects` for one request, and so for `times` requests. No fault at all lets one request pass."""
        with self._lock:
            self._next[_known(step)].extend([effects] * times)

    def always(self, step: Step, *effects: Effect) -> None:
        with self._lock:
            self._always[_known(step)] = effects

    def clear(self, step: Step | None = None) -> None:
        with self._lock:
            for each in [_known(step)] if step else get_args(Step):
                self._next.pop(each, None)
                self._always.pop(each, None)

    def waiting(self, step: Step) -> int:
        """How many entries of `next` have not been met yet."""
        with self._lock:
            return len(self._next[_known(step)])

    def take(self, step: Step) -> tuple[Effect, ...]:
        with self._lock:
            waiting = self._next[step]
            return waiting.popleft() if waiting else self._always.get(step, ())


def _known(step: Step) -> Step:
    if step not in get_args(Step):
        raise KeyError(f"there is no step {step!r}")
    return step
