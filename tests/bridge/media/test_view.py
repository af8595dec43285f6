from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bridge.colorimetry.primaries import conversion
from bridge.colorimetry.tonemap import bt2390_eetf
from bridge.domain.color import OutputColor, Primaries
from bridge.media.view import SdrView


def row(values):
    """Grey pixels side by side, as a half frame of one line."""
    return np.repeat(np.asarray(values, np.float16)[None, :, None], 3, axis=2)


def test_a_clip_without_highlights_shows_the_codes_of_its_source():
    codes = np.arange(256)
    view = SdrView(OutputColor.LIN_REC709, 203, peak_nits=203)
    assert view(row((codes / 255) ** 2.4))[0, :, 0].tolist() == codes.tolist()


@pytest.mark.parametrize(("white", "knee"), [(203, 87.8), (100, 24.0)])
def test_codes_below_the_knee_are_those_of_the_source(white, knee):
    codes = np.arange(256)
    shown = SdrView(OutputColor.LIN_REC709, white, peak_nits=1000)(row((codes / 255) ** 2.4))[0, :, 0]
    below = (codes / 255) ** 2.4 * white < knee
    assert below.sum() > 100
    assert shown[below].tolist() == codes[below].tolist()
    assert (shown[~below] <= codes[~below]).all()


@pytest.mark.parametrize("color", OutputColor)
def test_agrees_with_float64(color):
    rng = np.random.default_rng(3)
    # Light in Rec.709 up to the peak, as it stands in a file of `color`.
    light = rng.uniform(0, 1, (64, 48, 3)) ** 3 * (1000 / 203)
    frame = (light @ conversion(Primaries.REC709, color.primaries).T).astype(np.float16)
    shown = SdrView(color, 203, peak_nits=1000)(frame)
    back = frame.astype(np.float64) @ conversion(color.primaries, Primaries.REC709).T
    expected = (bt2390_eetf(back * 203, 1000, 203) / 203) ** (1 / 2.4) * 255
    assert shown.dtype == np.uint8
    # Half a code of rounding, and what the half result of the conversion loses.
    assert np.abs(shown - expected).max() < (0.51 if color is OutputColor.LIN_REC709 else 1.0)


def test_the_peak_is_white_and_nothing_wraps():
    view = SdrView(OutputColor.LIN_REC709, 203, peak_nits=1000)
    light = row([1000 / 203, 49, 65_504, np.inf, 0, -0.001, -40, -np.inf])
    assert view(light)[0, :, 0].tolist() == [255] * 4 + [0] * 4


def test_out_of_gamut_light_is_clipped_not_wrapped():
    green = np.array([[[0, 1, 0]]], np.float16)
    assert SdrView(OutputColor.LIN_REC2020, 203, peak_nits=203)(green).tolist() == [[[0, 255, 0]]]


def test_one_view_serves_several_threads():
    view = SdrView(OutputColor.ACESCG, 203, peak_nits=600)
    frames = list(np.random.default_rng(4).uniform(0, 3, (12, 45, 31, 3)).astype(np.float16))
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(view, frames))
    for one, alone in zip(together, map(view, frames), strict=True):
        np.testing.assert_array_equal(one, alone)
