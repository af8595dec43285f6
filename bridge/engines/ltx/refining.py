"""The second stage in tiles, for pictures larger than the model was trained on, and for cards that cannot hold all.

As in Lightricks/LTX-2 v1.2.0 (`HDRICLoraPipeline._run_stage2_phase`): every tile is a call of its own, whose positions
begin at 0 and whose noise is that of the seed and the tile's number; tiles are cut from the latents of the clip and
from those of what guides it, and fade into each other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import torch

from .memory import RefineTiles
from .tiling import Span, even_spans

Denoise = Callable[[torch.Tensor, torch.Tensor, int], torch.Tensor]
"""Latents of a tile `(1, C, f, h, w)`, those that guide it, and the seed of its noise; gives the tile's new latents."""


def refine(
    denoise: Denoise,
    latents: torch.Tensor,
    reference: torch.Tensor,
    tiles: RefineTiles,
    *,
    seed: int,
    tell: Callable[[int, int], None],
) -> torch.Tensor:
    """`latents` `(1, C, f, h, w)` through `denoise`, tile by tile, float32; `tell` is told of tiles done, and of all.

    `reference` has the same f, h and w. Where one tile holds all, `denoise` is called once, with everything.
    """
    found = refine_spans((latents.shape[2], latents.shape[3], latents.shape[4]), tiles)
    every = list(product(*found))
    if len(every) == 1:
        whole = denoise(latents, reference, seed)
        tell(1, 1)
        return whole
    weights = [dict(zip(axis, span_weights(axis), strict=True)) for axis in found]
    total = torch.zeros_like(latents, dtype=torch.float32)
    for n, tile in enumerate(every):
        place = (slice(None), slice(None), *(slice(span.start, span.stop) for span in tile))
        made = denoise(latents[place], reference[place], seed + n)
        frame, row, column = (weights[axis][span].to(total.device) for axis, span in enumerate(tile))
        total[place] += made * (frame[:, None, None] * row[None, :, None] * column[None, None, :])
        tell(n + 1, len(every))
    return total


def refine_spans(shape: tuple[int, int, int], tiles: RefineTiles) -> list[list[Span]]:
    """The tiles of latents (f, h, w) along each axis; as many calls as their product."""
    return [
        even_spans(length, size, overlap)
        for length, size, overlap in zip(shape, tiles.size, tiles.overlap, strict=True)
    ]


def span_weights(axis: list[Span]) -> list[torch.Tensor]:
    """What each span counts for at each of its places, float32: ramps where it meets its neighbours; all spans
    together are 1 everywhere, also where more than two meet.
    """
    weights = [torch.ones(span.stop - span.start, dtype=torch.float64) for span in axis]
    for n in range(1, len(axis)):
        shared = axis[n - 1].stop - axis[n].start
        ramp = torch.arange(1, shared + 1, dtype=torch.float64) / (shared + 1)
        weights[n][:shared] *= ramp
        weights[n - 1][len(weights[n - 1]) - shared :] *= 1 - ramp
    whole = torch.zeros(axis[-1].stop, dtype=torch.float64)
    for span, weight in zip(axis, weights, strict=True):
        whole[span.start : span.stop] += weight
    return [(weight / whole[span.start : span.stop]).float() for span, weight in zip(axis, weights, strict=True)]
