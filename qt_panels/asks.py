"""What widgets need of the link to the bridge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from bridge.client import Call
from bridge.domain.errors import ErrorReport

T = TypeVar("T")


class Asks(Protocol):
    def ask(
        self,
        owner: QObject,
        call: Call[T],
        then: Callable[[T], None],
        fail: Callable[[ErrorReport], None] | None = None,
        *,
        key: str | None = None,
    ) -> None:
        """Make `call` in the background; `then` or `fail` follows on the GUI thread, unless `owner` is gone.

        With a `key`, an earlier call of this owner and key is superseded: its answer is dropped, however late it comes.
        Without `fail`, the panel shows the error.
        """
        ...
