"""Settings of the engine. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from bridge.domain.given import checked

from .loras import MOST_LORAS, UserLora

LARGEST_SEED = 2**32 - 1

_ADVANCED: dict[str, JsonValue] = {"advanced": True}
"""For forms: what is seldom changed."""


class Toe(StrEnum):
    CLAMP = "clamp"
    KEEP = "keep"


class MemoryWish(StrEnum):
    AUTO = "auto"
    FULL = "full"
    FP8 = "fp8"
    OFFLOAD_MODEL = "offload_model"
    OFFLOAD_LAYERS = "offload_layers"


Seed = Annotated[
    int | None,
    Field(
        ge=0,
        le=LARGEST_SEED,
        title="Seed",
        description="The same seed gives the same picture. Left empty: by chance.",
    ),
]

Memory = Annotated[
    MemoryWish,
    Field(
        title="Memory",
        description="How the model is laid out on the card.",
        json_schema_extra={
            "labels": {
                "auto": "As the card allows",
                "full": "All on the card, full precision",
                "fp8": "All on the card, 8-bit weights",
                "offload_model": "Only what works is on the card",
                "offload_layers": "Only the layer that works is on the card",
            },
            "advanced": True,
        },
    ),
]


class LocalLora(BaseModel):
    """A LoRA in a file of this machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(min_length=1, max_length=4000, title="File", description="Path of a .safetensors file.")
    scale: float = Field(
        default=1.0, ge=-4, le=4, allow_inf_nan=False, title="Scale", description="How strongly it counts."
    )

    @field_validator("path")
    @classmethod
    def _is_safetensors(cls, path: str) -> str:
        # Other formats of weights are programs that run as they are read.
        if not path.lower().endswith(".safetensors"):
            raise ValueError("a LoRA is a .safetensors file")
        if not Path(path).is_absolute():
            raise ValueError("the path of a LoRA begins at the root of a drive")
        return path


class LtxParameters(BaseModel):
    """What can be set. Fields are the form that a panel shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Seed = None
    high_quality: bool = Field(
        default=False,
        title="High quality",
        description="Makes twice as many frames and keeps every other one: steadier, and takes twice as long.",
    )
    loras: Annotated[tuple[LocalLora, ...], Field(max_length=MOST_LORAS)] = Field(
        default=(),
        title="LoRAs",
        description="Up to three sets of weights on top of the model.",
        json_schema_extra=_ADVANCED,
    )
    toe: Toe = Field(
        default=Toe.CLAMP,
        title="Deepest blacks",
        description="The lowest codes stand for light below zero, down to -0.017.",
        json_schema_extra={"labels": {"clamp": "End at zero", "keep": "Keep negative light"}, "advanced": True},
    )
    memory: Memory = MemoryWish.AUTO
    isolate_audio: bool = Field(
        default=False,
        title="Leave out sound",
        description="Pictures do not listen to the model's part for sound, as in the authors' own pipeline.",
        json_schema_extra=_ADVANCED,
    )

    def user_loras(self) -> tuple[UserLora, ...]:
        return tuple(UserLora(Path(lora.path), lora.scale) for lora in self.loras)


def read_parameters(parameters: Mapping[str, Any]) -> LtxParameters:
    """Checked parameters; raises `RequestError` naming the first one that does not fit."""
    return checked(LtxParameters, parameters)
