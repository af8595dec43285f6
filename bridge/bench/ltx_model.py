"""The true widths of LTX-2.3 with few layers and random weights, made on the spot: for measuring, not for pictures."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers.models.autoencoders.autoencoder_kl_ltx2 import AutoencoderKLLTX2Video
from diffusers.models.autoencoders.autoencoder_kl_ltx2_audio import AutoencoderKLLTX2Audio
from diffusers.models.transformers.transformer_ltx2 import LTX2VideoTransformer3DModel
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from safetensors.torch import save_file

from bridge.engines.ltx.recipe import LTX_2_3, Recipe
from bridge.engines.ltx.tiny import TRANSFORMER_FLAGS, VAE_FLAGS, lora_tensors
from bridge.engines.ltx.weights import MANIFEST

_WIDTH, _AUDIO_WIDTH = 4096, 2048
_TOKENS = 1024
_RANK = 32
_PATTERN = 999_983  # no divisor of any width: rows differ


def make_random(folder: Path, layers: int = 1, recipe: Recipe = LTX_2_3) -> None:
    """Write a set of weights for `recipe` into `folder`: 1.6 GB with one layer, 0.8 GB more for each. Sizes after
    `scripts/convert_ltx2_to_diffusers.py` of diffusers; the VAE has one layer where the true one has two to six.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        pattern = torch.randn(_PATTERN)
        _save(_transformer(layers), folder / "transformer", pattern)
        _save(_vae(), folder / "vae", pattern)
        _save(_audio_vae(), folder / "audio_vae", pattern)
        upsampler = _upsampler()
        _fill(upsampler, pattern)
        lora = {key: tensor.to(torch.bfloat16) * 0.1 for key, tensor in lora_tensors(layers, _WIDTH, _RANK).items()}
        context = {
            "video_context": torch.randn(1, _TOKENS, _WIDTH),
            "audio_context": torch.randn(1, _TOKENS, _AUDIO_WIDTH),
        }
    FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=False).save_pretrained(folder / "scheduler")
    named = {"hdr_transform": recipe.transfer, "reference_downscale_factor": str(recipe.reference_downscale)}
    save_file(lora, folder / recipe.hdr_lora_file, named)
    save_file({key: value.to(torch.bfloat16) for key, value in context.items()}, folder / recipe.embeddings_file)
    save_file(
        {key: value.to(torch.bfloat16).contiguous() for key, value in upsampler.state_dict().items()},
        folder / recipe.upsampler_file,
    )
    told = {"set": recipe.name, "generation": recipe.generation, "tiny": True}
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")


def _save(model: Any, folder: Path, pattern: torch.Tensor) -> None:
    _fill(model, pattern)
    model.save_pretrained(folder)


def _fill(model: torch.nn.Module, pattern: torch.Tensor) -> None:
    """Weights that neither grow nor shrink what passes through, from one pattern: a billion random numbers would take
    longer than the measurement.
    """
    for module in model.modules():
        for name, empty in list(module.named_parameters(recurse=False)):
            values = pattern.repeat(-(-empty.numel() // _PATTERN))[: empty.numel()].view(empty.shape)
            scale = 1 / math.sqrt(math.prod(empty.shape[1:])) if empty.ndim > 1 else 0.02
            values = (values * scale + (1.0 if "norm" in type(module).__name__.lower() else 0.0)).to(torch.bfloat16)
            setattr(module, name, torch.nn.Parameter(values, requires_grad=False))


def _transformer(layers: int) -> LTX2VideoTransformer3DModel:
    with init_empty_weights():
        return LTX2VideoTransformer3DModel(
            in_channels=128,
            out_channels=128,
            num_attention_heads=32,
            attention_head_dim=_WIDTH // 32,
            cross_attention_dim=_WIDTH,
            audio_in_channels=128,
            audio_out_channels=128,
            audio_num_attention_heads=32,
            audio_attention_head_dim=_AUDIO_WIDTH // 32,
            audio_cross_attention_dim=_AUDIO_WIDTH,
            num_layers=layers,
            caption_channels=3840,
            rope_double_precision=True,
            **TRANSFORMER_FLAGS,
        )


def _vae() -> AutoencoderKLLTX2Video:
    with init_empty_weights():
        return AutoencoderKLLTX2Video(
            latent_channels=128,
            block_out_channels=(256, 512, 1024, 1024),
            decoder_block_out_channels=(256, 512, 512, 1024),
            **VAE_FLAGS,
        )


def _audio_vae() -> AutoencoderKLLTX2Audio:
    """Never run, and so no larger than its sizes of latents ask."""
    multipliers: Sequence[int] = (1, 2, 4)
    with init_empty_weights():
        return AutoencoderKLLTX2Audio(
            base_channels=8,
            output_channels=2,
            ch_mult=tuple(multipliers),
            num_res_blocks=1,
            attn_resolutions=None,
            in_channels=2,
            resolution=256,
            latent_channels=8,
            norm_type="pixel",
            causality_axis="height",
            dropout=0.0,
            mid_block_add_attention=False,
            sample_rate=16000,
            mel_hop_length=160,
            is_causal=True,
            mel_bins=64,
        )


def _upsampler() -> LTX2LatentUpsamplerModel:
    with init_empty_weights():
        return LTX2LatentUpsamplerModel(
            in_channels=128, mid_channels=1024, num_blocks_per_stage=1, use_rational_resampler=False
        )
