"""The outermost boundary of a plugin: whatever fails behind it, the host goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from bridge.domain.host import HostFailure

from .logbook import keep_log

log = logging.getLogger("superwhite.host")


@contextmanager
def guarded(path: Path, what: str, tell: Callable[[str], object]) -> Generator[None, None, None]:
    """Catches what fails, logs it into `path` and has it told; `what` completes “Superwhite could not …”."""
    try:
        yield
    except HostFailure as failure:
        keep_log(path)
        log.warning("%s: %s (%s)", what, failure.sentence, failure.detail)
        tell(" ".join(filter(None, (failure.sentence, failure.remedy))))
    except Exception:
        keep_log(path)
        log.exception("Could not %s", what)
        tell(f"Superwhite could not {what}. The log says why: {path}")
