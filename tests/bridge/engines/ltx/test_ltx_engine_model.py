"""Loading: what is taken, what is refused and in which words, and that nobody is asked for anything."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from bridge.domain.errors import GpuUnavailable, WeightsDamaged, WeightsMismatched, WeightsMissing
from bridge.engines.ltx.embeddings import read_embeddings
from bridge.engines.ltx.model import Model, check_schedule
from bridge.engines.ltx.positions import compute_on_processor, place_positions
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.upsampler import load_upsampler


@pytest.fixture
def copy(tiny_weights, tmp_path):
    """A set of its own, to be spoilt."""
    base = tmp_path / "set"
    shutil.copytree(tiny_weights.base, base)
    names = ("upsampler", "hdr_lora", "scene_embeddings")
    return replace(tiny_weights, base=base, **{name: base / getattr(tiny_weights, name).name for name in names})


def rewrite(path, change=lambda tensors: None, **metadata):
    tensors = load_file(path)
    change(tensors)
    path.unlink()
    save_file(tensors, path, metadata or None)


def configure(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_it_lies_in_the_plan_s_precision_and_the_vae_in_float32(tiny_weights, whole):
    model = Model.load(tiny_weights, "cpu", replace(whole, storage="bf16"))
    assert {parameter.dtype for parameter in model.pipe.transformer.parameters()} == {torch.bfloat16}
    assert {parameter.dtype for parameter in model.upsample.latent_upsampler.parameters()} == {torch.bfloat16}
    assert {parameter.dtype for parameter in model.pipe.vae.parameters()} == {torch.float32}
    assert model.pipe.vae is model.upsample.vae
    assert model.pipe.text_encoder is model.pipe.tokenizer is model.pipe.connectors is model.pipe.vocoder is None


def test_bfloat16_makes_about_the_same_picture_and_no_bands(tiny_weights, model, whole, clip, lift):
    frames = clip(9, 64, 64)
    exact = lift(model, frames)
    plan = replace(whole, storage="bf16")
    made = lift(Model.load(tiny_weights, "cpu", plan), frames, plan=plan)
    assert np.abs(made - exact).mean() < 0.1 * exact.std()
    # Decoded in bfloat16 there would be at most 256 codes from 0.5 to 1.
    assert len(np.unique(made[made > 0.5])) > 5000


def test_a_model_of_a_lift_is_not_training(model):
    for part in (model.pipe.transformer, model.pipe.vae, model.upsample.latent_upsampler):
        assert not part.training


def test_nobody_is_asked(tiny_weights, whole, tmp_path):
    """With every way out closed, and a hub's address that would be noticed."""
    with socket.socket() as hub:
        hub.bind(("127.0.0.1", 0))
        hub.listen()
        hub.setblocking(False)
        code = """
import sys
from pathlib import Path
from bridge.engines.ltx.memory import DecodeTiles, MemoryPlan, RefineTiles
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.tiny import make_tiny
plan = MemoryPlan("fp32", "none", RefineTiles(), DecodeTiles(0, 0, 0, 0), 9)
Model.load(make_tiny(Path(sys.argv[1])), "cpu", plan)
"""
        home = {"HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": f"http://127.0.0.1:{hub.getsockname()[1]}"}
        proxy = dict.fromkeys(("http_proxy", "https_proxy"), home["HF_ENDPOINT"])
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_")} | home | proxy
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "set")], check=True, env=environment)
        with pytest.raises(BlockingIOError):
            hub.accept()
    assert not list((tmp_path / "hf").rglob("*.safetensors"))


def test_no_such_device(tiny_weights, whole):
    with pytest.raises(GpuUnavailable, match="cuda:7"):
        Model.load(tiny_weights, "cuda:7", whole)
    with pytest.raises(GpuUnavailable, match="gpu"):
        Model.load(tiny_weights, "gpu", whole)


@pytest.mark.parametrize("part", ["transformer", "vae", "audio_vae", "scheduler"])
def test_a_part_is_missing(copy, whole, part):
    shutil.rmtree(copy.base / part)
    with pytest.raises((WeightsDamaged, WeightsMissing)):
        Model.load(copy, "cpu", whole)


@pytest.mark.parametrize(
    "name", ["transformer/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "upsampler", "hdr", "scene"]
)
def test_a_file_is_cut_off(copy, whole, name):
    names = {"upsampler": copy.upsampler, "hdr": copy.hdr_lora, "scene": copy.scene_embeddings}
    path = names.get(name) or copy.base / f"{name}.safetensors"
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(WeightsDamaged):
        Model.load(copy, "cpu", whole)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"num_layers": "many"}', '{"_class_name": "Nonsense"}'])
def test_a_configuration_that_is_none(copy, whole, text):
    (copy.base / "transformer" / "config.json").write_text(text)
    with pytest.raises((WeightsDamaged, WeightsMismatched)):
        Model.load(copy, "cpu", whole)


def test_a_transformer_of_another_size_than_its_configuration(copy, whole):
    configure(copy.base / "transformer" / "config.json", attention_head_dim=16)
    with pytest.raises((WeightsMismatched, WeightsDamaged)):
        Model.load(copy, "cpu", whole)


def test_a_part_of_the_transformer_is_not_in_its_file(copy, whole):
    """diffusers fills in what is missing with random numbers, and says so in a log."""
    path = copy.base / "transformer" / "diffusion_pytorch_model.safetensors"
    rewrite(path, lambda tensors: tensors.pop("transformer_blocks.0.attn1.to_q.weight"), format="pt")
    with pytest.raises((WeightsMismatched, WeightsDamaged)):
        Model.load(copy, "cpu", whole)


@pytest.mark.parametrize(
    "metadata",
    [
        {"hdr_transform": "acescct", "reference_downscale_factor": "1"},
        {"hdr_transform": "logc3", "reference_downscale_factor": "2"},
        {},
    ],
    ids=["of 2.5", "half-size reference", "nothing said"],
)
def test_an_hdr_lora_that_makes_something_else(copy, whole, metadata):
    rewrite(copy.hdr_lora, **metadata)
    with pytest.raises(WeightsMismatched, match="HDR LoRA"):
        Model.load(copy, "cpu", whole)


@pytest.mark.parametrize(
    "values",
    [{"shift": 3.0}, {"use_karras_sigmas": True}, {"invert_sigmas": True}],
    ids=["shift", "karras", "invert"],
)
def test_a_scheduler_that_changes_the_steps(copy, whole, values):
    configure(copy.base / "scheduler" / "scheduler_config.json", **values)
    with pytest.raises(WeightsMismatched):
        Model.load(copy, "cpu", whole)


def test_the_undistilled_model_s_scheduler_is_set_right(copy, whole, model, clip, lift):
    """Its shifts, of which the distilled model must have none, are overruled."""
    configure(copy.base / "scheduler" / "scheduler_config.json", use_dynamic_shifting=True, shift_terminal=0.1)
    frames = clip(9, 64, 64)
    assert np.array_equal(lift(Model.load(copy, "cpu", whole), frames), lift(model, frames))


def test_steps_are_checked_in_each_call(model, clip, lift, every_other_step):
    with pytest.raises(WeightsMismatched, match="noise levels"):
        lift(model, clip(1, 64, 64))


@pytest.fixture
def every_other_step(model):
    """A scheduler that has been told to shift after it was checked."""
    scheduler = model.pipe.scheduler
    scheduler.register_to_config(shift_terminal=0.1)
    yield
    scheduler.register_to_config(shift_terminal=None)


def test_what_counts_as_the_same_steps(model):
    model.pipe.scheduler.set_timesteps(sigmas=list(LTX_2_3.first_sigmas))
    check_schedule(model.pipe.scheduler, LTX_2_3.first_sigmas)
    for other in (LTX_2_3.second_sigmas, (*LTX_2_3.first_sigmas[:-1], 0.4218), LTX_2_3.first_sigmas[::-1]):
        with pytest.raises(WeightsMismatched):
            check_schedule(model.pipe.scheduler, other)


def unbatched(tensors):
    tensors.update({name: tensor[0].clone() for name, tensor in tensors.items()})


def test_embeddings_without_a_batch_axis_make_the_same_one_clip(copy, whole, model, clip, lift):
    rewrite(copy.scene_embeddings, unbatched)
    frames = clip(9, 64, 64)
    assert np.array_equal(lift(Model.load(copy, "cpu", whole), frames), lift(model, frames))


def test_the_pipeline_itself_would_make_as_many_clips_as_there_are_words(tiny_weights, model):
    """Why the axis is put on: without it N embeddings are taken for N clips."""
    video, audio = (load_file(tiny_weights.scene_embeddings)[name][0] for name in ("video_context", "audio_context"))
    seen = []
    hook = model.pipe.transformer.register_forward_pre_hook(
        lambda _module, _args, kwargs: seen.append(kwargs["hidden_states"].shape[0]), with_kwargs=True
    )
    try:
        model.pipe(
            connector_video_embeds=video,
            connector_audio_embeds=audio,
            height=64,
            width=64,
            num_frames=9,
            num_inference_steps=1,
            sigmas=[1.0],
            output_type="latent",
        )
    except (RuntimeError, ValueError):
        pass
    finally:
        hook.remove()
    assert seen == [16]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda t: t.pop("audio_context"), WeightsMismatched),
        (lambda t: t.update(video_context=torch.zeros(1, 16, 8)), WeightsMismatched),
        (lambda t: t.update(audio_context=torch.zeros(1, 16, 16)), WeightsMismatched),
        (lambda t: t.update(video_context=torch.zeros(2, 16, 16)), WeightsMismatched),
        (lambda t: t.update(video_context=torch.zeros(16)), WeightsMismatched),
        (lambda t: t.update(video_context=torch.zeros(1, 0, 16)), WeightsMismatched),
        (lambda t: t["video_context"].fill_(torch.nan), WeightsDamaged),
    ],
    ids=["no audio", "narrow", "wide", "two", "flat", "empty", "nan"],
)
def test_embeddings_that_do_not_fit(copy, model, change, error):
    rewrite(copy.scene_embeddings, change)
    with pytest.raises(error, match=copy.scene_embeddings.name):
        read_embeddings(copy.scene_embeddings, model.pipe.transformer.config)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.pop("final_conv.bias"),
        lambda t: t.update({"more.weight": torch.zeros(1)}),
        lambda t: t.update({"initial_conv.weight": torch.zeros(64, 16, 3, 3, 3)}),
        lambda t: t.update({"upsampler.0.weight": torch.zeros(128, 64, 3, 3, 3)}),
        lambda t: t.update({"upsampler.conv.weight": t.pop("upsampler.0.weight")}),
    ],
    ids=["less", "more", "channels", "in time", "the resampler of 2.0"],
)
def test_an_upsampler_that_is_another(copy, change):
    rewrite(copy.upsampler, change)
    with pytest.raises(WeightsMismatched, match=copy.upsampler.name):
        load_upsampler(copy.upsampler, 8, torch.float32)


def test_the_real_upsampler_s_shape_is_told_by_its_tensors(tmp_path):
    """As `get_ltx2_spatial_latent_upsampler_config` of diffusers' conversion script has it, but narrow."""
    from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel

    real = LTX2LatentUpsamplerModel(
        in_channels=128, mid_channels=32, num_blocks_per_stage=4, dims=3, use_rational_resampler=False
    )
    path = tmp_path / "upsampler.safetensors"
    save_file(real.state_dict(), path)
    found = load_upsampler(path, 128, torch.float32)
    assert {key: found.config[key] for key in real.config if key[0] != "_"} == {
        key: value for key, value in real.config.items() if key[0] != "_"
    }
    latents = torch.randn(1, 128, 2, 3, 4)
    with torch.no_grad():
        assert torch.equal(found(latents), real.eval()(latents))


class Elsewhere(torch.nn.Module):
    """diffusers' positions, that notice where they are asked to work."""

    def __init__(self, inner) -> None:
        super().__init__()
        self.inner = inner
        self.double_precision = True
        self.asked = []

    def forward(self, coords, device=None):
        self.asked.append(torch.device(device))
        return self.inner(coords, device=device)


def test_positions_are_computed_where_double_precision_is_known(model):
    """With torch's device of tensors without values in Metal's place: work asked of it would give none."""
    from diffusers.models.transformers.transformer_ltx2 import LTX2AudioVideoRotaryPosEmbed

    inner = LTX2AudioVideoRotaryPosEmbed(dim=48, rope_type="split", num_attention_heads=2, double_precision=True)
    coords = model.pipe.transformer.rope.prepare_video_coords(1, 2, 2, 2, torch.device("cpu"), fps=24.0)
    wanted = inner(coords, device="cpu")
    hooked = Elsewhere(inner)
    compute_on_processor(hooked, torch.device("cpu"))
    assert all(torch.equal(a, b) for a, b in zip(hooked(coords, device=torch.device("meta")), wanted, strict=True))
    assert hooked.asked == [torch.device("cpu")]


def test_other_devices_compute_positions_themselves(model):
    place_positions(model.pipe.transformer, torch.device("cuda"))
    assert not any(module._forward_pre_hooks for module in model.pipe.transformer.modules())
    transformer = torch.nn.ModuleList([Elsewhere(torch.nn.Identity()), torch.nn.Linear(1, 1)])
    place_positions(transformer, torch.device("mps"))
    assert [len(module._forward_pre_hooks) for module in transformer] == [1, 0]


def test_after_closing_nothing_is_held(tiny_weights, whole):
    import gc
    import weakref

    model = Model.load(tiny_weights, "cpu", whole)
    held = weakref.ref(model.pipe.transformer)
    model.close()
    gc.collect()
    assert held() is None
