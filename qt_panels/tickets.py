"""Answers that come back to the GUI thread: who waits for what, and whether it still matters."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from bridge.domain.errors import ErrorReport, InternalError, SuperwhiteError


@dataclass(frozen=True)
class Answered:
    ticket: int
    value: Any


@dataclass(frozen=True)
class Refused:
    ticket: int
    report: ErrorReport


@dataclass(frozen=True)
class _Waiting:
    owner: QObject
    then: Callable[[Any], None]
    fail: Callable[[ErrorReport], None] | None
    key: str | None


_every: list[Tickets] = []
"""A thread may answer after its panel is gone: what it posts to has to be there still, so none is ever let go."""


class Tickets(QObject):
    """A ticket for each question that another thread answers.

    `issue` belongs to the GUI thread; `answer` and `refuse` may be called from any. What they say travels as a frozen
    message through one queued signal, so a callback never runs inside a caller's stack, a modal dialog's loop included.
    """

    failed = Signal(object)
    """An `ErrorReport` that nobody else takes."""

    _message = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        _every.append(self)
        self._numbers = itertools.count(1)
        self._waiting: dict[int, _Waiting] = {}
        self._latest: dict[tuple[int, str], int] = {}
        self._message.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def issue(
        self,
        owner: QObject,
        then: Callable[[Any], None],
        fail: Callable[[ErrorReport], None] | None,
        key: str | None,
    ) -> int:
        ticket = next(self._numbers)
        if key is not None:
            superseded = self._latest.get((id(owner), key))
            if superseded is not None:
                self._waiting.pop(superseded, None)
            self._latest[id(owner), key] = ticket
        self._waiting[ticket] = _Waiting(owner, then, fail, key)
        return ticket

    def answer(self, ticket: int, value: object) -> None:
        self._message.emit(Answered(ticket, value))

    def refuse(self, ticket: int, error: Exception) -> None:
        self._message.emit(Refused(ticket, report_of(error)))

    def _receive(self, message: Answered | Refused) -> None:
        waiting = self._waiting.pop(message.ticket, None)
        if waiting is None:
            return
        if waiting.key is not None:
            self._latest.pop((id(waiting.owner), waiting.key), None)
        if not isValid(waiting.owner):
            return
        match message:
            case Answered(value=value):
                waiting.then(value)
            case Refused(report=report):
                (waiting.fail or self.failed.emit)(report)


def report_of(error: Exception) -> ErrorReport:
    if isinstance(error, SuperwhiteError):
        return error.report()
    return InternalError(f"Superwhite met a defect: {type(error).__name__}.", detail=repr(error)).report()
