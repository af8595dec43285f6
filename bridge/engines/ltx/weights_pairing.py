"""Which weights belong together, told by their sizes and by what their makers have written into them.

A LoRA, embeddings or an upsampler of another model can load without a word and make wrong pictures: distorted,
over-exposed ones. Names of layers are those of Lightricks' files and of diffusers' `LTX2VideoTransformer3DModel`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .recipe import Recipe
from .weights_headers import Header

_LORA = re.compile(r"(?:diffusion_model|transformer)\.(?P<layer>.+)\.lora_(?P<half>[AB])(?:\.default)?\.weight")
_BLOCK = re.compile(r"transformer_blocks\.(\d{1,6})\.(.+)")


@dataclass(frozen=True)
class TransformerSizes:
    """`width` of its pictures' stream and `context` of what that is told; so for sound."""

    width: int
    context: int
    audio_width: int
    audio_context: int
    layers: int
    channels: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> TransformerSizes | None:
        """None where `config` is none of an LTX-2 transformer."""

        def size(name: str) -> int:
            value = config.get(name)
            return value if type(value) is int and 0 < value < 2**20 else 0

        found = cls(
            width=size("num_attention_heads") * size("attention_head_dim"),
            context=size("cross_attention_dim"),
            audio_width=size("audio_num_attention_heads") * size("audio_attention_head_dim"),
            audio_context=size("audio_cross_attention_dim"),
            layers=size("num_layers"),
            channels=size("in_channels"),
        )
        return found if all(vars(found).values()) else None

    def linear(self, layer: str) -> tuple[int, int] | None:
        """Features in and out of a layer of a block; none where a block has no such layer, or one without a check."""
        name, _, part = layer.partition(".")
        if name in ("ff", "audio_ff"):
            width = self.width if name == "ff" else self.audio_width
            return {"net.0.proj": (width, 4 * width), "net.2": (4 * width, width)}.get(part)
        streams = {
            "attn1": (self.width, self.width),
            "attn2": (self.width, self.context),
            "audio_attn1": (self.audio_width, self.audio_width),
            "audio_attn2": (self.audio_width, self.audio_context),
            "audio_to_video_attn": (self.width, self.audio_width),
            "video_to_audio_attn": (self.audio_width, self.width),
        }
        if name not in streams:
            return None
        asks, told = streams[name]
        # Between pictures and sound the heads are as wide as those of sound.
        inner = self.audio_width if "_to_" in name else asks
        return {"to_q": (asks, inner), "to_k": (told, inner), "to_v": (told, inner), "to_out.0": (inner, asks)}.get(
            part
        )


def generation_of(config: Mapping[str, Any]) -> str:
    """Of LTX-2, by the flags that changed from one to the next (diffusers' `scripts/convert_ltx2_to_diffusers.py`)."""
    if config.get("use_prompt_embeddings", True) or not config.get("gated_attn", False):
        return "2.0"
    if config.get("use_keyframes_abs_pos_embedding", False) or not config.get("ff_bias", True):
        return "2.5"
    return "2.3"


def lora_fits(header: Header, transformer_config: Mapping[str, Any]) -> str | None:
    """Why a LoRA cannot be used with a transformer, as the end of a sentence that begins with “it”; none where it can.

    LTX-2 (19B) and LTX-2.3 (22B) have layers of the same sizes, so what the maker has written counts too.
    """
    sizes = TransformerSizes.of(transformer_config)
    if sizes is None:
        return "meets a transformer of an unknown kind"
    if "19b" in " ".join(header.metadata.values()).lower() or any(
        "caption_projection" in key for key in header.shapes
    ):
        return "is made for LTX-2 (19B), whose LoRAs do not work with LTX-2.3"
    halves: dict[str, dict[str, tuple[int, ...]]] = {}
    for key, shape in header.shapes.items():
        if match := _LORA.fullmatch(key):
            halves.setdefault(match["layer"], {})[match["half"]] = shape
    if not halves:
        return "holds no LoRA for LTX-2"
    for layer, found in halves.items():
        a, b = found.get("A", ()), found.get("B", ())
        if len(a) != 2 or len(b) != 2 or a[0] != b[1]:
            return f"has no whole pair of matrices for “{layer}”"
        if reason := _objection(layer, (a[1], b[0]), sizes):
            return reason
    return None


def _objection(layer: str, features: tuple[int, int], sizes: TransformerSizes) -> str | None:
    block = _BLOCK.fullmatch(layer)
    if block is None:
        return None
    if int(block[1]) >= sizes.layers:
        return f"is made for more than the {sizes.layers} layers that this transformer has"
    wanted = sizes.linear(block[2])
    if wanted is not None and wanted != features:
        return f"is made for another model: “{layer}” takes {wanted[0]} to {wanted[1]} features, not {features}"
    return None


def hdr_lora_fits(header: Header, transformer_config: Mapping[str, Any], recipe: Recipe) -> str | None:
    """As `lora_fits`, for the LoRA whose codes the recipe decodes."""
    transform = header.metadata.get("hdr_transform", "")
    if transform != recipe.transfer:
        return f"makes codes of “{transform or 'an unnamed curve'}”, not of {recipe.transfer}"
    factor = header.metadata.get("reference_downscale_factor", "1")
    if factor not in (str(recipe.reference_downscale), f"{recipe.reference_downscale}.0"):
        return f"wants its reference at 1/{factor[:8]} of the size, which the recipe does not make"
    return lora_fits(header, transformer_config)


def embeddings_fit(header: Header, sizes: TransformerSizes) -> str | None:
    """Why embeddings, (N, D) or (1, N, D), cannot be told to a transformer; none where they can."""
    for name, wanted in (("video_context", sizes.context), ("audio_context", sizes.audio_context)):
        shape = header.shapes.get(name, ())
        if len(shape) not in (2, 3) or (len(shape) == 3 and shape[0] != 1) or not shape[-2]:
            return f"holds no “{name}” that can be used"
        if shape[-1] != wanted:
            return f"is made for another model: “{name}” is {shape[-1]} wide, not {wanted}"
    return None


def upsampler_fits(header: Header, channels: int) -> str | None:
    """Why an upsampler cannot work on latents of `channels`; none where it can."""
    first, last = header.shapes.get("initial_conv.weight", ()), header.shapes.get("final_conv.weight", ())
    if len(first) != 5 or len(last) != 5:
        return "is no spatial upsampler of LTX-2"
    if (first[1], last[0]) != (channels, channels):
        return f"is made for latents of {first[1]} channels, not {channels}"
    return None
