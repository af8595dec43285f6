"""What a look at one thing has shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Verdict = Literal["ok", "note", "fault"]


@dataclass(frozen=True)
class Finding:
    """`note`: works, but somebody may want to know. `fault`: a lift, or part of one, cannot work. `facts` are for
    programs that read this: what `found` says in words.
    """

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""
    facts: Mapping[str, str] = field(default_factory=dict[str, str])

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """What `check` finds; a check that breaks is itself a finding, and keeps no other from being made."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - the boundary of a check
        return Finding(
            name,
            "fault",
            f"could not be looked at: {type(error).__name__}: {error}",
            "Report this with the line above it.",
        )
