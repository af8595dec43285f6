"""What is shown, against the formulas of the standards written out here in float64."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from bridge.domain.color import OutputColor
from bridge.domain.view import FALSE_COLORS
from tests.sequences import picture_of

# Rec.709 RGB to XYZ, IEC 61966-2-1:1999 (five places) and its luminance row, ITU-R BT.709-6.
WEIGHTS_709 = np.array([0.2126, 0.7152, 0.0722])
WEIGHTS_2020 = np.array([0.2627, 0.6780, 0.0593])
# ITU-R BT.2087-0, the inverse of its matrix from BT.709 to BT.2020.
TO_709 = np.linalg.inv([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def display(light, stops=0.0):
    """BT.1886 with gamma 2.4, cut off at white."""
    return np.clip(light * 2.0**stops, 0, 1) ** (1 / 2.4) * 255


def pq(nits):
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    y = (np.asarray(nits) / 10000) ** m1
    return ((c1 + c2 * y) / (1 + c3 * y)) ** m2


def from_pq(code):
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    e = np.asarray(code) ** (1 / m2)
    return 10000 * (np.maximum(e - c1, 0) / (c2 - c3 * e)) ** (1 / m1)


def rolled_off(nits, peak, white):
    """BT.2390-10, 5.4.1.1."""
    e1, top = pq(np.clip(nits, 0, peak)) / pq(peak), pq(white) / pq(peak)
    ks = 1.5 * top - 0.5
    t = (e1 - ks) / (1 - ks)
    p = (2 * t**3 - 3 * t**2 + 1) * ks + (t**3 - 2 * t**2 + t) * (1 - ks) + (-2 * t**3 + 3 * t**2) * top
    return from_pq(np.where(e1 < ks, e1, p) * pq(peak))


@pytest.fixture
def light():
    random = np.random.default_rng(5)
    return (random.uniform(-0.02, 1, (48, 64, 3)) ** 3 * (1000 / 203)).astype(np.float16)


@pytest.mark.parametrize("stops", [0.0, -6.0, -1.5, 2.0, 6.0])
def test_display_is_exposed_and_cut_off(made, ask, light, stops):
    shown = picture_of(ask("picture", made([light]), exposure=stops))
    assert np.abs(shown - display(light.astype(np.float64), stops)).max() <= 0.5001


@pytest.mark.parametrize(("stops", "white"), [(0.0, 203), (-2.0, 203), (1.0, 203), (0.0, 100)])
def test_tone_mapping_rolls_off_from_the_peak_of_the_clip(made, ask, light, stops, white):
    peak = 1000 / 203
    seen = made([light], white=white, peak=peak)
    shown = picture_of(ask("picture", seen, mode="tone_mapped", exposure=stops))
    exposed, top = np.maximum(light.astype(np.float64), 0) * white * 2**stops, peak * white * 2**stops
    expected = rolled_off(exposed, top, white) / white if top > white else exposed / white
    assert np.abs(shown - display(expected)).max() <= 0.5001


def test_a_result_that_names_no_peak_is_taken_to_use_all_of_pq(made, ask, light):
    shown = picture_of(ask("picture", made([light], peak=None), mode="tone_mapped"))
    expected = rolled_off(np.maximum(light.astype(np.float64), 0) * 203, 10_000, 203) / 203
    assert np.abs(shown - display(expected)).max() <= 0.5001


def test_other_primaries_are_shown_as_rec_709(made, ask, light):
    shown = picture_of(ask("picture", made([light], color=OutputColor.LIN_REC2020)))
    expected = display(light.astype(np.float64) @ TO_709.T)
    # BT.2087 gives four places, and the conversion is rounded to half: near black that is some codes.
    assert np.abs(shown - expected)[expected > 32].max() <= 1.0


@pytest.mark.parametrize(
    ("color", "weights"), [(OutputColor.LIN_REC709, WEIGHTS_709), (OutputColor.LIN_REC2020, WEIGHTS_2020)]
)
@pytest.mark.parametrize("stops", [0.0, 3.0])
def test_false_colours_are_bands_of_luminance_whatever_the_exposure(made, ask, color, weights, stops):
    random = np.random.default_rng(6)
    light = (random.uniform(0, 1, (48, 64, 3)) ** 4 * 30).astype(np.float16)
    shown = picture_of(ask("picture", made([light], color=color), mode="false_color", exposure=stops))
    nits = light.astype(np.float64) @ weights * 203
    limits = [band.nits for band in FALSE_COLORS]
    # The published weights have four places: what lies within them of a limit may go either way.
    sure = np.abs(nits[..., None] / np.array(limits[1:]) - 1).min(-1) > 1e-3
    bands = np.sum(nits[..., None] >= limits, -1) - 1
    expected = np.array([band.rgb for band in FALSE_COLORS])[bands]
    assert len(set(bands[sure].tolist())) == len(FALSE_COLORS)
    assert (shown[sure] == expected[sure]).all()


def test_a_band_begins_at_its_limit(made, ask):
    white = np.array([[[1.0] * 3, [np.nextafter(np.float16(1), np.float16(0))] * 3]], np.float16)
    above, below = picture_of(ask("picture", made([np.repeat(white, 8, 0)]), mode="false_color"))[0]
    colors = {band.nits: band.rgb for band in FALSE_COLORS}
    assert tuple(above) == colors[203.0]
    assert tuple(below) == colors[100.0]


def test_averages_when_scaled_down_and_never_scales_up(made, ask, light):
    seen = made([light])
    full = picture_of(ask("picture", seen))
    assert full.shape == (48, 64, 3)
    assert (picture_of(ask("picture", seen, width=640, height=480)) == full).all()
    half = picture_of(ask("picture", seen, width=32, height=4000))
    expected = full.reshape(24, 2, 32, 2, 3).mean((1, 3))
    assert half.shape == (24, 32, 3)
    assert np.abs(half - expected).max() <= 1.0


@pytest.mark.parametrize(
    ("box", "size"), [((1, 1), (1, 1)), ((7, 720), (7, 5)), ((16384, 1), (1, 1)), ((33, 30), (33, 25))]
)
@pytest.mark.parametrize("mode", ["display", "tone_mapped", "false_color"])
def test_fits_into_any_box(made, ask, light, mode, box, size):
    shown = picture_of(ask("picture", made([light]), mode=mode, width=box[0], height=box[1]))
    assert shown.shape == (size[1], size[0], 3)


def test_a_small_false_colour_picture_holds_no_colours_but_its_own(made, ask, light):
    shown = picture_of(ask("picture", made([light]), mode="false_color", width=23, height=23))
    assert {tuple(pixel) for pixel in shown.reshape(-1, 3).tolist()} <= {band.rgb for band in FALSE_COLORS}


def test_what_is_no_number_is_black_and_what_is_endless_is_white(made, ask):
    light = np.zeros((16, 16, 3), np.float16)
    light[0, 0], light[0, 1], light[0, 2] = np.nan, np.inf, -np.inf
    seen = made([light])
    for mode in ("display", "tone_mapped"):
        shown = picture_of(ask("picture", seen, mode=mode))
        assert shown[0, :3, 0].tolist() == [0, 255, 0]
    assert tuple(picture_of(ask("picture", seen, mode="false_color"))[0, 1]) == FALSE_COLORS[-1].rgb


def test_other_programs_read_the_picture(made, ask, light):
    ppm = ask("picture", made([light]))
    with av.open(io.BytesIO(ppm), format="ppm_pipe") as container:
        frame = next(container.decode(video=0))
    assert (frame.to_ndarray(format="rgb24") == picture_of(ppm)).all()
