"""Clips as they are looked at: examined once, a few of them open, each read by one thread at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from bridge.domain.media import STILL_SUFFIXES, ClipFacts
from bridge.media.clip import Clip, CodeFrame, open_clip

from .kept import Kept, stamp

_KNOWN_CLIPS = 256
"""Clips whose facts are kept; one that is not being read has no file open."""

_OPEN_CLIPS = 4


@dataclass(eq=False)
class Source:
    """A clip as it was when it was examined: one whose file has changed since is another source."""

    clip: Clip
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def facts(self) -> ClipFacts:
        return self.clip.facts


class Sources:
    """Every method may be called from several threads."""

    def __init__(self) -> None:
        self._known: Kept[Source] = Kept(_KNOWN_CLIPS, lambda _: 1)
        self._open: OrderedDict[Source, None] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, path: Path, rate: Fraction | None) -> Source:
        """The clip at `path`, which is opened as `open_clip` does. Raises `MediaError`s."""
        places = [path, path.parent] if path.suffix.lower() in STILL_SUFFIXES else [path]
        return self._known.get(
            (path, rate, *(stamp(place) for place in places)), lambda: Source(open_clip(path, rate=rate))
        )

    def read(self, source: Source, index: int) -> CodeFrame:
        """Frame `index` of `source`. Raises `MediaError`s."""
        with self._lock:
            self._open[source] = None
            self._open.move_to_end(source)
            rested = self._open.popitem(last=False)[0] if len(self._open) > _OPEN_CLIPS else None
        if rested:
            with rested.lock:
                rested.clip.close()
        with source.lock:
            return source.clip.frame(index)
