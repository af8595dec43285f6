"""The tiny weights: what they are made of, and that they are a set like the real one."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import torch
from safetensors.torch import load_file

from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.tiny import make_tiny
from bridge.engines.ltx.weights import MANIFEST
from bridge.engines.ltx.weights_headers import read_header, read_json, read_model


def contents(folder):
    """Tensors by file and name; the order of a header's metadata is the format's library's affair."""
    files = sorted(folder.rglob("*.safetensors"))
    return {(path.name, path.parent.name * (path.parent != folder)): load_file(path) for path in files}


def test_they_are_always_the_same_and_leave_the_random_state_alone(tmp_path):
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    first = make_tiny(tmp_path / "a").base
    assert torch.equal(torch.rand(3), wanted)
    second = make_tiny(tmp_path / "b").base
    one, two = contents(first), contents(second)
    assert one.keys() == two.keys()
    for file, tensors in one.items():
        assert tensors.keys() == two[file].keys()
        assert all(torch.equal(tensor, two[file][name]) for name, tensor in tensors.items())


def test_they_lie_as_a_real_set_does(tiny_weights):
    base = tiny_weights.base
    assert tiny_weights.tiny
    assert json.loads((base / MANIFEST).read_text())["tiny"] is True
    for part in ("transformer", "vae", "audio_vae"):
        assert (base / part / "config.json").is_file()
        assert read_model(base / part).shapes
    assert (base / "scheduler" / "scheduler_config.json").is_file()
    assert tiny_weights.upsampler == base / LTX_2_3.upsampler_file
    assert read_header(tiny_weights.hdr_lora).metadata == {
        "hdr_transform": "logc3",
        "reference_downscale_factor": "1",
    }
    shapes = read_header(tiny_weights.scene_embeddings).shapes
    assert shapes == {"video_context": (1, 16, 16), "audio_context": (1, 16, 8)}


def test_they_have_the_flags_and_the_compression_of_the_real_ones(tiny_weights):
    """Flags of LTX-2.3 in diffusers' scripts/convert_ltx2_to_diffusers.py."""
    transformer = read_json(tiny_weights.base / "transformer" / "config.json")
    flags = ("gated_attn", "cross_attn_mod", "audio_gated_attn", "audio_cross_attn_mod", "perturbed_attn")
    assert all(transformer[flag] is True for flag in flags)
    assert transformer["use_prompt_embeddings"] is False
    assert transformer["rope_type"] == "split"
    assert transformer["vae_scale_factors"] == [8, 32, 32]
    vae = read_json(tiny_weights.base / "vae" / "config.json")
    assert (vae["spatial_compression_ratio"], vae["temporal_compression_ratio"]) == (32, 8)
    assert (vae["encoder_causal"], vae["decoder_causal"], vae["patch_size"]) == (True, False, 4)


def test_they_are_small(tiny_weights):
    files = [path for path in tiny_weights.base.rglob("*.safetensors") if path.parent.name in ("transformer", "vae")]
    assert sum(math.prod(shape) for path in files for shape in read_header(path).shapes.values()) < 600_000
    assert sum(path.stat().st_size for path in tiny_weights.base.rglob("*")) < 6_000_000


def test_normalising_latents_is_not_doing_nothing(model):
    assert model.pipe.vae.latents_mean.abs().min() > 0
    assert (model.pipe.vae.latents_std - 1).abs().max() > 0.05


def test_a_command_makes_them(tmp_path):
    subprocess.run([sys.executable, "-m", "bridge.engines.ltx.tiny", str(tmp_path / "new" / "set")], check=True)
    assert (tmp_path / "new" / "set" / MANIFEST).is_file()
