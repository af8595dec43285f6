"""The second stage in tiles: where they lie, how they fade, and that they change nothing that they should not."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
import torch

from bridge.engines.ltx.memory import RefineTiles
from bridge.engines.ltx.refining import refine, refine_spans, span_weights
from bridge.engines.ltx.tiling import Span, even_spans, spans

OFFICIAL = ((21, 34, 60), 2, (8, 6, 6))


def clip(frames: int, height: int, width: int) -> torch.Tensor:
    return torch.randn(1, 4, frames, height, width, generator=torch.Generator().manual_seed(1))


def silent(done: int, total: int) -> None: ...


@pytest.mark.parametrize("length", [1, 2, 5, 9, 16, 61, 128])
@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (2, 0), (2, 1), (5, 4), (14, 8), (40, 6)])
def test_spans_cover_an_axis_and_overlap_as_much_as_they_should(length, size, overlap):
    for found in (spans(length, size, overlap), even_spans(length, size, overlap)):
        assert (found[0].start, found[-1].stop) == (0, length)
        assert [span.last for span in found] == [False] * (len(found) - 1) + [True]
        for before, after in pairwise(found):
            assert before.stop - after.start == overlap
            assert after.stop > before.stop
        assert not size or max(span.stop - span.start for span in found) <= size


@pytest.mark.parametrize("length", [3, 7, 21, 60, 61])
def test_even_spans_differ_little(length):
    sizes = [span.stop - span.start for span in even_spans(length, 20, 6)]
    assert max(sizes) - min(sizes) <= len(sizes)
    assert min(sizes) > 6 or len(sizes) == 1


def test_two_tiles_lie_where_the_authors_put_them():
    """`split_by_count(2, overlap)`: half of length and overlap, the first tile one longer where that is odd."""
    for length, overlap in ((21, 8), (34, 6), (60, 6), (33, 6)):
        first, second = even_spans(length, -(-(length + overlap) // 2), overlap)
        half, more = divmod(length + overlap, 2)
        assert (first.start, first.stop) == (0, half + more)
        assert (second.start, second.stop) == (length - half, length)


@pytest.mark.parametrize(
    ("length", "size", "overlap"), [(21, 15, 8), (60, 33, 6), (100, 20, 15), (9, 4, 3), (5, 0, 0)]
)
def test_weights_are_ramps_that_are_1_together(length, size, overlap):
    axis = even_spans(length, size, overlap)
    whole = np.zeros(length)
    for span, weight in zip(axis, span_weights(axis), strict=True):
        assert weight.dtype == torch.float32
        assert weight.min() > 0
        whole[span.start : span.stop] += weight.double().numpy()
    np.testing.assert_allclose(whole, 1, atol=2e-7)


def test_the_ramp_between_two_tiles_is_straight():
    first, second = span_weights([Span(0, 6, last=False), Span(3, 9, last=True)])
    assert first.tolist() == [1, 1, 1, 0.75, 0.5, 0.25]
    assert second.tolist() == [0.25, 0.5, 0.75, 1, 1, 1]


def test_one_tile_is_one_call_with_everything():
    latents, reference = clip(5, 4, 6), clip(5, 4, 6) + 1
    calls = []

    def denoise(piece, guide, seed):
        calls.append((piece is latents, guide is reference, seed))
        return piece * 2

    for tiles in (RefineTiles(), RefineTiles((5, 4, 6), (2, 2, 2)), RefineTiles((99, 99, 99), (8, 6, 6))):
        assert torch.equal(refine(denoise, latents, reference, tiles, seed=7, tell=silent), latents * 2)
    assert calls == [(True, True, 7)] * 3


@pytest.mark.parametrize("shape", [(21, 34, 60), (21, 60, 34), (16, 68, 120), (2, 3, 3), (1, 68, 120)])
def test_a_model_that_looks_at_one_place_alone_leaves_no_seam(shape):
    """Tiled or whole, a pointwise function gives the same; with seeds of its own each tile would still be one."""
    latents, reference = clip(*shape), clip(*shape).flip(-1)
    tiles = RefineTiles(tuple(-(-(n + o) // 2) for n, o in zip(shape, (8, 6, 6), strict=True)), (8, 6, 6))
    tiles = RefineTiles(tiles.size, tuple(min(o, n - 1) for n, o in zip(tiles.size, (8, 6, 6), strict=True)))
    made = refine(lambda z, guide, seed: 3 * z - guide, latents, reference, tiles, seed=0, tell=silent)
    torch.testing.assert_close(made, 3 * latents - reference, atol=2e-6, rtol=2e-6)


def test_a_tile_that_is_brighter_fades_into_the_next():
    """A tile that adds its own number: along the seam the step is the ramp's, nowhere more."""
    latents = torch.zeros(1, 1, 1, 1, 20)
    made = refine(
        lambda z, guide, seed: z + seed, latents, latents, RefineTiles((1, 1, 12), (0, 0, 4)), seed=0, tell=silent
    )
    line = made.flatten()
    assert line[:8].eq(0).all()
    assert line[12:].eq(1).all()
    assert torch.diff(line).abs().max() <= 1 / 5 + 1e-6


def test_each_tile_has_its_seed_and_is_told():
    latents = clip(*OFFICIAL[0])
    size = tuple(-(-(n + o) // 2) for n, o in zip(OFFICIAL[0], OFFICIAL[2], strict=True))
    seeds, shapes, told = [], [], []

    def denoise(piece, guide, seed):
        seeds.append(seed)
        shapes.append(tuple(piece.shape[2:]))
        assert piece.shape == guide.shape
        return piece

    tiles = RefineTiles(size, OFFICIAL[2])
    refine(denoise, latents, latents, tiles, seed=10, tell=lambda done, total: told.append((done, total)))
    assert seeds == list(range(10, 18))
    assert told == [(n, 8) for n in range(1, 9)]
    assert shapes == list(product((15, 14), (20, 20), (33, 33)))
    assert [len(axis) for axis in refine_spans(OFFICIAL[0], tiles)] == [2, 2, 2]


def test_what_is_told_may_end_the_work():
    latents = clip(2, 2, 8)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refine(lambda z, guide, seed: z, latents, latents, RefineTiles((2, 2, 4), (0, 0, 2)), seed=0, tell=stop)
