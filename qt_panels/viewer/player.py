"""The playhead: which frame is wanted when, by the clock, and how many really were shown."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_RATE_SECONDS = 1.0


class Player(QObject):
    """Plays in a loop at the clip's rate. Frames that come too late are left out, and the rate that is reached is told
    as it is.
    """

    moved = Signal(int)
    """The frame that is due."""
    reached = Signal(float)
    """Frames a second that were shown of late."""

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._frames = 0
        self._rate = 24.0
        self._from = 0
        self._since = 0.0
        self._shown: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = -1

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def play(self, frame: int, frames: int, rate: float) -> None:
        self._frames, self._rate = max(1, frames), rate
        self._from, self._since, self._last = frame, self._clock(), frame
        self._shown.clear()
        self._timer.start(max(1, round(500 / rate)))

    def pause(self) -> None:
        self._timer.stop()

    def was_shown(self) -> None:
        """A new frame is on the screen."""
        if self.playing:
            now = self._clock()
            self._shown = [at for at in self._shown if now - at < _RATE_SECONDS] + [now]
            span = now - self._shown[0]
            if span > 0.3:
                self.reached.emit((len(self._shown) - 1) / span)

    def _tick(self) -> None:
        due = (self._from + int((self._clock() - self._since) * self._rate)) % self._frames
        if due != self._last:
            self._last = due
            self.moved.emit(due)
