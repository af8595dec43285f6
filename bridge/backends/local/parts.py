"""In the worker: the pictures of a clip as the model makes them, part by part, joined where parts meet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from bridge.assembly.plan import Plan
from bridge.assembly.seams import Picture, Seam, continued
from bridge.assembly.segments import Segment, seed_of
from bridge.domain.frames import FrameRange
from bridge.domain.job import Running
from bridge.engines.ltx.lifting import lift_frames
from bridge.engines.ltx.memory import MemoryPlan
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.parameters import LtxParameters
from bridge.engines.ltx.progress import Step
from bridge.media.clip import Clip
from bridge.media.plate import Rec709

from .share import Share
from .tails import Tails

Plate = NDArray[np.uint8]
"""`(H, W, 3)`, full-range Rec.709 R'G'B'."""


@dataclass(frozen=True, eq=False)
class Made:
    """A picture of the clip, LogC3 codes, beside the source that it was made of. `index` counts what is lifted."""

    index: int
    codes: Picture
    source: Plate


@dataclass
class Parts:
    """`load` gives the model; `tell` is told how far it is. `notes` and `seams` fill as parts are made."""

    plan: Plan
    clip: Clip
    segments: tuple[Segment, ...]
    memory: MemoryPlan
    parameters: LtxParameters
    seed: int
    tails: Tails
    load: Callable[[MemoryPlan], Model]
    tell: Callable[[Running], None]
    notes: list[str] = field(default_factory=list[str])
    seams: list[Seam] = field(default_factory=list[Seam])

    def made(self, is_kept: Callable[[int], bool]) -> Iterator[Made]:
        """All pictures from the first part that is not kept whole, to the end. A part is always made whole: half of
        one would be another picture.
        """
        first, tail = self._resumed(is_kept)
        if first == len(self.segments):
            return
        share = Share(len(self.plan.lifted), len(self.segments), first)
        self.tell(share.say("Loading the model"))
        model = self.load(self.memory)
        self.tell(share.say(self.memory.sentence))
        following = (*(each.used.start for each in self.segments[1:]), len(self.plan.lifted))
        for segment in self.segments[first:]:
            share.begin(segment.index)
            sources = self._read(segment.given)
            with closing(self._codes(model, segment, sources, share)) as codes:
                pictures = continued(tail, codes, self.seams) if segment.blended else codes
                for index in range(segment.used.start, following[segment.index]):
                    yield Made(index, next(pictures), sources[index - segment.given.start])
                tail = list(islice(pictures, segment.used.end - following[segment.index]))
            if tail:
                self.tails.keep(segment.index, tail, self.seams)

    def _resumed(self, is_kept: Callable[[int], bool]) -> tuple[int, list[Picture]]:
        """The first part to make, and the end of the one before it."""
        starts = [*(each.used.start for each in self.segments), len(self.plan.lifted)]
        whole = [all(is_kept(index) for index in range(start, end)) for start, end in pairwise(starts)]
        first = whole.index(False) if False in whole else len(whole)
        while 0 < first < len(whole):
            found = self.tails.find(first - 1, self.segments[first].blended)
            if found:
                self.seams[:] = found[1]
                return first, found[0]
            first -= 1
        return first, []

    def _read(self, given: FrameRange) -> NDArray[np.uint8]:
        """The frames of a part as the model sees them, `(F, H, W, 3)`."""
        facts = self.clip.facts
        to_rec709 = Rec709(facts.color, facts.bits)
        frames = np.empty((len(given), facts.height, facts.width, 3), np.uint8)
        for place, frame in enumerate(self.clip.frames(given.shifted(self.plan.lifted.start))):
            frames[place] = to_rec709(frame.codes)
        return frames

    def _codes(self, model: Model, segment: Segment, frames: NDArray[np.uint8], share: Share) -> Generator[Picture]:
        def tell(step: Step) -> None:
            if step.note:
                self.notes += [] if step.note in self.notes else [step.note]
                self.tell(share.say(step.note))
            else:
                self.tell(share.at(step.stage, step.done, step.total))

        yield from lift_frames(
            model,
            frames,
            self.plan.facts.rate,
            seed=seed_of(self.seed, segment.index),
            plan=model.plan,  # where memory was short for the part before, it is for this one
            tell=tell,
            high_quality=self.parameters.high_quality,
            isolate_audio=self.parameters.isolate_audio,
        )
