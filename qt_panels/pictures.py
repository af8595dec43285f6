"""Small pictures for lists: asked for when they come into view, a few at a time, and kept within bounds."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.view import PictureQuery

from .asks import Asks

_AT_A_TIME = 2
_MOST = 600
"""Pictures of about 160 x 90: 600 of them take some 35 MB."""

_MOST_WAITING = 40
"""Whoever scrolls by wants what is in view now; older wishes are forgotten, and come again when they are seen."""


class Pictures(QObject):
    """`get` answers at once, with none at first; `arrived` names the picture when it is there."""

    arrived = Signal(str)

    def __init__(self, asks: Asks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._waiting: deque[tuple[str, PictureQuery]] = deque(maxlen=_MOST_WAITING)
        self._under_way: set[str] = set()

    def get(self, name: str, query: Callable[[], PictureQuery | None]) -> QImage | None:
        """The picture called `name`; where it is not there yet, `query` says how to ask for it, if it can be had."""
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        if name not in self._under_way and all(name != waiting for waiting, _ in self._waiting):
            wanted = query()
            if wanted is not None:
                self._waiting.append((name, wanted))
                self._next()
        return None

    def forget(self, name: str) -> None:
        self._kept.pop(name, None)

    def _next(self) -> None:
        while self._waiting and len(self._under_way) < _AT_A_TIME:
            name, query = self._waiting.pop()  # the latest wish is what is in view
            self._under_way.add(name)

            def then(ppm: bytes, name: str = name) -> None:
                self._keep(name, QImage.fromData(ppm, "PPM"))  # pyright: ignore[reportArgumentType] - the stub is wrong

            def fail(_: ErrorReport, name: str = name) -> None:
                # The row itself says what is wrong with its clip or job; the picture stays empty.
                self._keep(name, QImage())

            self._asks.ask(self, calls.picture(query), then, fail)

    def _keep(self, name: str, image: QImage) -> None:
        self._under_way.discard(name)
        self._kept[name] = image
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        self.arrived.emit(name)
        self._next()


def small(query: PictureQuery, size: QSize, ratio: float) -> PictureQuery:
    """`query` for a place of `size` device-independent pixels on a screen with `ratio` device pixels for each."""
    return query.model_copy(
        update={"width": max(1, round(size.width() * ratio)), "height": max(1, round(size.height() * ratio))}
    )
