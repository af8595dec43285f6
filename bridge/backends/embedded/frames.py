"""The frames of one lift: those that an earlier attempt left are kept, the others are made, all on every core."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby, repeat

from bridge.assembly.conveyor import cores, in_order
from bridge.assembly.fidelity import FidelityCheck, FrameCheck, checked_pairs
from bridge.assembly.finish import FinishedFrame, FrameFinisher
from bridge.assembly.limiting import Limiter
from bridge.assembly.plan import Plan
from bridge.assembly.space import demand_space
from bridge.domain.errors import MediaUnreadable, VerificationFailed
from bridge.domain.frames import FrameRange
from bridge.engines.base import Codes, Lift
from bridge.media.clip import Clip
from bridge.media.mask import Level, Mask

_SPACE_EVERY = 24


class FrameMaker:
    """Yields every frame of `plan` in order, finished; what was checked on the way gathers in `checks`."""

    def __init__(
        self,
        plan: Plan,
        clip: Clip,
        mask: Mask | None,
        lift: Lift,
        finisher: FrameFinisher,
        check: FidelityCheck,
    ) -> None:
        self._plan = plan
        self._mask = mask
        self._limiter = Limiter(plan, lift)
        self._clip = clip
        self._lift = lift
        self._finisher = finisher
        self._check = check
        self._missing = [n for n in plan.numbers if not finisher.path(n).exists()]
        self._checked = checked_pairs(self._missing)
        self.checks: list[FrameCheck] = []

    def __iter__(self) -> Iterator[FinishedFrame]:
        size = 0
        for done, (frame, check) in enumerate(in_order(self._codes(), self._make, cores()), start=1):
            if check:
                self.checks.append(check)
            size += frame.size
            if done % _SPACE_EVERY == 0:
                to_come = len(self._missing) - bisect_right(self._missing, frame.number)
                demand_space(self._plan.staging, to_come * size // done, "The rest of the sequence")
            yield frame

    def _codes(self) -> Iterator[tuple[int, Codes | None, Level | None]]:
        """File numbers in order with the source's codes and the mask, or with neither where the frame is there."""
        first = self._plan.facts.first_number
        missing = set(self._missing)
        for is_missing, group in groupby(self._plan.numbers, missing.__contains__):
            numbers = list(group)
            if not is_missing:
                yield from ((number, None, None) for number in numbers)
                continue
            wanted = FrameRange(numbers[0] - first, numbers[-1] + 1 - first)
            levels = self._mask.frames(wanted) if self._mask else repeat(None)
            for frame, level in zip(self._clip.frames(wanted), levels, strict=False):
                yield first + frame.index, frame.codes, level

    def _make(self, item: tuple[int, Codes | None, Level | None]) -> tuple[FinishedFrame, FrameCheck | None]:
        number, codes, level = item
        if codes is None:
            return self._recover(number), None
        limit = self._limiter.of(codes, level) if level else None
        frame = self._finisher.write(number, self._lift(codes), limit)
        if number not in self._checked:
            return frame, None
        return frame, self._check(number, codes, self._finisher.path(number), level and level())

    def _recover(self, number: int) -> FinishedFrame:
        try:
            return self._finisher.recover(number)
        except MediaUnreadable as error:
            raise VerificationFailed(f"A kept frame is damaged: {error.sentence}", detail=error.detail) from error
