"""Memory that ends in the middle of the work, and cards that go away."""

from __future__ import annotations

import gc
import weakref
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from bridge.domain.errors import GpuLost, GpuTooSmall, JobCancelled
from bridge.engines.ltx.faults import card_watched, is_out_of_memory
from bridge.engines.ltx.ladder import next_smaller
from bridge.engines.ltx.lifting import lift_frames
from bridge.engines.ltx.loras import UserLora
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.tiny import lora_tensors

NO_MEMORY = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB"


class SmallCard:
    """Parts of the model that hold so much at once, and raise what a card raises beyond."""

    def __init__(self, error: type[RuntimeError] = torch.OutOfMemoryError, words: str = NO_MEMORY) -> None:
        self.error, self.words = error, words
        self.refused = 0

    @contextmanager
    def holding(self, module, limit: int, size):
        def weigh(_module, args, kwargs):
            if size(args, kwargs) > limit:
                self.refused += 1
                raise self.error(self.words)

        hook = module.register_forward_pre_hook(weigh, with_kwargs=True)
        try:
            yield self
        finally:
            hook.remove()


def tokens(_args, kwargs) -> int:
    return kwargs["hidden_states"].shape[1]


def latents(args, _kwargs) -> int:
    return args[0].shape[2] * args[0].shape[3] * args[0].shape[4]


def pixels(args, _kwargs) -> int:
    return args[0].shape[2] * args[0].shape[3] * args[0].shape[4]


def notes(told):
    return [step for step in told if step.note]


def descended(plan, stage, steps):
    for _ in range(steps):
        plan, _ = next_smaller(plan, stage)
    return plan


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (torch.OutOfMemoryError, NO_MEMORY),
        (RuntimeError, "MPS backend out of memory (MPS allocated: 9.05 GB, max allowed: 9.07 GB)"),
        (RuntimeError, "CUDA error: out of memory"),
        (RuntimeError, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        (RuntimeError, "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory"),
    ],
    ids=["torch", "mps", "cuda", "cublas", "cpu"],
)
def test_the_second_stage_goes_on_in_tiles(model, clip, lift, whole, error, words):
    """A clip of 2 x 44 latents, and a card that holds 30 columns of it with those that guide it. The picture is that
    of the smaller plan from the beginning: what ran before the memory ended leaves nothing behind.
    """
    told = []
    frames = clip(1, 64, 1408)
    card = SmallCard(error, words)
    with card.holding(model.pipe.transformer, 2 * 2 * 30, tokens):
        made = lift(model, frames, tell=told.append)
    assert card.refused > 0
    assert [step.stage for step in notes(told)] == ["stage2"] * card.refused
    assert all("tiles of" in step.note and step.done == 0 for step in notes(told))
    # What was done before stays done.
    assert [step.done for step in told if step.stage == "stage1"] == list(range(9))
    assert np.array_equal(made, lift(model, frames, plan=descended(whole, "stage2", card.refused)))


def test_decoding_goes_on_in_tiles(model, clip, lift):
    told = []
    frames = clip(9, 64, 1344)
    card = SmallCard()
    with card.holding(model.pipe.vae.decoder, 2 * 2 * 24, latents):
        made = lift(model, frames, tell=told.append)
    assert made.shape == frames.shape
    assert [step.stage for step in notes(told)] == ["decode"] * card.refused
    assert "pixels" in notes(told)[-1].note


def test_the_reference_is_encoded_in_tiles(model, clip, lift):
    told = []
    frames = clip(1, 128, 1344)
    with SmallCard().holding(model.pipe.vae.encoder, 128 * 800, pixels):
        made = lift(model, frames, tell=told.append)
    assert made.shape == frames.shape
    assert {step.stage for step in notes(told)} == {"encode"}


def test_memory_that_ends_after_frames_were_given(model, clip, whole):
    """As when another program takes it: the next frame is the next one, none twice and none left out."""
    frames = clip(41, 64, 64)
    plan = replace(whole, decode=replace(whole.decode, frames=32, frames_overlap=16))
    told = []
    making = lift_frames(model, frames, Fraction(24), seed=7, plan=plan, tell=told.append)
    made = [next(making)]
    while len(made) < 17:  # as many as the first piece gives
        made.append(next(making))
    card = SmallCard()
    with card.holding(model.pipe.vae.decoder, 3 * 2 * 2, latents):
        made += list(making)
    assert [step.stage for step in notes(told)] == ["decode"] * card.refused
    smaller = descended(plan, "decode", card.refused)
    undisturbed = list(lift_frames(model, frames, Fraction(24), seed=7, plan=plan, tell=[].append))
    from_the_start = list(lift_frames(model, frames, Fraction(24), seed=7, plan=smaller, tell=[].append))
    assert len(made) == 41
    assert all(np.array_equal(a, b) for a, b in zip(made[:17], undisturbed[:17], strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(made[17:], from_the_start[17:], strict=True))


def test_weights_are_stored_smaller_where_the_first_stage_finds_no_room(tiny_weights, clip, lift, whole):
    plan = replace(whole, storage="bf16", can_cast=True)
    model = Model.load(tiny_weights, "cpu", plan)
    told = []
    times = iter([True, False])

    def first_time(_args, _kwargs) -> int:
        return int(next(times, False))

    with SmallCard().holding(model.pipe.transformer, 0, first_time):
        lift(model, clip(1, 64, 64), plan=plan, tell=told.append)
    assert [step.stage for step in notes(told)] == ["stage1"]
    assert "8 bits" in notes(told)[0].note
    assert model.plan.storage == "fp8"
    stored = {parameter.dtype for parameter in model.pipe.transformer.parameters()}
    assert torch.float8_e4m3fn in stored


def test_a_card_that_does_not_hold_the_weights_as_planned(tiny_weights, whole, clip, lift, monkeypatch):
    """The weights go to the card before any stage runs."""
    from bridge.engines.ltx import model as module

    asked = []

    def apply_plan(_pipe, _upsample, plan, _device) -> None:
        asked.append(plan.storage)
        if plan.storage != "fp8":
            raise torch.OutOfMemoryError(NO_MEMORY)

    monkeypatch.setattr(module, "apply_plan", apply_plan)
    plan = replace(whole, storage="bf16", can_cast=True)
    model = Model.load(tiny_weights, "cpu", plan)
    assert asked == ["bf16", "fp8"]
    assert model.plan.storage == "fp8"
    told = []
    lift(model, clip(1, 64, 64), plan=plan, tell=told.append)
    assert [step.stage for step in notes(told)] == ["encode"]
    with pytest.raises(GpuTooSmall):
        Model.load(tiny_weights, "cpu", replace(whole, storage="bf16"))


def test_a_card_that_does_not_hold_a_user_s_loras(tiny_weights, whole, tmp_path, monkeypatch):
    from bridge.engines.ltx import model as module

    real, refused = module.load_lora, []

    def load_lora(pipe, tensors, name) -> None:
        if not refused:
            refused.append(name)
            raise torch.OutOfMemoryError(NO_MEMORY)
        real(pipe, tensors, name)

    monkeypatch.setattr(module, "load_lora", load_lora)
    style = tmp_path / "style.safetensors"
    save_file(lora_tensors(), style)
    model = Model.load(tiny_weights, "cpu", replace(whole, storage="bf16", can_cast=True))
    model.use_loras([UserLora(style)])
    assert refused == ["user0"]
    assert model.pipe.get_active_adapters() == ["hdr", "user0"]
    assert model.plan.storage == "fp8"


def test_a_card_that_holds_nothing_at_all(model, clip, lift):
    told = []
    with SmallCard().holding(model.pipe.transformer, 0, tokens), pytest.raises(GpuTooSmall) as caught:
        lift(model, clip(1, 64, 64), tell=told.append)
    assert "smallest pieces" in caught.value.sentence
    assert NO_MEMORY in caught.value.detail
    with SmallCard().holding(model.pipe.vae.decoder, 0, latents), pytest.raises(GpuTooSmall) as caught:
        lift(model, clip(1, 64, 64), tell=told.append)
    # It says what was tried.
    assert all(step.note in caught.value.sentence for step in notes(told))
    assert notes(told)
    lift(model, clip(1, 64, 64))


def test_a_cancel_while_the_plan_is_made_smaller(model, clip, lift):
    def stop(step) -> None:
        if step.note:
            raise JobCancelled("Cancelled.")

    with SmallCard().holding(model.pipe.vae.decoder, 0, latents), pytest.raises(JobCancelled):
        lift(model, clip(1, 64, 64), tell=stop)
    lift(model, clip(1, 64, 64))


def test_nothing_of_the_attempt_before_is_held_while_the_next_begins(model, clip, lift):
    """An exception's traceback holds the frames of all calls, and with them what lies on the card."""
    held: list[weakref.ref[torch.Tensor]] = []
    alive: list[int] = []

    def refuse_once(_module, args):
        if not held:
            first = args[0].clone()
            held.append(weakref.ref(first))
            raise torch.OutOfMemoryError(NO_MEMORY)
        alive.append(sum(reference() is not None for reference in held))

    gc.disable()
    hook = model.pipe.vae.decoder.register_forward_pre_hook(refuse_once)
    try:
        lift(model, clip(1, 64, 64))
    finally:
        hook.remove()
        gc.enable()
    assert alive
    assert not any(alive)


@pytest.mark.parametrize("stage", ["encoder", "decoder", "transformer"])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (torch.AcceleratorError, "CUDA error: an illegal memory access was encountered"),
        (RuntimeError, "CUDA error: unspecified launch failure"),
        (RuntimeError, "CUDA error: device-side assert triggered"),
        (RuntimeError, "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ],
)
def test_a_card_that_is_lost(model, clip, lift, stage, error, words):
    module = model.pipe.transformer if stage == "transformer" else getattr(model.pipe.vae, stage)
    told = []
    with SmallCard(error, words).holding(module, 0, lambda *_: 1), pytest.raises(GpuLost) as caught:
        lift(model, clip(1, 64, 64), tell=told.append)
    assert words in caught.value.detail
    assert not notes(told)


def test_other_errors_of_torch_are_not_the_card_s(model, clip, lift):
    """A defect stays one: nobody is told to buy a larger card."""
    words = "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1"
    with SmallCard(RuntimeError, words).holding(model.pipe.transformer, 0, tokens), pytest.raises(RuntimeError) as e:
        lift(model, clip(1, 64, 64))
    assert type(e.value) is RuntimeError
    assert not is_out_of_memory(e.value)


def test_memory_is_no_lost_card():
    with pytest.raises(torch.OutOfMemoryError), card_watched():
        raise torch.OutOfMemoryError(NO_MEMORY)
    with pytest.raises(RuntimeError, match="out of memory"), card_watched():
        raise RuntimeError("CUDA error: out of memory")
