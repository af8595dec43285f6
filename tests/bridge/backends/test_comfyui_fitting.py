"""Plates of certain sizes: what is shown of the clip, and what its sides are filled up with."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.backends.remote.fitting import Fitter, fit


@pytest.mark.parametrize(
    ("size", "how", "shown", "padded"),
    [
        ((1920, 1080), {"modulus": 32}, (1920, 1080), (1920, 1088)),
        ((1920, 1080), {"modulus": 64}, (1920, 1080), (1920, 1088)),
        ((1080, 1920), {"modulus": 32, "largest_short_side": 704}, (704, 1252), (704, 1280)),
        ((640, 360), {"modulus": 32, "largest_short_side": 704}, (640, 360), (640, 384)),
        ((71, 49), {}, (71, 49), (71, 49)),
        ((4000, 1), {"modulus": 32, "largest_short_side": 1}, (4000, 1), (4000, 32)),
    ],
)
def test_sizes(size, how, shown, padded):
    fitting = fit(*size, **how)
    assert (fitting.shown, fitting.padded) == (shown, padded)


def test_sides_are_filled_up_with_their_mirror():
    picture = np.arange(5 * 3 * 3, dtype=np.uint8).reshape(3, 5, 3)
    padded = Fitter(fit(5, 3, modulus=8))(picture)
    assert padded.shape == (8, 8, 3)
    assert (padded[:3, :5] == picture).all()
    for row, column in ((3, 5), (4, 6), (5, 7), (7, 0)):
        # The edge itself is not repeated; where the picture is narrower than what is missing, it goes to and fro.
        assert (
            padded[row, column] == picture[(1, 0, 1, 2, 1)[row - 3], (3, 2, 1)[column - 5] if column else 0]
        ).all()


def test_a_smaller_picture_shows_the_same():
    ramp = np.linspace(0, 255, 256)[None, :, None] * np.ones((128, 1, 3))
    small = Fitter(fit(256, 128, modulus=32, largest_short_side=64))(np.rint(ramp).astype(np.uint8))
    assert small.shape == (64, 128, 3)
    # Between the edges a filter that is symmetric leaves a ramp a ramp, whose pixels lie between two of before.
    expected = np.arange(128) * 2 + 0.5
    assert np.abs(small[:, 8:-8].astype(float) - expected[None, 8:-8, None]).max() <= 1


def test_what_fits_is_not_touched():
    picture = np.zeros((64, 32, 3), np.uint8)
    assert Fitter(fit(32, 64, modulus=32))(picture) is picture
