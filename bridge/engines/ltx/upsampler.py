"""The upsampler of latents, from its authors' single file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from accelerate import init_empty_weights
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from safetensors.torch import load_file

from bridge.domain.errors import WeightsMismatched

from .weights_headers import read_header
from .weights_pairing import upsampler_fits

_BLOCK = re.compile(r"res_blocks\.(\d+)\.conv1\.weight")


def load_upsampler(path: Path, channels: int, dtype: torch.dtype) -> LTX2LatentUpsamplerModel:
    """The upsampler in `path` for latents of that many channels. Its tensors have diffusers' own names.

    diffusers' defaults are those of LTX-2.0's, which resamples by another way: what it is, is told by its tensors.
    Raises `WeightsMissing`, `WeightsDamaged`, `WeightsMismatched`.
    """
    header = read_header(path)
    reason = upsampler_fits(header, channels)
    if reason is None and not _doubles_sides(header.shapes):
        reason = "does not double width and height alone"
    if reason:
        raise WeightsMismatched(f"The upsampler {path.name} cannot be used: it {reason}.")
    with init_empty_weights():
        model = LTX2LatentUpsamplerModel(
            in_channels=channels,
            mid_channels=header.shapes["initial_conv.weight"][0],
            num_blocks_per_stage=sum(_BLOCK.fullmatch(key) is not None for key in header.shapes),
            dims=3,
            spatial_upsample=True,
            temporal_upsample=False,
            use_rational_resampler=False,
        )
    tensors = {key: tensor.to(dtype) for key, tensor in load_file(path).items()}
    try:
        model.load_state_dict(tensors, strict=True, assign=True)
    except RuntimeError as error:
        raise WeightsMismatched(
            f"The upsampler {path.name} is built otherwise than this version knows.", detail=str(error)
        ) from error
    return model.eval()


def _doubles_sides(shapes: Mapping[str, tuple[int, ...]]) -> bool:
    inside = shapes["initial_conv.weight"][0]
    return shapes.get("upsampler.0.weight", ())[:2] == (4 * inside, inside)
