"""What can be set of a lift at a ComfyUI server."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bridge.domain.ltx import Prompt
from bridge.domain.wire import Frozen

_MOST_SEED = 2**53 - 1
"""Beyond it JSON numbers are no longer exact everywhere; ComfyUI itself takes 64 bits."""


class ComfyParameters(Frozen):
    """The graph has few settings of its own: what they are left at is how the model's authors use it."""

    short_side: int | None = Field(
        default=None,
        ge=128,
        le=4096,
        title="Shorter side at most",
        description="Larger clips are made smaller for the model. Left empty: the clip's own size.",
        json_schema_extra={"unit": "px"},
    )
    decoding: Literal["tiled", "whole"] = Field(
        default="tiled",
        title="Decoding",
        description="In large tiles, which needs less of the card's memory, or all at once.",
        json_schema_extra={"labels": {"tiled": "In tiles", "whole": "At once"}, "advanced": True},
    )
    seed: int | None = Field(
        default=None,
        ge=0,
        le=_MOST_SEED,
        title="Seed",
        description="The same seed gives the same picture. Left empty: by chance.",
        json_schema_extra={"advanced": True},
    )
    prompt: Prompt = Field(
        default="HDR footage",
        title="Prompt",
        description="What the clip shows; in the usual case left as it is.",
        json_schema_extra={"advanced": True},
    )
    checkpoint: str = Field(
        default="",
        max_length=200,
        title="Checkpoint",
        description="Part of the name of the model file at the server. Left empty: the one of LTX-2.3 that is there.",
        json_schema_extra={"advanced": True},
    )
