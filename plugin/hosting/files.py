"""Files of our own in the state folder: whole or not there at all, and for their user only."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bridge.domain.host import HostFailure

_LOCK_SECONDS = 30.0


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text`, on the drive when this returns. Raises `OSError`."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - from a descriptor
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)  # noqa: PTH105
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def locked(path: Path, seconds: float = _LOCK_SECONDS) -> Generator[None, None, None]:
    """Hold `path` alone; the lock goes with the process. Raises `OSError`, and `HostFailure` when it stays taken."""
    with path.open("a+", encoding="utf-8") as handle:
        end = time.monotonic() + seconds
        while not _take(handle.fileno()):
            if time.monotonic() > end:
                raise HostFailure("Another panel is at work in this application.", remedy="Wait until it is done.")
            time.sleep(0.05)
        yield


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
