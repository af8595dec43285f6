"""Layouts of the model: each gives the pictures it should, and leaves no trace in the next."""

from __future__ import annotations

import shutil

import pytest
import torch
from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2HDRPipeline,
    LTX2LatentUpsamplePipeline,
    LTX2VideoTransformer3DModel,
)
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from safetensors.torch import load_file
from torch.utils._python_dispatch import TorchDispatchMode

from bridge.domain.errors import WeightsMissing
from bridge.engines.ltx.decoding import decode_frames
from bridge.engines.ltx.memory import DecodeTiles, MemoryPlan, RefineTiles
from bridge.engines.ltx.residency import apply_plan, forgo_float64, load_lora
from bridge.engines.ltx.tiny import lora_tensors

CPU = torch.device("cpu")
FP8 = torch.float8_e4m3fn


def plan(storage="bf16", offload="none") -> MemoryPlan:
    return MemoryPlan(storage, offload, RefineTiles(), DecodeTiles(0, 0, 0, 0), 9)


def pipelines(weights, dtype=torch.bfloat16):
    def part(kind, name, **more):
        return kind.from_pretrained(str(weights.base / name), **more)

    pipe = LTX2HDRPipeline(
        scheduler=part(FlowMatchEulerDiscreteScheduler, "scheduler"),
        vae=part(AutoencoderKLLTX2Video, "vae"),
        audio_vae=part(AutoencoderKLLTX2Audio, "audio_vae"),
        transformer=part(LTX2VideoTransformer3DModel, "transformer", torch_dtype=dtype),
        text_encoder=None,
        tokenizer=None,
        connectors=None,
        vocoder=None,
    )
    pipe.set_progress_bar_config(disable=True)
    upsampler = LTX2LatentUpsamplerModel(
        in_channels=8, mid_channels=32, num_blocks_per_stage=1, use_rational_resampler=False
    )
    load_lora(pipe, load_file(weights.hdr_lora), "hdr")
    return pipe, LTX2LatentUpsamplePipeline(vae=pipe.vae, latent_upsampler=upsampler)


def latents(pipe) -> torch.Tensor:
    random = torch.Generator().manual_seed(1)
    return pipe(
        height=64,
        width=64,
        num_frames=9,
        sigmas=[0.9, 0.7],
        generator=torch.Generator().manual_seed(0),
        connector_video_embeds=torch.randn(1, 16, 16, generator=random),
        connector_audio_embeds=torch.randn(1, 16, 8, generator=random),
        output_type="latent",
    ).frames


def dtypes(pipe, *, lora: bool) -> set[torch.dtype]:
    return {p.dtype for name, p in pipe.transformer.named_parameters() if ("lora_" in name) == lora}


@pytest.fixture
def both(tiny_weights):
    return pipelines(tiny_weights)


@pytest.fixture(scope="module")
def whole(tiny_weights) -> torch.Tensor:
    pipe, upsample = pipelines(tiny_weights)
    apply_plan(pipe, upsample, plan(), CPU)
    return latents(pipe)


@pytest.mark.parametrize("offload", ["model", "group", "sequential"])
def test_where_weights_lie_changes_no_picture(both, whole, offload):
    pipe, upsample = both
    apply_plan(pipe, upsample, plan(offload=offload), CPU)
    assert torch.equal(latents(pipe), whole)
    assert torch.equal(latents(pipe), whole)
    doubled = upsample(latents=whole, output_type="latent", return_dict=False)[0]
    assert doubled.shape[-1] == 2 * whole.shape[-1]
    assert len(list(decode_frames(pipe.vae, whole, DecodeTiles(0, 0, 0, 0), lambda done, total: None))) == 9
    assert torch.equal(latents(pipe), whole)


def test_any_layout_may_follow_any_other(both, whole):
    pipe, upsample = both
    apply_plan(pipe, upsample, plan("fp8"), CPU)
    rounded = latents(pipe)
    layouts = [("bf16", "none"), ("fp8", "none"), ("bf16", "model"), ("fp8", "group"), ("bf16", "sequential")]
    for storage, offload in (*layouts, *reversed(layouts), layouts[3], layouts[0]):
        apply_plan(pipe, upsample, plan(storage, offload), CPU)
        assert torch.equal(latents(pipe), rounded if storage == "fp8" else whole)


def test_8_bits_are_near_and_half_the_size(both, whole):
    pipe, upsample = both
    before = sum(p.nbytes for name, p in pipe.transformer.named_parameters() if "lora_" not in name)
    apply_plan(pipe, upsample, plan("fp8"), CPU)
    rounded = latents(pipe)
    assert not torch.equal(rounded, whole)
    assert (rounded - whole).std() < 0.1 * whole.std()
    block = pipe.transformer.transformer_blocks[0]
    assert block.attn1.to_q.base_layer.weight.dtype == block.ff.net[2].base_layer.weight.dtype == FP8
    assert block.audio_ff.net[0].proj.weight.dtype == FP8
    assert dtypes(pipe, lora=True) == {torch.bfloat16}
    others = {
        p.dtype for name, p in pipe.transformer.named_parameters() if not name.startswith("transformer_blocks.")
    }
    assert others == {torch.bfloat16}
    after = sum(p.nbytes for name, p in pipe.transformer.named_parameters() if "lora_" not in name)
    assert after < 0.9 * before
    assert pipe.transformer.dtype == torch.bfloat16


def test_asked_twice_nothing_is_done_twice(both):
    pipe, upsample = both
    apply_plan(pipe, upsample, plan("fp8", "group"), CPU)
    hooks = [m._diffusers_hook for m in pipe.transformer.modules() if hasattr(m, "_diffusers_hook")]
    apply_plan(pipe, upsample, plan("fp8", "group"), CPU)
    assert hooks == [m._diffusers_hook for m in pipe.transformer.modules() if hasattr(m, "_diffusers_hook")]
    assert all(len(set(hook._hook_order)) == len(hook._hook_order) for hook in hooks)


@pytest.mark.parametrize("offload", ["none", "model", "group", "sequential"])
def test_a_lora_keeps_its_bits_beside_weights_of_8(both, offload):
    """Loaded after the weights were rounded, or before: the same picture."""
    torch.manual_seed(3)
    tensors = lora_tensors()
    pipe, upsample = both
    load_lora(pipe, tensors, "user0")
    pipe.set_adapters(["hdr", "user0"], [1.0, 0.5])
    apply_plan(pipe, upsample, plan("fp8", offload), CPU)
    before = latents(pipe)
    pipe.delete_adapters(["user0"])
    pipe.set_adapters(["hdr"], [1.0])
    apply_plan(pipe, upsample, plan("fp8", offload), CPU)
    assert not torch.equal(latents(pipe), before)
    load_lora(pipe, tensors, "user0")
    pipe.set_adapters(["hdr", "user0"], [1.0, 0.5])
    apply_plan(pipe, upsample, plan("fp8", offload), CPU)
    assert dtypes(pipe, lora=True) == {torch.bfloat16}
    assert torch.equal(latents(pipe), before)


def test_a_layout_that_is_broken_off_leaves_nothing_behind(both, whole, monkeypatch):
    """Memory may end while the layers are being prepared."""
    pipe, upsample = both
    monkeypatch.setattr(upsample.latent_upsampler, "to", no_memory)
    with pytest.raises(torch.OutOfMemoryError):
        apply_plan(pipe, upsample, plan(offload="group"), CPU)
    monkeypatch.undo()
    for offload in ("none", "model"):
        apply_plan(pipe, upsample, plan(offload=offload), CPU)
        assert torch.equal(latents(pipe), whole)


def no_memory(*_: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory.")


def test_a_plan_of_float32_works_too(tiny_weights):
    pipe, upsample = pipelines(tiny_weights, torch.float32)
    apply_plan(pipe, upsample, plan("fp32"), CPU)
    whole = latents(pipe)
    apply_plan(pipe, upsample, plan("fp8"), CPU)
    assert (latents(pipe) - whole).std() < 0.1 * whole.std()
    apply_plan(pipe, upsample, plan("fp32"), CPU)
    assert torch.equal(latents(pipe), whole)


class Widest(TorchDispatchMode):
    """Notes whether anything is computed in float64."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        self.found |= isinstance(made, torch.Tensor) and made.dtype == torch.float64 and made.ndim > 0
        return made


def test_apples_gpu_is_asked_for_no_float64(tiny_weights):
    config = LTX2VideoTransformer3DModel.load_config(str(tiny_weights.base / "transformer"))
    transformer = LTX2VideoTransformer3DModel.from_config({**config, "rope_double_precision": True})
    coordinates = transformer.rope.prepare_video_coords(1, 2, 2, 2, "cpu", fps=24.0)
    with Widest() as double:
        expected = transformer.rope(coordinates)
    forgo_float64(transformer)
    with Widest() as single:
        found = transformer.rope(coordinates)
    assert (double.found, single.found) == (True, False)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs.to(ours.dtype), atol=5e-3, rtol=0)


def test_weights_that_went_away_are_said(tiny_weights, tmp_path):
    moved = type(tiny_weights)(
        base=shutil.copytree(tiny_weights.base, tmp_path / "set"),
        upsampler=tiny_weights.upsampler,
        hdr_lora=tiny_weights.hdr_lora,
        scene_embeddings=tiny_weights.scene_embeddings,
        tiny=True,
    )
    pipe, upsample = pipelines(moved)
    apply_plan(pipe, upsample, plan("fp8"), CPU)
    shutil.rmtree(moved.base)
    with pytest.raises(WeightsMissing):
        apply_plan(pipe, upsample, plan(), CPU)
