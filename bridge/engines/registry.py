"""The engines of this installation, by name."""

from __future__ import annotations

from bridge.domain.errors import RequestError

from .base import Engine
from .classical.engine import ClassicalEngine


def engine(name: str) -> Engine:
    """The engine called `name`; raises `RequestError` for a name that is not known."""
    match name:
        case "classical":
            return ClassicalEngine()
        case _:
            raise RequestError(f"There is no engine called “{name}”.", remedy="Use classical.")
