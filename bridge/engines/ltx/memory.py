"""Cards, what is asked of them, and how the work is laid out on one: plain facts, without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GIGABYTE = 1024**3

Storage = Literal["bf16", "fp8", "fp32"]
"""How the transformer's weights lie in memory. fp32 is for the CPU, which knows no faster way."""

Offload = Literal["none", "model", "group", "sequential"]
"""What leaves the card while it is not needed: nothing; whole models; groups of layers; every layer."""


@dataclass(frozen=True)
class Card:
    """A GPU, or the processor in its place. `index` and `uuid` are the driver's; memory is in bytes; `capability` is
    CUDA's, none where there is none. `others` names programs that hold memory on it.
    """

    kind: Literal["cuda", "mps", "cpu"]
    index: int
    name: str
    total: int
    free: int
    uuid: str = ""
    driver: str = ""
    capability: tuple[int, int] | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """Pictures that are made at once, in pixels, padded as the recipe wants them."""

    width: int
    height: int
    frames: int


@dataclass(frozen=True)
class DecodeTiles:
    """How latents become pictures piece by piece: `side` and `overlap` in pixels, `frames` and `frames_overlap` in
    frames, all multiples of what a latent stands for. A side or a length of 0 takes all at once.
    """

    side: int
    overlap: int
    frames: int
    frames_overlap: int


@dataclass(frozen=True)
class RefineTiles:
    """How the second stage works piece by piece, in latents; (0, 0, 0) takes all at once."""

    size: tuple[int, int, int] = (0, 0, 0)
    overlap: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class MemoryPlan:
    """How work is laid out on a card. `most_frames` is how many are made in one pass; a longer clip takes several.
    `sentence` says it to a person. `can_cast` and `can_offload`: where memory ends in the middle of the work, whether
    the card knows fp8, and whether the system has room for what leaves the card.
    """

    storage: Storage
    offload: Offload
    refine: RefineTiles
    decode: DecodeTiles
    most_frames: int
    sentence: str = ""
    can_cast: bool = True
    can_offload: bool = True
