"""The workflows of LTX-2.3 as fal and Oxen offer them: what can be set, in their own names, ranges and defaults.

Facts from the endpoints' pages (`fal-ai/ltx-2.3-quality/...`, `ltx-2-3-quality-hdr`) and fal's client types of August
2026. A field that is none is left to the clip or to the endpoint, and is not sent.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, JsonValue

from .wire import Frozen

NEGATIVE_PROMPT = (
    "color distortion, overexposure, static, blurry details, subtitles, style, artwork, painting, frame, still, dim "
    "overall tone, worst quality, low quality, JPEG compression artifacts, ugly, mutilated, extra fingers, poorly "
    "drawn hands, poorly drawn face, deformed, disfigured, malformed limbs, fused fingers, motionless frame, cluttered "
    "background, three legs, crowded background, walking backwards"
)

HDR_LORA = (
    "https://huggingface.co/Lightricks/LTX-2.3-22b-IC-LoRA-HDR/resolve/main/ltx-2.3-22b-ic-lora-hdr-0.9.safetensors"
)

FEWEST_FRAMES, MOST_FRAMES = 9, 481
SLOWEST, FASTEST = 1.0, 60.0

PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
"""Width and height of fal's named sizes."""

_LONGEST_SIDE = 14142
_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")


def _read_resolution(value: object) -> object:
    """A size as fal writes it becomes text; what is neither that nor a preset nor a size is refused."""
    if isinstance(value, dict):
        value = f"{value.get('width', 512)}x{value.get('height', 512)}"
    if not isinstance(value, str) or value in ("auto", *PRESETS):
        return value
    size = _SIZE.fullmatch(value)
    if not size or max(int(size[1]), int(size[2])) > _LONGEST_SIDE:
        raise ValueError(f"a size is written as 1280x720, each at most {_LONGEST_SIDE}, or as one of {_ALTERNATIVES}")
    return value


_ALTERNATIVES = ", ".join(("auto", *PRESETS))

Resolution = Annotated[str, BeforeValidator(_read_resolution)]
"""`auto`, a preset, or `WIDTHxHEIGHT`."""


def resolution_on_wire(resolution: str) -> JsonValue:
    """As fal takes it: presets by name, sizes as an object."""
    size = _SIZE.fullmatch(resolution)
    return {"width": int(size[1]), "height": int(size[2])} if size else resolution


class Lora(Frozen):
    """Weights that are added to the model; at most 3 GB each."""

    path: str = Field(
        min_length=1, max_length=2000, title="Weights", description="Web address of a .safetensors file."
    )
    scale: float = Field(default=1.0, allow_inf_nan=False, title="Scale", description="How strongly they count.")
    transformer: str = Field(
        default="both", max_length=20, title="Applied to", description="As in fal's examples: both."
    )


Loras = Annotated[
    tuple[Lora, ...],
    Field(max_length=3, title="LoRAs", description="Up to three sets of weights on top of LTX-2.3."),
]

Prompt = Annotated[str, Field(min_length=1, max_length=10_000, title="Prompt")]
Strength = Annotated[float, Field(ge=0, le=1)]
Media = Annotated[str | None, Field(max_length=4000)]


_ADVANCED: dict[str, JsonValue] = {"advanced": True}
"""For forms: what is seldom changed."""


class Common(Frozen):
    """What every endpoint of LTX-2.3 takes."""

    prompt: Prompt
    negative_prompt: str = Field(
        default=NEGATIVE_PROMPT,
        max_length=10_000,
        title="Negative prompt",
        description="What the picture is steered away from.",
        json_schema_extra=_ADVANCED,
    )
    num_frames: int | None = Field(
        default=None,
        ge=FEWEST_FRAMES,
        le=MOST_FRAMES,
        title="Frames",
        description="Frames to generate. Left empty: as many as the clip has.",
        json_schema_extra=_ADVANCED,
    )
    frames_per_second: float | None = Field(
        default=None,
        ge=SLOWEST,
        le=FASTEST,
        title="Frame rate",
        description="Left empty: that of the clip.",
        json_schema_extra={"unit": "fps", "advanced": True},
    )
    seed: int | None = Field(
        default=None,
        title="Seed",
        description="The same seed gives the same picture. Left empty: by chance.",
        json_schema_extra=_ADVANCED,
    )
    generate_audio: bool = Field(
        default=True,
        title="With sound",
        description="The returned movie has sound.",
        json_schema_extra=_ADVANCED,
    )
    video_quality: Literal["low", "medium", "high", "maximum"] = Field(
        default="high",
        title="Movie quality",
        description="Of the returned movie; EXR frames do not depend on it.",
        json_schema_extra=_ADVANCED,
    )


class Generation(Common):
    """What fal takes beside that."""

    num_inference_steps: int = Field(
        default=15,
        ge=8,
        le=30,
        title="Steps",
        description="More steps take longer and refine more.",
        json_schema_extra=_ADVANCED,
    )
    guidance_scale: float = Field(
        default=1.0,
        ge=1,
        le=20,
        title="Guidance",
        description="How closely the prompt is followed.",
        json_schema_extra=_ADVANCED,
    )
    enable_prompt_expansion: bool = Field(
        default=True,
        title="Expand the prompt",
        description="The endpoint writes the prompt out before using it.",
        json_schema_extra=_ADVANCED,
    )
    enable_safety_checker: bool = Field(
        default=True,
        title="Safety checker",
        description="The endpoint refuses what it takes for unsafe.",
        json_schema_extra=_ADVANCED,
    )
    video_write_mode: Literal["fast", "balanced", "small"] = Field(
        default="balanced",
        title="Movie encoding",
        description="How the returned movie is written.",
        json_schema_extra=_ADVANCED,
    )
    sync_mode: bool = Field(
        default=False,
        title="Answer in one piece",
        description="The result comes inside the answer, not as a download. For short tests only.",
        json_schema_extra=_ADVANCED,
    )


_RESOLUTION = Field(
    default=None,
    title="Size",
    max_length=20,
    description=f"WIDTHxHEIGHT, or one of {_ALTERNATIVES}. Left empty: the clip's own.",
)


class HdrLift(Generation):
    """SDR to scene-linear EXR frames. Pictures are made at up to about 720 lines."""

    prompt: Prompt = Field(
        default="HDR footage", title="Prompt", description="What the clip shows; in the usual case left as it is."
    )
    resolution: Resolution | None = _RESOLUTION
    loras: Loras = (Lora(path=HDR_LORA),)


class Inpaint(Generation):
    """What the mask shows white is made anew; the rest is kept."""

    prompt: Prompt = Field(title="Prompt", description="What is to be where the mask is white.")
    video_strength: Strength = Field(
        default=1.0, title="Hold on to the clip", description="How strongly the kept part guides what is made."
    )
    loras: Loras = ()


class ReferenceVideo(Generation):
    """A new clip with the motion and structure of this one."""

    prompt: Prompt = Field(title="Prompt", description="What the new clip shows.")
    image_url: Media = Field(
        default=None,
        title="Reference image",
        description="A picture for style and characters: a file or an address.",
        json_schema_extra={"media": "image"},
    )
    video_strength: Strength = Field(
        default=0.6,
        title="Hold on to the clip",
        description="Lower values leave its motion and structure more freely.",
    )
    resolution: Resolution | None = Field(
        default=None,
        title="Size",
        max_length=20,
        description=f"WIDTHxHEIGHT, or one of {_ALTERNATIVES}. Left empty: the clip's own. auto is small.",
    )
    control_video_url: Media = Field(
        default=None,
        title="Control video",
        description="Guides the structure in the clip's place.",
        json_schema_extra={"media": "video"},
    )
    skip_control_preprocess: bool | None = Field(
        default=None, title="Control video is ready", description="It is used as it is."
    )
    preserve_original_video: bool | None = Field(default=None, title="Preserve the original")
    strength: Strength | None = Field(default=None, title="Control strength")
    mid_image_url: Media = Field(
        default=None,
        title="Middle image",
        description="What the middle looks like.",
        json_schema_extra={"media": "image"},
    )
    end_image_url: Media = Field(
        default=None, title="Last image", description="What the end looks like.", json_schema_extra={"media": "image"}
    )


class AudioToVideo(Generation):
    """A new clip that goes with sound."""

    prompt: Prompt = Field(title="Prompt", description="What the new clip shows.")
    image_url: Media = Field(
        default=None,
        title="First image",
        description="What the first frame looks like: a file or an address.",
        json_schema_extra={"media": "image"},
    )
    match_audio_length: bool = Field(
        default=True, title="As long as the sound", description="Off: as many frames as are set above."
    )
    image_strength: Strength = Field(
        default=0.7, title="Hold on to the image", description="1 keeps the first image as it is."
    )
    resolution: Resolution | None = Field(
        default=None,
        title="Size",
        max_length=20,
        description=f"WIDTHxHEIGHT, or one of {_ALTERNATIVES}. Left empty: as the endpoint chooses.",
    )
    loras: Loras = ()


class OxenHdrLift(Common):
    """SDR to scene-linear EXR frames, as Oxen passes it on to fal."""

    prompt: Prompt = Field(
        default="HDR footage", title="Prompt", description="What the clip shows; in the usual case left as it is."
    )
    resolution: Literal[
        "auto", "square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"
    ] = Field(default="auto", title="Size", description="auto: the clip's own shape.")
    repository: str = Field(
        default="",
        max_length=200,
        pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*)?$",
        title="Repository",
        description="NAMESPACE/NAME at Oxen that clips are put into. Left empty: short clips travel in the request.",
        json_schema_extra=_ADVANCED,
    )
    synchronous: bool = Field(
        default=False,
        title="Wait in one call",
        description="Oxen answers when it is done; should the connection break meanwhile, the result is lost.",
        json_schema_extra=_ADVANCED,
    )


class EngineSettings(Frozen):
    """For a Superwhite at the other end: parameters of its engine, and what the result's 1.0 stands for."""

    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    reference_white: Literal[100, 203] = 203


class HdrInput(Generation):
    """What fal's HDR endpoints take on the wire, where what is left out has fal's defaults.

    `superwhite` is ours: settings for the engine of a Superwhite that answers in fal's place.
    """

    video_url: str = Field(min_length=1, description="SDR movie: a web address, or a data URI.")
    num_frames: int | None = Field(default=121, ge=FEWEST_FRAMES, le=MOST_FRAMES, json_schema_extra=_ADVANCED)
    frames_per_second: float | None = Field(default=24.0, ge=SLOWEST, le=FASTEST)
    resolution: Resolution = "auto"
    loras: Loras = ()
    superwhite: EngineSettings | None = None
