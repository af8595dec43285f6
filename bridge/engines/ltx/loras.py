"""LoRAs that a user adds to the model: what they are, and whether they fit. Told from headers alone, without torch.

diffusers leaves out what it does not know, with a line in a log: half a LoRA would be applied. Here every tensor must
have its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import SuperwhiteError, WeightsMismatched

from .recipe import Recipe
from .weights import Weights
from .weights_headers import Header, read_header, read_json, read_model
from .weights_pairing import lora_fits

MOST_LORAS = 3

_KEY = re.compile(
    r"(?P<prefix>diffusion_model|transformer)\.(?P<layer>.+)\.lora_(?P<half>[AB])(?:\.default)?\.weight"
)

# Names in the files of the model's authors, in the order in which diffusers replaces them.
_RENAMED = (
    ("patchify_proj", "proj_in"),
    ("av_ca_video_scale_shift_adaln_single", "av_cross_attn_video_scale_shift"),
    ("av_ca_a2v_gate_adaln_single", "av_cross_attn_video_a2v_gate"),
    ("av_ca_audio_scale_shift_adaln_single", "av_cross_attn_audio_scale_shift"),
    ("av_ca_v2a_gate_adaln_single", "av_cross_attn_audio_v2a_gate"),
    ("audio_prompt_adaln_single", "audio_prompt_adaln"),
    ("prompt_adaln_single", "prompt_adaln"),
)
_RENAMED_AT_THE_START = (("adaln_single.", "time_embed."), ("audio_adaln_single.", "audio_time_embed."))

_GENERATION = re.compile(r"ltx[-_ ]?v?(\d+\.\d+)", re.IGNORECASE)
_OLDER_SIZE = re.compile(r"(?<![a-z0-9])(?:19|13|2)b(?![a-z0-9])", re.IGNORECASE)
_DISTILLED = re.compile(r"distilled[-_ ]?lora", re.IGNORECASE)


@dataclass(frozen=True)
class UserLora:
    """`scale` 1 is as its maker meant it; 0 leaves it out."""

    path: Path
    scale: float = 1.0


def check_lora(path: Path, weights: Weights, recipe: Recipe) -> None:
    """Whether a LoRA can be added to `weights`, in milliseconds.

    Raises `WeightsMissing` and `WeightsDamaged` for the file itself, `WeightsMismatched` with what it is made for.
    """
    header = read_header(path)
    folder = weights.base / "transformer"
    reason = (
        _another_purpose(path, header, recipe)
        or _unknown_layout(header)
        or lora_fits(header, read_json(folder / "config.json"))
        or _without_a_place(header, read_model(folder).shapes)
    )
    if reason:
        raise mismatched(path, reason)


def mismatched(path: Path, reason: str) -> SuperwhiteError:
    """`reason` ends a sentence that begins with “it”."""
    return WeightsMismatched(
        f"The LoRA {path.name} cannot be used: it {reason}.",
        remedy="Take it out of the settings, or choose one that is made for this model.",
    )


def _another_purpose(path: Path, header: Header, recipe: Recipe) -> str | None:
    """Most LoRAs of other generations have layers of the same sizes: only words tell them apart."""
    words = " ".join((path.name, *header.metadata.values()))
    generations = set(_GENERATION.findall(words))
    if transform := header.metadata.get("hdr_transform"):
        if transform != recipe.transfer:
            return f"makes HDR codes of “{transform[:40]}”, and this model's are {recipe.transfer}"
        return "is an HDR LoRA itself, and the model already has its own"
    if generations and recipe.generation not in generations:
        return f"is made for LTX-{max(generations)}, not for LTX-{recipe.generation}"
    if _OLDER_SIZE.search(words):
        return f"is made for a smaller LTX model, not for LTX-{recipe.generation}"
    if _DISTILLED.search(words):
        return "is the distilled LoRA, and this model is distilled already: pictures would be over-exposed"
    if (factor := header.metadata.get("reference_downscale_factor")) and factor != str(recipe.reference_downscale):
        return f"wants a reference at 1/{factor[:8]} of the size, and the clip guides this model at its own"
    return None


def _unknown_layout(header: Header) -> str | None:
    matches = [_KEY.fullmatch(key) for key in header.shapes]
    if not any(matches):
        return "holds no LoRA for LTX-2"
    if len({match["prefix"] for match in matches if match}) > 1:
        return "mixes two ways of naming layers"
    if strange := next((key for key, match in zip(header.shapes, matches, strict=True) if match is None), None):
        return f"holds “{strange[:100]}”, which is no plain LoRA"
    return None


def _without_a_place(header: Header, model: Mapping[str, tuple[int, ...]]) -> str | None:
    features: dict[str, dict[str, int]] = {}
    for key, shape in header.shapes.items():
        match = _KEY.fullmatch(key)
        if match and len(shape) == 2:
            layer = features.setdefault(_name_in_diffusers(match["layer"]), {})
            layer[match["half"]] = shape[1] if match["half"] == "A" else shape[0]
    for layer, found in features.items():
        place = model.get(f"{layer}.weight")
        if place is None or len(place) != 2:
            return f"changes “{layer}”, which is no layer of this model that a LoRA can change"
        if place != (found.get("B"), found.get("A")):
            return f"is made for another model: “{layer}” is {place[1]} to {place[0]} here"
    return None


def _name_in_diffusers(layer: str) -> str:
    for old, new in _RENAMED:
        layer = layer.replace(old, new)
    for old, new in _RENAMED_AT_THE_START:
        if layer.startswith(old):
            return new + layer.removeprefix(old)
    return layer
