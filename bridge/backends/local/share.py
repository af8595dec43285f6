"""How far a lift is, in frames: the work of all stages of all parts, weighed and laid over the clip's frames."""

from __future__ import annotations

from bridge.domain.job import Running

_WEIGHTS = {"encode": 1.0, "stage1": 4.0, "upsample": 0.5, "stage2": 4.5, "decode": 4.0}
"""What stages take against each other. The first stage makes 8 steps on a quarter of the pixels, the second 2 on all:
alike in tokens; that encoding and decoding weigh as said is an estimate.
"""
_STAGES = tuple(_WEIGHTS)
_ALL = sum(_WEIGHTS.values())

_SAID = {
    "encode": "Reading the clip into the model",
    "stage1": "Stage 1, step {done} of {total}",
    "upsample": "Enlarging",
    "stage2": "Stage 2, step {done} of {total}",
    "decode": "Decoding, tile {done} of {total}",
}


class Share:
    """`frames` of the clip, made in `parts` of which `kept` were there before. What it says never goes back, also
    where a stage is made again because memory was short.
    """

    def __init__(self, frames: int, parts: int, kept: int) -> None:
        self._frames = frames
        self._parts = parts
        self._part = kept
        self._share = kept / parts

    def begin(self, part: int) -> None:
        self._part = part

    def at(self, stage: str, done: int, total: int) -> Running:
        """Where `done` of `total` pieces of `stage` are made of the part that is under way."""
        before = sum(_WEIGHTS[name] for name in _STAGES[: _STAGES.index(stage)])
        within = (before + _WEIGHTS[stage] * done / max(1, total)) / _ALL
        self._share = max(self._share, (self._part + within) / self._parts)
        note = _SAID[stage].format(done=done, total=total)
        return self.say(f"{note}, part {self._part + 1} of {self._parts}" if self._parts > 1 else note)

    def say(self, note: str) -> Running:
        """The same place, with something to say of it."""
        return Running(done=min(self._frames, int(self._share * self._frames)), total=self._frames, note=note)
