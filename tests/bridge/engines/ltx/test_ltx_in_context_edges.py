"""The control picture of edges, against the method written down pixel by pixel."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.engines.ltx.in_context.edges import edges


def slowly(picture, low, high):
    """Canny 1986 with Sobel's gradient and the L1 norm, as one reads it."""
    height, width, _ = picture.shape

    def at(y, x, c):
        return int(picture[min(max(y, 0), height - 1), min(max(x, 0), width - 1), c])

    gradients = {}
    for y in range(height):
        for x in range(width):
            found = []
            for c in range(3):
                dx = sum(w * (at(y + j, x + 1, c) - at(y + j, x - 1, c)) for j, w in ((-1, 1), (0, 2), (1, 1)))
                dy = sum(w * (at(y + 1, x + i, c) - at(y - 1, x + i, c)) for i, w in ((-1, 1), (0, 2), (1, 1)))
                found.append((abs(dx) + abs(dy), -c, dx, dy))
            strength, _, dx, dy = max(found)
            gradients[y, x] = strength, dx, dy
    crests = {}
    for (y, x), (strength, dx, dy) in gradients.items():
        angle = math.degrees(math.atan2(dy, dx)) % 180
        step = (0, 1) if angle < 22.5 or angle > 157.5 else (1, 1) if angle < 67.5 else (1, 0)
        if 112.5 <= angle <= 157.5:
            step = (1, -1)
        before = gradients.get((y - step[0], x - step[1]), (0,))[0]
        after = gradients.get((y + step[0], x + step[1]), (0,))[0]
        if strength > low and strength > before and strength >= after:
            crests[y, x] = strength > high
    lines = {place for place, strong in crests.items() if strong}
    while True:
        more = {
            (y, x)
            for y, x in crests.keys() - lines
            if any((y + j, x + i) in lines for j in (-1, 0, 1) for i in (-1, 0, 1))
        }
        if not more:
            break
        lines |= more
    out = np.zeros((height, width), np.uint8)
    for place in lines:
        out[place] = 255
    return out


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_method_as_it_was_written_down(seed):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:31, :47]
    waves = 128 + 70 * np.sin(x / 5 + seed)[..., None] * np.cos(y / 4 + np.arange(3)[:, None, None] / 3).transpose(
        1, 2, 0
    )
    picture = np.clip(waves + rng.normal(0, 6, (31, 47, 3)), 0, 255).astype(np.uint8)
    for low, high in ((92, 200), (30, 120), (0, 10)):
        found = edges(picture, low, high)
        assert np.array_equal(found[..., 0], slowly(picture, low, high))
        assert np.array_equal(found[..., 0], found[..., 1])
        assert np.array_equal(found[..., 0], found[..., 2])
        assert found.any()


def test_a_step_is_a_line_one_pixel_wide_and_a_plain_picture_has_none():
    picture = np.full((20, 30, 3), 40, np.uint8)
    assert not edges(picture).any()
    picture[:, 15:] = 200
    lines = edges(picture)[..., 0]
    assert (lines.sum(axis=1) == 255).all()
    assert np.flatnonzero(lines[0]).item() in (14, 15)


def test_a_weak_line_counts_where_it_touches_a_strong_one():
    picture = np.full((20, 30, 3), 40, np.uint8)
    picture[:10, 15:] = 200
    picture[10:, 15:] = 70
    assert edges(picture)[15, :, 0].any()
    picture[:10] = 40
    assert not edges(picture)[15:, :, 0].any()


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2)])
def test_small_pictures_have_lines_too(size):
    assert edges(np.zeros((*size, 3), np.uint8)).shape == (*size, 3)
