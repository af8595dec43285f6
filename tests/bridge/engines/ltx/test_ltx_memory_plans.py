"""Plans: within the card, within the authors' table, and a way down from each that ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bridge.domain.errors import GpuTooSmall
from bridge.engines.ltx.ladder import DECODE_TILES, next_smaller
from bridge.engines.ltx.memory import Card, DecodeTiles, MemoryPlan, RefineTiles, Shape
from bridge.engines.ltx.planning import GB, MOST_FRAMES, most_frames, needed, plan_memory

SIZES = [(1280, 768), (1920, 1088), (2048, 1088), (2560, 1472), (3840, 2176), (4096, 2176), (64, 64), (1088, 1920)]
LENGTHS = [1, 9, 17, 121, 161, 481, 1001]


def card(gigabytes: float, kind="cuda", **more) -> Card:
    size = int(gigabytes * 1024**3)
    return Card(kind, 0, "A card", size, int(size * 0.97), **more)


def plan(card_, shape, **more) -> MemoryPlan:
    return plan_memory(card_, shape, **{"system_free": 64 * GB, **more})


@pytest.mark.parametrize("size", [12, 16, 24, 32, 48, 80, 96, 141])
def test_every_plan_keeps_to_the_card_and_to_the_table(size):
    for (width, height), frames in product(SIZES, LENGTHS):
        shape = Shape(width, height, frames)
        try:
            made = plan(card(size), shape)
        except GpuTooSmall:
            assert size < 16
            continue
        assert needed(made, shape) <= card(size).free
        assert made.most_frames <= min(frames, most_frames(card(size), shape))
        assert made.most_frames % 8 == 1
        assert made.most_frames >= min(25, frames)
        assert made.decode.frames >= 16
        assert made.decode.side >= 512
        tile = [n or max(width, height) // 32 for n in made.refine.size[1:]]
        assert 32 * max(tile) <= 2048 or max(width, height) <= 2048
        assert all(o < s or s == 0 for s, o in zip(made.refine.size, made.refine.overlap, strict=True))
        assert made.sentence.endswith(".")


@pytest.mark.parametrize(
    ("size", "gigabytes", "frames"),
    [
        ((1280, 720), 80, 161),
        ((1920, 1088), 48, 161),
        ((2560, 1440), 48, 137),
        ((2560, 1440), 80, 161),
        ((3840, 2160), 80, 121),
        ((3840, 2176), 48, 49),
        ((4096, 2160), 80, 105),
        ((4096, 2176), 24, 49),
    ],
)
def test_the_authors_table(size, gigabytes, frames):
    assert most_frames(card(gigabytes), Shape(*size, 500)) == frames
    assert most_frames(card(gigabytes), Shape(*size[::-1], 500)) == frames


@pytest.mark.parametrize(
    ("gigabytes", "hd", "uhd"),
    [
        (80, ("bf16", "none", False, 121), ("bf16", "none", True, 121)),
        (48, ("fp8", "none", True, 121), ("fp8", "none", True, 49)),
        (32, ("fp8", "none", True, 121), ("bf16", "group", True, 49)),
        (24, ("bf16", "group", True, 121), ("bf16", "group", True, 49)),
        (16, ("bf16", "group", True, 121), ("bf16", "group", True, 25)),
        (12, ("bf16", "sequential", True, 97), None),
    ],
)
def test_the_hardware_table_of_the_readme(gigabytes, hd, uhd):
    for (width, height), row in (((1920, 1088), hd), ((3840, 2176), uhd)):
        shape, at_hand = Shape(width, height, 121), replace(card(gigabytes), free=int(gigabytes * 1024**3 * 0.98))
        if row is None:
            with pytest.raises(GpuTooSmall):
                plan(at_hand, shape)
            continue
        made = plan(at_hand, shape)
        assert (made.storage, made.offload, made.refine.size != (0, 0, 0), made.most_frames) == row
        if gigabytes >= 16 and row[2]:  # no smaller tiles than two by two by two, where 8 bits or moving layers do
            assert made.refine.size[1] * 2 > height // 32


def test_the_table_goes_on_downwards_beyond_its_end():
    assert most_frames(card(80), Shape(8192, 4352, 500)) == 25
    assert most_frames(card(48), Shape(32768, 17408, 500)) == 9
    assert [row[0] for row in MOST_FRAMES] == sorted(row[0] for row in MOST_FRAMES)


@pytest.mark.parametrize("size", [(1920, 1088), (3840, 2176)])
def test_more_memory_is_never_worse(size):
    order = {"none": 0, "model": 1, "group": 2, "sequential": 3}
    made = [plan(card(n), Shape(*size, 121)) for n in (16, 24, 32, 48, 80, 141)]
    assert [order[p.offload] for p in made] == sorted((order[p.offload] for p in made), reverse=True)
    assert made[-1].storage == "bf16"
    assert made[-1].offload == "none"


def test_4k_is_refined_in_tiles_of_at_most_the_trained_size():
    shape = Shape(3840, 2176, 121)
    assert plan(card(141), shape).refine == RefineTiles((12, 37, 63), (8, 6, 6))
    assert plan(card(141), Shape(2176, 3840, 121)).refine == RefineTiles((12, 63, 37), (8, 6, 6))
    assert plan(card(141), Shape(1920, 1088, 121)).refine == RefineTiles()


@pytest.mark.parametrize(
    ("wish", "storage", "offload"),
    [
        ("full", "bf16", "none"),
        ("fp8", "fp8", "none"),
        ("offload_model", "bf16", "model"),
        ("offload_layers", "bf16", "group"),
    ],
)
def test_wishes(wish, storage, offload):
    made = plan(card(80), Shape(1280, 768, 121), wish=wish)
    assert (made.storage, made.offload) == (storage, offload)


def test_a_wish_that_cannot_be_kept_is_refused_and_not_changed():
    with pytest.raises(GpuTooSmall, match=r"38|4\d"):
        plan(card(24), Shape(1920, 1088, 121), wish="full")


def test_too_small_says_what_is_needed_and_who_is_there():
    with pytest.raises(GpuTooSmall) as caught:
        plan(card(4, others=("resolve (3.1 GB)", "blender")), Shape(1920, 1088, 121))
    sentence = caught.value.sentence
    assert "1920 x 1088" in sentence
    assert "4.2 GB free of 4.3 GB" in sentence
    assert "resolve (3.1 GB), blender" in sentence


def test_a_card_in_use_is_planned_by_what_is_free():
    shape = Shape(1920, 1088, 121)
    free = plan(card(80), shape)
    used = plan(replace(card(80), free=30 * GB), shape)
    assert (free.storage, free.offload) == ("bf16", "none")
    assert needed(used, shape) <= 30 * GB


def test_what_leaves_the_card_needs_room_elsewhere():
    shape = Shape(1920, 1088, 121)
    assert plan(card(24), shape).storage == "bf16"
    halved = plan(card(24), shape, system_free=30 * GB)
    assert (halved.storage, halved.offload, halved.can_offload) == ("fp8", "group", True)
    with pytest.raises(GpuTooSmall, match=r"system's memory: that takes 25 GB there, and 8\.0 GB are free"):
        plan(card(24), shape, system_free=8 * GB)
    assert not plan(card(80), shape, system_free=8 * GB).can_offload


def test_apple_keeps_all_where_it_is():
    made = plan(card(96, "mps"), Shape(1920, 1088, 121))
    assert (made.storage, made.offload, made.can_cast, made.can_offload) == ("bf16", "none", False, False)
    with pytest.raises(GpuTooSmall):
        plan(card(32, "mps"), Shape(1920, 1088, 121))


def test_tiny_weights_walk_every_path_on_a_processor():
    cpu = card(8, "cpu")
    small, large = Shape(128, 64, 17), Shape(4096, 128, 121)
    assert plan(cpu, small, tiny=True).decode == DecodeTiles(0, 0, 0, 0)
    assert plan(cpu, small, tiny=True).storage == "fp32"
    assert plan(cpu, large, tiny=True).decode == DECODE_TILES[0]
    assert plan(cpu, large, tiny=True).refine.size[2] <= 64
    wishes = [plan(cpu, small, tiny=True, wish=wish) for wish in ("fp8", "offload_model", "offload_layers")]
    found = {(made.storage, made.offload) for made in wishes}
    assert found == {("fp8", "none"), ("fp32", "model"), ("fp32", "group")}


STARTS = [
    MemoryPlan(storage, offload, refine, decode, 121, can_cast=cast, can_offload=move)
    for storage, offload, refine, decode, cast, move in product(
        ("bf16", "fp8", "fp32"),
        ("none", "model", "group", "sequential"),
        (RefineTiles(), RefineTiles((12, 37, 63), (8, 6, 6)), RefineTiles((2, 3, 3), (0, 1, 1))),
        (*DECODE_TILES, DecodeTiles(0, 0, 0, 0), DecodeTiles(640, 128, 0, 0), DecodeTiles(96, 32, 16, 8)),
        (True, False),
        (True, False),
    )
]


@pytest.mark.parametrize("stage", [None, "encode", "stage1", "upsample", "stage2", "decode"])
def test_every_way_down_ends_and_only_ever_goes_down(stage):
    offloads = ("none", "model", "group", "sequential")
    shape = Shape(3840, 2176, 121)

    def need(plan_: MemoryPlan) -> float:
        """What the stage takes: where pictures pass the card, the VAE's part is what counts, else the model's."""
        return needed(plan_ if stage in {"encode", "decode"} else replace(plan_, decode=DECODE_TILES[-1]), shape)

    for start in STARTS:
        at, notes = start, []
        while (found := next_smaller(at, stage)) is not None:
            smaller, note = found
            assert smaller != at
            assert smaller.decode.side >= 512 or smaller.decode == start.decode
            assert smaller.decode.frames >= 16 or smaller.decode == start.decode
            assert offloads.index(smaller.offload) >= offloads.index(at.offload)
            assert smaller.can_cast or smaller.storage == start.storage
            assert smaller.can_offload or smaller.offload == start.offload
            assert need(smaller) <= need(at) * 1.0001
            assert smaller.most_frames == start.most_frames
            at = smaller
            notes.append(note)
        assert len(set(notes)) == len(notes) <= 12


def test_the_way_down_from_the_top():
    """The cheapest first, and what could not help at a stage is left as it is."""

    def way(stage) -> list[str]:
        at, said = MemoryPlan("bf16", "none", RefineTiles(), DecodeTiles(0, 0, 0, 0), 121), []
        while (found := next_smaller(at, stage)) is not None:
            at, note = found
            said.append(note.partition("short: ")[2])
        return said

    whole = way(None)
    assert [note.split()[0] for note in whole] == ["pictures"] * 4 + ["the"] * 4 + ["only"] + ["the"] * 2
    assert not any("8 bits" in note or "second stage" in note for note in way("decode"))
    assert not any("pictures" in note for note in way("stage1"))
    assert way("stage2")[0].startswith("the second stage works in tiles of 1280")
