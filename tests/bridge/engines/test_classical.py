"""The embedded engine against the slow reference, number by number."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.colorimetry.primaries import conversion
from bridge.domain.color import Primaries
from bridge.domain.errors import RequestError
from bridge.engines.base import Plate, Target
from bridge.engines.registry import engine
from tests.oracles import inverse_tone_mapping as oracle

REC709 = Primaries.REC709
PEAK = 10000 / 203


def picture(bits, seed=0, size=(12, 40)):
    """Random colours, greys, near-white and every primary at full code."""
    top = 2**bits - 1
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, top + 1, (3, *size))
    codes[:, 0] = np.linspace(0, top, size[1]).astype(int)
    codes[:, 1] = rng.integers(int(top * 0.9), top + 1, (3, size[1]))
    codes[:, 2, :8] = [
        [0, top, 0, 0, top, top, 0, top],
        [0, 0, top, 0, top, 0, top, top],
        [0, 0, 0, top, 0, top, top, top],
    ]
    return codes.astype(np.uint8 if bits == 8 else np.uint16)


def fit(codes, bits, primaries=REC709, transfer="bt1886", **parameters):
    height, width = codes.shape[1:]
    plate = Plate(width, height, bits, REC709, transfer)
    return engine("classical").fit(plate, [codes], parameters, Target(203, PEAK, primaries))


def assert_equal_to(got, codes, reference, steps=1.0):
    """Every number within `steps` half-float steps of the reference."""
    flat = codes.reshape(3, -1).T
    for pixel, rgb in zip(got.reshape(-1, 3).astype(np.float64), flat, strict=True):
        for value, wanted in zip(pixel, reference([int(c) for c in rgb]), strict=True):
            assert abs(value - wanted) <= steps * oracle.half_steps(wanted), (rgb, pixel, wanted)


@pytest.mark.parametrize("bits", [8, 10, 16])
@pytest.mark.parametrize("strength", [0.0, 1.0, 1.5])
def test_c4_equals_the_reference_at_every_depth(bits, strength):
    codes = picture(bits)
    lift = fit(codes, bits, strength=strength)
    _, c, r, cy = oracle.statistics([codes], bits)
    gains = oracle.c4_gains(c, r, cy, strength)
    assert lift.provenance["gains"] == pytest.approx(gains, abs=1e-12)
    assert_equal_to(lift(codes), codes, lambda rgb: oracle.curve_pixel(rgb, bits, gains))


def test_the_table_of_8_bits_is_exact_for_every_pair():
    """All 65,536 pairs of (value, maximum), rounded to the nearest half."""
    value, maximum = np.meshgrid(np.arange(256), np.arange(256))
    codes = np.stack([np.minimum(value, maximum), maximum, np.zeros_like(value)]).astype(np.uint8)
    lift = fit(codes, 8)
    gains = lift.provenance["gains"]
    assert_equal_to(lift(codes), codes, lambda rgb: oracle.curve_pixel(rgb, 8, gains), steps=0.5 + 1e-6)


def test_statistics_are_of_all_samples_together():
    dark, bright = picture(8, 1) // 4, picture(8, 2)
    plate = Plate(40, 12, 8, REC709, "bt1886")
    lift = engine("classical").fit(plate, iter([dark, bright]), {}, Target(203, PEAK, REC709))
    top, c, r, cy = oracle.statistics([dark, bright], 8)
    assert lift.provenance["statistics"] == {
        "frames": 2,
        "top": top,
        "clipped": pytest.approx(c),
        "pile_up": pytest.approx(r),
        "white_area": pytest.approx(cy),
    }


def test_hard_clip_source_equals_the_reference():
    codes = picture(8)
    _, _, _, cy = oracle.statistics([codes], 8)
    gains = oracle.hard_clip_gains(cy)
    assert_equal_to(fit(codes, 8, source="hard_clip")(codes), codes, lambda rgb: oracle.curve_pixel(rgb, 8, gains))


def test_srgb_stills_are_read_with_the_srgb_curve():
    codes = picture(8)
    lift = fit(codes, 8, transfer="srgb")
    gains = lift.provenance["gains"]
    assert_equal_to(lift(codes), codes, lambda rgb: oracle.curve_pixel(rgb, 8, gains, transfer="srgb"))
    assert fit(codes, 8, **{"transfer": "bt1886"}).transfer == "bt1886"


@pytest.mark.parametrize("bits", [8, 10, 16])
def test_bt2446_a_equals_the_report(bits):
    codes = picture(bits)
    lift = fit(codes, bits, primaries=Primaries.REC2020, method="bt2446a")
    assert lift.primaries is Primaries.REC2020
    got = lift(codes).astype(np.float64)
    want = np.array([oracle.bt2446a_pixel([int(c) for c in rgb], bits) for rgb in codes.reshape(3, -1).T])
    # BT.2087 prints its matrix with four digits, which is what the tolerance is for.
    np.testing.assert_allclose(got.reshape(-1, 3), want, rtol=2e-3, atol=2e-3)
    assert lift.peak >= got.max() * 0.98
    assert got.reshape(-1, 3)[39] == pytest.approx([1000 / 203] * 3, rel=1e-3)


@pytest.mark.parametrize("bits", [8, 10, 16])
def test_bt2446_c_equals_the_report(bits):
    codes = picture(bits)
    lift = fit(codes, bits, method="bt2446c")
    got = lift(codes)
    want = np.array([oracle.bt2446c_pixel([int(c) for c in rgb], bits) for rgb in codes.reshape(3, -1).T])
    # The report's luminance weights have four digits.
    np.testing.assert_allclose(got.reshape(-1, 3).astype(np.float64), want, rtol=2e-3, atol=1e-6)
    assert float(got.max()) == pytest.approx(332.6 / 203, rel=2e-3)


def test_other_primaries_get_unrounded_light():
    codes = picture(8)
    lift = fit(codes, 8, primaries=Primaries.AP1)
    assert lift.primaries is REC709
    got = lift(codes)
    assert got.dtype == np.float32
    gains = lift.provenance["gains"]
    want = np.array([oracle.curve_pixel([int(c) for c in rgb], 8, gains) for rgb in codes.reshape(3, -1).T])
    np.testing.assert_allclose(got.reshape(-1, 3), want, rtol=1e-6)


def test_mid_tones_are_promised_and_kept():
    codes = picture(8)
    lift = fit(codes, 8)
    assert lift.identity_below == pytest.approx(0.55**2.4)
    light = (codes / 255.0) ** 2.4
    still = light.max(axis=0) <= lift.identity_below
    np.testing.assert_array_equal(lift(codes)[still], np.moveaxis(light, 0, -1)[still].astype(np.float16))


def test_light_stays_below_the_peak():
    codes = np.full((3, 2, 2), 255, np.uint8)
    plate = Plate(2, 2, 8, REC709, "bt1886")
    lift = engine("classical").fit(plate, [codes], {"strength": 1.5}, Target(203, 2.0, REC709))
    assert lift(codes).max() == 2.0
    assert lift.peak == 2.0


def test_it_says_what_it_is():
    provenance = fit(picture(8), 8).provenance
    assert "not generative" in str(provenance["statement"])
    assert "Classical inverse tone mapping" in str(provenance["statement"])


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"strength": 1.6}, "strength"),
        ({"strength": "loud"}, "strength"),
        ({"method": "magic"}, "method"),
        ({"colour": 1}, "colour"),
        ({"method": "bt2446a", "strength": 0.5}, "strength"),
        ({"method": "bt2446c", "source": "hard_clip"}, "source kind"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(parameters, named):
    with pytest.raises(RequestError, match=named):
        fit(picture(8), 8, **parameters)


def test_an_unknown_engine_is_refused():
    with pytest.raises(RequestError, match="no engine called"):
        engine("dream")


def test_matrices_of_the_oracle_and_the_code_agree():
    """The printed matrix of BT.2087 against the computed one."""
    np.testing.assert_allclose(
        conversion(REC709, Primaries.REC2020),
        [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]],
        atol=6e-5,
    )
