"""What the endpoints take, as fal's pages of 2026 say, and the list of faults in which fal refuses the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
_Preset = Literal["auto", "square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"]
_Url = Annotated[str, Field(min_length=1)]
_Strength = Annotated[float, Field(ge=0, le=1)]

_REFERENCE_PIXELS = 150 * 1280 * 720


class Refused(Exception):
    """A request that is answered with fal's list of faults."""

    def __init__(self, faults: Sequence[dict[str, Any]]) -> None:
        super().__init__(faults)
        self.faults = list(faults)


class ImageSize(BaseModel):
    width: int = Field(default=512, gt=0, le=14142)
    height: int = Field(default=512, gt=0, le=14142)


class LoRA(BaseModel):
    path: _Url
    scale: float = 1.0
    transformer: str = "both"


_Loras = Annotated[list[LoRA], Field(max_length=3)]


class Common(BaseModel):
    prompt: str
    num_frames: int = Field(default=121, ge=9, le=481)
    frames_per_second: float = Field(default=24, ge=1, le=60)
    num_inference_steps: int = Field(default=15, ge=8, le=30)
    guidance_scale: float = Field(default=1, ge=1, le=20)
    generate_audio: bool = True
    negative_prompt: str = ""
    seed: int | None = None
    enable_prompt_expansion: bool = True
    enable_safety_checker: bool = True
    video_quality: Literal["low", "medium", "high", "maximum"] = "high"
    video_write_mode: Literal["fast", "balanced", "small"] = "balanced"
    sync_mode: bool = False

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height that are asked for; none for `auto`."""
        match getattr(self, "resolution", "auto"):
            case ImageSize(width=width, height=height):
                return width, height
            case preset:
                return PRESETS.get(preset)


class Hdr(Common):
    video_url: _Url
    resolution: ImageSize | _Preset = "auto"


class HdrLora(Hdr):
    loras: _Loras


class Inpaint(Common):
    video_url: _Url
    mask_video_url: _Url
    video_strength: _Strength = 1
    loras: _Loras


class Reference(Common):
    video_url: _Url
    image_url: _Url | None = None
    video_strength: _Strength = 0.6
    resolution: ImageSize | _Preset = "auto"
    control_video_url: _Url | None = None
    skip_control_preprocess: bool | None = None
    preserve_original_video: bool | None = None
    strength: _Strength = 1
    mid_image_url: _Url | None = None
    end_image_url: _Url | None = None

    @model_validator(mode="after")
    def _within_budget(self) -> Reference:
        if self.size and self.size[0] * self.size[1] * self.num_frames > _REFERENCE_PIXELS:
            raise ValueError("too many frames for this resolution: about 150 at 1280x720 are the most")
        return self


class Audio(Common):
    audio_url: _Url
    image_url: _Url | None = None
    match_audio_length: bool = True
    image_strength: _Strength = 0.7
    resolution: ImageSize | _Preset = "auto"
    loras: _Loras


FAMILY = "fal-ai/ltx-2.3-quality"

INPUTS: dict[str, type[Common]] = {
    f"{FAMILY}/hdr": Hdr,
    f"{FAMILY}/hdr/lora": HdrLora,
    f"{FAMILY}/inpaint/lora": Inpaint,
    f"{FAMILY}/reference-video-to-video": Reference,
    f"{FAMILY}/audio-to-video/lora": Audio,
}


class OxenHdr(Common):
    """Oxen passes what it takes on to fal's HDR lift, and the rest it does not take."""

    input_video: _Url
    resolution: _Preset = "auto"


def read(model: type[Common], body: Any) -> Common:
    """Raises `Refused`."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise Refused([_fault(one) for one in error.errors(include_url=False)]) from None


def fault(name: str, kind: str, message: str, given: Any, **context: Any) -> dict[str, Any]:
    """One entry of fal's list, about the setting `name`."""
    found = {
        "loc": ["body", name],
        "msg": message,
        "type": kind,
        "url": f"https://docs.fal.ai/errors#{kind}",
        "input": given,
    }
    return found | ({"ctx": context} if context else {})


def _fault(one: Any) -> dict[str, Any]:
    context = {name: value for name, value in one.get("ctx", {}).items() if not isinstance(value, Exception)}
    found = fault("", one["type"], one["msg"], one["input"], **context)
    return found | {"loc": ["body", *one["loc"]]}
