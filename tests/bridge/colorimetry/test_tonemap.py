from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from bridge.colorimetry.tonemap import bt2390_eetf


def pq(nits):
    y = (nits / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


def light(code):
    e = code ** (32 / 2523)
    return 10_000 * (max(e - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * e)) ** (16384 / 2610)


def shown(nits, source, target):
    """BT.2390's spline once more, as the Bézier curve with the same ends and slopes, by de Casteljau's steps."""
    top = pq(target) / pq(source)
    knee = 1.5 * top - 0.5
    code = pq(nits) / pq(source)
    if code < knee:
        return nits
    t = (code - knee) / (1 - knee)
    points = [knee, knee + (1 - knee) / 3, top, top]
    while len(points) > 1:
        points = [a + (b - a) * t for a, b in pairwise(points)]
    return light(points[0] * pq(source))


@pytest.mark.parametrize(("source", "target"), [(1000, 203), (10_000, 203), (1000, 100), (250, 203), (4000, 1000)])
def test_agrees_with_the_spline_drawn_another_way(source, target):
    nits = np.geomspace(0.001, source, 500)
    np.testing.assert_allclose(bt2390_eetf(nits, source, target), [shown(n, source, target) for n in nits], rtol=1e-9)


@pytest.mark.parametrize(("source", "target"), [(1000, 203), (10_000, 100), (203.5, 203)])
def test_rises_from_black_to_the_peak_of_the_display(source, target):
    result = bt2390_eetf(np.linspace(0, source, 20_000), source, target)
    assert result[0] == 0
    assert result[-1] == pytest.approx(target)
    assert (np.diff(result) >= 0).all()


def test_light_below_the_knee_is_untouched():
    # The knee of 1000 -> 203 cd/m2 is at 1.5 x 0.7724 - 0.5 of the PQ code of 1000 cd/m2, which is 87.8 cd/m2.
    below = np.linspace(0, 87.8, 100)
    np.testing.assert_array_equal(bt2390_eetf(below, 1000, 203), below)
    assert bt2390_eetf(95, 1000, 203) < 95


def test_nothing_bends_on_a_display_that_reaches_the_source():
    assert bt2390_eetf([0, 50, 203, 500], 203, 203).tolist() == [0, 50, 203, 203]
    assert bt2390_eetf([50, 100, 150], 100, 203).tolist() == [50, 100, 100]
