"""`python -m plugin.resolve.worker`: the process that owns Resolve's library, so that it can be killed.

The library holds Python's lock while Resolve plays, renders or shows a dialog, prints where it likes, and crashes when
an interpreter that has loaded it ends in order. So it has this process to itself; calls come in by standard input and
answers leave by what standard output was; the end is `os._exit`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from plugin.hosting.installation import journal_in
from plugin.hosting.logbook import keep_log
from plugin.hosting.server import Server

from .host import COLOR, ResolveHost

log = logging.getLogger("superwhite.host")

PULSE_SECONDS = 2.0
"""How often it is looked whether Resolve still runs."""


class Turns:
    """A `Main` that lets one thread at a time into the library, which is not made for two."""

    def __init__(self) -> None:
        self.lock = threading.RLock()

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Any:
        with self.lock:
            return work(*arguments)


def main(arguments: list[str] | None = None) -> None:
    """Serve until the caller leaves, or Resolve does. Does not return."""
    parser = argparse.ArgumentParser(prog="python -m plugin.resolve.worker")
    parser.add_argument("--state", type=Path, required=True, help="Superwhite's state folder")
    parser.add_argument("--color", default=COLOR, help="the clip colour that marks clips where nothing is selected")
    parser.add_argument("--pulse", type=float, default=PULSE_SECONDS, help="seconds between two looks at Resolve")
    given = parser.parse_args(arguments)
    reader, writer = take_pipe()
    keep_log(given.state / "log" / "resolve.log")
    code = 0
    try:
        turns = Turns()
        host = ResolveHost(journal_in(given.state, "resolve"), turns, color=given.color)
        threading.Thread(target=_feel, args=(host, turns, given.pulse), name="pulse", daemon=True).start()
        Server("resolve", host).serve(reader, writer)
    except Exception:
        log.exception("The worker of DaVinci Resolve has failed")
        code = 1
    leave(code)


def take_pipe() -> tuple[BinaryIO, BinaryIO]:
    """The line to the caller, for us alone: whatever a library prints from now on goes to standard error."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return reader, writer


def leave(code: int) -> None:
    """At once: the library crashes when the interpreter ends in order."""
    logging.shutdown()
    os._exit(code)


def _feel(host: ResolveHost, turns: Turns, seconds: float) -> None:
    """Leave when Resolve has left: what is loaded here cannot attach to the next one. Leave as well when the caller
    has, even where a call of its does not return.
    """
    pause = threading.Event()
    caller = os.getppid()
    missed = 0
    while not pause.wait(seconds):
        if os.getppid() != caller:
            log.info("The panel has gone; its worker leaves")
            leave(0)
        if not turns.lock.acquire(blocking=False):
            continue  # a call is under way, and tells by itself when Resolve has gone
        try:
            missed = 0 if host.is_there() else missed + 1
        finally:
            turns.lock.release()
        if missed > 1:  # whoever was answered meanwhile has had the time to read it
            log.info("DaVinci Resolve has been closed; its worker leaves")
            leave(0)


if __name__ == "__main__":
    main()
