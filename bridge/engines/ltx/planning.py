"""From a card's free memory to how the work is laid out on it. No torch: the service plans too.

Where the numbers come from:

- `MOST_FRAMES` is Lightricks/LTX-2 v1.2.0's own table (`hdr_ic_lora --help`), for cards of 80 GB and of 48 GB. No plan
  goes beyond it; longer clips take several passes.
- Sizes of weights are counted: the parameters of diffusers' classes with the configuration of 2.3.
- Memory that the work itself takes is counted too, over the shapes of all tensors that diffusers 0.42 has alive at
  once in a forward pass of the real widths. What kernels take beside (`_MARGIN`), what CUDA itself takes and what is
  lost between blocks are estimates: none of this has been measured on a card yet. Where they are too low, the ladder of
  smaller plans takes over (`ladder.next_smaller`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

import psutil

from bridge.domain.errors import GpuTooSmall

from .ladder import DECODE_TILES, REFINE_TILES
from .memory import Card, DecodeTiles, MemoryPlan, Offload, RefineTiles, Shape, Storage
from .recipe import LTX_2_3, Recipe

Wish = Literal["auto", "full", "fp8", "offload_model", "offload_layers"]

GB = 10**9

MOST_FRAMES: tuple[tuple[int, dict[int, int]], ...] = (
    (2048 * 1088, {80: 161, 48: 161}),
    (2560 * 1472, {80: 161, 48: 137}),
    (3840 * 2176, {80: 121, 48: 49}),
    (4096 * 2176, {80: 105, 48: 49}),
)
"""Pixels up to which the frames of one pass hold, by the gigabytes of a card; those with less have 48's limits."""

_TRANSFORMER: dict[Storage, float] = {"bf16": 37.98 * GB, "fp8": 19.45 * GB, "fp32": 75.96 * GB}
_BLOCK: dict[Storage, float] = {"bf16": 0.774 * GB, "fp8": 0.390 * GB, "fp32": 1.547 * GB}
_OUTSIDE_BLOCKS = 0.86 * GB
_LARGEST_LAYER = 0.135 * GB
_OTHERS = (2.90 + 1.00 + 0.33 + 1.00) * GB
"""VAE in float32, upsampler, HDR LoRA, and up to three LoRAs of the user's."""
_BYTES_PER_TOKEN = 385_000
_BYTES_PER_DECODED = 148
_BYTES_PER_ENCODED = 176
"""A pixel of one frame."""
_MARGIN = 1.15
_CUDA = 1.0 * GB
_SYSTEM = 6.0 * GB
"""What the process takes of the system's memory beside weights that leave the card."""

_GOOD, _FAIR, _LEAST = 97, 49, 25
"""Frames of a pass. Longer ones have fewer seams; 25 are the fewest that leave room for an overlap."""
_WHOLE_ON_PROCESSOR = 2**22
_WHOLE = DecodeTiles(side=0, overlap=0, frames=0, frames_overlap=0)


@dataclass(frozen=True)
class _Level:
    storage: Storage
    offload: Offload


def plan_memory(
    card: Card, shape: Shape, *, wish: str = "auto", tiny: bool = False, system_free: int | None = None
) -> MemoryPlan:
    """How pictures of `shape` are made on `card`: in full precision and on the card where that can be, else in the way
    that costs least. `tiny` weights fit anywhere. `system_free` is the system's memory in bytes, asked where it is not
    given. Raises `GpuTooSmall` with what would be needed, and who uses the card.
    """
    system = psutil.virtual_memory().available if system_free is None else system_free
    if tiny or card.kind == "cpu":
        return _for_tests(card, shape, wish)
    levels = [level for level in _levels(card, wish) if _system_holds(level, system)]
    at_hand = [level for level in levels if level.offload == "none"]
    moved = [level for level in levels if level.offload != "none"]
    rounds = ((at_hand, _GOOD), (at_hand, _FAIR), (moved, _GOOD), (moved, _FAIR), (levels, _LEAST))
    for among, least in rounds:
        # Small tiles cost more than 8 bits do: much of each is overlap, and the model sees little of the picture.
        for small, level in product((False, True), among):
            if plan := _fit(card, shape, level, least, system, small_tiles=small):
                return plan
    raise _too_small(card, shape, wish, system)


def _levels(card: Card, wish: str) -> list[_Level]:
    """What may be tried, the best first."""
    if card.kind == "mps":
        # The memory is the system's: nothing is won by moving, and Metal knows no 8-bit floats.
        return [_Level("bf16", "none")]
    every = [_Level("bf16", "none"), _Level("fp8", "none")]
    every += [_Level(storage, "model") for storage in ("bf16", "fp8")]
    every += [_Level(storage, offload) for offload in ("group", "sequential") for storage in ("bf16", "fp8")]
    wanted: dict[str, tuple[tuple[Storage, ...], tuple[Offload, ...]]] = {
        "full": (("bf16",), ("none",)),
        "fp8": (("fp8",), ("none",)),
        "offload_model": (("bf16", "fp8"), ("model",)),
        "offload_layers": (("bf16", "fp8"), ("group", "sequential")),
    }
    if wish not in wanted:
        return every
    storages, offloads = wanted[wish]
    return [level for level in every if level.storage in storages and level.offload in offloads]


def _system_holds(level: _Level, system: float) -> bool:
    return level.offload == "none" or _TRANSFORMER[level.storage] + _SYSTEM <= system


def _fit(
    card: Card, shape: Shape, level: _Level, least: int, system: float, *, small_tiles: bool
) -> MemoryPlan | None:
    """The plan at `level` with the most frames in a pass, if there are `least` of them, or all that there are."""
    most = min(shape.frames, most_frames(card, shape))
    for frames in range(most, min(most, least) - 1, -LTX_2_3.frames_modulus):
        for refine in (*_refines(shape, frames, LTX_2_3), *(REFINE_TILES if small_tiles else ())):
            for decode in DECODE_TILES:
                plan = MemoryPlan(level.storage, level.offload, refine, decode, frames)
                if needed(plan, shape) <= card.free:
                    return _said(plan, card, shape, system)
    return None


def most_frames(card: Card, shape: Shape) -> int:
    """How many frames of `shape` one pass may have on `card` by the table; for larger pictures in proportion."""
    column = 80 if card.total >= 76 * GB else 48
    pixels = shape.width * shape.height
    for up_to, frames in MOST_FRAMES:
        if pixels <= up_to:
            return frames[column]
    largest, frames = MOST_FRAMES[-1]
    return max(int(frames[column] * largest / pixels) // 8 * 8 + 1, 9)


def needed(plan: MemoryPlan, shape: Shape) -> float:
    """Bytes on the card at the worst moment of a pass of `plan.most_frames`."""
    frames, wide, high = _latents(shape, plan.most_frames)
    halves = frames * (wide // 2) * (high // 2)
    sizes = [min(size or length, length) for size, length in zip(plan.refine.size, (frames, high, wide), strict=True)]
    tokens = 2 * max(halves, sizes[0] * sizes[1] * sizes[2])  # those of the guide stand beside them
    model = {
        "none": _TRANSFORMER[plan.storage],
        "model": _TRANSFORMER[plan.storage],
        "group": _OUTSIDE_BLOCKS + 2 * _BLOCK[plan.storage],
        "sequential": 2 * _LARGEST_LAYER,
    }[plan.offload]
    at_work = model + _MARGIN * tokens * _BYTES_PER_TOKEN
    pictures = (0.0 if plan.offload == "model" else model) + _MARGIN * _pictures(plan, shape)
    return _CUDA + _OTHERS + max(at_work, pictures)


def _pictures(plan: MemoryPlan, shape: Shape) -> float:
    tiles = plan.decode

    def pixels(shrink: int, whole_up_to: int = 0) -> int:
        width, height = shape.width // shrink, shape.height // shrink
        if width * height <= whole_up_to:
            return width * height * plan.most_frames
        side, frames = tiles.side or max(width, height), tiles.frames or plan.most_frames
        return min(side, width) * min(side, height) * min(frames + 1, plan.most_frames)

    # Small frames are encoded in one piece, however many they are.
    whole_up_to = 512 * 768 if tiles.side >= DECODE_TILES[0].side else 256 * 256
    encoded = max(pixels(1, whole_up_to), pixels(2, whole_up_to))
    return max(_BYTES_PER_DECODED * pixels(1), _BYTES_PER_ENCODED * encoded)


def _latents(shape: Shape, frames: int) -> tuple[int, int, int]:
    scale, pace = LTX_2_3.spatial, LTX_2_3.frames_modulus
    return -(-(frames - 1) // pace) + 1, -(-shape.width // scale), -(-shape.height // scale)


def _refines(shape: Shape, frames: int, recipe: Recipe) -> Iterator[RefineTiles]:
    """All at once up to the size that the model was trained on; else as few tiles as keep to it."""
    length, wide, high = _latents(shape, frames)
    largest = recipe.trained_side // recipe.spatial
    if max(wide, high) <= largest:
        yield RefineTiles()
    sizes, overlaps = zip(_cut(length, 2, 8), _cut_to(high, largest, 6), _cut_to(wide, largest, 6), strict=True)
    yield RefineTiles(size=sizes, overlap=overlaps)


def _cut_to(length: int, largest: int, overlap: int) -> tuple[int, int]:
    count = 2
    while _cut(length, count, overlap)[0] > largest:
        count += 1
    return _cut(length, count, overlap)


def _cut(length: int, count: int, overlap: int) -> tuple[int, int]:
    """Size and overlap of `count` tiles along an axis, as upstream: an overlap that leaves no tile is made smaller."""
    if length < count:
        return length, 0
    overlap = min(overlap, length - count)
    return -(-(length + overlap * (count - 1)) // count), overlap


def _for_tests(card: Card, shape: Shape, wish: str) -> MemoryPlan:
    """For weights of half a million parameters: every path can be walked, and none is needed."""
    storage: Storage = "fp32" if card.kind == "cpu" else "bf16"
    offloads: dict[str, Offload] = {"offload_model": "model", "offload_layers": "group"}
    small = shape.width * shape.height * shape.frames <= _WHOLE_ON_PROCESSOR
    plan = MemoryPlan(
        storage="fp8" if wish == "fp8" else storage,
        offload=offloads.get(wish, "none"),
        refine=next(_refines(shape, shape.frames, LTX_2_3)),
        decode=_WHOLE if small else DECODE_TILES[0],
        most_frames=min(shape.frames, most_frames(card, shape)),
    )
    return _said(plan, card, shape, float("inf"))


def _said(plan: MemoryPlan, card: Card, shape: Shape, system: float) -> MemoryPlan:
    bits = {"bf16": "16-bit", "fp8": "8-bit", "fp32": "32-bit"}[plan.storage]
    place = {
        "none": "all on the card",
        "model": "on the card while they are at work",
        "group": "brought to the card group by group",
        "sequential": "brought to the card layer by layer",
    }[plan.offload]
    parts = [f"{bits} weights, {place}"]
    if plan.refine.size != (0, 0, 0):
        parts.append(f"second stage in tiles of {32 * plan.refine.size[2]} x {32 * plan.refine.size[1]} pixels")
    if 0 < plan.decode.side < max(shape.width, shape.height):
        parts.append(f"decoded in tiles of {plan.decode.side} pixels")
    if plan.most_frames < shape.frames:
        parts.append(f"{plan.most_frames} frames in a pass")
    return MemoryPlan(
        plan.storage,
        plan.offload,
        plan.refine,
        plan.decode,
        plan.most_frames,
        sentence=f"{'; '.join(parts)}.",
        can_cast=card.kind != "mps",
        can_offload=card.kind != "mps" and _TRANSFORMER["fp8"] + _SYSTEM <= system,
    )


def _too_small(card: Card, shape: Shape, wish: str, system: float) -> GpuTooSmall:
    """What the smallest layout that is allowed would take, and what there is."""
    levels = _levels(card, wish)
    fewest = min(shape.frames, most_frames(card, shape), _LEAST)

    def least(level: _Level) -> float:
        return needed(MemoryPlan(level.storage, level.offload, REFINE_TILES[-1], DECODE_TILES[-1], fewest), shape)

    smallest = min(least(level) for level in levels)
    size = f"{shape.width} x {shape.height}"
    users = f" It is in use by {', '.join(card.others)}." if card.others else ""
    if smallest <= card.free:
        room = min(_TRANSFORMER[level.storage] for level in levels) + _SYSTEM
        return GpuTooSmall(
            f"{card.name} has {card.free / GB:.1f} GB free, so weights have to wait in the system's memory: that takes"
            f" {room / GB:.0f} GB there, and {system / GB:.1f} GB are free.{users}"
        )
    return GpuTooSmall(
        f"Pictures of {size} take {smallest / GB:.1f} GB of the card's memory at least, and {card.name} has"
        f" {card.free / GB:.1f} GB free of {card.total / GB:.1f} GB.{users}"
    )
