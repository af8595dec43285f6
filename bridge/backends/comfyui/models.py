"""Which of a server's files are those of LTX-2.3 HDR. Users rename files and keep them in folders of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.errors import SuperwhiteError, WeightsMismatched, WeightsMissing

from .nodes import NodeKind

CHECKPOINTS, LORAS, TEXT_ENCODERS = "CheckpointLoaderSimple", "LTXICLoRALoaderModelOnly", "LTXAVTextEncoderLoader"

_LTX = r"ltx[-_. ]?(v[-_. ]?)?2[._]3"
_DEV = re.compile(rf"{_LTX}.*dev")
_DISTILLED = re.compile(rf"{_LTX}.*distilled")
_HDR_LORA = re.compile(rf"{_LTX}.*hdr(?!.*scene)")
_DISTILLED_LORA = re.compile(rf"{_LTX}.*distilled.*lora")
_TEXT_ENCODER = re.compile(r"gemma[-_. ]?3.*12b")


@dataclass(frozen=True)
class Models:
    """Names as the server has them. `distilled_lora` goes with the dev checkpoint alone: a distilled one with it is
    distilled twice, and comes out overexposed and distorted. The guiding clip is `downscale` times smaller than the
    result.
    """

    checkpoint: str
    distilled_lora: str | None
    hdr_lora: str
    text_encoder: str
    downscale: int = 1


def choose(kinds: Mapping[str, NodeKind], wish: str) -> tuple[Models | None, tuple[SuperwhiteError, ...]]:
    """The files to use, where all are there, and what is missing. `wish` is part of the checkpoint's name."""
    checkpoints = kinds[CHECKPOINTS].options("ckpt_name")
    loras = kinds[LORAS].options("lora_name")
    hdr_lora = _newest(_HDR_LORA, loras)
    distilled_lora = _newest(_DISTILLED_LORA, loras)
    text_encoder = _newest(_TEXT_ENCODER, kinds[TEXT_ENCODERS].options("text_encoder"))
    checkpoint = _checkpoint(checkpoints, wish, distilled_lora)
    lacks: list[SuperwhiteError] = []
    if checkpoint is None and wish:
        names = ", ".join(_base(name) for name in checkpoints) or "none"
        lacks.append(_missing(f"No checkpoint there is called “{wish}”; there is: {names}.", "", ""))
    elif checkpoint is None:
        lacks.append(_missing("A checkpoint of LTX-2.3", "ltx-2.3-22b-dev.safetensors", "checkpoints"))
    elif distilled_lora is None and not _is_distilled(checkpoint):
        file = "ltx-2.3-22b-distilled-lora-384-1.1.safetensors"
        lacks.append(_missing("The distilled LoRA of LTX-2.3, which the dev checkpoint needs,", file, "loras"))
    if hdr_lora is None:
        lacks.append(_missing("The HDR LoRA of LTX-2.3", "ltx-2.3-22b-ic-lora-hdr-0.9.safetensors", "loras"))
    if text_encoder is None:
        lacks.append(_missing("The text encoder Gemma 3", "comfy_gemma_3_12B_it.safetensors", "text_encoders"))
    if lacks or checkpoint is None or hdr_lora is None or text_encoder is None:
        return None, tuple(lacks)
    pairing = None if _is_distilled(checkpoint) else distilled_lora
    return Models(checkpoint, pairing, hdr_lora, text_encoder), ()


def downscale_of(hdr_lora: str, metadata: Mapping[str, str]) -> int:
    """What the file itself says of the size of the guiding clip. Raises `WeightsMismatched` for a LoRA whose codes are
    not those that the nodes here turn into light.
    """
    transform = metadata.get("hdr_transform", "logc3").lower()
    if transform not in ("logc3", "true"):
        raise WeightsMismatched(
            f"The LoRA {_base(hdr_lora)} makes {transform} codes, but the node that writes the frames reads LogC3.",
            remedy="Use ltx-2.3-22b-ic-lora-hdr-0.9.safetensors.",
        )
    told = metadata.get("reference_downscale_factor", "1")
    factor = float(told) if re.fullmatch(r"\d(\.\d{1,9})?", told) else 0.0
    if factor not in (1, 2, 3, 4):
        raise WeightsMismatched(
            f"The LoRA {_base(hdr_lora)} wants a guiding clip {told[:20]} times smaller, which cannot be made.",
            remedy="Use ltx-2.3-22b-ic-lora-hdr-0.9.safetensors.",
        )
    return int(factor)


def _checkpoint(names: Sequence[str], wish: str, distilled_lora: str | None) -> str | None:
    if wish:
        return next((name for name in names if wish.casefold() in name.casefold()), None)
    dev, distilled = _newest(_DEV, names), _newest(_DISTILLED, names)
    # The authors' own example pairs the dev checkpoint with the LoRA; without that LoRA only the other will do.
    return (dev if distilled_lora else None) or distilled or dev


def _is_distilled(checkpoint: str) -> bool:
    return "distilled" in _base(checkpoint).lower()


def _newest(pattern: re.Pattern[str], names: Sequence[str]) -> str | None:
    found = [name for name in names if pattern.search(_base(name).lower())]
    return max(found, key=_base, default=None)


def _base(name: str) -> str:
    """Without folders: a server on Windows writes them with backslashes."""
    return re.split(r"[\\/]", name)[-1]


def _missing(what: str, file: str, folder: str) -> WeightsMissing:
    if not file:
        return WeightsMissing(what, remedy="Leave the setting “Checkpoint” empty, or write one of these names.")
    return WeightsMissing(
        f"{what} is not there.", remedy=f"Put {file} into ComfyUI's folder models/{folder}, and refresh ComfyUI."
    )
