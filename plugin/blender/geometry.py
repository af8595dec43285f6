"""How a strip's picture lies in the frame of its scene, and the way back. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

_PIXEL = 1.0


@dataclass(frozen=True)
class Lying:
    """A picture of `width` by `height` pixels in a frame: scaled and turned by `rotation` (radians) about its origin,
    then moved by the offset from the middle, in pixels of the frame; then the frame is flipped.
    """

    width: int
    height: int
    scale_x: float = 1.0
    scale_y: float = 1.0
    offset_x: float = 0.0
    offset_y: float = 0.0
    rotation: float = 0.0
    origin_x: float = 0.5
    origin_y: float = 0.5
    flip_x: bool = False
    flip_y: bool = False

    def fills(self, width: int, height: int) -> bool:
        """Whether it covers a frame of this size, edge to edge."""
        return (
            self.rotation == 0
            and max(abs(self.offset_x), abs(self.offset_y)) < _PIXEL / 2
            and (self.origin_x, self.origin_y) == (0.5, 0.5)
            and abs(self.width * self.scale_x - width) < _PIXEL
            and abs(self.height * self.scale_y - height) < _PIXEL
        )

    def inverse(self) -> tuple[float, float, float, float, float] | None:
        """Scale x and y, offset x and y and rotation that bring the frame back into the picture; none where a strip's
        own transform cannot do it: turned, and scaled to another shape.
        """
        if not self.scale_x or not self.scale_y:
            return None
        if self.rotation and abs(self.scale_x - self.scale_y) > 1e-6 * abs(self.scale_x):
            return None
        pivot_x, pivot_y = (self.origin_x - 0.5) * self.width, (self.origin_y - 0.5) * self.height
        turned_x, turned_y = _turned(pivot_x * self.scale_x, pivot_y * self.scale_y, self.rotation)
        back_x, back_y = _turned(
            self.offset_x + pivot_x - turned_x, self.offset_y + pivot_y - turned_y, -self.rotation
        )
        return 1 / self.scale_x, 1 / self.scale_y, -back_x / self.scale_x, -back_y / self.scale_y, -self.rotation


def _turned(x: float, y: float, angle: float) -> tuple[float, float]:
    sine, cosine = math.sin(angle), math.cos(angle)
    return x * cosine - y * sine, x * sine + y * cosine
