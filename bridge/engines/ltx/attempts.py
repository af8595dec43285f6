"""Work on a card whose memory may not do: a stage that finds none is begun again in smaller pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import torch

from bridge.domain.errors import GpuTooSmall

from .decoding import decode_frames
from .faults import card_watched, empty_cache, is_out_of_memory
from .ladder import next_smaller
from .memory import MemoryPlan
from .progress import Stage, Step, Tell

T = TypeVar("T")


class LaidOut(Protocol):
    """What works on a card and can be laid out on it anew: a `Model`."""

    @property
    def device(self) -> torch.device: ...

    @property
    def pipe(self) -> Any: ...

    def apply(self, plan: MemoryPlan) -> None: ...


class Attempts:
    """`plan` is the one at hand: it only ever gets smaller."""

    def __init__(self, model: LaidOut, plan: MemoryPlan, tell: Tell) -> None:
        self.plan = plan
        self._model = model
        self._tell = tell
        self._tried: list[str] = []

    def run(self, stage: Stage, work: Callable[[], T]) -> T:
        """`work` reads `plan` as it begins; the model lies as that says. Raises `GpuTooSmall` where no smaller one is
        left, and `GpuLost`.
        """
        while True:
            short: Stage = "stage1"  # where the weights themselves find no room, smaller tiles are no help
            try:
                with card_watched():
                    self._model.apply(self.plan)
                    short = stage
                    return work()
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                reason = str(error)
            # Only out here is the error gone, and with it the frames that hold on to what was on the card.
            self._shrink(short, reason)
            self._tell(Step(stage, 0, 1, self._tried[-1]))

    def _shrink(self, short: Stage, reason: str) -> None:
        empty_cache(self._model.device)
        smaller = next_smaller(self.plan, short)
        if smaller is None:
            tried = " ".join(self._tried) or "There was nothing to make smaller."
            raise GpuTooSmall(
                f"The card's memory does not hold this work, even in the smallest pieces. {tried}", detail=reason
            )
        self.plan, sentence = smaller
        self._tried.append(sentence)


def decode_latents(model: LaidOut, latents: torch.Tensor, attempts: Attempts, tell: Tell) -> Iterator[torch.Tensor]:
    """Pictures from the first on; after running out of memory from the first that is missing, in smaller pieces."""
    tell(Step("decode", 0, 1))
    latents = latents.to(model.device)
    given = 0
    pictures: Iterator[torch.Tensor] | None = None

    def following() -> torch.Tensor | None:
        nonlocal pictures
        if pictures is None:
            pictures = decode_frames(
                model.pipe.vae,
                latents,
                attempts.plan.decode,
                lambda done, total: tell(Step("decode", done, total)),
                first=given,
            )
        try:
            return next(pictures, None)
        except RuntimeError:
            pictures = None  # a generator that has raised is at its end
            raise

    while (picture := attempts.run("decode", following)) is not None:
        given += 1
        yield picture
