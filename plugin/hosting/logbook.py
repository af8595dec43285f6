"""The log of an adapter: a file of its own, because hosts swallow what plugins print."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_LARGEST = 2_000_000


def keep_log(path: Path) -> None:
    """Write what `superwhite` loggers say into `path`, in this process. Does nothing where that cannot be."""
    logger = logging.getLogger("superwhite")
    logger.setLevel(logging.INFO)
    logger.propagate = False  # a host's own handlers would print every line into its console
    if logger.handlers:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        logger.addHandler(logging.NullHandler())  # a plugin without a log still works
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    logger.addHandler(handler)
