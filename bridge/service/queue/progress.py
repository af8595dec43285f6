"""How a request stands while it is not over."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime

from bridge.domain.job import Assembling, JobState, Preparing, Queued, Running, Verifying

from .records import LogLine

_STEP = 0.05
"""The log gets a line for each such part of the frames: it is read whole, many times."""

_COUNTED = re.compile(r"[0-9.]+")
"""What counts on within one stage."""


class Progress:
    """`ahead` is how many are worked on before, none once the work has begun. Lines are only ever added."""

    def __init__(self, ahead: int) -> None:
        self.ahead: int | None = ahead
        self.lines: tuple[LogLine, ...] = ()
        self.changed = asyncio.Event()
        self._next = 0.0
        self._stage = ""

    def say(self, message: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.lines += (LogLine(message=message, timestamp=now),)
        self._announce()

    def see(self, state: JobState) -> None:
        """Take over what the job's state tells."""
        match state:
            case Queued(ahead=ahead):
                if ahead != self.ahead:
                    self.ahead, self._next = ahead, 0.0
                    self._announce()
                return
            case Preparing():
                words = "Opening the clip"
            case Running(note=str(note), done=int(done), total=int(total)) if note:
                stage = _COUNTED.sub("", note)
                if stage == self._stage and done / total < self._next:
                    return
                self._stage, self._next = stage, done / total + _STEP
                words = note
            case Running(done=int(done), total=int(total)) | Assembling(done=done, total=total):
                if done < total and done / total < self._next:
                    return
                self._next = done / total + _STEP
                words = f"Frame {done} of {total}"
            case Verifying():
                words = "Verifying"
            case _:
                return
        self.ahead = None
        if not self.lines or self.lines[-1].message != words:
            self.say(words)

    def end(self) -> None:
        """Wake whoever waits: it is over, or the server is about to stop."""
        self._announce()

    def _announce(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()
