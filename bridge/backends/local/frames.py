"""In the worker: pictures of the model become finished frames, on every core, while the next are made."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from bridge.assembly.conveyor import cores, in_order
from bridge.assembly.fidelity import FidelityCheck, FrameCheck, checked_pairs
from bridge.assembly.finish import FinishedFrame, FrameFinisher
from bridge.assembly.flicker import Blocks, FlickerMeter, blocks_of
from bridge.assembly.limiting import Limit, Limiter
from bridge.assembly.plan import Plan
from bridge.assembly.space import demand_space
from bridge.colorimetry.logc3 import logc3_decode
from bridge.colorimetry.transfer import bt1886
from bridge.domain.errors import MediaUnreadable, VerificationFailed
from bridge.engines.base import Codes, Rendition
from bridge.media.clip import Clip
from bridge.media.mask import Level, Mask

from .parts import Made, Parts

_SPACE_EVERY = 24

_LIGHT = bt1886(np.arange(256) / 255).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Original:
    """What a frame was made from, where it has to meet that again inside a mask."""

    codes: Codes
    level: Level
    limit: Limit


@dataclass(frozen=True, eq=False)
class _Item:
    number: int
    made: Made | None
    original: _Original | None


@dataclass(frozen=True, eq=False)
class _Done:
    frame: FinishedFrame
    original: _Original | None
    blocks: tuple[Blocks, Blocks] | None


class LiftedFrames:
    """A `FrameSource`. `clip` is open for this alone: the parts read their own."""

    def __init__(
        self,
        plan: Plan,
        rendition: Rendition,
        finisher: FrameFinisher,
        check: FidelityCheck,
        parts: Parts,
        clip: Clip,
        mask: Mask | None,
        *,
        keep_toe: bool,
    ) -> None:
        self._plan = plan
        self._rendition = rendition
        self._finisher = finisher
        self._check = check
        self._parts = parts
        self._clip = clip
        self._mask = mask
        self._keep_toe = keep_toe
        self._missing = [number for number in plan.numbers if not finisher.path(number).exists()]
        self._checked = checked_pairs(self._missing)
        self.flicker = FlickerMeter()
        self.checks: list[FrameCheck] = []

    def __iter__(self) -> Iterator[FinishedFrame]:
        size = 0
        for count, done in enumerate(in_order(self._items(), self._make, cores()), start=1):
            number = done.frame.number
            if number in self._checked:
                self.checks.append(self._compare(number, done.original))
            if done.blocks:
                self.flicker.add(number, *done.blocks)
            size += done.frame.size
            if count % _SPACE_EVERY == 0:
                to_come = len(self._missing) - bisect_right(self._missing, number)
                demand_space(self._plan.staging, to_come * size // count, "The rest of the sequence")
            yield done.frame

    def _items(self) -> Iterator[_Item]:
        """Every frame in order: with what the model has made of it, or to be read from its file."""
        missing, numbers, originals = set(self._missing), self._plan.numbers, self._originals()
        at = 0
        for made in self._parts.made(lambda index: numbers[index] not in missing):
            for index in range(at, made.index):
                yield _Item(numbers[index], None, next(originals))
            at = made.index + 1
            is_missing = numbers[made.index] in missing
            yield _Item(numbers[made.index], made if is_missing else None, next(originals))
        for index in range(at, len(numbers)):
            yield _Item(numbers[index], None, next(originals))

    def _originals(self) -> Iterator[_Original | None]:
        if self._mask is None:
            yield from repeat(None)
            return
        limiter, lifted = Limiter(self._plan, self._rendition), self._plan.lifted
        for frame, level in zip(self._clip.frames(lifted), self._mask.frames(lifted), strict=True):
            yield _Original(frame.codes, level, limiter.of(frame.codes, level))

    def _make(self, item: _Item) -> _Done:
        if item.made is None:
            return _Done(self._recover(item.number), item.original, None)
        light = logc3_decode(item.made.codes, np.float32, keep_toe=self._keep_toe)
        np.minimum(light, np.float32(self._rendition.peak), out=light)
        blocks = blocks_of(light), blocks_of(_LIGHT[item.made.source])
        limit = item.original.limit if item.original else None
        return _Done(self._finisher.write(item.number, light, limit), item.original, blocks)

    def _recover(self, number: int) -> FinishedFrame:
        try:
            return self._finisher.recover(number)
        except MediaUnreadable as error:
            raise VerificationFailed(f"A kept frame is damaged: {error.sentence}", detail=error.detail) from error

    def _compare(self, number: int, original: _Original | None) -> FrameCheck:
        path = self._finisher.path(number)
        if original:
            return self._check(number, original.codes, path, original.level())
        return self._check(number, self._clip.frame(number - self._plan.facts.first_number).codes, path)
