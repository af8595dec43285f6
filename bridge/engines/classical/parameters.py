"""Settings of the embedded engine."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bridge.domain.given import checked

STATEMENT = (
    "Classical inverse tone mapping, not generative: it expands highlights and does not invent clipped detail."
)


class Method(StrEnum):
    C4 = "c4"
    BT2446A = "bt2446a"
    BT2446C = "bt2446c"


class SourceKind(StrEnum):
    AUTO = "auto"
    HARD_CLIP = "hard_clip"


class DisplayTransfer(StrEnum):
    AUTO = "auto"
    BT1886 = "bt1886"
    SRGB = "srgb"


class ClassicalParameters(BaseModel):
    """What can be set. Fields are the form that a panel shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method = Field(
        default=Method.C4,
        title="Method",
        description="c4: calibrated expansion curve; bt2446a, bt2446c: the inverses of ITU-R BT.2446-1.",
        json_schema_extra={
            "labels": {"c4": "Calibrated curve (C4)", "bt2446a": "BT.2446 method A", "bt2446c": "BT.2446 method C"}
        },
    )
    strength: float = Field(
        default=1.0,
        ge=0.0,
        le=1.5,
        title="Highlight strength",
        description="Scales the highlight gain of c4, in stops: 0 leaves SDR as it is.",
        json_schema_extra={"only_with": {"method": ["c4"]}},
    )
    source: SourceKind = Field(
        default=SourceKind.AUTO,
        title="Source",
        description="hard_clip: the source was cut off at white without a shoulder (screen captures, graphics).",
        json_schema_extra={
            "labels": {"auto": "Camera or film", "hard_clip": "Graphics or screen capture"},
            "only_with": {"method": ["c4"]},
        },
    )
    transfer: DisplayTransfer = Field(
        default=DisplayTransfer.AUTO,
        title="Source display",
        description="How codes become light: auto takes BT.1886 for video and sRGB for still images.",
        json_schema_extra={"labels": {"auto": "As the clip says", "bt1886": "BT.1886 (video)", "srgb": "sRGB"}},
    )

    @model_validator(mode="after")
    def _fits_method(self) -> ClassicalParameters:
        if self.method is not Method.C4:
            if self.strength != 1.0:
                raise ValueError("strength belongs to the method c4")
            if self.source is not SourceKind.AUTO:
                raise ValueError("the source kind belongs to the method c4")
        return self


def read_parameters(parameters: Mapping[str, Any]) -> ClassicalParameters:
    """Checked parameters; raises `RequestError` naming the first one that does not fit."""
    return checked(ClassicalParameters, parameters, remedy="`superwhite lift --help` lists what can be set.")
