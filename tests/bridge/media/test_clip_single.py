"""Single frames in any order: the same pixels as in a run."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.domain.errors import FramesMissing, MediaTruncated, MediaUnreadable, RangeOutside
from bridge.media.clip import open_clip
from tests.clips import OPEN_GOP_264, number_of, write_movie, write_numbered, write_numbered_pngs, yuv_frame

TOTAL = 40

MOVIES: dict[str, dict[str, Any]] = {
    "open.mp4": {"options": OPEN_GOP_264},
    "open.ts": {"options": OPEN_GOP_264},
    "open.h264": {"options": OPEN_GOP_264},
    "open265.mkv": {"codec": "libx265"},
    "intra.mov": {"codec": "prores_ks", "pixel_format": "yuv422p10le"},
}


def orders() -> list[list[int]]:
    shuffled = list(range(TOTAL))
    random.Random(1).shuffle(shuffled)
    return [list(range(TOTAL)), list(reversed(range(TOTAL))), shuffled, [5, 5, 6, 5, 39, 0, 39]]


@pytest.mark.parametrize("name", MOVIES)
def test_movies_in_any_order(tmp_path: Path, name: str) -> None:
    path = write_numbered(tmp_path / name, TOTAL, **MOVIES[name])
    with open_clip(path, threads=2) as clip:
        for order in orders():
            assert [number_of(clip.frame(index)) for index in order] == order
        assert clip.file(7) == path


def test_the_very_pixels_of_a_run(tmp_path: Path) -> None:
    noise = np.random.default_rng(0)
    frames = (yuv_frame(noise.random((3, 48, 80)) * 0.4 + number / 100, "yuv420p") for number in range(TOTAL))
    path = write_movie(tmp_path / "open.mp4", frames, options={**OPEN_GOP_264, "crf": "24"})
    with open_clip(path, threads=2) as clip:
        run = [frame.codes for frame in clip.frames(clip.facts.range)]
        for index in orders()[2]:
            frame = clip.frame(index)
            assert frame.index == index
            assert (frame.codes == run[index]).all()


def test_sequences_in_any_order(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "shot.%04d.png", [*range(1001, 1010), 1012])
    with open_clip(tmp_path / "shot.%04d.png") as clip:
        for index in (8, 0, 11, 3, 3):
            assert number_of(clip.frame(index)) == 1001 + index
            assert clip.file(index) == tmp_path / f"shot.{1001 + index}.png"
        with pytest.raises(FramesMissing, match="1010"):
            clip.frame(9)
        with pytest.raises(RangeOutside):
            clip.frame(12)


def test_frames_that_are_shown_twice(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "clip.mp4", 20, options=OPEN_GOP_264)
    with open_clip(path, rate=Fraction(50)) as clip:
        run = [number_of(frame) for frame in clip.frames(clip.facts.range)]
        assert run == [n // 2 for n in range(40)]
        assert [number_of(clip.frame(index)) for index in range(40)] == run
        assert [number_of(clip.frame(index)) for index in (39, 2, 3, 2)] == [19, 1, 1, 1]


@pytest.mark.parametrize("index", [-1, TOTAL, 10**9])
def test_frames_outside_are_refused(tmp_path: Path, index: int) -> None:
    with open_clip(write_numbered(tmp_path / "clip.mkv", TOTAL)) as clip, pytest.raises(RangeOutside, match="0-40"):
        clip.frame(index)


def test_a_clip_that_was_closed_can_still_be_read(tmp_path: Path) -> None:
    with open_clip(write_numbered(tmp_path / "clip.mkv", 10)) as clip:
        for index in (4, 5, 2):
            assert number_of(clip.frame(index)) == index
            clip.close()


def test_frames_before_and_behind_damage_are_read(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "clip.mkv", TOTAL, codec="ffv1", options={"g": "1", "slicecrc": "1"})
    with open_clip(path) as clip:
        sound = path.read_bytes()
        middle = len(sound) // 2
        path.write_bytes(sound[:middle] + bytes(200) + sound[middle + 200 :])
        outcomes: dict[int, int | None] = {}
        for index in (*range(TOTAL), *reversed(range(TOTAL))):
            try:
                found = number_of(clip.frame(index))
                assert found == index
            except (MediaTruncated, MediaUnreadable):
                found = None
            assert outcomes.setdefault(index, found) == found
    lost = [index for index, found in outcomes.items() if found is None]
    assert 1 <= len(lost) <= 3
