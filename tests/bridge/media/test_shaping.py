"""Growing, softening and scaling, against the plain definitions written slowly."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.media.shaping import REACH, feathered, grown, resized, resized_levels

RNG = np.random.default_rng(3)
NOISE = RNG.random((23, 31)).astype(np.float32)


def at(picture, y, x):
    """Beyond the edges lies what lies at them."""
    height, width = picture.shape
    return float(picture[min(max(y, 0), height - 1), min(max(x, 0), width - 1)])


def dilated(picture, radius):
    best = max if radius > 0 else min
    reach = abs(radius)
    disc = [
        (dy, dx)
        for dy in range(-reach, reach + 1)
        for dx in range(-reach, reach + 1)
        if dx * dx + dy * dy <= reach * reach
    ]
    height, width = picture.shape
    return [[best(at(picture, y + dy, x + dx) for dy, dx in disc) for x in range(width)] for y in range(height)]


def softened(picture, sigma):
    """The Gaussian as one sum over the square, in double precision."""
    reach = max(1, math.ceil(REACH * sigma))
    line = [math.exp(-(k * k) / (2 * sigma * sigma)) for k in range(-reach, reach + 1)]
    padded = np.pad(picture.astype(np.float64), reach, mode="edge")
    height, width = picture.shape
    out = np.zeros(picture.shape)
    for dy, a in enumerate(line):
        for dx, b in enumerate(line):
            out += a * b * padded[dy : dy + height, dx : dx + width]
    return out / sum(line) ** 2


def mean_over(picture, width, height):
    """Each pixel the mean over its area, on a grid so fine that every border lies on it."""
    fine = np.repeat(np.repeat(picture.astype(np.float64), height, axis=0), width, axis=1)
    rows, columns = picture.shape
    return fine.reshape(height, rows, width, columns).mean(axis=(1, 3))


@pytest.mark.parametrize("radius", [1, 2, 3, 4, 5, 7, 11, 40, -1, -2, -6, -13])
def test_white_grows_by_a_disc(radius):
    assert (grown(NOISE, radius) == np.array(dilated(NOISE, radius), np.float32)).all()


def test_the_disc_is_round():
    dot = np.zeros((41, 41), np.float32)
    dot[20, 20] = 1
    y, x = np.mgrid[-20:21, -20:21]
    assert (grown(dot, 13) == (x * x + y * y <= 169)).all()
    assert (grown(1 - dot, -13) == (x * x + y * y > 169)).all()


def test_nothing_asked_for_is_nothing_done():
    assert grown(NOISE, 0) is NOISE
    assert feathered(NOISE, 0.0) is NOISE
    assert resized(NOISE, 31, 23) is NOISE


@pytest.mark.parametrize("sigma", [0.2, 0.7, 1.0, 2.5, 8.0])
def test_edges_soften_by_a_gaussian(sigma):
    np.testing.assert_allclose(feathered(NOISE, sigma), softened(NOISE, sigma), atol=5e-6)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 6.0, 25.0, 200.0])
def test_white_stays_white_and_black_stays_black_beyond_its_reach(sigma):
    reach = math.ceil(REACH * sigma)
    step = np.zeros((3, 2 * reach + 40), np.float32)
    middle = step.shape[1] // 2
    step[:, middle:] = 1
    soft = feathered(step, sigma)
    assert (soft[:, : middle - reach] == 0).all()
    assert (soft[:, middle + reach :] == 1).all()
    assert (np.diff(soft, axis=1) >= 0).all()
    assert 0 < soft[0, middle - 1] < 0.5 < soft[0, middle] < 1


@pytest.mark.parametrize("sigma", [1.0, 4.0])
def test_a_matte_that_is_flat_but_for_its_edges(sigma):
    y, x = np.mgrid[0:90, 0:300]
    matte = np.where((x - 90) ** 2 + (y - 30) ** 2 < 400, 1, 0.25).astype(np.float32)
    matte[60:, 250:] = 0
    np.testing.assert_allclose(feathered(matte, sigma), softened(matte, sigma), atol=5e-6)


def test_softening_keeps_what_a_matte_weighs():
    square = np.zeros((60, 60), np.float32)
    square[25:35, 25:35] = 1
    assert feathered(square, 3.0).sum() == pytest.approx(100, rel=1e-5)


@pytest.mark.parametrize("size", [(31, 23), (17, 9), (10, 23), (5, 5), (1, 1), (30, 22)])
def test_smaller_pictures_are_means_over_areas(size):
    np.testing.assert_allclose(resized(NOISE, *size), mean_over(NOISE, *size), atol=1e-6)
    color = RNG.random((23, 31, 3)).astype(np.float32) * 40
    for channel in range(3):
        np.testing.assert_allclose(
            resized(color, *size)[..., channel], mean_over(color[..., channel], *size), rtol=1e-6
        )


def test_larger_pictures_lie_on_straight_lines():
    ramp = np.tile(np.linspace(0, 1, 16, dtype=np.float32), (8, 1))
    large = resized(ramp, 64, 32)
    places = np.clip((np.arange(64) + 0.5) / 4 - 0.5, 0, 15) / 15
    np.testing.assert_allclose(large, np.tile(places, (32, 1)), atol=1e-6)


@pytest.mark.parametrize("size", [(96, 64), (1280, 720), (853, 480), (31, 17)])
def test_a_scaled_matte_is_exactly_white_where_all_is_white(size):
    assert (resized_levels(np.ones((541, 961), np.float32), *size) == 1).all()
    assert (resized_levels(np.zeros((541, 961), np.float32), *size) == 0).all()
