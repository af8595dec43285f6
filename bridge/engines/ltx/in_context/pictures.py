"""Pictures as in-context work wants them: of a size that the model takes, halved, with a hole, faded together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

Frames = NDArray[np.uint8]
"""`(F, H, W, 3)`, full-range Rec.709 R'G'B'."""


@dataclass(frozen=True)
class Canvas:
    """What the model makes: at least what is wanted, and of a size that it can be cut into latents of."""

    width: int
    height: int
    frames: int

    @classmethod
    def around(cls, frames: int, height: int, width: int, *, side: int, pace: int) -> Canvas:
        """Sides become multiples of `side` pixels, frames `pace` n + 1."""
        return cls(width + -width % side, height + -height % side, frames + (1 - frames) % pace)

    def filled(self, some: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """`(F, H, W, ...)` with its last frame repeated, and mirrored beyond its right and lower edges."""
        frames, height, width = some.shape[:3]
        if (frames, height, width) == (self.frames, self.height, self.width):
            return some
        rest = [(0, 0)] * (some.ndim - 3)
        mirrored = np.pad(some, [(0, 0), (0, self.height - height), (0, self.width - width), *rest], mode="reflect")
        return np.pad(mirrored, [(0, self.frames - frames), (0, 0), (0, 0), *rest], mode="edge")


def halved(some: NDArray[np.uint8]) -> Tensor:
    """Pictures `(F, H, W)` or `(F, H, W, C)` at half the size, `(F, C, H/2, W/2)` in 0..1: means of four pixels."""
    frames, height, width = some.shape[:3]
    planes = some.reshape(frames, height, width, -1)
    out = torch.empty((frames, planes.shape[3], height // 2, width // 2))
    for index in range(frames):  # one by one: as floats, all of a clip at full size would take gigabytes
        out[index] = functional.avg_pool2d(_floats(planes[index]), 2)
    return out


def _floats(picture: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1).float() / 255


def widened(mask: Tensor, radius: int) -> Tensor:
    """Where a `mask` (F, 1, H, W) is above a half, and `radius` pixels around that: 0 or 1."""
    spread = functional.max_pool2d(mask, 2 * radius + 1, stride=1, padding=radius) if radius else mask
    return (spread > 0.5).float()


def punched(pictures: Tensor, hole: Tensor, colour: tuple[int, int, int]) -> Tensor:
    """`pictures` (F, 3, H, W) with the `colour` where `hole` (F, 1, H, W) is 1."""
    paint = torch.tensor(colour, dtype=pictures.dtype).view(1, 3, 1, 1) / 255
    return torch.where(hole > 0, paint, pictures)


def fade(mask: Tensor, radius: int) -> Tensor:
    """1 where a `mask` (F, 1, H, W) is above a half, 0 from `radius` pixels around it on, and falling in between."""
    inner = widened(mask, radius // 2)
    reach = radius // 2
    if reach == 0:
        return inner
    # Beyond its edges a picture goes on as it is there: a hole that leaves it does not fade there.
    padded = functional.pad(inner, (reach, reach, reach, reach), mode="replicate")
    return functional.avg_pool2d(padded, 2 * reach + 1, stride=1)


def doubled(picture: Tensor) -> NDArray[np.uint8]:
    """`(C, H, W)` in 0..1 at twice the size, by cubic interpolation, as `(H, W, C)`."""
    return _codes(functional.interpolate(picture[None], scale_factor=2, mode="bicubic", align_corners=False)[0])


def _codes(picture: Tensor) -> NDArray[np.uint8]:
    return (picture.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()


def fitted(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """`(H, W, 3)` filling `width` x `height`, what is too much of it cut off at both sides alike."""
    size = picture.shape[0], picture.shape[1]
    scale = max(height / size[0], width / size[1])
    tall, wide = (max(least, round(side * scale)) for side, least in zip(size, (height, width), strict=True))
    large = functional.interpolate(
        _floats(picture)[None], size=(tall, wide), mode="bilinear", align_corners=False, antialias=True
    )[0]
    top, left = (tall - height) // 2, (wide - width) // 2
    return _codes(large[:, top : top + height, left : left + width])
