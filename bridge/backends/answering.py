"""What every worker process does alike: it leaves the machine to others, and keeps its answers apart from all else."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from typing import TextIO

from bridge.domain.errors import InternalError, SuperwhiteError
from bridge.engines.protocol import Broken

_NICENESS = 5


def begin(name: str) -> TextIO:
    """Make this process a worker, whose log lines bear `name`; returns where its answers go."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format=f"%(asctime)s {name} %(levelname)s %(message)s")
    _step_back()
    return _private_stdout()


def broken(error: Exception) -> Broken:
    """The answer for what ended the work: at the process boundary nothing may leave unsaid."""
    if isinstance(error, SuperwhiteError):
        return Broken(error=error.report())
    detail = "".join(traceback.format_exception(error))
    logging.getLogger(__name__).error("%s", detail)
    failure = InternalError(f"The engine worker failed: {type(error).__name__}: {error}", detail=detail)
    return Broken(error=failure.report())


def _step_back() -> None:
    """Leave the processor to whoever sits at this machine; the bridge, too, has to answer while frames are made."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)


def _private_stdout() -> TextIO:
    """Standard output for answers alone: whatever a native library prints goes to standard error instead."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return private
