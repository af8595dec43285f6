"""A line to the bridge that is taken up again when the bridge was restarted, and what its errors are to a panel."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from bridge.client import Bridge, Call
from bridge.domain.errors import BridgeError, BridgeLost, SuperwhiteError, Unauthorised
from bridge.domain.host import HostFailure

T = TypeVar("T")


class Line:
    """`connect` makes a connection, and another one when the first was lost. Any thread may call."""

    def __init__(self, connect: Callable[[], Bridge]) -> None:
        self._connect = connect
        self._lock = Lock()
        self._bridge: Bridge | None = None

    def do(self, call: Call[T]) -> T:
        """Make `call`, a second time where the bridge went away. Raises what `Bridge.do` raises."""
        bridge = self._present()
        try:
            return bridge.do(call)
        except (BridgeLost, Unauthorised):
            return self._instead_of(bridge).do(call)

    def once(self, call: Call[T]) -> T:
        """As `do`, but an answer that was lost is the caller's to judge."""
        return self._present().do(call)

    def close(self) -> None:
        with self._lock:
            if self._bridge is not None:
                self._bridge.close()
                self._bridge = None

    def _present(self) -> Bridge:
        with self._lock:
            if self._bridge is None:
                self._bridge = self._connect()
            return self._bridge

    def _instead_of(self, old: Bridge) -> Bridge:
        with self._lock:
            if self._bridge is old:
                old.close()
                self._bridge = None
            if self._bridge is None:
                self._bridge = self._connect()
            return self._bridge


@contextmanager
def failing_as_host() -> Generator[None]:
    """Raise errors of Superwhite and of the system as the `HostFailure`s that a `Host` owes its caller."""
    try:
        yield
    except SuperwhiteError as error:
        kind = "lost" if isinstance(error, BridgeError) else "refused"
        raise HostFailure(error.sentence, kind=kind, remedy=error.remedy, detail=error.detail) from error
    except OSError as error:
        raise HostFailure(
            QCoreApplication.translate("StandaloneHost", "A file cannot be read or written: {reason}.").format(
                reason=error.strerror or type(error).__name__
            ),
            remedy=QCoreApplication.translate("StandaloneHost", "Check that the drive is connected and has space."),
            detail=repr(error),
        ) from error
