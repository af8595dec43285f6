"""One step of Nuke's undo."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import nuke


@contextmanager
def undo_step(title: str) -> Generator[None, None, None]:
    """What is done inside is undone by one Ctrl-Z, and rolled back where it fails. Must not span two slices."""
    nuke.Undo.begin()
    nuke.Undo.name(title)
    try:
        yield
    except BaseException:
        nuke.Undo.cancel()
        raise
    nuke.Undo.end()
