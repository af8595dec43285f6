"""The fidelity guard finds what it is there to find."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from bridge.assembly.fidelity import TOLERANCE_STOPS, FidelityCheck, FrameCheck, flicker_stops
from bridge.colorimetry.primaries import Converter
from bridge.colorimetry.transfer import bt1886
from bridge.domain.color import OutputColor, Primaries
from bridge.media.exr import SequenceHeader, write_frame

CODES = np.random.default_rng(1).integers(0, 256, (3, 24, 40)).astype(np.uint8)
LIGHT = np.moveaxis((CODES / 255.0) ** 2.4, 0, -1).astype(np.float32)


def checked(tmp_path, light, color=OutputColor.LIN_REC709, identity=0.2):
    path = tmp_path / "f.exr"
    header = SequenceHeader(color=color, reference_white=203, rate=Fraction(25), codec="none").for_frame(7)
    write_frame(path, Converter(Primaries.REC709, color.primaries)(light, np.float16), header)
    return FidelityCheck(bt1886, 8, identity, Primaries.REC709, color.primaries)(7, CODES, path)


@pytest.mark.parametrize("color", list(OutputColor))
def test_the_source_itself_passes_in_every_space(tmp_path, color):
    check = checked(tmp_path, LIGHT, color)
    assert check.deviation < TOLERANCE_STOPS
    assert check.pixels == int((LIGHT.max(axis=-1) <= 0.2).sum()) > 0
    # R + G + B is not luminance: it moves a little with the primaries.
    assert check.lift == pytest.approx(0, abs=0.02)
    assert check.finite


@pytest.mark.parametrize("stops", [0.01, -0.01, 0.5])
def test_a_shift_of_the_sdr_range_is_found_and_measured(tmp_path, stops):
    check = checked(tmp_path, LIGHT * np.float32(2.0**stops))
    assert check.deviation > TOLERANCE_STOPS
    if stops > 0:
        assert check.deviation == pytest.approx(stops, rel=0.12)


def test_one_wrong_pixel_is_enough(tmp_path):
    light = LIGHT.copy()
    y, x = np.argwhere((light.max(axis=-1) < 0.19) & (light.max(axis=-1) > 0.05))[0]
    light[y, x] *= 1.02
    assert checked(tmp_path, light).deviation > TOLERANCE_STOPS


def test_highlights_may_move(tmp_path):
    light = np.where(LIGHT.max(axis=-1, keepdims=True) > 0.2, LIGHT * 3, LIGHT)
    check = checked(tmp_path, light)
    assert check.deviation < TOLERANCE_STOPS
    assert check.lift == pytest.approx(np.log2(light.mean() / LIGHT.mean()), abs=2e-3)


def test_a_method_that_promises_nothing_is_not_judged(tmp_path):
    check = checked(tmp_path, LIGHT * 2, identity=None)
    assert check.pixels == 0


def test_infinite_light_is_found(tmp_path):
    light = LIGHT.copy()
    light[3, 4, 1] = np.inf
    assert not checked(tmp_path, light).finite


def test_flicker_is_the_largest_jump_between_neighbours():
    def check(number, lift):
        return FrameCheck(number, 1, 0.0, lift, True)

    assert flicker_stops([check(1, 0.5), check(2, 0.6), check(9, 3.0), check(10, 2.8)]) == pytest.approx(0.2)
    assert flicker_stops([check(1, 0.5), check(3, 0.9)]) is None
    assert flicker_stops([check(1, None), check(2, 0.9)]) is None
