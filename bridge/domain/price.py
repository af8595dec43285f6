"""What a remote endpoint charges."""

from __future__ import annotations

import math

from pydantic import Field

from .wire import Frozen

MEGAPIXEL = 1_000_000


class Price(Frozen):
    """US dollars for each megapixel that is generated (width x height x frames), begun ones counted whole.

    `largest_short_side` is where the endpoint stops growing pictures: larger ones are made, and charged, at that size.
    """

    per_megapixel: float = Field(ge=0)
    largest_short_side: int | None = Field(default=None, ge=1)

    def of(self, frames: int, width: int, height: int) -> float:
        """The most that `frames` frames cost that are asked for at `width` x `height`."""
        pixels = width * height
        short = min(width, height)
        if self.largest_short_side and short > self.largest_short_side:
            pixels = math.ceil(pixels * self.largest_short_side**2 / short**2)
        return math.ceil(frames * pixels / MEGAPIXEL) * self.per_megapixel
