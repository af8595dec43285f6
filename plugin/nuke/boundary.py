"""The outermost boundary: whatever fails in here, Nuke goes on."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

import nuke

from bridge.domain.host import HostFailure
from plugin.hosting.installation import Installation
from plugin.hosting.logbook import keep_log

log = logging.getLogger("superwhite.host")


@contextmanager
def guarded(installation: Installation, what: str) -> Generator[None, None, None]:
    """Catches, logs and says what has failed; `what` completes “Superwhite could not …”."""
    try:
        yield
    except HostFailure as failure:
        keep_log(installation.log("nuke"))
        log.warning("%s: %s (%s)", what, failure.sentence, failure.detail)
        _tell(" ".join(filter(None, (failure.sentence, failure.remedy))))
    except Exception:
        keep_log(installation.log("nuke"))
        log.exception("Could not %s", what)
        _tell(f"Superwhite could not {what}. The log says why: {installation.log('nuke')}")


def _tell(sentence: str) -> None:
    if nuke.GUI:
        nuke.message(sentence)
