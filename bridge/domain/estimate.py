"""How long work will take and what it costs: always a range, and nothing where nothing is known."""

from __future__ import annotations

from pydantic import Field

from .price import MEGAPIXEL
from .wire import Frozen


class Workload(Frozen):
    """A lift before it is asked for."""

    backend: str
    workflow: str = "hdr_lift"
    frames: int = Field(ge=1)
    width: int = Field(ge=1)
    height: int = Field(ge=1)

    @property
    def megapixels(self) -> float:
        return self.frames * self.width * self.height / MEGAPIXEL


class WorkloadQuery(Frozen):
    loads: tuple[Workload, ...] = Field(min_length=1, max_length=1000)


class Seconds(Frozen):
    """A range that the truth lies in, as far as earlier jobs tell."""

    low: float = Field(ge=0)
    high: float = Field(ge=0)


class Estimate(Frozen):
    """Of several loads one after another. `seconds` is none where the backend has finished no job yet; `cost` is in US
    dollars, none where nothing is charged; `jobs` is how many earlier ones it rests on.
    """

    seconds: Seconds | None
    cost: float | None
    jobs: int


def remaining_seconds(done: int, total: int, elapsed: float) -> Seconds | None:
    """What is left of a phase that has done `done` of `total` in `elapsed` seconds; none while that says nothing.

    The range narrows as the share that is done grows: the pace of n frames is taken to be known to 1/sqrt(n).
    """
    if done < 1 or elapsed <= 0 or total < done:
        return None
    likely = elapsed / done * (total - done)
    spread = min(0.6, 0.1 + 1 / done**0.5)
    return Seconds(low=likely * (1 - spread), high=likely * (1 + spread))
