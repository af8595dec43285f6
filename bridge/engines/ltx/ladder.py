"""Where memory ends in the middle of the work: what to try next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .memory import DecodeTiles, MemoryPlan, Offload, RefineTiles
from .progress import Stage

DECODE_TILES = (
    DecodeTiles(side=1280, overlap=256, frames=32, frames_overlap=16),
    DecodeTiles(side=768, overlap=256, frames=32, frames_overlap=16),
    DecodeTiles(side=512, overlap=128, frames=32, frames_overlap=16),
    DecodeTiles(side=512, overlap=128, frames=16, frames_overlap=8),
)
"""The first two are Lightricks/LTX-2 v1.2.0's own, for cards of 80 GB and of 48 GB. Pieces of fewer than 16 frames are
never made: they flicker (ComfyUI-LTXVideo #470).
"""

REFINE_TILES = (
    RefineTiles(size=(16, 40, 40), overlap=(8, 6, 6)),
    RefineTiles(size=(14, 28, 28), overlap=(8, 6, 6)),
    RefineTiles(size=(12, 20, 20), overlap=(8, 6, 6)),
)
"""Upstream cuts every clip into two by two by two with these overlaps: at 1080p and 161 frames 15 x 20 x 33."""

_OFFLOADS: tuple[tuple[Offload, str], ...] = (
    ("model", "only the model at work stays on it, which costs time between stages"),
    ("group", "the layers of the model come to it one group after the other, which is several times slower"),
    ("sequential", "the layers of the model come to it one by one, which is many times slower"),
)

Rung = Callable[[MemoryPlan], tuple[MemoryPlan, str] | None]


def next_smaller(plan: MemoryPlan, stage: Stage | None = None) -> tuple[MemoryPlan, str] | None:
    """A plan that takes less memory, with a sentence that says what is done otherwise; none where none is left.

    With `stage`, what could not help there is left as it is. The cheapest change comes first.
    """
    rungs: dict[Stage | None, tuple[Rung, ...]] = {
        "encode": (_decode, _leave),
        "decode": (_decode, _leave),
        "upsample": (_storage, _offload),
        "stage1": (_storage, _offload),
        "stage2": (_refine, _storage, _offload),
        None: (_decode, _refine, _storage, _offload),
    }
    # The VAE works alone: once the large model can leave the card as a whole, moving it in parts gains nothing.
    for rung in rungs[stage]:
        if (smaller := rung(plan)) is not None:
            return smaller
    return None


def _decode(plan: MemoryPlan) -> tuple[MemoryPlan, str] | None:
    for tiles in DECODE_TILES:
        if (tiles.side, tiles.frames) < (plan.decode.side or 10**6, plan.decode.frames or 10**6):
            return replace(plan, decode=tiles), (
                f"The card's memory was short: pictures pass through it in tiles of {tiles.side} pixels"
                f" and {tiles.frames} frames."
            )
    return None


def _refine(plan: MemoryPlan) -> tuple[MemoryPlan, str] | None:
    for tiles in REFINE_TILES:
        if plan.refine.size[1:] == (0, 0) or tiles.size[1] < max(plan.refine.size[1:]):
            return replace(plan, refine=tiles), (
                f"The card's memory was short: the second stage works in tiles of {32 * tiles.size[2]} pixels."
            )
    return None


def _storage(plan: MemoryPlan) -> tuple[MemoryPlan, str] | None:
    if not plan.can_cast or plan.storage == "fp8":
        return None
    return replace(plan, storage="fp8"), "The card's memory was short: the model's weights are kept in 8 bits."


def _leave(plan: MemoryPlan) -> tuple[MemoryPlan, str] | None:
    return _offload(plan) if plan.offload == "none" else None


def _offload(plan: MemoryPlan) -> tuple[MemoryPlan, str] | None:
    if not plan.can_offload:
        return None
    levels: list[Offload] = ["none", *(level for level, _ in _OFFLOADS)]
    at = levels.index(plan.offload)
    if at == len(_OFFLOADS):
        return None
    level, what = _OFFLOADS[at]
    return replace(plan, offload=level), f"The card's memory was short: {what}."
