"""What an engine is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, JsonValue

from bridge.domain.color import Primaries, Transfer

Codes = NDArray[np.uint8 | np.uint16]
"""`(3, H, W)` red, green, blue; full range, `0 .. 2**bits - 1`."""

Light = NDArray[np.float16] | NDArray[np.float32]
"""`(H, W, 3)` scene-linear RGB, 1.0 = SDR reference white; finite."""


@dataclass(frozen=True)
class Plate:
    """What an engine is told of the frames that it will see."""

    width: int
    height: int
    bits: Literal[8, 10, 16]
    primaries: Primaries
    transfer: Transfer


@dataclass(frozen=True)
class Target:
    """What is wanted of the light.

    `reference_white`: cd/m2 that 1.0 stands for. `peak`: the largest value allowed. `primaries`: those that the light
    will be written in; an engine whose own are the same gives float16, else float32, so that light is rounded once.
    """

    reference_white: float
    peak: float
    primaries: Primaries


class Rendition(Protocol):
    """What is known of the light of one clip, wherever it was made."""

    @property
    def primaries(self) -> Primaries:
        """Of the light that comes out."""
        ...

    @property
    def transfer(self) -> Transfer:
        """How the source's codes were read."""
        ...

    @property
    def peak(self) -> float:
        """The largest value that can come out."""
        ...

    @property
    def identity_below(self) -> float | None:
        """Source pixels whose max(R, G, B) in linear light is at most this come out unchanged.

        None where the method maps the whole range anew.
        """
        ...

    @property
    def provenance(self) -> dict[str, JsonValue]:
        """Everything needed to make the same light again, for the sidecar and the header."""
        ...


class Lift(Rendition, Protocol):
    """A lift that has been fitted to one clip. Calls are independent of each other and safe from several threads."""

    def __call__(self, codes: Codes) -> Light: ...


class Engine(Protocol):
    name: str
    version: str
    statement: str
    """What the engine is and is not, in one sentence that goes into every header."""
    parameters: type[BaseModel]

    def fit(self, plate: Plate, samples: Iterable[Codes], parameters: Mapping[str, Any], target: Target) -> Lift:
        """Look at `samples` of a clip and settle how the whole clip is lifted.

        Raises `RequestError` for parameters that cannot be used.
        """
        ...
