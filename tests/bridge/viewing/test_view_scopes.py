"""Pixels and scopes, against ST 2084 and CTA-861.3 written out here."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bridge.domain.color import OutputColor
from bridge.domain.errors import MediaUnreadable, RequestError
from bridge.domain.view import PQ_LEVELS, Pixel, Scopes

WEIGHTS = {
    # The Y rows of BT.709 (unrounded, by RP 177) and of ACEScg (S-2014-004) to XYZ.
    OutputColor.LIN_REC709: np.array([0.2126390059, 0.7151686788, 0.0721923154]),
    OutputColor.ACESCG: np.array([0.2722287168, 0.6740817658, 0.0536895174]),
}


def level(nits):
    """n for PQ signals from n / 256 up to (n + 1) / 256."""
    y = (np.clip(nits, 0, 10000) / 10000) ** 0.1593017578125
    signal = ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
    return np.minimum(np.floor(signal * 256), 255).astype(int)


def counted(levels):
    return np.bincount(levels.ravel(), minlength=PQ_LEVELS)


@pytest.fixture
def light():
    random = np.random.default_rng(8)
    frame = (random.uniform(0, 1, (50, 70, 3)) ** 5 * 45).astype(np.float16)
    frame[0, 0] = -0.25
    frame[0, 1] = 0
    return frame


@pytest.mark.parametrize("color", WEIGHTS)
@pytest.mark.parametrize("white", [203, 100])
def test_scopes_count_every_pixel_on_the_pq_scale(made, ask, light, color, white):
    seen = Scopes.model_validate_json(ask("scopes", made([light], color=color, white=white), columns=32))
    exact = light.astype(np.float64)
    for channel, counts in enumerate((seen.red, seen.green, seen.blue)):
        assert list(counts) == counted(level(exact[..., channel] * white)).tolist()
    nits = np.maximum(exact @ WEIGHTS[color], 0) * white
    # Published weights are rounded: a pixel on the edge between two levels may lie in either.
    assert np.abs(np.array(seen.luminance) - counted(level(nits))).sum() <= 4
    assert sum(seen.luminance) == 50 * 70
    largest = np.maximum(exact, 0).max(-1) * white
    assert seen.peak_nits == pytest.approx(largest.max(), rel=1e-6)
    assert seen.average_nits == pytest.approx(largest.mean(), rel=1e-5)


@pytest.mark.parametrize("columns", [16, 35, 70, 256, 1024])
def test_the_waveform_shows_the_luminance_of_each_column(made, ask, columns):
    frame = np.zeros((40, 70, 3), np.float16)
    frame[:] = (np.arange(70) / 10)[None, :, None]
    frame[:10] = 0.01
    seen = Scopes.model_validate_json(ask("scopes", made([frame]), columns=columns))
    waveform = np.frombuffer(seen.waveform, np.uint8).reshape(PQ_LEVELS, columns)[::-1]
    dark = level(np.float16(0.01).astype(float) * 203)
    for column in range(columns):
        there = [x for x in range(70) if x * min(columns, 70) // 70 == column * min(columns, 70) // columns]
        expected = {int(level(np.float16(x / 10).astype(float) * 203)) for x in there} | {int(dark)}
        assert set(np.flatnonzero(waveform[:, column]).tolist()) == expected
    assert waveform.max() == 255


def test_a_pixel_is_exact(made, ask, light):
    seen = made([light], color=OutputColor.ACESCG)
    for x, y in ((0, 0), (69, 49), (13, 31)):
        pixel = Pixel.model_validate_json(ask("pixel", seen, x=x, y=y))
        exact = light[y, x].astype(np.float64)
        assert (pixel.red, pixel.green, pixel.blue) == tuple(exact.tolist())
        assert pixel.nits == pytest.approx(max(0.0, float(exact @ WEIGHTS[OutputColor.ACESCG]) * 203), rel=1e-6)


@pytest.mark.parametrize(("x", "y"), [(70, 0), (0, 50), (10**9, 10**9)])
def test_a_pixel_outside_the_frame_is_refused(made, ask, light, x, y):
    with pytest.raises(RequestError, match="70 x 50"):
        ask("pixel", made([light]), x=x, y=y)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_not_measured(made, ask, light, value):
    light[3, 4, 1] = value
    seen = made([light])
    with pytest.raises(MediaUnreadable, match="no numbers"):
        ask("scopes", seen)
    with pytest.raises(MediaUnreadable, match="no numbers"):
        ask("pixel", seen, x=4, y=3)
    assert json.loads(ask("pixel", seen, x=5, y=3))["nits"] >= 0
