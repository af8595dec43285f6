"""Files are looked at in threads of their own; what was found comes back as a signal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from bridge.domain.errors import InternalError, SuperwhiteError

from .host import StandaloneHost
from .opened import stamp_of


class Reader(QObject):
    """`read` answers with `done(number, Opened)` or `failed(number, ErrorReport)`, `look` with
    `looked(Path, Stamp or None)`.
    """

    done = Signal(int, object)
    failed = Signal(int, object)
    looked = Signal(object, object)

    def __init__(self, host: StandaloneHost) -> None:
        super().__init__()
        self._host = host

    def read(self, number: int, paths: Sequence[Path], rate: Fraction | None) -> None:
        def errand() -> None:
            try:
                opened = self._host.read(paths, rate)
            except SuperwhiteError as error:
                self.failed.emit(number, error.report())
            except Exception as error:  # noqa: BLE001 - a boundary: a defect is shown, not lost with its thread
                defect = InternalError("The files could not be opened.", detail=repr(error))
                self.failed.emit(number, defect.report())
            else:
                self.done.emit(number, opened)

        _run(errand)

    def look(self, path: Path) -> None:
        _run(lambda: self.looked.emit(path, stamp_of(path)))


def _run(errand: Callable[[], None]) -> None:
    # A daemon: a drive that does not answer must not keep the application from ending.
    threading.Thread(target=errand, daemon=True).start()
