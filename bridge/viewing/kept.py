"""What was made last, kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Up to `room` in all by `size`, but always the last one. Several threads may use it.

    Of two threads that lack the same thing at once, one makes it and the other waits. What could not be made is not
    kept.
    """

    def __init__(self, room: int, size: Callable[[T], int]) -> None:
        self._room = room
        self._size = size
        self._used = 0
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._making: dict[Hashable, Future[T]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing that bears `key`, made where it is not there. Raises what `make` raises."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
            other = self._making.get(key)
            mine = self._making.setdefault(key, Future())
        if other:
            return other.result()
        try:
            thing = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._things[key] = thing
            self._used += self._size(thing)
            while self._used > self._room and len(self._things) > 1:
                _, old = self._things.popitem(last=False)
                self._used -= self._size(old)
        mine.set_result(thing)
        return thing


def stamp(path: Path) -> Hashable:
    """What changes whenever the file does, or the list of files in a folder; none for what is not there."""
    try:
        status = path.stat()
    except (OSError, ValueError):  # opening it tells why
        return None
    return status.st_mtime_ns, status.st_size
