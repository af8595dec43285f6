"""Settings of the workflows that make a clip anew. No torch.

Names and meanings are those of the endpoints' (`bridge.domain.ltx`) where they say the same. Steps, guidance and a
negative prompt are none: the model is distilled to the steps of its recipe, without guidance.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from bridge.domain.errors import MediaMissing
from bridge.domain.given import checked
from bridge.engines.ltx.parameters import Memory, MemoryWish, Seed

from .recipe import IN_CONTEXT_2_3

INPAINT_STATEMENT = "Generative: LTX-2.3 makes anew what the mask shows white; the rest is the clip's own."
REFERENCE_STATEMENT = "Generative: LTX-2.3 makes a new clip with the motion and structure of this one."

_LONGEST = IN_CONTEXT_2_3.longest_side
_ADVANCED: dict[str, JsonValue] = {"advanced": True}

AnyParameters = TypeVar("AnyParameters", bound=BaseModel)


class Control(StrEnum):
    EDGES = "edges"
    READY = "ready"


class _Common(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Seed = None
    longest_side: int = Field(
        default=_LONGEST,
        ge=256,
        le=_LONGEST,
        title="Longest side",
        description="A larger clip is made smaller for the model, which knows no larger pictures.",
        json_schema_extra={"unit": "px", "advanced": True},
    )
    keep_sound: bool = Field(
        default=True, title="Keep the sound", description="The movie has the clip's own sound; none is made."
    )
    memory: Memory = MemoryWish.AUTO


class InpaintParameters(_Common):
    """What the mask shows white is made anew; the rest is kept."""

    prompt: str = Field(
        default="",
        max_length=10_000,
        title="Prompt",
        description="What the whole picture shows, not what is to be changed. Left empty: what fits the rest.",
    )
    grow: int = Field(
        default=30,
        ge=0,
        le=200,
        title="Made beyond the mask",
        description="So far around the mask the model makes anew too, so that nothing of what was there shows it the "
        "way. It is taken from the clip again in the end.",
        json_schema_extra={"unit": "px"},
    )
    seam: int = Field(
        default=4,
        ge=0,
        le=64,
        title="Soft edge",
        description="Over so many pixels inside the mask's edge what is new fades into the clip.",
        json_schema_extra={"unit": "px"},
    )


class ReferenceParameters(_Common):
    """A new clip with the motion and structure of this one."""

    prompt: str = Field(min_length=1, max_length=10_000, title="Prompt", description="What the new clip shows.")
    control: Control = Field(
        default=Control.EDGES,
        title="Control picture",
        description="What the model follows: the lines of the clip, or a clip that is already a control picture "
        "(edges, depth or pose).",
        json_schema_extra={"labels": {"edges": "Its lines", "ready": "As it is"}},
    )
    control_video_url: str | None = Field(
        default=None,
        max_length=4000,
        title="Control video",
        description="A file that guides the structure in the clip's place.",
        json_schema_extra={"media": "video"},
    )
    video_strength: float = Field(
        default=1.0,
        ge=0,
        le=1,
        title="Hold on to the clip",
        description="Lower values leave its motion and structure more freely.",
    )
    image_url: str | None = Field(
        default=None,
        max_length=4000,
        title="First image",
        description="What the first frame looks like: a file.",
        json_schema_extra={"media": "image"},
    )
    mid_image_url: str | None = Field(
        default=None,
        max_length=4000,
        title="Middle image",
        description="What the middle looks like: a file.",
        json_schema_extra={"media": "image"},
    )
    end_image_url: str | None = Field(
        default=None,
        max_length=4000,
        title="Last image",
        description="What the end looks like: a file.",
        json_schema_extra={"media": "image"},
    )
    image_strength: float = Field(
        default=1.0,
        ge=0,
        le=1,
        title="Hold on to the images",
        description="1 keeps them as they are.",
        json_schema_extra=_ADVANCED,
    )

    @field_validator("control_video_url", "image_url", "mid_image_url", "end_image_url")
    @classmethod
    def _is_a_file_here(cls, value: str | None) -> str | None:
        if not value:
            return None
        if "://" in value or value.startswith("data:"):
            raise ValueError("it names a file of this machine, not an address")
        return value

    @property
    def images(self) -> tuple[tuple[Literal["first", "middle", "last"], str | None], ...]:
        """Where each picture belongs, and its file."""
        return (("first", self.image_url), ("middle", self.mid_image_url), ("last", self.end_image_url))


def read_settings(kind: type[AnyParameters], parameters: Mapping[str, Any]) -> AnyParameters:
    """Checked settings. Raises `RequestError` naming the first one that does not fit, and `MediaMissing` for a file
    that is not there.
    """
    settings = checked(kind, parameters)
    for name, value in settings:
        if name.endswith("_url") and value and not Path(value).expanduser().is_file():
            raise MediaMissing(f"The setting {name} names {value}, where no file lies.")
    return settings
