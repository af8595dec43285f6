"""A clip that is longer than what can be made at once is made in parts that overlap."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise

from bridge.domain.frames import FrameRange

_LEAST_OVERLAP, _MOST_OVERLAP = 8, 16
"""Frames. One latent of LTX stands for eight frames: fewer would be a single guess of how the parts differ."""


@dataclass(frozen=True)
class Segment:
    """One part. Ranges count from 0 at the first frame that is lifted.

    `given` is what the model sees. Of what it makes, the first `blended` frames are blended with the end of the part
    before; what comes after `used` is not needed.
    """

    index: int
    given: FrameRange
    used: FrameRange
    blended: int


def plan_segments(frames: int, most: int, modulus: int) -> tuple[Segment, ...]:
    """As few parts as there can be, of at most `most` frames each, all of one length, spread evenly.

    That length is `modulus` n + 1 where `most` allows it: a model that makes so many sees none that is padded. A clip
    of up to `most` frames is one part, whatever its length.
    """
    if frames <= most:
        whole = FrameRange(0, frames)
        return (Segment(0, whole, whole, 0),)
    overlap = overlap_of(most)
    count = -(-(frames - overlap) // (most - overlap))
    length = -(-(frames + (count - 1) * overlap) // count)
    length = min(most, length + (1 - length) % modulus)
    starts = [round(i * (frames - length) / (count - 1)) for i in range(count)]
    ends = [following + overlap for _, following in pairwise(starts)] + [frames]
    return tuple(
        Segment(i, FrameRange(start, start + length), FrameRange(start, end), overlap if i else 0)
        for i, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


def overlap_of(most: int) -> int:
    """Frames that two neighbours share: 8 to 16, and fewer where `most` leaves no room for so many."""
    return min(_MOST_OVERLAP, max(_LEAST_OVERLAP, most // 4), max(0, (most - 1) // 2))


def seed_of(seed: int, part: int) -> int:
    """A seed of 32 bits for each part, so that no two share their noise; the first has the clip's own."""
    if part == 0:
        return seed
    digest = hashlib.sha256(f"{seed}:{part}".encode()).digest()
    return int.from_bytes(digest[:4])
