"""Where clips lie on the strip: frames and tracks as points, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QRectF

from bridge.domain.frames import nominal_rate
from bridge.domain.host import HostClip

_STEPS_IN_FRAMES = (1, 2, 5, 10)
_STEPS_IN_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True)
class Scale:
    """`across` is the width of one frame, `tall` the height of one track; `left` and `top` are where the first frame of
    the uppermost track is, which moves as the view is scrolled.
    """

    across: float
    tall: float
    left: float
    top: float

    def frame(self, x: float) -> float:
        return (x - self.left) / self.across


class Lanes:
    """The rows of clips by track, in the order of their record frames. Tracks are counted from 1 at the bottom."""

    def __init__(self, clips: Sequence[HostClip], tracks: int) -> None:
        self._clips = clips
        self.tracks = tracks
        self._rows: dict[int, list[int]] = {track: [] for track in range(1, tracks + 1)}
        for row, clip in enumerate(clips):
            self._rows[clip.track].append(row)
        for rows in self._rows.values():
            rows.sort(key=lambda row: clips[row].record_start)
        self._starts = {track: [clips[row].record_start for row in rows] for track, rows in self._rows.items()}
        self.frames = max((clip.record_end for clip in clips), default=0)

    def rect(self, row: int, scale: Scale) -> QRectF:
        clip = self._clips[row]
        width = max(1.0, (clip.record_end - clip.record_start) * scale.across)
        return QRectF(scale.left + clip.record_start * scale.across, self.y(clip.track, scale), width, scale.tall)

    def y(self, track: int, scale: Scale) -> float:
        return scale.top + (self.tracks - track) * scale.tall

    def between(self, track: int, first: float, last: float) -> Sequence[int]:
        """The rows of a track that show anywhere from frame `first` to `last`."""
        starts, rows = self._starts[track], self._rows[track]
        begin = max(0, bisect_right(starts, first) - 1)
        found = rows[begin : bisect_left(starts, last)]
        return found[1:] if found and self._clips[found[0]].record_end <= first else found

    def inside(self, area: QRectF, scale: Scale) -> Iterator[int]:
        """The rows that `area` touches."""
        first, last = scale.frame(area.left()), scale.frame(area.right())
        for track in self._rows:
            top = self.y(track, scale)
            if top < area.bottom() and area.top() < top + scale.tall:
                yield from self.between(track, first, last)

    def at(self, x: float, y: float, scale: Scale) -> int | None:
        """The row under a point."""
        return next(self.inside(QRectF(x, y, 1e-3, 1e-3), scale), None)

    def beside(self, row: int, step: int) -> int:
        """The row `step` places along the track of `row`, or the last there is in that direction."""
        rows = self._rows[self._clips[row].track]
        return rows[min(max(rows.index(row) + step, 0), len(rows) - 1)]

    def above(self, row: int, step: int) -> int:
        """The row nearest in time on the next track with clips, `step` being 1 upwards and -1 downwards."""
        track = self._clips[row].track + step
        while track in self._rows and not self._rows[track]:
            track += step
        if track not in self._rows:
            return row
        middle = self._middle(row)
        return min(self._rows[track], key=lambda other: abs(self._middle(other) - middle))

    def _middle(self, row: int) -> float:
        return (self._clips[row].record_start + self._clips[row].record_end) / 2


def tick_step(rate: Fraction, across: float, least: float) -> int:
    """Frames between two marks of the ruler that are `least` points apart or more."""
    nominal = nominal_rate(rate)
    steps = [step for step in _STEPS_IN_FRAMES if step < nominal] + [step * nominal for step in _STEPS_IN_SECONDS]
    return next((step for step in steps if step * across >= least), steps[-1])
