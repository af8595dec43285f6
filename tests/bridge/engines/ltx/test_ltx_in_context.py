"""Clips made anew, on the tiny model: against diffusers' own classes called by hand, cancelled, short of memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.domain.errors import GpuTooSmall, JobCancelled, RequestError, WeightsDamaged
from bridge.engines.ltx.in_context.recipe import IN_CONTEXT_2_3
from bridge.engines.ltx.memory import DecodeTiles

RECIPE = IN_CONTEXT_2_3
PROMPT = "a brick wall"
RATE = 25.0


@pytest.fixture(scope="session")
def sets(tmp_path_factory):
    from bridge.engines.ltx.in_context.tiny import make_tiny_in_context

    home = tmp_path_factory.mktemp("sets")
    make_tiny_in_context(home)
    return home


def context(sets, prompt=PROMPT):
    import torch

    from bridge.engines.ltx.in_context.text import read_prompt

    return read_prompt(sets / RECIPE.text_set, prompt, torch.device("cpu"), torch.float32)


def lora_of(sets, kind):
    if kind == "filled":
        return sets / RECIPE.inpaint_set / RECIPE.inpaint_file
    return sets / RECIPE.control_set / RECIPE.control_file


@pytest.fixture
def make(model, whole, sets):
    from bridge.engines.ltx.in_context.making import Filled, make_frames

    def run(work, prompt=PROMPT, **more):
        kind = "filled" if isinstance(work, Filled) else "guided"
        settings = {"rate": RATE, "seed": 11, "plan": whole, "tell": lambda _step: None} | more
        return np.stack(list(make_frames(model, work, context(sets, prompt), lora_of(sets, kind), **settings)))

    return run


def mask_of(frames, height, width):
    mask = np.zeros((frames, height, width), np.uint8)
    mask[:, height // 4 : height // 2, width // 4 : width // 2] = 255
    return mask


def filled(clip, frames, height, width, **more):
    from bridge.engines.ltx.in_context.making import Filled

    return Filled(clip(frames, height, width), mask_of(frames, height, width), **({"grown": 4} | more))


def guided(clip, frames, height, width, **more):
    from bridge.engines.ltx.in_context.making import Guided

    return Guided(clip(frames, height, width), 2, **more)


@pytest.fixture
def by_hand(tiny_weights, sets):
    """diffusers' own pipeline, with its text encoder and connectors in it, loaded as its documentation does."""
    import torch
    from diffusers import LTX2InContextPipeline, LTX2LatentUpsamplePipeline
    from diffusers.models.autoencoders.autoencoder_kl_ltx2 import AutoencoderKLLTX2Video
    from diffusers.models.autoencoders.autoencoder_kl_ltx2_audio import AutoencoderKLLTX2Audio
    from diffusers.models.transformers.transformer_ltx2 import LTX2VideoTransformer3DModel
    from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
    from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
    from transformers import Gemma3ForConditionalGeneration, GemmaTokenizer

    from bridge.engines.ltx.upsampler import load_upsampler

    base, text = tiny_weights.base, sets / RECIPE.text_set
    vae = AutoencoderKLLTX2Video.from_pretrained(base / "vae")
    pipe = LTX2InContextPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler.from_pretrained(
            base / "scheduler", use_dynamic_shifting=False, shift_terminal=None
        ),
        vae=vae,
        audio_vae=AutoencoderKLLTX2Audio.from_pretrained(base / "audio_vae"),
        text_encoder=Gemma3ForConditionalGeneration.from_pretrained(text / "text_encoder"),
        tokenizer=GemmaTokenizer.from_pretrained(text / "tokenizer"),
        connectors=LTX2TextConnectors.from_pretrained(text / "connectors"),
        transformer=LTX2VideoTransformer3DModel.from_pretrained(base / "transformer"),
        vocoder=None,
    )
    pipe.set_progress_bar_config(disable=True)
    upsampler = load_upsampler(tiny_weights.upsampler, vae.config["latent_channels"], torch.float32)
    return pipe, LTX2LatentUpsamplePipeline(vae=vae, latent_upsampler=upsampler)


def call(pipe, sigmas, seed, frames, height, width, **more):
    import torch

    return pipe(
        prompt=PROMPT,
        height=height,
        width=width,
        num_frames=frames,
        frame_rate=RATE,
        sigmas=list(sigmas),
        num_inference_steps=len(sigmas),
        guidance_scale=1.0,
        stg_scale=0.0,
        modality_scale=1.0,
        guidance_rescale=0.0,
        audio_guidance_scale=1.0,
        audio_stg_scale=0.0,
        audio_modality_scale=1.0,
        audio_guidance_rescale=0.0,
        generator=torch.Generator("cpu").manual_seed(seed),
        output_type="latent",
        return_dict=False,
        **more,
    )


def decoded(pipe, latents):
    import torch

    with torch.no_grad():
        pictures = pipe.vae.decode(latents, None, return_dict=False)[0]
    return (pictures[0].permute(1, 2, 3, 0) * 0.5 + 0.5).clamp(0, 1).numpy()


def test_a_reference_video_is_diffusers_own_bit_by_bit(make, by_hand, sets, clip):
    import torch
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

    from bridge.engines.ltx.in_context.making import Key
    from bridge.engines.ltx.in_context.pictures import fitted, halved

    frames, height, width = 9, 128, 256
    control, key = clip(frames, height, width), clip(1, height, width, seed=4)[0]
    pipe, upsample = by_hand
    pipe.load_lora_weights(str(lora_of(sets, "guided")))
    # Means of two by two pixels, twice: the first stage is half as large, and its reference half of that.
    planes = control.astype(np.float64) / 255
    quarter = planes.reshape(frames, height // 4, 4, width // 4, 4, 3).mean((2, 4))
    reference = torch.nn.functional.avg_pool2d(halved(control), 2)
    assert np.abs(reference.permute(0, 2, 3, 1).numpy() - quarter).max() < 1e-6
    small = fitted(key, width // 2, height // 2)
    video, audio = call(
        pipe,
        RECIPE.first_sigmas,
        11,
        frames,
        height // 2,
        width // 2,
        reference_conditions=[LTX2ReferenceCondition(reference)],
        reference_downscale_factor=2,
        conditions=[LTX2VideoCondition(small, 0, 0.8)],
    )
    large = upsample(latents=video, output_type="latent", return_dict=False)[0]
    pipe.unload_lora_weights()
    video, _ = call(
        pipe,
        RECIPE.second_sigmas,
        12,
        frames,
        height,
        width,
        latents=large,
        audio_latents=audio,
        conditions=[LTX2VideoCondition(key, 0, 0.8)],
    )
    expected = decoded(pipe, video)
    made = make(guided(lambda *_: control, frames, height, width, keys=(Key(key, "first", 0.8),)))
    assert np.array_equal(made, expected)


def test_a_hole_is_filled_as_diffusers_own_classes_do_it_bit_by_bit(make, by_hand, sets, clip):
    import torch
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

    from bridge.engines.ltx.in_context.pictures import fade, halved

    frames, height, width, grown = 9, 128, 192, 4
    work = filled(clip, frames, height, width, grown=grown)
    pipe, _ = by_hand
    pipe.load_lora_weights(str(lora_of(sets, "filled")))
    clip_half, mask_half = halved(work.clip), halved(work.mask)
    rows, columns = slice(height // 8, height // 4), slice(width // 8, width // 4)
    hole = np.zeros((height // 2, width // 2), bool)
    hole[rows.start - grown : rows.stop + grown, columns.start - grown : columns.stop + grown] = True
    reference = clip_half.clone()
    reference[:, :, torch.from_numpy(hole)] = torch.tensor([102, 255, 0], dtype=torch.float32)[:, None] / 255
    video, audio = call(
        pipe,
        RECIPE.first_sigmas,
        11,
        frames,
        height // 2,
        width // 2,
        reference_conditions=[LTX2ReferenceCondition(reference)],
    )
    # The weight is 1 inside the mask, 0 beyond what it was grown by, and a straight line between the two.
    inner = np.zeros((height // 2, width // 2))
    inner[rows.start - 2 : rows.stop + 2, columns.start - 2 : columns.stop + 2] = 1
    padded = np.pad(inner, 2, mode="edge")
    straight = sum(padded[y : y + height // 2, x : x + width // 2] for y in range(5) for x in range(5)) / 25
    weight = fade(mask_half, grown)
    assert np.abs(weight.numpy() - straight).max() < 1e-6
    assert straight[rows, columns].min() == 1
    assert straight[~hole].max() == 0
    made_half = torch.from_numpy(decoded(pipe, video)).permute(0, 3, 1, 2)
    mixed = torch.lerp(clip_half, made_half, weight)
    large = torch.nn.functional.interpolate(mixed, scale_factor=2, mode="bicubic").clamp(0, 1)
    large = (large * 255).round() / 255
    vae = pipe.vae
    with torch.no_grad():
        begun = vae.encode((large * 2 - 1).transpose(0, 1)[None]).latent_dist.mode()
    # Latents are kept as the transformer takes them.
    begun = pipe._normalize_latents(begun, vae.latents_mean, vae.latents_std)
    begun = pipe._denormalize_latents(begun, vae.latents_mean, vae.latents_std)
    video, _ = call(pipe, RECIPE.inpaint_second_sigmas, 12, frames, height, width, latents=begun, audio_latents=audio)
    assert np.array_equal(make(work), decoded(pipe, video))


def test_the_lift_after_it_is_bit_by_bit_the_lift_before_it(model, make, lift, clip, tmp_path):
    import torch
    from safetensors.torch import save_file

    from bridge.engines.ltx.loras import UserLora
    from bridge.engines.ltx.tiny import lora_tensors

    torch.manual_seed(3)
    save_file(lora_tensors(), tmp_path / "user.safetensors")
    frames = clip(9, 64, 64)
    plain = lift(model, frames)
    model.use_loras([UserLora(tmp_path / "user.safetensors", 0.7)])
    before = lift(model, frames)
    assert not np.array_equal(plain, before)
    with_user = make(filled(clip, 9, 64, 64))
    make(guided(clip, 9, 64, 64))
    assert np.array_equal(lift(model, frames), before)
    model.use_loras([])
    assert np.array_equal(lift(model, frames), plain)
    assert np.array_equal(make(filled(clip, 9, 64, 64)), with_user)


@pytest.mark.parametrize(
    ("storage", "offload"),
    [("bf16", "none"), ("fp8", "none"), ("fp8", "model"), ("bf16", "group"), ("fp8", "sequential")],
)
def test_however_the_model_is_laid_out(tiny_weights, whole, sets, lift, clip, storage, offload):
    """On the processor, where weights have nowhere to go; what a card does with them is another matter."""
    import torch

    from bridge.engines.ltx.in_context.making import make_frames
    from bridge.engines.ltx.in_context.pipe import compute_type
    from bridge.engines.ltx.in_context.text import read_prompt
    from bridge.engines.ltx.model import Model

    plan, frames = replace(whole, storage=storage, offload=offload), clip(9, 64, 64)
    model = Model.load(tiny_weights, "cpu", plan)
    prompt = read_prompt(sets / RECIPE.text_set, PROMPT, torch.device("cpu"), compute_type(plan))

    def make(work, kind):
        settings = {"rate": RATE, "seed": 11, "plan": plan, "tell": lambda _step: None}
        return np.stack(list(make_frames(model, work, prompt, lora_of(sets, kind), **settings)))

    before = lift(model, frames, plan=plan)
    for work, kind in ((filled(clip, 9, 64, 64), "filled"), (guided(clip, 9, 64, 64), "guided")):
        made = make(work, kind)
        assert np.isfinite(made).all()
        assert np.array_equal(make(work, kind), made)
    assert np.array_equal(lift(model, frames, plan=plan), before)


def test_a_lora_of_values_that_are_no_numbers_is_refused_and_gone(model, whole, sets, clip, tmp_path, lift):
    import torch
    from safetensors.torch import load_file, save_file

    from bridge.engines.ltx.in_context.making import make_frames

    tensors = load_file(lora_of(sets, "filled"))
    first = next(iter(tensors))
    tensors[first] = torch.full_like(tensors[first], float("nan"))
    save_file(tensors, tmp_path / "lora.safetensors")
    before = lift(model, clip(1, 64, 64))
    settings = {"rate": RATE, "seed": 1, "plan": whole, "tell": lambda _step: None}
    with pytest.raises(WeightsDamaged, match="no numbers"):
        next(make_frames(model, filled(clip, 1, 64, 64), context(sets), tmp_path / "lora.safetensors", **settings))
    assert np.array_equal(lift(model, clip(1, 64, 64)), before)


@pytest.mark.parametrize("kind", [filled, guided])
@pytest.mark.parametrize(("frames", "height", "width"), [(1, 64, 64), (9, 65, 129), (10, 50, 70), (17, 17, 33)])
def test_any_length_and_size_come_out_as_they_went_in(make, clip, kind, frames, height, width):
    made = make(kind(clip, frames, height, width))
    assert made.shape == (frames, height, width, 3)
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert made.min() >= 0
    assert made.max() <= 1
    assert made.std() > 0


@pytest.mark.parametrize("kind", [filled, guided])
def test_seed_prompt_and_what_guides_all_count(make, clip, kind):
    work = kind(clip, 9, 64, 64)
    made = make(work)
    assert np.array_equal(make(work), made)
    for other in (make(work, seed=12), make(work, prompt=""), make(work, prompt="a meadow")):
        assert not np.array_equal(other, made)
    assert not np.array_equal(make(kind(lambda *_: 255 - clip(9, 64, 64), 9, 64, 64)), made)


def test_how_strongly_a_control_video_holds_counts(make, clip):
    made = [make(guided(clip, 9, 64, 64, hold=hold)) for hold in (1.0, 0.6, 0.3, 0.0)]
    apart = [[float(np.abs(a - b).mean()) for b in made] for a in made]
    # The farther apart two values are, the farther the pictures.
    assert 0 < apart[0][1] < apart[0][2] < apart[0][3]
    assert 0 < apart[3][2] < apart[3][1]


def test_pictures_may_stand_at_three_places(make, clip):
    from bridge.engines.ltx.in_context.making import Key

    key = clip(1, 40, 90, seed=9)[0]
    plain = make(guided(clip, 17, 64, 64))
    made = [make(guided(clip, 17, 64, 64, keys=[Key(key, place)])) for place in ("first", "middle", "last")]
    for number, pictures in enumerate(made):
        assert not np.array_equal(pictures, plain)
        assert all(not np.array_equal(pictures, other) for other in made[number + 1 :])
    # One frame has one latent: the first of them is taken.
    single = [Key(key, "first"), Key(255 - key, "last")]
    assert np.array_equal(make(guided(clip, 1, 64, 64, keys=single)), make(guided(clip, 1, 64, 64, keys=single[:1])))


def test_more_than_the_model_is_trained_for_is_refused(make, clip):
    with pytest.raises(RequestError, match="more than the model makes at once"):
        make(guided(lambda *_: np.zeros((1, 8, 2049, 3), np.uint8), 1, 8, 2049))


@pytest.mark.parametrize("kind", [filled, guided])
def test_cancelled_at_every_step_the_model_can_be_used_again(model, make, lift, clip, kind):
    work, frames = kind(clip, 9, 64, 64), clip(9, 64, 64)
    told, before, lifted = [], make(work), lift(model, frames)
    make(work, tell=told.append)
    for stop in range(len(told)):
        heard = []

        def tell(step, heard=heard, stop=stop):
            heard.append(step)
            if len(heard) > stop:
                raise JobCancelled("The job was cancelled.")

        with pytest.raises(JobCancelled):
            make(work, tell=tell)
        assert len(heard) == stop + 1
        assert set(model.pipe.transformer.peft_config) == {"hdr"}
    assert np.array_equal(make(work), before)
    assert np.array_equal(lift(model, frames), lifted)


def test_frames_that_nobody_takes_leave_nothing_behind(model, whole, sets, clip):
    from bridge.engines.ltx.in_context.making import make_frames

    frames = make_frames(
        model,
        filled(clip, 9, 64, 64),
        context(sets),
        lora_of(sets, "filled"),
        rate=RATE,
        seed=1,
        plan=whole,
        tell=lambda _step: None,
    )
    next(frames)
    assert model.pipe.get_active_adapters() == ["hdr"]
    frames.close()


class SmallCard:
    """Raises what a card raises that cannot hold more than so many pixels at once in the VAE."""

    def __init__(self, vae, most):
        self._decode, self._vae, self._most = vae.decode, vae, most
        self.failures = 0

    def __enter__(self):
        import torch

        def decode(latents, *arguments, **more):
            if latents.shape[2] * latents.shape[3] * latents.shape[4] > self._most:
                self.failures += 1
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
            return self._decode(latents, *arguments, **more)

        self._vae.decode = decode
        return self

    def __exit__(self, *_):
        del self._vae.decode


def test_short_of_memory_it_goes_on_in_smaller_pieces_and_says_so(model, make, clip, whole):
    told = []
    work = filled(clip, 33, 64, 64)
    with SmallCard(model.pipe.vae, 3 * 2 * 2) as card:
        made = make(work, tell=told.append, plan=replace(whole, decode=DecodeTiles(0, 0, 0, 0)))
    assert card.failures
    assert made.shape == (33, 64, 64, 3)
    assert any("memory was short" in step.note for step in told)
    with SmallCard(model.pipe.vae, 0), pytest.raises(GpuTooSmall):
        make(work)
    assert model.pipe.get_active_adapters() == ["hdr"]


def test_a_stage_without_memory_is_begun_again(tiny_weights, whole, sets, lift, clip):
    import torch

    from bridge.engines.ltx.in_context.making import make_frames
    from bridge.engines.ltx.model import Model

    plan, told, calls = replace(whole, storage="bf16", can_cast=True), [], 0
    model = Model.load(tiny_weights, "cpu", plan)
    before = lift(model, clip(1, 64, 64), plan=plan)

    def fail_once(_module, _arguments):
        nonlocal calls
        calls += 1
        if calls == 10:  # the second stage, which is not made in tiles
            raise torch.OutOfMemoryError("CUDA out of memory.")

    text = context(sets)
    text = type(text)(text.video.bfloat16(), text.audio.bfloat16(), text.mask)
    settings = {"rate": RATE, "seed": 11, "plan": plan, "tell": told.append}
    with model.pipe.transformer.register_forward_pre_hook(fail_once):
        made = np.stack(list(make_frames(model, guided(clip, 9, 64, 64), text, lora_of(sets, "guided"), **settings)))
    assert calls == 8 + 3 + 2
    assert np.isfinite(made).all()
    (note,) = [step.note for step in told if step.note]
    assert "tiles" not in note
    assert model.pipe.get_active_adapters() == ["hdr"]
    model.apply(plan)
    assert np.array_equal(lift(model, clip(1, 64, 64), plan=plan), before)


def test_sound_that_is_given_to_diffusers_is_replaced_by_noise(by_hand, sets):
    """Why audio to video is not offered: two sounds that differ give the same pictures, and neither comes back."""
    import torch

    pipe, _ = by_hand
    _, audio = call(pipe, RECIPE.first_sigmas, 3, 9, 64, 64)
    quiet, loud = torch.zeros_like(audio), torch.ones_like(audio) * 3
    first, heard = call(pipe, RECIPE.first_sigmas, 3, 9, 64, 64, audio_latents=quiet)
    second, _ = call(pipe, RECIPE.first_sigmas, 3, 9, 64, 64, audio_latents=loud)
    assert torch.equal(first, second)
    assert not torch.allclose(heard, quiet, atol=0.05)


def test_prompts_are_read_once_and_an_empty_one_is_a_prompt(sets, by_hand, monkeypatch):
    import torch

    from bridge.engines.ltx.in_context import text

    pipe, _ = by_hand
    text.read_prompt.cache_clear()
    loads = []
    load = text._load
    monkeypatch.setattr(text, "_load", lambda *given: loads.append(given) or load(*given))
    for prompt in ("", PROMPT, "  多雨的街道 🌧 ", "x" * 5000, "", PROMPT):
        found = context(sets, prompt)
        with torch.no_grad():
            states, mask, *_ = pipe.encode_prompt(prompt, do_classifier_free_guidance=False, device="cpu")
            video, audio, mask = pipe.connectors(states, mask, padding_side="left")
        assert torch.equal(found.video, video)
        assert torch.equal(found.audio, audio)
        assert torch.equal(found.mask, mask)
    assert len(loads) == 4


def test_nothing_of_the_text_encoder_stays(sets):
    import gc

    from transformers import Gemma3ForConditionalGeneration

    def here():
        gc.collect()
        return sum(type(each) is Gemma3ForConditionalGeneration for each in gc.get_objects())

    before = here()
    context(sets, "a prompt that nobody has asked for yet")
    assert here() == before


def test_a_text_set_that_is_not_whole_is_damaged(sets, tmp_path):
    import shutil

    import torch

    from bridge.engines.ltx.in_context.text import PARTS, read_prompt

    for part in PARTS:
        shutil.copytree(sets / RECIPE.text_set, tmp_path / part)
        shutil.rmtree(tmp_path / part / part)
        with pytest.raises(WeightsDamaged, match="text encoder"):
            read_prompt(tmp_path / part, PROMPT, torch.device("cpu"), torch.float32)
