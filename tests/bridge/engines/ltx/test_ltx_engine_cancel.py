"""Cancelling: within one step, whichever it is, and the model is as before."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from bridge.domain.errors import JobCancelled
from bridge.engines.ltx.lifting import lift_frames
from bridge.engines.ltx.model import Model


class Cancel:
    """Says stop at one of the steps that are told, and counts those that are told after it."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.told = []

    def __call__(self, step) -> None:
        self.told.append(step)
        if len(self.told) > self.at:
            raise JobCancelled("Cancelled.")


@pytest.fixture
def every_step(model, clip, lift):
    told = []
    frames = clip(9, 64, 64)
    codes = lift(model, frames, tell=told.append)
    return frames, codes, told


def assert_untouched(model) -> None:
    assert not model.pipe.transformer._forward_pre_hooks
    assert "_encode_reference_conditions" not in vars(model.pipe)
    assert not model.pipe.vae.use_tiling
    assert not model.pipe.vae.use_framewise_decoding


@pytest.mark.parametrize("stage", ["encode", "stage1", "upsample", "stage2", "decode"])
def test_each_step_can_be_the_last(model, lift, every_step, stage):
    frames, codes, told = every_step
    steps = [number for number, step in enumerate(told) if step.stage == stage]
    assert steps
    for number in steps:
        cancel = Cancel(number)
        with pytest.raises(JobCancelled):
            lift(model, frames, tell=cancel, isolate_audio=True)
        assert len(cancel.told) == number + 1
        assert_untouched(model)
    assert np.array_equal(lift(model, frames), codes)


def test_a_step_of_the_model_is_the_most_that_runs_after_it(model, lift, every_step):
    frames, _, told = every_step
    runs = []
    hook = model.pipe.transformer.register_forward_hook(lambda *_: runs.append(1))
    try:
        first = next(number for number, step in enumerate(told) if (step.stage, step.done) == ("stage1", 3))
        with pytest.raises(JobCancelled):
            lift(model, frames, tell=Cancel(first))
    finally:
        hook.remove()
    assert len(runs) == 3


def test_whoever_stops_listening_ends_the_work(model, lift, whole, every_step):
    frames, codes, _ = every_step
    making = lift_frames(model, frames, Fraction(24), seed=7, plan=whole, tell=[].append, isolate_audio=True)
    next(making)
    making.close()
    assert_untouched(model)
    assert np.array_equal(lift(model, frames), codes)


def test_nothing_of_a_cancelled_lift_stays_in_memory(model, lift, every_step):
    """Latents and pictures that an error's traceback holds would stay on the card as long as the error does."""
    frames, _, told = every_step
    held: list[weakref.ref[torch.Tensor]] = []

    def keep(_module, _args, out) -> None:
        held.append(weakref.ref(out[0]))

    hook = model.pipe.transformer.register_forward_hook(keep)
    try:
        with pytest.raises(JobCancelled):
            lift(model, frames, tell=Cancel(len(told) - 3))
    finally:
        hook.remove()
    gc.collect()
    assert held
    assert all(reference() is None for reference in held)


def test_an_error_of_another_kind_leaves_the_model_usable_too(model, lift, every_step):
    frames, codes, _ = every_step

    def disk_full(step) -> None:
        if step.stage == "stage2":
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        lift(model, frames, tell=disk_full)
    assert_untouched(model)
    assert np.array_equal(lift(model, frames), codes)


def test_what_was_brought_to_the_card_leaves_it(tiny_weights, whole, clip):
    """The pipeline sends its models off at the end of a call, with new hooks; a cancelled one has no end."""
    model = Model.load(tiny_weights, "cpu", replace(whole, storage="bf16", offload="model"))

    def stop(step) -> None:
        if (step.stage, step.done) == ("stage1", 1):
            at_work.append(model.pipe.transformer._hf_hook)
            raise JobCancelled("Cancelled.")

    at_work = []
    with pytest.raises(JobCancelled):
        list(lift_frames(model, clip(1, 64, 64), Fraction(24), seed=7, plan=model.plan, tell=stop))
    assert model.pipe.transformer._hf_hook is not at_work[0]
