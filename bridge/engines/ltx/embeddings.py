"""The scene embeddings: what a text encoder would have made of the HDR LoRA's prompt, computed once by its authors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from bridge.domain.errors import WeightsDamaged, WeightsMismatched

from .weights_headers import read_header
from .weights_pairing import TransformerSizes, embeddings_fit


@dataclass(frozen=True, eq=False)
class SceneEmbeddings:
    """`video` (1, N, D) and `audio` (1, N, E), on the CPU."""

    video: torch.Tensor
    audio: torch.Tensor


def read_embeddings(path: Path, transformer: Mapping[str, Any]) -> SceneEmbeddings:
    """The embeddings in `path` for a transformer of that configuration.

    They may lie there without a batch axis. That is put on here: the pipeline would take N for the number of clips,
    and make N of them. Raises `WeightsMissing`, `WeightsDamaged` and `WeightsMismatched`.
    """
    sizes = TransformerSizes.of(transformer)
    if sizes is None:
        raise WeightsMismatched("The transformer is none of LTX-2.")
    if reason := embeddings_fit(read_header(path), sizes):
        raise WeightsMismatched(f"The scene embeddings {path.name} cannot be used: the file {reason}.")
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsDamaged(f"{path} cannot be read.", detail=str(error)) from error
    video, audio = (_batched(tensors[name]) for name in ("video_context", "audio_context"))
    if not (torch.isfinite(video).all() and torch.isfinite(audio).all()):
        raise WeightsDamaged(f"{path} is damaged: it holds values that are no numbers.")
    return SceneEmbeddings(video, audio)


def _batched(tensor: torch.Tensor) -> torch.Tensor:
    return tensor if tensor.ndim == 3 else tensor.unsqueeze(0)
