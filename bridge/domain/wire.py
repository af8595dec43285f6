"""What everything that crosses the wire has in common."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, JsonValue, PlainSerializer

from .frames import parse_rate

__all__ = ["Frozen", "JsonValue", "Rate"]


def _read_rate(value: object) -> object:
    return parse_rate(value) if isinstance(value, str) else value


Rate = Annotated[Fraction, BeforeValidator(_read_rate), PlainSerializer(str, return_type=str)]
"""A frame rate that travels in JSON as `"24000/1001"`."""


class Frozen(BaseModel):
    """Base of everything that crosses the wire: immutable, and no field is accepted that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
