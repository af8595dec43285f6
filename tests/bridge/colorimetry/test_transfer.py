from __future__ import annotations

import numpy as np
import PyOpenColorIO as ocio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.colorimetry import transfer

CODES = np.linspace(0, 1, 4097)


def by_ocio(transform, values):
    """`values` through an OpenColorIO transform, as the same number in red, green and blue."""
    pixels = np.repeat(values.astype(np.float32)[:, None], 3, 1)
    processor = ocio.Config.CreateRaw().getProcessor(transform)
    processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS).applyRGB(pixels)
    return pixels[:, 0].astype(np.float64)


@pytest.mark.parametrize(
    ("nits", "code"),
    # ITU-R BT.2408 table 1 (203 cd/m2 is 58 %), and ST 2084 by hand.
    [(0, 7.3096e-7), (100, 0.508078), (203, 0.580689), (1000, 0.751827), (4000, 0.902572), (10_000, 1.0)],
)
def test_pq_has_the_values_of_the_standard(nits, code):
    assert transfer.pq_from_nits(nits) == pytest.approx(code, abs=1e-6)


def test_pq_agrees_with_opencolorio():
    # Its linear 1.0 is 100 cd/m2, and it works in single precision.
    expected = by_ocio(ocio.BuiltinTransform("CURVE - ST-2084_to_LINEAR"), CODES) * 100
    np.testing.assert_allclose(transfer.nits_from_pq(CODES), expected, rtol=2e-4, atol=1e-4)


def test_srgb_agrees_with_opencolorio():
    curve = ocio.ExponentWithLinearTransform(gamma=[2.4, 2.4, 2.4, 1], offset=[0.055, 0.055, 0.055, 0])
    np.testing.assert_allclose(transfer.srgb(CODES), by_ocio(curve, CODES), atol=3e-6)


def test_bt1886_is_a_pure_power():
    assert transfer.bt1886([0, 0.5, 1, 1.09]).tolist() == [0, 0.5**2.4, 1, 1.09**2.4]


@given(st.floats(0, 1))
def test_every_curve_comes_back(code):
    assert transfer.bt1886_inverse(transfer.bt1886(code)) == pytest.approx(code, abs=1e-12)
    assert transfer.srgb_inverse(transfer.srgb(code)) == pytest.approx(code, abs=1e-7)
    assert transfer.pq_from_nits(transfer.nits_from_pq(code)) == pytest.approx(code, abs=1e-6)


def test_what_lies_outside_is_clamped_to_the_domain():
    outside = [-1.0, -1e-9]
    for curve in (transfer.bt1886, transfer.bt1886_inverse, transfer.srgb, transfer.srgb_inverse):
        assert curve(outside).tolist() == [0, 0]
    assert transfer.nits_from_pq([-1, 2]).tolist() == [0, 10_000]
    assert transfer.pq_from_nits(-5) == transfer.pq_from_nits(0)
    assert transfer.pq_from_nits(65_504) == 1


def test_eotf_selects_by_name():
    assert transfer.eotf("bt1886")(0.5) == 0.5**2.4
    assert transfer.eotf("srgb")(0.5) == pytest.approx(0.214041, abs=1e-6)
    assert transfer.eotf("linear")([-0.5, 0.5]).tolist() == [0, 0.5]
