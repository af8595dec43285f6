"""LoRAs of users: which fit, why the others do not, and that they are gone after their job."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers.loaders.lora_conversion_utils import _convert_non_diffusers_ltx2_lora_to_diffusers
from safetensors.torch import load_file, save_file

from bridge.domain.errors import WeightsDamaged, WeightsMismatched, WeightsMissing
from bridge.engines.ltx.loras import UserLora, _name_in_diffusers, check_lora
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.tiny import lora_tensors


@pytest.fixture
def lora(tmp_path):
    def write(name: str = "style.safetensors", tensors=None, metadata=None, seed: int = 0, **sizes) -> Path:
        torch.manual_seed(seed)
        path = tmp_path / name
        save_file(lora_tensors(**sizes) if tensors is None else tensors, path, metadata)
        return path

    return write


@pytest.fixture
def check(tiny_weights):
    return lambda path: check_lora(path, tiny_weights, LTX_2_3)


def test_a_lora_that_fits(lora, check):
    check(lora())
    check(lora("rank_1.safetensors", rank=1))
    # As diffusers and PEFT save them.
    check(lora("b.safetensors", {k.replace("diffusion_model", "transformer"): v for k, v in lora_tensors().items()}))
    check(lora("c.safetensors", {k.replace(".weight", ".default.weight"): v for k, v in lora_tensors().items()}))
    check(lora("d.safetensors", metadata={"base_model": "ltx-2.3-22b", "format": "pt"}))


@pytest.mark.parametrize(
    ("name", "metadata", "words"),
    [
        ("sdr-to-hdr.safetensors", {"hdr_transform": "acescct"}, "acescct"),
        ("other.safetensors", {"hdr_transform": "logc3", "reference_downscale_factor": "1"}, "HDR LoRA itself"),
        ("ltx-2.5-22b-style.safetensors", {}, "LTX-2.5"),
        ("style.safetensors", {"base": "Lightricks/LTX-2.5"}, "LTX-2.5"),
        ("ltx-2-19b-lora-camera-control-static.safetensors", {}, "smaller LTX model"),
        ("style.safetensors", {"ss_base_model_version": "ltx2-19b"}, "smaller LTX model"),
        ("ltx-2.3-22b-distilled-lora-384-1.1.safetensors", {}, "distilled"),
        ("union.safetensors", {"reference_downscale_factor": "2"}, "reference"),
    ],
)
def test_what_is_made_for_something_else_is_refused_by_name(lora, check, name, metadata, words):
    """All of them have layers of the right sizes: they would load, and make wrong pictures."""
    with pytest.raises(WeightsMismatched, match=words) as caught:
        check(lora(name, metadata=metadata or None))
    assert name in caught.value.sentence


def changed(change):
    tensors = lora_tensors()
    change(tensors)
    return tensors


A, B = (f"diffusion_model.transformer_blocks.0.attn1.to_q.lora_{half}.weight" for half in "AB")


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        (lambda: lora_tensors(width=32), "another model"),
        (lambda: lora_tensors(layers=3), "layers"),
        (lambda: changed(lambda t: t.pop(B)), "pair"),
        (lambda: changed(lambda t: t.update({B: torch.zeros(16, 8)})), "pair"),
        (lambda: changed(lambda t: t.update({A.replace("lora_A.weight", "alpha"): torch.ones(1)})), "no plain LoRA"),
        (lambda: changed(lambda t: t.update({A.replace("lora_A.weight", "dora_scale"): torch.ones(16)})), "no plain"),
        (
            lambda: changed(lambda t: t.update({k.replace("to_q", "to_gates"): t[k].clone() for k in (A, B)})),
            "no layer of this model",
        ),
        (
            lambda: changed(lambda t: t.update({k.replace("to_q", "norm_q"): t[k].clone() for k in (A, B)})),
            "no layer of this model",
        ),
        (lambda: {"lora_unet_blocks_0.lora_down.weight": torch.zeros(4, 16)}, "no LoRA for LTX-2"),
        (lambda: {"weight": torch.zeros(1)}, "no LoRA for LTX-2"),
        (lambda: changed(lambda t: t.update({A.replace("diffusion_model", "transformer"): t.pop(A)})), "two ways"),
    ],
    ids=["width", "layers", "half", "rank", "alpha", "dora", "unknown", "norm", "kohya", "nothing", "mixed"],
)
def test_what_would_be_left_out_or_fail_is_refused(lora, check, tensors, words):
    with pytest.raises(WeightsMismatched, match=words):
        check(lora(tensors=tensors()))


def test_files_that_are_none(tmp_path, lora, check):
    with pytest.raises(WeightsMissing):
        check(tmp_path / "nowhere.safetensors")
    whole = lora()
    for cut in (0, 7, 100, whole.stat().st_size - 1):
        short = tmp_path / "short.safetensors"
        short.write_bytes(whole.read_bytes()[:cut])
        with pytest.raises(WeightsDamaged):
            check(short)


def test_the_check_loads_no_torch(tiny_weights, lora):
    code = """
import json, sys
from pathlib import Path
from bridge.engines.ltx.loras import check_lora
from bridge.engines.ltx.parameters import read_parameters
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import Weights
base, lora = map(Path, sys.argv[1:])
check_lora(lora, Weights(base, base, base, base), LTX_2_3)
read_parameters({"loras": [{"path": str(lora)}]})
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    arguments = [sys.executable, "-c", code, str(tiny_weights.base), str(lora())]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert not {"torch", "safetensors", "diffusers", "transformers", "peft"} & set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "layer",
    [
        "patchify_proj",
        "audio_patchify_proj",
        "adaln_single.emb.timestep_embedder.linear_1",
        "audio_adaln_single.linear",
        "prompt_adaln_single.linear",
        "audio_prompt_adaln_single.linear",
        "av_ca_video_scale_shift_adaln_single.linear",
        "av_ca_audio_scale_shift_adaln_single.linear",
        "av_ca_a2v_gate_adaln_single.linear",
        "av_ca_v2a_gate_adaln_single.linear",
        "transformer_blocks.1.audio_to_video_attn.to_out.0",
        "transformer_blocks.1.attn1.to_gate_logits",
        "proj_out",
    ],
)
def test_layers_have_the_names_that_diffusers_gives_them(tiny_weights, model, layer):
    key = f"diffusion_model.{layer}.lora_A.weight"
    (theirs,) = _convert_non_diffusers_ltx2_lora_to_diffusers({key: torch.zeros(1, 1)})
    assert theirs == f"transformer.{_name_in_diffusers(layer)}.lora_A.weight"
    module = model.pipe.transformer.get_submodule(_name_in_diffusers(layer))
    assert module.weight.ndim == 2


def test_a_lora_counts_as_much_as_its_scale_says(model, lora, clip, lift):
    frames = clip(9, 64, 64)
    plain = lift(model, frames)
    style = lora()
    seen = [plain]
    for scale in (0.5, 1.0, -1.0):
        model.use_loras([UserLora(style, scale)])
        assert model.pipe.get_active_adapters() == ["hdr", "user0"]
        seen.append(lift(model, frames))
    assert all(not np.array_equal(a, b) for n, a in enumerate(seen) for b in seen[:n])
    model.use_loras([UserLora(style, 0.0)])
    assert np.array_equal(lift(model, frames), plain)


def test_scaling_is_by_hand_the_sum_of_the_matrices(model, lora):
    """W x + s B A x, computed from the file."""
    one, two = lora("one.safetensors", seed=1), lora("two.safetensors", seed=2)
    layer = model.pipe.transformer.transformer_blocks[0].attn1.to_q
    x = torch.randn(5, 16)
    with torch.no_grad():
        before = layer(x)
        model.use_loras([UserLora(one, 0.5), UserLora(two, 2.0)])
        after = layer(x)
        wanted = before.clone()
        for path, scale in ((one, 0.5), (two, 2.0)):
            tensors = load_file(path)
            wanted += scale * (x @ tensors[A].T @ tensors[B].T)
    assert torch.allclose(after, wanted, atol=1e-5)
    assert not torch.allclose(after, before, atol=1e-3)


def test_they_are_replaced_between_jobs_and_gone_after(model, lora, clip, lift):
    frames = clip(9, 64, 64)
    plain = lift(model, frames)
    paths = [lora(f"{n}.safetensors", seed=n) for n in range(3)]
    model.use_loras([UserLora(path) for path in paths])
    all_three = lift(model, frames)
    model.use_loras([UserLora(paths[2])])
    assert not np.array_equal(lift(model, frames), all_three)
    assert set(model.pipe.transformer.peft_config) == {"hdr", "user0"}
    model.use_loras([])
    assert np.array_equal(lift(model, frames), plain)
    assert set(model.pipe.transformer.peft_config) == {"hdr"}


def test_at_most_three(model, lora):
    paths = [lora(f"{n}.safetensors") for n in range(4)]
    with pytest.raises(WeightsMismatched, match="At most 3"):
        model.use_loras([UserLora(path) for path in paths])


def test_a_file_that_has_changed_under_its_name_is_read_again(model, lora, clip, lift):
    frames = clip(9, 64, 64)
    model.use_loras([UserLora(lora(seed=1))])
    first = lift(model, frames)
    model.use_loras([UserLora(lora(seed=2, rank=2))])
    assert not np.array_equal(lift(model, frames), first)


def test_a_refused_one_leaves_the_model_without_any(model, lora, clip, lift):
    frames = clip(9, 64, 64)
    plain = lift(model, frames)
    model.use_loras([UserLora(lora("good.safetensors"))])
    broken = lora_tensors()
    broken[A][0, 0] = torch.nan
    for bad in (
        lora("ltx-2.5-style.safetensors"),
        lora("broken.safetensors", broken),
        lora("gone.safetensors").with_name("nowhere.safetensors"),
    ):
        with pytest.raises((WeightsMismatched, WeightsDamaged, WeightsMissing)):
            model.use_loras([UserLora(lora("good.safetensors")), UserLora(bad)])
        assert set(model.pipe.transformer.peft_config) == {"hdr"}
        assert np.array_equal(lift(model, frames), plain)


@pytest.mark.parametrize(("storage", "offload"), [("fp8", "none"), ("bf16", "sequential"), ("fp8", "group")])
def test_they_come_and_go_however_the_model_is_laid_out(tiny_weights, whole, lora, clip, lift, storage, offload):
    """Hooks that cast and move weights hold on to layers; a LoRA puts new ones between."""
    frames = clip(1, 64, 64)
    plain_plan = replace(whole, storage="bf16")
    plan = replace(plain_plan, storage=storage, offload=offload)
    model = Model.load(tiny_weights, "cpu", plain_plan)
    style = UserLora(lora())
    plain = lift(model, frames, plan=plain_plan)
    model.use_loras([style])
    styled = lift(model, frames, plan=plain_plan)
    difference = np.abs(styled - plain).mean()
    made = lift(model, frames, plan=plan)
    assert np.abs(made - styled).mean() < 0.2 * difference
    model.use_loras([])
    assert np.abs(lift(model, frames, plan=plan) - plain).mean() < 0.2 * difference
    model.use_loras([style])
    assert np.array_equal(lift(model, frames, plan=plan), made)
    assert np.array_equal(lift(model, frames, plan=plain_plan), styled)
    model.use_loras([])
    assert np.array_equal(lift(model, frames, plan=plain_plan), plain)
