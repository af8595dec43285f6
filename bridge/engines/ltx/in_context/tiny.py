"""What in-context work needs beside the tiny model: a text encoder, connectors and LoRAs with random parameters.

The classes are the real ones: Gemma 3 with two layers, its tokenizer with bytes for a vocabulary, connectors
with the flags and the registers of LTX-2.3.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from safetensors.torch import save_file
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, GemmaTokenizer

from bridge.engines.ltx.tiny import AUDIO_CONTEXT, CONTEXT, lora_tensors
from bridge.engines.ltx.weights import MANIFEST

from .recipe import IN_CONTEXT_2_3, InContextRecipe

_HIDDEN, _LAYERS = 16, 2
_SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>")
_IMAGE_TOKENS = 4


def make_tiny_text(folder: Path, recipe: InContextRecipe = IN_CONTEXT_2_3) -> Path:
    """Write the text set into `folder` and return it; always the same. The process's random state stays."""
    # Gemma's tokenizer falls back on bytes, so every text has tokens.
    tokens = (*_SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)))
    vocabulary = {token: number for number, token in enumerate(tokens)}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        Gemma3ForConditionalGeneration(_gemma(len(vocabulary))).save_pretrained(folder / "text_encoder")
        _connectors().save_pretrained(folder / "connectors")
    GemmaTokenizer(vocabulary, [], model_max_length=1024, add_bos_token=True).save_pretrained(folder / "tokenizer")
    _mark(folder, recipe.text_set, recipe)
    return folder


def make_tiny_lora(folder: Path, name: str, file: str, downscale: int, seed: int = 2) -> Path:
    """Write the set `name` with an in-context LoRA for the tiny model into `folder`; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        save_file(lora_tensors(), folder / file, {"reference_downscale_factor": str(downscale)})
    _mark(folder, name, IN_CONTEXT_2_3)
    return folder / file


def make_tiny_in_context(home: Path, recipe: InContextRecipe = IN_CONTEXT_2_3) -> None:
    """Write every set of `recipe` into its place in the models folder `home`."""
    make_tiny_text(home / recipe.text_set, recipe)
    make_tiny_lora(home / recipe.control_set, recipe.control_set, recipe.control_file, 2)
    make_tiny_lora(home / recipe.inpaint_set, recipe.inpaint_set, recipe.inpaint_file, 1, seed=3)


def _mark(folder: Path, name: str, recipe: InContextRecipe) -> None:
    manifest = {"set": name, "generation": recipe.generation, "tiny": True}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def _gemma(vocabulary: int) -> Gemma3Config:
    return Gemma3Config(
        text_config={
            "vocab_size": vocabulary + 4,
            "hidden_size": _HIDDEN,
            "intermediate_size": 2 * _HIDDEN,
            "num_hidden_layers": _LAYERS,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "head_dim": 8,
            "max_position_embeddings": 1024,
            "sliding_window": 16,
        },
        vision_config={
            "hidden_size": 8,
            "intermediate_size": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 1,
            "image_size": 32,
            "patch_size": 16,
        },
        mm_tokens_per_image=_IMAGE_TOKENS,
        boi_token_index=vocabulary,
        eoi_token_index=vocabulary + 1,
        image_token_index=vocabulary + 2,
    )


def _connectors() -> LTX2TextConnectors:
    return LTX2TextConnectors(
        caption_channels=_HIDDEN,
        text_proj_in_factor=_LAYERS + 1,
        video_connector_num_attention_heads=2,
        video_connector_attention_head_dim=CONTEXT // 2,
        video_connector_num_layers=1,
        video_gated_attn=True,
        audio_connector_num_attention_heads=2,
        audio_connector_attention_head_dim=AUDIO_CONTEXT // 2,
        audio_connector_num_layers=1,
        audio_gated_attn=True,
        rope_double_precision=False,
        rope_type="split",
        per_modality_projections=True,
        video_hidden_dim=CONTEXT,
        audio_hidden_dim=AUDIO_CONTEXT,
        proj_bias=True,
    )


if __name__ == "__main__":
    make_tiny_in_context(Path(sys.argv[1]))
