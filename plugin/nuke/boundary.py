"""The outermost boundary: whatever fails in here, Nuke goes on."""

from __future__ import annotations

from contextlib import AbstractContextManager

import nuke

from plugin.hosting import boundary
from plugin.hosting.installation import Installation


def guarded(installation: Installation, what: str) -> AbstractContextManager[None]:
    """Catches, logs and says what has failed; `what` completes “Superwhite could not …”."""
    return boundary.guarded(installation.log("nuke"), what, _tell)


def _tell(sentence: str) -> None:
    if nuke.GUI:
        nuke.message(sentence)
