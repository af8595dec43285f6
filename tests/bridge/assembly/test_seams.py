"""Two parts of a clip that were made apart are matched and mixed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.assembly.flicker import FlickerMeter, blocks_of
from bridge.assembly.seams import continued, fit_seam

H, W = 48, 64


def encode(light):
    """LogC3 EI 800 in float64, written out: ltx_core's constants."""
    light = np.asarray(light, np.float64)
    log = 0.247190 * np.log10(np.maximum(5.555556 * light + 0.052272, 1e-9)) + 0.385537
    return np.where(light > 0.010591, log, 5.367655 * light + 0.092809)


def decode(code):
    code = np.asarray(code, np.float64)
    log = (10 ** ((code - 0.385537) / 0.247190) - 0.052272) / 5.555556
    return np.where(code > 5.367655 * 0.010591 + 0.092809, log, (code - 0.092809) / 5.367655)


def scene(number):
    """Light of a frame: a ramp over many stops that moves."""
    x = np.linspace(0, 1, W)[None, :, None]
    y = np.linspace(0.5, 1.5, H)[:, None, None]
    return 0.02 * 2 ** (9 * ((x + 0.01 * number) % 1)) * y * np.array([1.0, 0.8, 0.6])


def codes(numbers, stops=0.0):
    return [encode(scene(number) * 2**stops).astype(np.float32) for number in numbers]


@pytest.mark.parametrize("stops", [-0.4, -0.05, 0.0, 0.3])
def test_a_part_that_is_brighter_is_brought_back(stops):
    seams = []
    joined = list(continued(codes(range(8)), codes(range(20), stops), seams))
    assert seams[0].gain == pytest.approx(-stops, abs=1e-4)
    assert seams[0].difference < 1e-3
    assert len(joined) == 20
    for number, picture in enumerate(joined):
        light, wanted = decode(picture), np.minimum(scene(number), 55)
        # Beyond code 1 the brighter part has lost what no gain brings back.
        seen = wanted * 2**stops < 50
        np.testing.assert_allclose(light[seen], wanted[seen], rtol=2e-4)


def test_parts_that_cannot_be_matched_are_mixed_and_told():
    rng = np.random.default_rng(1)
    noise = [np.clip(rng.normal(0.4, 0.1, (H, W, 3)), 0, 1).astype(np.float32) for _ in range(16)]
    seams = []
    tail, head = noise[:8], noise[8:]
    joined = list(continued(tail, head, seams))
    assert seams[0].difference > 0.5
    gained = [encode(decode(each) * 2 ** seams[0].gain) for each in head]
    for place, (picture, before, after) in enumerate(zip(joined, tail, gained, strict=True), start=1):
        np.testing.assert_allclose(picture, before + place / 9 * (after - before), atol=2e-5)


def test_a_mix_has_the_code_between_and_not_the_light_between():
    dark, bright = np.full((H, W, 3), encode(0.1), np.float32), np.full((H, W, 3), encode(5.0), np.float32)
    seams = []
    (middle,) = continued([dark], [bright], seams)
    # Half a stop is all that is taken for a difference in exposure.
    assert seams[0].gain == -0.5
    between = (encode(0.1) + encode(5.0 / math.sqrt(2))) / 2
    np.testing.assert_allclose(middle, between, atol=1e-5)


def test_what_is_black_or_beyond_the_curve_tells_nothing():
    black, white = [np.zeros((H, W, 3), np.float32)], [np.ones((H, W, 3), np.float32)]
    assert fit_seam(black, black).gain == 0.0
    assert fit_seam(white, white).difference == 0.0
    assert fit_seam(black, white).gain == 0.0


def test_what_moves_in_the_source_is_no_flicker():
    meter = FlickerMeter()
    for number in range(8):
        light = scene(number).astype(np.float32)
        meter.add(number, blocks_of(light), blocks_of(light))
    assert (meter.frames, meter.worst, meter.mean) == (7, 0.0, 0.0)


def test_one_frame_that_is_brighter_is_found():
    meter = FlickerMeter()
    still = np.full((H, W, 3), 0.5, np.float32)
    for number in range(10):
        meter.add(number, blocks_of(still * (2 if number == 6 else 1)), blocks_of(still))
    # One stop but for what is added below the logarithm.
    assert meter.worst == pytest.approx(math.log2((1.0 + 0.01) / (0.5 + 0.01)), abs=1e-4)
    assert meter.worst_at in (6, 7)
    assert meter.mean == pytest.approx(2 * meter.worst / 9, abs=1e-4)


def test_frames_that_do_not_follow_each_other_are_not_compared():
    meter = FlickerMeter()
    dark, bright = np.full((H, W, 3), 0.1, np.float32), np.full((H, W, 3), 5.0, np.float32)
    meter.add(3, blocks_of(dark), blocks_of(dark))
    meter.add(9, blocks_of(bright), blocks_of(dark))
    assert meter.frames == 0


def test_blocks_of_odd_sizes_hold_the_mean():
    light = np.random.default_rng(2).random((131, 70, 3)).astype(np.float32)
    blocks = blocks_of(light)
    luminance = light.astype(np.float64) @ [0.2126, 0.7152, 0.0722]
    assert blocks.shape == (44, 35)
    assert blocks[0, 0] == pytest.approx(math.log2(luminance[:3, :2].mean() + 0.01), abs=1e-4)
    assert blocks[-1, -1] == pytest.approx(math.log2(luminance[129:, 68:].mean() + 0.01), abs=1e-4)
