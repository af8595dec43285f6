"""How an axis is cut into pieces that overlap, and how neighbours are blended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Span:
    """A piece `[start, stop)` of an axis; `last` reaches its end."""

    start: int
    stop: int
    last: bool


def spans(length: int, size: int, overlap: int) -> list[Span]:
    """Pieces of `size` that overlap by `overlap`, the last one cut at `length`; one piece where `size` is 0.

    diffusers goes on beginning pieces after one has reached the end. Those slivers see next to nothing of the picture
    round them, and the edge of the frame would be made of them.
    """
    if size == 0 or size >= length:
        return [Span(0, length, last=True)]
    found = [Span(0, size, last=False)]
    while not found[-1].last:
        start = found[-1].start + size - overlap
        found.append(Span(start, min(start + size, length), last=start + size >= length))
    return found


def even_spans(length: int, size: int, overlap: int) -> list[Span]:
    """As many pieces as `spans`, of one length as far as that goes, so that the last is no smaller than the others."""
    count = len(spans(length, size, overlap))
    return spans(length, -(-(length + overlap * (count - 1)) // count), overlap)


def spans_in_time(length: int, size: int, overlap: int) -> list[Span]:
    """The same for latents of a clip. A piece holds one more than `size`: its first stands for a single picture,
    that belongs to the piece before and only leads in.
    """
    return spans(length, size + 1 if size else 0, overlap + 1)


def blend(before: torch.Tensor, after: torch.Tensor, axis: int) -> None:
    """Fade from `before` into the beginning of `after` along `axis`, in place, over the whole of `before`.

    The first sample is all `before`'s, as in diffusers; weights are rounded to the samples' own precision.
    """
    length = before.shape[axis]
    shape = [1] * after.ndim
    shape[axis] = length
    steps = torch.arange(length, dtype=torch.float64).view(shape) / max(length, 1)
    rising, falling = (weight.to(after.device, after.dtype) for weight in (steps, 1 - steps))
    head = after.narrow(axis, 0, length)
    head.copy_(before * falling + head * rising)


def assemble(
    rows: list[Span], columns: list[Span], overlap: int, scale: int, make: Callable[[Span, Span], torch.Tensor]
) -> torch.Tensor:
    """The whole of what `make` gives tile by tile, `(N, C, H, W)`, where a step of a span is `scale` samples long.

    Neighbours fade into each other over `overlap` samples. A tile is let go before the next one is made, but for the
    edges that its neighbours need.
    """
    if rows[0].last and columns[0].last:
        return make(rows[0], columns[0])
    canvas: torch.Tensor | None = None
    above: list[torch.Tensor] = []
    for row in rows:
        below: list[torch.Tensor] = []
        left: torch.Tensor | None = None
        for n, column in enumerate(columns):
            tile = make(row, column)
            if canvas is None:
                canvas = tile.new_empty((*tile.shape[:2], rows[-1].stop * scale, columns[-1].stop * scale))
            if above:
                blend(above[n], tile, 2)
            if left is not None:
                blend(left, tile, 3)
            down = tile.shape[2] if row.last else tile.shape[2] - overlap
            right = tile.shape[3] if column.last else tile.shape[3] - overlap
            y, x = row.start * scale, column.start * scale
            canvas[:, :, y : y + down, x : x + right] = tile[:, :, :down, :right]
            below.append(tile[:, :, down:].clone())
            left = tile[:, :, :, right:].clone()
            del tile
        above = below
    assert canvas is not None
    return canvas
