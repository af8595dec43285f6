"""Rates, timecode, orientation and shape of movies."""

from __future__ import annotations

import weakref
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bridge.domain.errors import RequestError
from bridge.domain.frames import FrameRange, Timecode
from bridge.media.clip import open_clip
from tests.clips import OPEN_GOP_264, number_of, numbered_frames, write_movie, write_numbered, yuv_frame

# Display times in units of 1/25 s: frames held for one to four units.
UNEVEN = (0, 1, 2, 3, 6, 7, 9, 12, 13, 14, 15, 16, 20, 21)


def on_display(times: tuple[int, ...], rate: Fraction, index: int, unit: Fraction = Fraction(1, 25)) -> int:
    """The last frame whose time is not after `index / rate`, in exact fractions."""
    return max(number for number, time in enumerate(times) if time * unit <= Fraction(index) / rate)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
@pytest.mark.parametrize("rate", [None, Fraction(25), Fraction(50), Fraction(12), Fraction(24000, 1001)])
def test_variable_rate_shows_what_is_on_display(tmp_path: Path, suffix: str, rate: Fraction | None) -> None:
    path = write_numbered(tmp_path / f"phone.{suffix}", len(UNEVEN), times=UNEVEN, options=OPEN_GOP_264)
    with open_clip(path, rate=rate) as clip:
        facts = clip.facts
        assert facts.rate == (rate or Fraction(25))
        assert facts.variable_rate
        assert any("varies" in warning for warning in facts.warnings)
        assert abs(facts.frames - 22 * facts.rate / 25) <= 1
        found = [(frame.index, number_of(frame)) for frame in clip.frames(facts.range)]
        assert found == [(index, on_display(UNEVEN, facts.rate, index)) for index in range(facts.frames)]
        assert [number_of(frame) for frame in clip.frames(FrameRange(5, 9))] == [number for _, number in found[5:9]]


def test_declared_rate_resamples_an_even_clip(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "ntsc.mp4", 30, rate=Fraction(30000, 1001))
    with open_clip(path, rate=Fraction(25)) as clip:
        assert not clip.facts.variable_rate
        assert any("not its own rate" in warning for warning in clip.facts.warnings)
        exact = [on_display(tuple(range(30)), Fraction(25), index, Fraction(1001, 30000)) for index in range(25)]
        assert [number_of(frame) for frame in clip.frames(clip.facts.range)] == exact


@pytest.mark.parametrize(
    "rate",
    [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "50", "60000/1001", "12", "15")],
)
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi"])
def test_constant_rates_are_exact(tmp_path: Path, suffix: str, rate: Fraction) -> None:
    options = {"crf": "20", "preset": "ultrafast"}
    with open_clip(write_numbered(tmp_path / f"clip.{suffix}", 24, rate=rate, options=options)) as clip:
        assert (clip.facts.rate, clip.facts.frames, clip.facts.variable_rate) == (rate, 24, False)
        assert clip.facts.warnings == ()


def test_jitter_is_no_variable_rate(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    times = [number * 3600 + int(random.integers(-900, 900)) for number in range(1, 31)]
    path = write_numbered(tmp_path / "jitter.mp4", 30, times=times, time_base=Fraction(1, 90000))
    with open_clip(path) as clip:
        assert (clip.facts.rate, clip.facts.frames, clip.facts.variable_rate) == (Fraction(25), 30, False)
        assert [number_of(frame) for frame in clip.frames(clip.facts.range)] == list(range(30))


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-1), Fraction(1001)])
def test_rates_that_are_none(tmp_path: Path, rate: Fraction) -> None:
    path = write_numbered(tmp_path / "clip.mp4", 2)
    with pytest.raises(RequestError):
        open_clip(path, rate=rate)


@pytest.mark.parametrize("total", [1, 2, 12])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "avi", "ts"])
def test_very_short_clips(tmp_path: Path, suffix: str, total: int) -> None:
    with open_clip(write_numbered(tmp_path / f"short.{suffix}", total)) as clip:
        assert clip.facts.frames == total
        assert [number_of(frame) for frame in clip.frames(clip.facts.range)] == list(range(total))
        assert [frame.index for frame in clip.sample(clip.facts.range, 1)] == [total // 2]


@pytest.mark.parametrize(
    ("stamp", "rate", "number"),
    [
        ("01:00:00:00", Fraction(25), 90000),
        ("10:11:12:13", Fraction(24), 880141),
        ("01:00:00;02", Fraction(30000, 1001), 107894),
        ("00:10:00;00", Fraction(30000, 1001), 17982),
    ],
)
@pytest.mark.parametrize("suffix", ["mov", "mp4", "mkv"])
def test_start_timecode(tmp_path: Path, suffix: str, stamp: str, rate: Fraction, number: int) -> None:
    path = write_numbered(tmp_path / f"tc.{suffix}", 3, rate=rate, metadata={"timecode": stamp})
    with open_clip(path) as clip:
        assert clip.facts.start_timecode == Timecode.parse(stamp)
        assert clip.facts.first_number == number


def test_impossible_timecode_is_ignored_aloud(tmp_path: Path) -> None:
    for stamp in ("01:00:00;00", "not a timecode"):
        path = write_numbered(tmp_path / "tc.mkv", 3, rate=Fraction(24), metadata={"timecode": stamp})
        with open_clip(path) as clip:
            assert clip.facts.start_timecode is None
            assert clip.facts.first_number == 0
            assert any("timecode" in warning for warning in clip.facts.warnings)


def test_no_timecode_counts_from_zero(tmp_path: Path) -> None:
    with open_clip(write_numbered(tmp_path / "plain.mp4", 2)) as clip:
        assert (clip.facts.start_timecode, clip.facts.first_number) == (None, 0)


@pytest.mark.parametrize(
    ("counterclockwise", "clockwise", "corners"),
    [(0, 0, "RGBK"), (90, 270, "GKRB"), (-90, 90, "BRKG"), (180, 180, "KBGR"), (270, 90, "BRKG")],
)
@pytest.mark.parametrize("name", ["turned.mp4", "turned.mov", "turned.mkv"])
def test_rotation(tmp_path: Path, name: str, counterclockwise: int, clockwise: int, corners: str) -> None:
    """Corners are read top left, top right, bottom left, bottom right; stored they are red, green, blue, black."""
    rgb = np.zeros((3, 32, 48))
    rgb[0, :16, :24], rgb[1, :16, 24:], rgb[2, 16:, :24] = 1, 1, 1
    path = write_movie(
        tmp_path / name,
        [yuv_frame(rgb, "yuv444p")] * 2,
        rotation=counterclockwise,
        pixel_aspect=Fraction(4, 3),
    )
    with open_clip(path) as clip:
        turned = clockwise in (90, 270)
        assert clip.facts.rotation == clockwise
        assert (clip.facts.width, clip.facts.height) == ((32, 48) if turned else (48, 32))
        assert clip.facts.pixel_aspect == (Fraction(3, 4) if turned else Fraction(4, 3))
        frame = next(clip.frames(clip.facts.range))
    assert frame.codes.shape == (3, clip.facts.height, clip.facts.width)
    assert frame.codes.flags.c_contiguous
    seen = ""
    for row in (2, -3):
        for column in (2, -3):
            corner = frame.codes[:, row, column]
            seen += "RGB"[int(corner.argmax())] if corner.max() > 128 else "K"
    assert seen == corners


def test_pixel_aspect_is_kept(tmp_path: Path) -> None:
    for suffix, codec, pixel_format in (
        ("mp4", "libx264", "yuv420p"),
        ("mkv", "libx264", "yuv420p"),
        ("mov", "prores_ks", "yuv422p10le"),
    ):
        path = tmp_path / f"pal.{suffix}"
        write_numbered(path, 1, codec=codec, pixel_format=pixel_format, pixel_aspect=Fraction(64, 45))
        with open_clip(path) as clip:
            assert clip.facts.pixel_aspect == Fraction(64, 45)
            assert (clip.facts.width, clip.facts.height) == (96, 64)


def test_interlaced_is_said(tmp_path: Path) -> None:
    options = {"crf": "8", "preset": "ultrafast", "x264-params": "tff=1"}
    with open_clip(write_numbered(tmp_path / "fields.mp4", 3, options=options)) as clip:
        assert clip.facts.interlaced
        assert any("interlaced" in warning for warning in clip.facts.warnings)
    with open_clip(write_numbered(tmp_path / "frames.mp4", 3)) as clip:
        assert not clip.facts.interlaced


def test_audio_is_noticed(tmp_path: Path) -> None:
    for audio in (True, False):
        with open_clip(write_numbered(tmp_path / f"{audio}.mov", 3, audio=audio)) as clip:
            assert clip.facts.has_audio is audio


@pytest.mark.parametrize(
    "name", ["two words.mp4", "wéird näme 動画.mp4", "100%.mp4", "shot_%04d.mp4", "a:b#1.[2].mp4", "-i.mp4"]
)
def test_names(tmp_path: Path, name: str) -> None:
    with open_clip(write_numbered(tmp_path / name, 3)) as clip:
        assert clip.facts.path.name == name
        assert [number_of(frame) for frame in clip.frames(clip.facts.range)] == [0, 1, 2]


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    """Frames that are let go are freed: never more than a handful are alive."""
    path = write_movie(tmp_path / "long.mp4", numbered_frames(120))
    alive: list[weakref.ref[np.ndarray]] = []
    with open_clip(path) as clip:
        for frame in clip.frames(clip.facts.range):
            alive.append(weakref.ref(frame.codes))
            assert sum(reference() is not None for reference in alive) <= 3
