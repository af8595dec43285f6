"""A `Host` that lives in another process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from threading import Lock
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bridge import __version__
from bridge.domain.host import (
    Exported,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    PlaceOrder,
    Placing,
    Selection,
)
from plugin.hosting.wire import PROTOCOL, WireError, pack, unpack

from .line import Line
from .transcript import Transcript

T = TypeVar("T")

DEADLINES: Mapping[str, float] = {
    "hello": 20,
    "facts": 30,
    "selection": 60,
    "export": 4 * 3600,
    "export_mask": 4 * 3600,
    "place": 180,
    "revert": 180,
    "show_jobs": 30,
}
"""Seconds. All are longer than an adapter waits for its host's main thread; renders take what they take."""

_FACTS = TypeAdapter(HostFacts)
_SELECTION = TypeAdapter(Selection)
_EXPORTED = TypeAdapter(Exported)
_MASK = TypeAdapter(HostMask)
_PLACING = TypeAdapter(Placing)
_TEXT = TypeAdapter(str)
_NOTHING = TypeAdapter(type(None))

Connect = Callable[[], tuple[Line, str]]
"""Makes a line, and says the token that is wanted at its other end. Raises `HostFailure` and `OSError`."""


class RemoteHost:
    """A `bridge.domain.host.Host`, with a deadline for every call.

    A line that breaks or hangs is dropped, and the next call makes another: what was under way then is in the journal
    of the host's adapter, and whoever asked is told that the host is lost.
    """

    def __init__(
        self,
        title: str,
        connect: Connect,
        transcript: Transcript | None = None,
        deadlines: Mapping[str, float] = DEADLINES,
    ) -> None:
        self._title = title
        self._connect = connect
        self._transcript = transcript
        self._deadlines = deadlines
        self._lock = Lock()
        self._line: Line | None = None
        self._calls = 0

    def facts(self) -> HostFacts:
        return self._call("facts", _FACTS)

    def selection(self) -> Selection:
        return self._call("selection", _SELECTION)

    def export(self, clip: str, folder: str, handles: int) -> Exported:
        return self._call("export", _EXPORTED, clip, folder, handles)

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        return self._call("export_mask", _MASK, clip, mask, folder)

    def place(self, order: PlaceOrder) -> Placing:
        return self._call("place", _PLACING, asdict(order))

    def revert(self, placements: tuple[str, ...]) -> str:
        return self._call("revert", _TEXT, list(placements))

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        self._call("show_jobs", _NOTHING, [asdict(job) for job in jobs])

    def close(self) -> None:
        with self._lock:
            line, self._line = self._line, None
            if line is not None:
                line.close()
            if self._transcript is not None:
                self._transcript.close()
                self._transcript = None

    def _call(self, call: str, reader: TypeAdapter[T], *arguments: Any) -> T:
        with self._lock:
            line = self._line or self._open()
            self._calls += 1
            message = {"id": self._calls, "call": call, "arguments": list(arguments)}
            answer = self._exchange(line, message, self._deadlines[call])
            if answer.get("id") != self._calls:
                raise self._lost(line, "It has answered another question.")
            _raise_failure(answer)
            try:
                return reader.validate_python(answer.get("value"))
            except ValidationError as error:
                raise HostFailure(
                    f"{self._title} has given an answer that cannot be used.", detail=f"{call}: {error}"
                ) from error

    def _open(self) -> Line:
        try:
            line, token = self._connect()
        except OSError as error:
            raise HostFailure(
                f"{self._title} cannot be reached.",
                kind="lost",
                remedy="Start the application, and open Superwhite in it.",
                detail=str(error),
            ) from error
        hello = {"protocol": PROTOCOL, "version": __version__, "token": token}
        answer = self._exchange(line, {"hello": hello}, self._deadlines["hello"])
        try:
            _raise_failure(answer)
            about = answer.get("hello")
            if not isinstance(about, dict) or about.get("protocol") != PROTOCOL:
                raise HostFailure(
                    f"The part of Superwhite in {self._title} is of another version.",
                    kind="unsupported",
                    remedy="Run `superwhite install` again, and restart the application.",
                    detail=repr(about),
                )
        except HostFailure:
            line.close()
            raise
        self._line = line
        return line

    def _exchange(self, line: Line, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Raises `HostFailure`; the line is gone then."""
        if self._transcript is not None:
            self._transcript.sent(message)
        end = time.monotonic() + seconds
        try:
            line.send(pack(message))
            answer = unpack(line.receive(end - time.monotonic()))
        except TimeoutError:
            line.drop()
            self._line = None
            raise HostFailure(
                f"{self._title} is busy and has not answered for {seconds:.0f} seconds.",
                kind="busy",
                remedy="Wait until it has finished rendering, or close the dialog that it shows. "
                "What was being placed can be placed again.",
            ) from None
        except (OSError, WireError) as error:
            raise self._lost(line, str(error)) from error
        if self._transcript is not None:
            self._transcript.received(answer)
        return answer

    def _lost(self, line: Line, detail: str) -> HostFailure:
        self._line = None
        with suppress(OSError):
            line.close()
        words = line.last_words()
        return HostFailure(
            f"{self._title} does not answer any more.",
            kind="lost",
            remedy="If it was closed, open it again. What was being placed can be placed again.",
            detail="\n".join(part for part in (detail, words) if part),
        )


def _raise_failure(answer: dict[str, Any]) -> None:
    failure = answer.get("failure")
    if failure is None:
        return
    if not isinstance(failure, dict):
        raise HostFailure("The application has given an answer that cannot be used.", detail=repr(failure))
    known = {key: str(failure.get(key, "")) for key in ("kind", "remedy", "detail")}
    raise HostFailure(str(failure.get("sentence", "")), **known)
