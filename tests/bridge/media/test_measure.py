from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bridge.media.measure import ClipMeasures, measure_frame

halves = st.floats(-60_000, 60_000, width=16)
frames = arrays.arrays(np.float16, st.tuples(st.integers(1, 5), st.integers(1, 7), st.just(3)), elements=halves)


def brightest(frame):
    return np.maximum(frame.astype(np.float64).max(axis=2), 0)


@given(frames, st.sampled_from([100, 203]))
def test_frame_agrees_with_float64(frame, white):
    measure = measure_frame(frame, white)
    assert measure.peak_nits == brightest(frame).max() * white
    assert measure.average_nits == pytest.approx(brightest(frame).mean() * white)
    assert measure.above_white == pytest.approx((brightest(frame) > 1).mean())
    assert measure.finite


def test_average_is_that_of_the_brightest_component_not_of_luminance():
    # CTA-861.3: MaxFALL averages max(R, G, B), so pure blue counts as much as white.
    frame = np.zeros((2, 2, 3), np.float16)
    frame[0, 0, 2] = 2
    frame[1, 1] = 1
    measure = measure_frame(frame, 100)
    assert (measure.peak_nits, measure.average_nits, measure.above_white) == (200, 75, 0.25)


def test_white_itself_is_not_above_white():
    assert measure_frame(np.ones((4, 4, 3), np.float16), 203).above_white == 0


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan, -np.nan])
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_sample_that_is_not_finite_is_noticed(bad, channel):
    frame = np.ones((3, 5, 3), np.float16)
    frame[2, 4, channel] = bad
    assert not measure_frame(frame, 203).finite


def test_frame_that_is_not_contiguous():
    frame = np.random.default_rng(2).uniform(0, 4, (20, 30, 3)).astype(np.float16)
    assert measure_frame(frame[::2, ::3], 203) == measure_frame(frame[::2, ::3].copy(), 203)


def test_clip_gathers_its_frames():
    clip = ClipMeasures(203)
    levels = [0.5, 4.926, 1.0]
    for level in levels:
        frame = np.full((4, 4, 3), 0.25, np.float16)
        frame[:2] = level
        clip.add(measure_frame(frame, 203))
    halves = np.array(levels, np.float16).astype(float)
    assert clip.peak == halves[1]
    assert clip.max_cll == 1000
    assert list(clip.averages) == pytest.approx((halves + 0.25) / 2 * 203)
    assert clip.max_fall == round((halves[1] + 0.25) / 2 * 203)
    assert clip.above_white == pytest.approx(0.5 / 3)
    assert clip.finite


def test_clip_without_frames_has_no_light():
    clip = ClipMeasures(203)
    assert (clip.max_cll, clip.max_fall, clip.peak, clip.above_white) == (0, 0, 0, 0)


def test_one_bad_frame_marks_the_clip():
    clip = ClipMeasures(203)
    for value in (np.nan, 1.0):
        clip.add(measure_frame(np.full((2, 2, 3), value, np.float16), 203))
    assert not clip.finite
