"""The pictures that a viewer wants, asked for a few at a time, the newest wish first, and kept within bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from bridge.client import calls
from bridge.domain.errors import ErrorReport, MediaUnreadable
from bridge.domain.view import Mode, PictureQuery, Side, Subject
from qt_panels.asks import Asks

from .ppm import image_of

AT_A_TIME = 2
"""Two requests keep two cores busy; more would only make the newest wish wait."""

CACHE_BYTES = 192 << 20
_REMEMBERED = 32


@dataclass(frozen=True)
class Show:
    """How frames are wanted. `width` and `height` are device pixels that the picture should fill."""

    sides: tuple[Side, ...]
    mode: Mode
    exposure: float
    width: int
    height: int


@dataclass(frozen=True)
class Wish:
    """One frame in one way. A later wish has a greater `order`."""

    order: int
    frame: int
    show: Show


class Feed(QObject):
    """`want` as often as you like: what is shown is always the newest wish that is complete.

    A frame that has been begun is finished before the next, so a slider that never rests starves nobody. A wish that
    cannot be had is told of in its turn: like a picture, never in place of a newer one.
    """

    shown = Signal(object, object)
    """A `Wish` and its pictures, a dict from side to `QImage`."""
    failed = Signal(object)
    """An `ErrorReport`: the wish that it belongs to cannot be shown."""

    def __init__(self, asks: Asks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._subject: Subject | None = None
        self._generation = 0
        self._order = 0
        self._shown = 0
        self._wishes: OrderedDict[int, Wish] = OrderedDict()
        self._begun: list[int] = []
        self._ahead: list[Wish] = []
        self._under_way: set[PictureQuery] = set()
        self._unanswered = 0
        self._kept: OrderedDict[PictureQuery, QImage] = OrderedDict()
        self._bytes = 0

    @property
    def bytes_kept(self) -> int:
        return self._bytes

    def look_at(self, subject: Subject | None) -> None:
        """Forget all that was wanted and kept; answers that are still to come belong to nobody."""
        self._subject = subject
        self._generation += 1
        self._wishes.clear()
        self._begun.clear()
        self._ahead.clear()
        self._under_way.clear()
        self._kept.clear()
        self._bytes = 0

    def want(self, frame: int, show: Show, ahead: Sequence[int] = ()) -> None:
        """Show `frame` as soon as it can be; frames `ahead` are fetched while there is nothing more urgent."""
        if self._subject is None:
            return
        self._order += 1
        self._wishes[self._order] = Wish(self._order, frame, show)
        while len(self._wishes) > _REMEMBERED:
            old, _ = self._wishes.popitem(last=False)
            if old in self._begun:
                self._begun.remove(old)
        # More than half of the room, and what is fetched first would be gone before it is shown.
        room = CACHE_BYTES // (2 * 3 * show.width * show.height * len(show.sides))
        self._ahead = [Wish(0, each, show) for each in ahead[:room]]
        self._show_newest()
        self._fetch()

    def _queries(self, wish: Wish) -> list[tuple[Side, PictureQuery]]:
        assert self._subject
        show = wish.show
        return [
            (
                side,
                PictureQuery(
                    subject=self._subject,
                    side=side,
                    frame=wish.frame,
                    mode=show.mode,
                    exposure=show.exposure,
                    width=show.width,
                    height=show.height,
                ),
            )
            for side in show.sides
        ]

    def _missing(self, wish: Wish) -> list[PictureQuery]:
        return [query for _, query in self._queries(wish) if query not in self._kept and query not in self._under_way]

    def _show_newest(self) -> None:
        for order in reversed(self._wishes):
            if order <= self._shown:
                return
            wish = self._wishes[order]
            queries = self._queries(wish)
            if all(query in self._kept for _, query in queries):
                for _, query in queries:
                    self._kept.move_to_end(query)
                self._pass(order)
                self.shown.emit(wish, {side: self._kept[query] for side, query in queries})
                return

    def _pass(self, order: int) -> None:
        """The wish `order` has been answered for: older ones are past."""
        self._shown = max(self._shown, order)
        self._wishes = OrderedDict((each, wish) for each, wish in self._wishes.items() if each > order)
        self._begun = [each for each in self._begun if each > order]

    def _fetch(self) -> None:
        while self._unanswered < AT_A_TIME and (query := self._next()):
            self._under_way.add(query)
            self._ask(query)

    def _next(self) -> PictureQuery | None:
        for order in self._begun:
            if missing := self._missing(self._wishes[order]):
                return missing[0]
        for order in reversed(self._wishes):
            if order not in self._begun and (missing := self._missing(self._wishes[order])):
                self._begun.append(order)
                return missing[0]
            break  # older wishes are past
        for wish in self._ahead:
            if missing := self._missing(wish):
                return missing[0]
        return None

    def _ask(self, query: PictureQuery) -> None:
        generation = self._generation

        def then(data: bytes) -> None:
            image = image_of(data)
            if image is None:
                fail(
                    MediaUnreadable("The picture of this frame arrived damaged.", remedy="Look at it again.").report()
                )
                return
            if self._landed(query, generation):
                self._keep(query, image)
                self._show_newest()
            self._fetch()

        def fail(error: ErrorReport) -> None:
            if self._landed(query, generation):
                self._ahead.clear()
                self._refuse(query, error)
            self._fetch()

        self._unanswered += 1
        self._asks.ask(self, calls.picture(query), then, fail)

    def _landed(self, query: PictureQuery, generation: int) -> bool:
        """Whether the answer to `query` still belongs to what is looked at."""
        self._unanswered -= 1
        if generation == self._generation:
            self._under_way.discard(query)
        return generation == self._generation

    def _refuse(self, query: PictureQuery, error: ErrorReport) -> None:
        """Tell of `error` where a wish waits for `query`; nobody has wished yet for what was fetched ahead."""
        waiting = [
            order for order, wish in self._wishes.items() if any(query == each for _, each in self._queries(wish))
        ]
        if waiting:
            self._pass(max(waiting))
            self.failed.emit(error)

    def _keep(self, query: PictureQuery, image: QImage) -> None:
        self._kept[query] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > CACHE_BYTES and len(self._kept) > AT_A_TIME:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.sizeInBytes()
