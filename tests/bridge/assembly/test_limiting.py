"""A lift inside a mask, against the blend written in double precision; and the guard that watches over it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numba import njit

from bridge.assembly.fidelity import TOLERANCE_STOPS, FidelityCheck
from bridge.assembly.limiting import Limiter
from bridge.assembly.plan import Plan
from bridge.colorimetry.primaries import Converter
from bridge.colorimetry.transfer import bt1886
from bridge.domain.color import OutputColor, Primaries, SourceColor
from bridge.domain.frames import FrameRange
from bridge.domain.job import Reservation
from bridge.domain.media import ClipFacts
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.protocol import WorkOrder
from bridge.media.exr import SequenceHeader, write_frame
from bridge.media.halfmath import half_bits
from bridge.media.mask import Level

H, W = 24, 40
RNG = np.random.default_rng(11)
# By RP 177 from the chromaticities of BT.709 and BT.2020, as ITU-R BT.2087 prints it.
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def plan_of(bits=8, color=OutputColor.LIN_REC709, white=203):
    folder = Path("out")
    request = LiftRequest(
        source=SourceSpec(path=Path("c.mov")),
        output=OutputSpec(folder=folder, color=color, reference_white=white),
    )
    reservation = Reservation(name="c", staging=folder, final=folder)
    order = WorkOrder(job="j", request=request, reservation=reservation, engine="classical")
    source = SourceColor(Primaries.REC709, "bt1886", "bt709", False)
    facts = ClipFacts(Path("c.mov"), "movie", W, H, Fraction(25), 3, bits, source)
    return Plan(order, facts, FrameRange(0, 3), 0, 0, "piz", (W, H))


def limited(lifted, codes, matte, *, bits=8, transfer="bt1886", **how):
    limiter = Limiter(plan_of(bits, **how), SimpleNamespace(transfer=transfer))
    before = lifted.copy(), matte.copy()
    result = limiter.of(codes, Level(lambda: matte))(lifted)
    assert (lifted == before[0]).all()
    assert (matte == before[1]).all()
    return result


def pictures(bits=8, size=(H, W)):
    """Lifted light, the codes of the clip, and a matte with black, white and all between."""
    codes = RNG.integers(0, 2**bits, (3, H, W)).astype(np.uint8 if bits == 8 else np.uint16)
    lifted = (RNG.random((*size, 3)) * 6 - 0.1).astype(np.float16)
    matte = np.clip(RNG.random((H, W)) * 2 - 0.5, 0, 1).astype(np.float32)
    return lifted, codes, matte


def light_of(codes, bits, transfer="bt1886"):
    v = codes / (2**bits - 1)
    light = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4) if transfer == "srgb" else v**2.4
    return np.moveaxis(light, 0, -1)


def assert_near(got, wanted):
    """To half precision, but for the darkest, where halves are evenly spaced."""
    assert (np.abs(got.astype(np.float64) - wanted) <= np.maximum(np.abs(wanted) * 2**-10.9, 2**-23)).all()


@pytest.mark.parametrize("bits", [8, 10, 16])
@pytest.mark.parametrize("transfer", ["bt1886", "srgb"])
@pytest.mark.parametrize("white", [100, 203])
def test_the_blend(bits, transfer, white):
    lifted, codes, matte = pictures(bits)
    m = matte.astype(np.float64)[..., None]
    wanted = m * lifted.astype(np.float64) + (1 - m) * light_of(codes, bits, transfer)
    got = limited(lifted, codes, matte, bits=bits, transfer=transfer, white=white)
    # Two rounded numbers of different sign may all but cancel each other out.
    apart = lifted >= 0
    assert_near(got[apart], wanted[apart])
    np.testing.assert_allclose(got.astype(np.float64), wanted, rtol=2**-10, atol=1e-4)


def test_white_is_the_lift_bit_by_bit_and_black_the_plate():
    lifted, codes, matte = pictures()
    lifted.reshape(-1)[:8] = [65504, -65504, 6e-8, -0.0, 0.0, 1e-5, 49.25, 1.0]
    matte[:, :20], matte[:, 20:] = 1, 0
    got = limited(lifted, codes, matte)
    assert (got[:, :20].view(np.uint16) == lifted[:, :20].view(np.uint16)).all()
    assert (got[:, 20:] == light_of(codes, 8).astype(np.float16)[:, 20:]).all()


def test_other_primaries():
    lifted, codes, matte = pictures()
    got = limited(lifted, codes, matte, color=OutputColor.LIN_REC2020)
    m = matte.astype(np.float64)[..., None]
    wanted = m * lifted.astype(np.float64) + (1 - m) * (light_of(codes, 8) @ TO_2020.T)
    np.testing.assert_allclose(got.astype(np.float64), wanted, rtol=1e-3, atol=2e-4)


def test_a_smaller_result_meets_plate_and_mask_scaled_to_it():
    lifted, codes, matte = pictures(size=(H // 2, W // 2))
    matte[:8], matte[8:16] = 0, 1
    got = limited(lifted, codes, matte)
    m = matte.astype(np.float64).reshape(12, 2, 20, 2).mean(axis=(1, 3))[..., None]
    plate = light_of(codes, 8).reshape(12, 2, 20, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(
        got.astype(np.float64), m * lifted.astype(np.float64) + (1 - m) * plate, rtol=2**-10, atol=1e-4
    )
    assert (got[4:8] == lifted[4:8]).all()


def test_halves_are_rounded_as_numpy_rounds_them():
    @njit
    def rounded(values, out):
        for i in range(values.size):
            out[i] = half_bits(values[i])

    exact = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float64)
    between = ((exact[1:] + exact[:-1]) / 2).astype(np.float32)
    spread = np.concatenate([RNG.random(20_000) * 10.0**e for e in range(-9, 5)] + [exact, between])
    spread = np.concatenate([spread, np.nextafter(between, 0), np.nextafter(between, 1e6)]).astype(np.float32)
    spread = np.concatenate([spread, -spread])
    out = np.empty(spread.size, np.uint16)
    rounded(spread, out)
    assert (out == spread.astype(np.float16).view(np.uint16)).all()


# The guard


def checked(tmp_path, light, matte, codes, *, color=OutputColor.LIN_REC709):
    """By a method that promises nothing."""
    path = tmp_path / "f.exr"
    header = SequenceHeader(color=color, reference_white=203, rate=Fraction(25), codec="none").for_frame(7)
    write_frame(path, Converter(Primaries.REC709, color.primaries)(light.astype(np.float32)), header)
    check = FidelityCheck(bt1886, 8, None, Primaries.REC709, color.primaries)
    of = check if light.shape[:2] == codes.shape[1:] else check.of_another_size
    return of(7, codes, path, matte)


@pytest.mark.parametrize("color", list(OutputColor))
def test_outside_the_mask_the_source_s_numbers_are_demanded(tmp_path, color):
    _, codes, matte = pictures()
    plate = light_of(codes, 8)
    light = np.where(matte[..., None] > 0, plate * 3, plate)
    good = checked(tmp_path, light, matte, codes, color=color)
    assert good.pixels == int((matte == 0).sum()) > 0
    assert good.deviation < TOLERANCE_STOPS
    y, x = np.argwhere((matte == 0) & (plate.min(axis=-1) > 0.01))[0]
    light[y, x] *= 1.01
    assert checked(tmp_path, light, matte, codes, color=color).deviation > TOLERANCE_STOPS


def test_outside_the_mask_of_a_smaller_result(tmp_path):
    _, codes, matte = pictures()
    matte[:, :20] = 0
    plate = light_of(codes, 8).reshape(12, 2, 20, 2, 3).mean(axis=(1, 3))
    light = plate.copy()
    light[:, 10:] *= 2
    good = checked(tmp_path, light, matte, codes)
    assert good.pixels >= 120
    assert good.deviation < TOLERANCE_STOPS
    light[5, 5] *= 1.01
    assert checked(tmp_path, light, matte, codes).deviation > TOLERANCE_STOPS
