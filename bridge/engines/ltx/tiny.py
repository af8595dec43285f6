"""The real classes with a million random parameters, made on the spot: what they make is no picture.

Flags, layouts of files and the compression of 32 x 32 pixels and 8 frames a latent are the real ones, so that every
path of the engine can be walked on a processor in seconds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_ltx2 import AutoencoderKLLTX2Video
from diffusers.models.autoencoders.autoencoder_kl_ltx2_audio import AutoencoderKLLTX2Audio
from diffusers.models.transformers.transformer_ltx2 import LTX2VideoTransformer3DModel
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from safetensors.torch import save_file

from .recipe import LTX_2_3, Recipe
from .weights import MANIFEST, Weights

LAYERS = 2
CHANNELS = 8
WIDTH = 16
CONTEXT, AUDIO_CONTEXT = 16, 8

TRANSFORMER_FLAGS: dict[str, Any] = {
    "gated_attn": True,
    "cross_attn_mod": True,
    "audio_gated_attn": True,
    "audio_cross_attn_mod": True,
    "rope_type": "split",
    "use_prompt_embeddings": False,
    "perturbed_attn": True,
}
VAE_FLAGS: dict[str, Any] = {
    "layers_per_block": (1, 1, 1, 1, 1),
    "decoder_layers_per_block": (1, 1, 1, 1, 1),
    "spatio_temporal_scaling": (True, True, True, True),
    "decoder_spatio_temporal_scaling": (True, True, True, True),
    "decoder_inject_noise": (False, False, False, False, False),
    "downsample_type": ("spatial", "temporal", "spatiotemporal", "spatiotemporal"),
    "upsample_type": ("spatiotemporal", "spatiotemporal", "temporal", "spatial"),
    "upsample_residual": (False, False, False, False),
    "upsample_factor": (2, 2, 1, 2),
    "encoder_causal": True,
    "decoder_causal": False,
    "encoder_spatial_padding_mode": "zeros",
    "decoder_spatial_padding_mode": "zeros",
    "spatial_compression_ratio": 32,
    "temporal_compression_ratio": 8,
}
"""What makes diffusers' classes those of 2.3, whatever their widths; each block with one layer."""


def make_tiny(folder: Path, recipe: Recipe = LTX_2_3) -> Weights:
    """Write a set of weights for `recipe` into `folder`; always the same ones. The process's random state stays."""
    folder.mkdir(parents=True, exist_ok=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        _transformer().save_pretrained(folder / "transformer")
        _vae().save_pretrained(folder / "vae")
        _audio_vae().save_pretrained(folder / "audio_vae")
        FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=False).save_pretrained(folder / "scheduler")
        files = {
            recipe.upsampler_file: (_upsampler(), {}),
            recipe.hdr_lora_file: (
                lora_tensors(),
                {"hdr_transform": recipe.transfer, "reference_downscale_factor": str(recipe.reference_downscale)},
            ),
            recipe.embeddings_file: (
                {
                    "video_context": torch.randn(1, 16, CONTEXT),
                    "audio_context": torch.randn(1, 16, AUDIO_CONTEXT),
                },
                {},
            ),
        }
    for name, (tensors, metadata) in files.items():
        save_file(tensors, folder / name, metadata)
    (folder / MANIFEST).write_text(
        json.dumps({"set": recipe.name, "generation": recipe.generation, "tiny": True}), encoding="utf-8"
    )
    return Weights(
        base=folder,
        upsampler=folder / recipe.upsampler_file,
        hdr_lora=folder / recipe.hdr_lora_file,
        scene_embeddings=folder / recipe.embeddings_file,
        tiny=True,
    )


def lora_tensors(layers: int = LAYERS, width: int = WIDTH, rank: int = 4) -> dict[str, torch.Tensor]:
    """A LoRA on every attention and feed-forward layer of the picture, with the keys of the official files."""
    tensors: dict[str, torch.Tensor] = {}
    for block in range(layers):
        for layer, (inside, outside) in _layers(width).items():
            key = f"diffusion_model.transformer_blocks.{block}.{layer}"
            tensors[f"{key}.lora_A.weight"] = torch.randn(rank, inside) * 0.3
            tensors[f"{key}.lora_B.weight"] = torch.randn(outside, rank) * 0.3
    return tensors


def _layers(width: int) -> dict[str, tuple[int, int]]:
    square = {
        f"{attention}.{part}": (width, width)
        for attention in ("attn1", "attn2")
        for part in ("to_q", "to_k", "to_v", "to_out.0")
    }
    return square | {"ff.net.0.proj": (width, 4 * width), "ff.net.2": (4 * width, width)}


def _transformer() -> LTX2VideoTransformer3DModel:
    return LTX2VideoTransformer3DModel(
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        num_attention_heads=2,
        attention_head_dim=WIDTH // 2,
        cross_attention_dim=CONTEXT,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=AUDIO_CONTEXT // 2,
        audio_cross_attention_dim=AUDIO_CONTEXT,
        num_layers=LAYERS,
        caption_channels=16,
        rope_double_precision=False,
        **TRANSFORMER_FLAGS,
    )


def _vae() -> AutoencoderKLLTX2Video:
    vae = AutoencoderKLLTX2Video(
        latent_channels=CHANNELS,
        block_out_channels=(8, 16, 32, 32),
        decoder_block_out_channels=(8, 16, 16, 32),
        **VAE_FLAGS,
    )
    # New ones are 0 and 1, with which forgetting to normalise would not be noticed.
    vae.latents_mean.normal_(0, 0.2)
    vae.latents_std.uniform_(0.7, 1.3)
    return vae


def _audio_vae() -> AutoencoderKLLTX2Audio:
    return AutoencoderKLLTX2Audio(
        base_channels=4,
        output_channels=2,
        ch_mult=(1,),
        num_res_blocks=1,
        attn_resolutions=None,
        in_channels=2,
        resolution=32,
        latent_channels=2,
        norm_type="pixel",
        causality_axis="height",
        dropout=0.0,
        mid_block_add_attention=False,
        sample_rate=16000,
        mel_hop_length=160,
        is_causal=True,
        mel_bins=8,
    )


def _upsampler() -> dict[str, torch.Tensor]:
    # torch refuses to normalise one value by itself, and a single latent in 32 groups needs more channels than groups.
    model = LTX2LatentUpsamplerModel(
        in_channels=CHANNELS, mid_channels=64, num_blocks_per_stage=1, use_rational_resampler=False
    )
    return {key: value.contiguous() for key, value in model.state_dict().items()}


if __name__ == "__main__":
    make_tiny(Path(sys.argv[1]))
