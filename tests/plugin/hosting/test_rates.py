"""What hosts' floating point rates mean."""

from __future__ import annotations

from fractions import Fraction

import pytest

from plugin.hosting.rates import exact_rate


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (23.976, "24000/1001"),
        (23.98, "24000/1001"),
        (23.976023976023978, "24000/1001"),
        (24, "24"),
        (25.0, "25"),
        (29.97, "30000/1001"),
        (47.952, "48000/1001"),
        (59.94, "60000/1001"),
        (119.88, "120000/1001"),
        (12.5, "25/2"),
        (23.9, "239/10"),
    ],
)
def test_a_rate_is_the_one_that_is_meant(fps, rate):
    assert exact_rate(fps) == Fraction(rate)


@pytest.mark.parametrize("fps", [0, -1, 1001, float("nan"), float("inf")])
def test_what_is_no_rate_is_none(fps):
    assert exact_rate(fps) is None
