"""How one of the bridge's settings is changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from bridge.client import calls
from bridge.domain.errors import ErrorReport
from bridge.domain.settings import BridgeSettings
from qt_panels.asks import Asks

_KEY = "change settings"


def change_settings(
    asks: Asks,
    owner: QObject,
    edit: Callable[[BridgeSettings], BridgeSettings],
    then: Callable[[BridgeSettings], None],
    fail: Callable[[ErrorReport], None],
) -> None:
    """Have the bridge keep what `edit` makes of its present settings.

    They are written as a whole, so they are read first: what was read a while ago would undo what others have changed.
    """

    def write(present: BridgeSettings) -> None:
        asks.ask(owner, calls.change_settings(edit(present)), then, fail, key=_KEY)

    asks.ask(owner, calls.settings(), write, fail, key=_KEY)
