"""Python's garbage, collected where it does no harm."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_MILLISECONDS = 500


class Collector(QObject):
    """Has garbage collected on the GUI thread alone, for as long as it lives.

    Python collects on whichever thread happens to ask for memory, and with it ends widgets that nothing holds any more:
    on the thread of the host's calls, or of a download, Qt crashes then. What has been loaded by now, and lives as long
    as the program, is left out: looking at it takes 70 ms, in which nothing on the screen moves.

    For a process of our own only: in a host, this is the host's to decide.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer = QTimer(self, interval=_MILLISECONDS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        """What Python would have collected by now."""
        due = [count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        for generation in (2, 1, 0):
            if due[generation]:
                gc.collect(generation)
                return
