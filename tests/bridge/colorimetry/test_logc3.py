"""LogC3 against the published table, and against the curve written out once more in exact decimals."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from bridge.colorimetry.logc3 import logc3_decode, logc3_encode
from bridge.engines.ltx.recipe import LTX_2_3

# Published with the model. The last column is what half a step of the code's last digit is worth in light there.
TABLE = [
    (0.0, -0.01729, 5e-6),
    (0.09281, 0.0, 1e-6),
    (0.39101, 0.18, 1e-5),
    (0.57063, 1.0, 5e-5),
    (0.7187, 4.0, 2e-3),
    (0.8169, 10.0, 5e-3),
    (0.8673, 16.0, 8e-3),
    (1.0, 55.0796, 5e-5),
]


def by_hand(code: str) -> float:
    """Light of a code, in decimals of forty digits, from ARRI's constants."""
    with localcontext() as context:
        context.prec = 40
        t = Decimal(code)
        a, b, c = Decimal("5.555556"), Decimal("0.052272"), Decimal("0.247190")
        d, e, f, cut = Decimal("0.385537"), Decimal("5.367655"), Decimal("0.092809"), Decimal("0.010591")
        if t > e * cut + f:
            return float((Decimal(10) ** ((t - d) / c) - b) / a)
        return float((t - f) / e)


@pytest.mark.parametrize(("code", "light", "error"), TABLE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_table(code, light, error, dtype):
    assert float(logc3_decode(code, dtype, keep_toe=True)) == pytest.approx(light, abs=error)
    assert float(logc3_encode(light, dtype)) == pytest.approx(code, abs=6e-5)


CODES = [f"{n / 1000:.3f}" for n in range(1001)] + ["0.149657", "0.149658", "0.149659"]


def test_the_whole_curve():
    truth = np.array([by_hand(code) for code in CODES])
    codes = np.array([float(code) for code in CODES])
    assert logc3_decode(codes, np.float64, keep_toe=True) == pytest.approx(truth, rel=1e-12, abs=1e-14)
    # In float32 the code itself is rounded, which counts for 2e-6 of the light, and for more beside 0.
    assert logc3_decode(codes, np.float32, keep_toe=True) == pytest.approx(truth, rel=2e-6, abs=2e-8)
    assert logc3_encode(truth, np.float64) == pytest.approx(codes, abs=1e-9)


def test_half_floats_are_rounded_once():
    codes = np.linspace(0.0928, 1, 20_001, dtype=np.float32)
    truth = logc3_decode(codes.astype(np.float64), np.float64)
    near = logc3_decode(codes, np.float16)
    steps = np.spacing(truth.astype(np.float16)).astype(np.float64)
    assert near.dtype == np.float16
    assert np.max(np.abs(near.astype(np.float64) - truth) / steps) < 0.502


def test_the_toe_is_clamped_unless_it_is_wanted():
    codes = np.array([0.0, 0.05, 0.0928, 0.0929], np.float32)
    assert logc3_decode(codes).tolist()[:3] == [0.0, 0.0, 0.0]
    kept = logc3_decode(codes, keep_toe=True)
    assert (kept[:3] < 0).all()
    assert kept[3] == logc3_decode(codes)[3] > 0


def test_what_lies_outside_is_the_nearest_end():
    assert logc3_decode([-3.0, 2.0, np.inf], np.float64).tolist() == pytest.approx([0.0, 55.0796, 55.0796], abs=5e-5)
    assert logc3_decode(-3.0, keep_toe=True) == logc3_decode(0.0, keep_toe=True)
    assert logc3_encode([-1.0, 1000.0]).tolist() == [0.0, 1.0]
    assert np.isnan(logc3_decode(np.nan))


def test_shapes_and_the_peak_of_the_recipe():
    assert logc3_decode(np.zeros((4, 5, 3), np.float32)).shape == (4, 5, 3)
    assert float(logc3_decode(1.0, np.float64)) == pytest.approx(LTX_2_3.peak, abs=5e-5)
    with np.errstate(all="raise"):
        logc3_encode(np.array([-5.0, 0.0, 0.01, 1.0]))
