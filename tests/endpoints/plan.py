"""How a job will go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Failure:
    """How a job ends that makes nothing: what its result is, and what its status says of that."""

    status: int
    body: Any
    error: str | None = None
    error_type: str | None = None
    billed: bool = False


@dataclass(frozen=True)
class Plan:
    """`queued` seconds behind `ahead` others, then at least `seconds` of work."""

    seconds: float = 0.0
    queued: float = 0.0
    ahead: int = 2
    never: bool = False
    stubborn: bool = False
    failure: Failure | None = None
