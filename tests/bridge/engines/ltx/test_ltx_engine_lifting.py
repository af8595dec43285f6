"""What goes in and what comes out of the engine, with the tiny model."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from bridge.engines.ltx.lifting import lift_frames, pad_frames
from bridge.engines.ltx.memory import DecodeTiles
from bridge.engines.ltx.recipe import LTX_2_3


@pytest.mark.parametrize(
    ("frames", "height", "width"),
    [(1, 64, 64), (9, 64, 128), (10, 64, 64), (17, 64, 64), (9, 128, 64), (3, 50, 70), (2, 129, 65), (1, 2, 3)],
    ids=["one", "nine", "ten", "seventeen", "portrait", "70x50", "65x129", "3x2"],
)
def test_any_clip_comes_back_as_large_and_as_long(model, clip, lift, frames, height, width):
    codes = lift(model, clip(frames, height, width))
    assert codes.shape == (frames, height, width, 3)
    assert codes.dtype == np.float32
    assert codes.min() >= 0
    assert codes.max() <= 1
    assert codes.std() > 0.01
    assert codes.flags.writeable


def test_the_same_seed_gives_the_same_picture_and_another_one_does_not(model, clip, lift):
    frames = clip(9, 64, 64)
    torch.rand(7)  # what else has used the process's generator does not matter
    first = lift(model, frames)
    torch.rand(3)
    assert np.array_equal(lift(model, frames), first)
    assert not np.array_equal(lift(model, frames, seed=8), first)


def test_the_clip_guides_what_is_made(model, clip, lift):
    assert not np.array_equal(lift(model, clip(9, 64, 64, seed=1)), lift(model, clip(9, 64, 64, seed=2)))


def test_the_rate_counts_as_a_fraction_of_a_second(model, clip, whole):
    """It places frames in time; a rate of 24000/1001 is no whole number."""
    frames = clip(9, 64, 64)

    def at(rate: Fraction) -> np.ndarray:
        return np.stack(list(lift_frames(model, frames, rate, seed=7, plan=whole, tell=[].append)))

    assert not np.array_equal(at(Fraction(24000, 1001)), at(Fraction(60)))


def test_steps_are_told_in_order_and_each_stage_is_finished(model, clip, lift):
    told = []
    lift(model, clip(9, 64, 64), tell=told.append)
    stages = list(dict.fromkeys(step.stage for step in told))
    assert stages == ["encode", "stage1", "upsample", "stage2", "decode"]
    for stage in stages:
        steps = [step for step in told if step.stage == stage]
        assert all(not step.note for step in steps)
        assert [step.done / step.total for step in steps] == sorted(step.done / step.total for step in steps)
        assert steps[0].done == 0
        assert steps[-1].done == steps[-1].total
    assert len({(s.stage, s.done) for s in told if s.stage == "stage1"}) == 1 + len(LTX_2_3.first_sigmas)
    assert len({(s.stage, s.done) for s in told if s.stage == "stage2"}) == 1 + len(LTX_2_3.second_sigmas)


def test_frames_come_before_the_last_is_decoded(model, clip, whole):
    """Pieces in time: the first frames are there while later pieces are still to be decoded."""
    plan = replace(whole, decode=DecodeTiles(side=0, overlap=0, frames=16, frames_overlap=8))
    told = []
    frames = lift_frames(model, clip(41, 64, 64), Fraction(24), seed=7, plan=plan, tell=told.append)
    next(frames)
    last = told[-1]
    assert last.stage == "decode"
    assert last.done == 1 < last.total
    assert len(list(frames)) == 40


def test_high_quality_makes_each_frame_twice_and_keeps_every_other_one(model, clip, lift):
    """Against the plain path: the doubled clip lifted, and its odd frames dropped."""
    frames = clip(9, 64, 64)
    doubled = np.stack([frame for frame in frames for _ in range(2)])[:-1]
    assert len(doubled) == 17
    assert np.array_equal(lift(model, frames, high_quality=True), lift(model, doubled)[::2])


def test_high_quality_of_a_length_that_needs_filling(model, clip, lift):
    assert len(lift(model, clip(10, 64, 64), high_quality=True)) == 10
    assert len(lift(model, clip(1, 64, 64), high_quality=True)) == 1


def test_pictures_can_be_kept_from_listening_to_sound(model, clip, lift):
    frames = clip(9, 64, 64)
    before = lift(model, frames)
    assert not np.array_equal(lift(model, frames, isolate_audio=True), before)
    assert np.array_equal(lift(model, frames), before)


@pytest.mark.parametrize("size", [(64, 64), (50, 70), (65, 129), (33, 95), (63, 1)])
def test_padding_repeats_the_last_frame_and_reflects_right_and_bottom(clip, size):
    frames = clip(10, *size)
    padded = pad_frames(frames, LTX_2_3)
    assert padded.shape[0] == 17
    assert padded.shape[1] % 64 == padded.shape[2] % 64 == 0
    assert np.array_equal(padded[:10, : size[0], : size[1]], frames)
    assert all(np.array_equal(frame, padded[9]) for frame in padded[10:])


@pytest.mark.parametrize("size", [(50, 70), (65, 129), (40, 40), (20, 64), (1, 1)])
def test_padding_is_what_the_pipeline_would_do(model, clip, size):
    """diffusers' own padding, at full size, on the same pixels."""
    frames = clip(1, *size)
    padded = pad_frames(frames, LTX_2_3)
    video = torch.from_numpy(frames).permute(3, 0, 1, 2)[None].float()
    theirs = model.pipe.hdr_video_processor._resize_and_reflect_pad_video(video, *padded.shape[1:3])
    assert np.array_equal(padded, theirs[0].permute(1, 2, 3, 0).numpy().astype(np.uint8))


def test_odd_sizes_are_not_given_to_the_pipeline(model, clip):
    """The trap that padding first avoids: diffusers scales 70 x 50 down to 64 x 32 before it pads."""
    frames = clip(1, 50, 70).astype(np.float32) / 255
    pixels = model.pipe.hdr_video_processor.preprocess_reference_video_hdr(frames, 64, 128)
    own = torch.from_numpy(pad_frames(clip(1, 50, 70), LTX_2_3)).permute(3, 0, 1, 2)[None] / 127.5 - 1
    assert pixels.shape == own.shape
    assert not torch.allclose(pixels, own, atol=0.1)
