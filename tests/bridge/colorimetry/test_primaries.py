from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import numpy as np
import PyOpenColorIO as ocio
import pytest

from bridge.colorimetry.primaries import Converter, conversion, luminance_weights, rgb_to_xyz
from bridge.domain.color import Primaries

CONFIG = ocio.Config.CreateFromFile("ocio://studio-config-v2.2.0_aces-v1.3_ocio-v2.4")
SPACES = {
    Primaries.REC709: "Linear Rec.709 (sRGB)",
    Primaries.REC2020: "Linear Rec.2020",
    Primaries.P3D65: "Linear P3-D65",
    Primaries.AP1: "ACEScg",
    Primaries.AP0: "ACES2065-1",
}


@pytest.mark.parametrize(("source", "target"), list(permutations(SPACES, 2)))
def test_matrices_agree_with_the_aces_studio_config(source, target):
    columns = np.eye(3, dtype=np.float32)
    CONFIG.getProcessor(SPACES[source], SPACES[target]).getDefaultCPUProcessor().applyRGB(columns)
    np.testing.assert_allclose(conversion(source, target), columns.T, atol=2e-5)


@pytest.mark.parametrize(
    ("primaries", "weights"),
    # H.273 table 4 gives these, rounded, for the matrices that belong to the primaries.
    [
        (Primaries.REC709, (0.2126, 0.7152, 0.0722)),
        (Primaries.REC2020, (0.2627, 0.6780, 0.0593)),
        (Primaries.SMPTE170M, (0.212, 0.701, 0.087)),
    ],
)
def test_luminance_weights_are_those_of_the_standards(primaries, weights):
    np.testing.assert_allclose(luminance_weights(primaries), weights, atol=6e-4)


@pytest.mark.parametrize("primaries", Primaries)
def test_white_is_the_white_point(primaries):
    x, y = primaries.chromaticities[3]
    np.testing.assert_allclose(rgb_to_xyz(primaries) @ [1, 1, 1], [x / y, 1, (1 - x - y) / y], atol=1e-12)


@pytest.mark.parametrize(("source", "target"), list(permutations(Primaries, 2)))
def test_white_stays_white_and_the_way_back_is_the_inverse(source, target):
    there, back = conversion(source, target), conversion(target, source)
    np.testing.assert_allclose(there @ [1, 1, 1], [1, 1, 1], atol=1e-12)
    np.testing.assert_allclose(back @ there, np.eye(3), atol=1e-12)


@pytest.fixture
def frame():
    # Odd sizes, light far above white, and colours that leave the gamut.
    return np.random.default_rng(1).uniform(-0.1, 40, (33, 57, 3)).astype(np.float32)


@pytest.mark.parametrize("given", [np.float16, np.float32])
@pytest.mark.parametrize("wanted", [np.float16, np.float32])
def test_converter_multiplies_by_the_matrix(frame, given, wanted):
    frame = frame.astype(given)
    before = frame.copy()
    result = Converter(Primaries.REC709, Primaries.AP1)(frame, wanted)
    expected = frame.astype(np.float64) @ conversion(Primaries.REC709, Primaries.AP1).T
    assert result.dtype == wanted
    np.testing.assert_allclose(result, expected, rtol=1e-3 if wanted is np.float16 else 1e-6, atol=1e-5)
    np.testing.assert_array_equal(frame, before)


def test_converter_rounds_to_the_nearest_half(frame):
    convert = Converter(Primaries.REC709, Primaries.REC2020)
    np.testing.assert_array_equal(convert(frame, np.float16), convert(frame, np.float32).astype(np.float16))


def test_converter_keeps_what_leaves_the_gamut():
    green = np.array([[[0, 1, 0]]], np.float32)
    assert Converter(Primaries.REC2020, Primaries.REC709)(green, np.float32)[0, 0, 0] < -0.5


def test_converter_reads_frames_that_are_not_contiguous(frame):
    convert = Converter(Primaries.REC709, Primaries.REC2020)
    crop = frame[::2, 3:40]
    np.testing.assert_array_equal(convert(crop), convert(crop.copy()))


def test_same_primaries_cost_nothing(frame):
    convert = Converter(Primaries.AP0, Primaries.AP0)
    assert convert.is_identity
    assert convert(frame, np.float32) is frame
    np.testing.assert_array_equal(convert(frame, np.float16), frame.astype(np.float16))


def test_one_converter_serves_several_threads(frame):
    convert = Converter(Primaries.REC709, Primaries.AP0)
    frames = [frame * scale for scale in np.linspace(0, 1, 16, dtype=np.float32)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(convert, frames))
    for one, alone in zip(together, map(convert, frames), strict=True):
        np.testing.assert_array_equal(one, alone)
