"""Questions that come faster than they can be answered, as a pointer asks them: the newest is the one that counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

from bridge.client import Call
from bridge.domain.errors import ErrorReport
from qt_panels.asks import Asks

T = TypeVar("T")


class Latest(QObject):
    """One question at a time, and no sooner than `milliseconds` after the one before; then the newest that waits.

    A question that is under way is answered before the next is asked. Were it given up for the next, a pointer that
    never rests would never be answered.
    """

    def __init__(self, asks: Asks, milliseconds: int, parent: QObject) -> None:
        super().__init__(parent)
        self._asks = asks
        self._open = 0
        self._generation = 0
        self._waiting: Callable[[], None] | None = None
        self._pause = QTimer(self, singleShot=True, interval=milliseconds)
        self._pause.timeout.connect(self._next)

    def ask(
        self, question: Sequence[Call[T]], then: Callable[[tuple[T, ...]], None], fail: Callable[[ErrorReport], None]
    ) -> None:
        """`question` may be several calls: `then` gets all answers in their order, or `fail` the first error."""
        self._waiting = lambda: self._begin(question, then, fail)
        self._next()

    def forget(self) -> None:
        """Nobody wants to know any more: answers that are still to come are dropped."""
        self._generation += 1
        self._waiting = None

    def _next(self) -> None:
        if self._waiting and not self._open and not self._pause.isActive():
            begin, self._waiting = self._waiting, None
            begin()

    def _begin(
        self, question: Sequence[Call[T]], then: Callable[[tuple[T, ...]], None], fail: Callable[[ErrorReport], None]
    ) -> None:
        generation = self._generation
        answers: dict[int, T] = {}
        errors: list[ErrorReport] = []

        def answered() -> None:
            self._open -= 1
            if self._open:
                return
            if generation == self._generation:
                if errors:
                    fail(errors[0])
                else:
                    then(tuple(answers[place] for place in range(len(question))))
            self._next()

        def refused(error: ErrorReport) -> None:
            errors.append(error)
            answered()

        self._open = len(question)
        self._pause.start()
        for place, call in enumerate(question):

            def take(answer: T, place: int = place) -> None:
                answers[place] = answer
                answered()

            self._asks.ask(self, call, take, refused)
