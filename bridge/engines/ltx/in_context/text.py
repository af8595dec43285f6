"""Prompts as the transformer reads them: encoded by Gemma and the connectors, which leave memory again at once.

The text encoder is as large as half the transformer, and a prompt's context is 12 MB: the context is what is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from accelerate import cpu_offload
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2InContextPipeline
from torch import Tensor
from transformers import Gemma3ForConditionalGeneration, GemmaTokenizer

from bridge.domain.errors import WeightsDamaged
from bridge.engines.ltx.faults import card_watched, empty_cache

PARTS = ("text_encoder", "tokenizer", "connectors")
"""Folders of a text set, in diffusers' layout."""

_PROMPTS_KEPT = 16


@dataclass(frozen=True, eq=False)
class Context:
    """A prompt: `video` (1, N, D), `audio` (1, N, E) and what of them counts, `mask` (1, N); on the CPU."""

    video: Tensor
    audio: Tensor
    mask: Tensor

    def connectors(self, device: torch.device) -> Callable[..., tuple[Tensor, Tensor, Tensor]]:
        """Stands where a pipeline has connectors, and answers with what they have made."""
        made = (self.video.to(device), self.audio.to(device), self.mask.to(device))
        return lambda *_, **__: made


@lru_cache(maxsize=_PROMPTS_KEPT)
def read_prompt(folder: Path, prompt: str, device: torch.device, dtype: torch.dtype) -> Context:
    """The context of `prompt`, which may be empty, by the text set in `folder`, computed in `dtype` on `device`.

    Nothing of the set stays in memory. Raises `WeightsDamaged`.
    """
    try:
        encoder, tokenizer, connectors = _load(folder, dtype)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise WeightsDamaged(
            f"The text encoder in {folder} cannot be loaded.",
            detail=str(error)[:2000],
            remedy=f"`superwhite models fetch {folder.name}` fetches again what is damaged.",
        ) from error
    # Layer by layer: beside the transformer there may be no room for all of it.
    cpu_offload(encoder, execution_device=device)
    cpu_offload(connectors, execution_device=device)
    try:
        with card_watched():
            context = _encode(encoder, tokenizer, connectors, prompt, device)
    finally:
        del encoder, connectors
        empty_cache(device)
    if not all(bool(part.isfinite().all()) for part in (context.video, context.audio)):
        raise WeightsDamaged(f"The text encoder in {folder} makes values that are no numbers.")
    return context


def _load(folder: Path, dtype: torch.dtype) -> tuple[Any, Any, Any]:
    places = [str(folder / part) for part in PARTS]
    return (
        Gemma3ForConditionalGeneration.from_pretrained(places[0], dtype=dtype, local_files_only=True),
        GemmaTokenizer.from_pretrained(places[1], local_files_only=True),
        LTX2TextConnectors.from_pretrained(places[2], torch_dtype=dtype, local_files_only=True),
    )


@torch.no_grad()
def _encode(encoder: Any, tokenizer: Any, connectors: Any, prompt: str, device: torch.device) -> Context:
    make: Any = LTX2InContextPipeline
    pipe = make(
        scheduler=None,
        vae=None,
        audio_vae=None,
        text_encoder=encoder,
        tokenizer=tokenizer,
        connectors=connectors,
        transformer=None,
        vocoder=None,
    )
    states, mask, _, _ = pipe.encode_prompt(prompt, do_classifier_free_guidance=False, device=device)
    video, audio, mask = connectors(states, mask, padding_side=pipe.tokenizer_padding_side)
    return Context(video.cpu(), audio.cpu(), mask.cpu())
