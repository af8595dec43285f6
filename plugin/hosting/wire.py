"""What a host and whoever works with it say to each other: one JSON object a line, in UTF-8.

The caller begins with a hello that carries the protocol, its version and the door's token; the host answers with its
own, or with a failure, and closes. Then come calls, `{"id": 1, "call": "facts", "arguments": []}`, each answered by
`{"id": 1, "value": …}` or `{"id": 1, "failure": {…}}`, in their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

from bridge.domain.host import HostFailure, JobLine, PlaceOrder, Result

PROTOCOL = 1

LONGEST_LINE = 64 * 2**20
"""Bytes; a selection of ten thousand clips has five million."""

LONGEST_HELLO = 4096


class WireError(Exception):
    """The other side does not speak as agreed."""


def pack(message: dict[str, Any]) -> bytes:
    # ASCII, so that half a surrogate pair in a host's name of a clip travels like any other letter.
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def unpack(line: bytes) -> dict[str, Any]:
    """Raises `WireError`, also for a line that was cut off."""
    if not line.endswith(b"\n"):
        raise WireError("the line was cut off")
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(f"no JSON: {error}") from error
    if not isinstance(message, dict):
        raise WireError("no JSON object")
    return message


def plain(value: Any) -> Any:
    """A result of a `Host` as JSON knows it."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def told(failure: HostFailure) -> dict[str, str]:
    return {
        "sentence": failure.sentence,
        "kind": failure.kind,
        "remedy": failure.remedy,
        "detail": failure.detail,
    }


def arguments_of(call: str, given: Any) -> tuple[Any, ...]:
    """The arguments of a call as `Host` takes them. Raises `WireError` for calls and arguments that it has not."""
    readers = _CALLS.get(call)
    if readers is None:
        raise WireError(f"there is no call {call!r}")
    if not isinstance(given, list) or len(given) != len(readers):
        raise WireError(f"{call} takes {len(readers)} arguments")
    try:
        return tuple(read(value) for read, value in zip(readers, given))  # noqa: B905 - Python 3.9 has no `strict`
    except (TypeError, KeyError, AttributeError) as error:
        raise WireError(f"{call} does not take this: {error}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number is wanted")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("a list is wanted")
    return tuple(_text(each) for each in value)


def _order(value: Any) -> PlaceOrder:
    results = tuple(Result(**each) for each in value["results"])
    return PlaceOrder(_text(value["project"]), results, _text(value["conflict"]))


def _jobs(value: Any) -> tuple[JobLine, ...]:
    return tuple(JobLine(**each) for each in value)


_CALLS: dict[str, tuple[Callable[[Any], Any], ...]] = {
    "facts": (),
    "selection": (),
    "export": (_text, _text, _whole),
    "export_mask": (_text, _text, _text),
    "place": (_order,),
    "revert": (_texts,),
    "show_jobs": (_jobs,),
}
CALLS = tuple(_CALLS)
