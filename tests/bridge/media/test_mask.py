"""Which frames of a mask belong to which of the clip's, what is done to them, and what is refused."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from bridge.domain.color import Primaries, SourceColor
from bridge.domain.errors import FramesMissing, MediaMissing, MediaTruncated, MediaUnreadable, RequestError
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts
from bridge.domain.workflow import MaskSpec
from bridge.media.mask import Wanted, open_mask
from bridge.media.shaping import feathered, grown
from tests.clips import frame_of_planes, write_exr, write_movie, write_png

W, H = 48, 32
COLOR = SourceColor(Primaries.REC709, "bt1886", "bt709", False)


def facts(frames=100, first=1001, rate=Fraction(25), size=(W, H)):
    return ClipFacts(Path("clip.mov"), "movie", *size, rate, frames, 8, COLOR, first_number=first)


def wanted(start=24, end=48, handles=0, **clip):
    """The range of a clip with the same handles at both ends."""
    return Wanted(facts(**clip), FrameRange(start - handles, end + handles), handles, handles)


def numbered(folder, numbers):
    """One EXR for each number, of which a ten-thousandth is its level everywhere."""
    for number in numbers:
        write_exr(folder / f"matte.{number:04d}.exr", {"A": np.full((H, W), number / 10000, np.float32)})
    return folder / "matte.%04d.exr"


def movie(path, count, *, rate=Fraction(25), size=(W, H), first=0):
    """Frame `i` has the limited-range code `16 + first + i` everywhere."""
    chroma = np.full((size[1] // 2, size[0] // 2), 128)
    frames = [
        frame_of_planes([np.full(size[::-1], 16 + first + n), chroma, chroma], "yuv420p", *size) for n in range(count)
    ]
    return write_movie(path, frames, codec="ffv1", rate=rate)


def shown(spec, want, unit=10000.0):
    """The number of the matte's frame that belongs to each lifted frame."""
    with open_mask(spec if isinstance(spec, MaskSpec) else MaskSpec(path=spec), want) as mask:
        levels = [float(level()[0, 0]) for level in mask.frames(want.lifted)]
        return mask.record.belongs_to, [round(level * unit) for level in levels]


def in_movie(path, want):
    return shown(path, want, unit=219.0)


# Matching


def test_a_still_holds_for_all(tmp_path):
    belongs_to, numbers = shown(numbered(tmp_path, [7]), wanted(handles=3))
    assert (belongs_to, numbers) == ("all", [7] * 30)


def test_a_mask_as_long_as_the_clip_belongs_to_all_of_it(tmp_path):
    belongs_to, numbers = shown(numbered(tmp_path, range(1, 101)), wanted(24, 48, handles=2))
    assert (belongs_to, numbers) == ("clip", list(range(23, 51)))
    assert in_movie(movie(tmp_path / "m.mkv", 100), wanted()) == ("clip", list(range(24, 48)))


@pytest.mark.parametrize("handles", [0, 4])
def test_a_mask_as_long_as_the_range_with_its_handles(tmp_path, handles):
    path = movie(tmp_path / "m.mkv", 24 + 2 * handles)
    assert in_movie(path, wanted(24, 48, handles)) == ("handles", list(range(24 + 2 * handles)))


def test_a_mask_as_long_as_the_range_is_held_over_the_handles(tmp_path):
    path = movie(tmp_path / "m.mkv", 24)
    assert in_movie(path, wanted(24, 48, 2)) == ("range", [0, 0, *range(24), 23, 23])


def test_a_mask_numbered_like_the_clip_over_its_range_alone(tmp_path):
    # One frame more than the range at one end, two at the other: only its numbers tell.
    path = numbered(tmp_path, range(1001 + 23, 1001 + 50))
    assert shown(path, wanted(24, 48)) == ("numbers", list(range(1025, 1049)))
    # Beyond its ends it is held, and there are handles alone.
    assert shown(path, wanted(24, 48, 4)) == ("numbers", [1024] * 3 + list(range(1024, 1051)) + [1050] * 2)


def test_a_mask_numbered_like_the_clip_that_lacks_a_frame_of_the_range_is_refused(tmp_path):
    path = numbered(tmp_path, range(1001 + 25, 1001 + 60))
    with pytest.raises(RequestError, match=r"35 frames, numbered 1026 to 1060; .* 24 are wanted, numbered 1025"):
        shown(path, wanted(24, 48))


def test_frames_that_are_missing_are_named(tmp_path):
    path = numbered(tmp_path, [n for n in range(1001, 1101) if n not in (1030, 1031)])
    # At once, before any work is done.
    with pytest.raises(FramesMissing, match="1030-1031"):
        open_mask(MaskSpec(path=path), wanted(24, 48))
    # Where they are not wanted they are not missed.
    assert shown(path, wanted(40, 48))[1] == list(range(1041, 1049))


@pytest.mark.parametrize("handles", [0, 5])
def test_another_length_is_refused_with_both_lengths(tmp_path, handles):
    with pytest.raises(RequestError, match=r"has 31 frames; the clip has 100, of which 24 are wanted") as caught:
        in_movie(movie(tmp_path / "m.mkv", 31), wanted(24, 48, handles))
    assert ("34 with handles" in caught.value.sentence) == bool(handles)


def test_a_part_of_what_is_wanted_has_its_own_frames(tmp_path):
    """Frames of an earlier attempt leave gaps: each run is asked for by itself."""
    path = movie(tmp_path / "m.mkv", 24)
    with open_mask(MaskSpec(path=path), wanted(24, 48, 2)) as mask:
        runs = [FrameRange(22, 25), FrameRange(40, 41), FrameRange(30, 32), FrameRange(47, 50)]
        got = [[round(float(level()[0, 0]) * 219) for level in mask.frames(run)] for run in runs]
    assert got == [[0, 0, 0], [16], [6, 7], [23, 23, 23]]


def test_frames_that_share_a_picture_share_the_work(tmp_path):
    with open_mask(MaskSpec(path=numbered(tmp_path, [9]), feather=2), wanted()) as mask:
        first, *rest = [level() for level in mask.frames(FrameRange(24, 30))]
        (later,) = [level() for level in mask.frames(FrameRange(40, 41))]
    assert all(each is first for each in [*rest, later])


# Rates and sizes


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)])
def test_another_rate_is_refused(tmp_path, rate):
    with pytest.raises(RequestError, match=rf"runs at {float(rate):.5g} frames per second, the clip at 25"):
        in_movie(movie(tmp_path / "m.mkv", 100, rate=rate), wanted())


def test_23_976_is_not_24(tmp_path):
    path = movie(tmp_path / "m.mkv", 100, rate=Fraction(24000, 1001))
    with pytest.raises(RequestError, match=r"23\.976 frames per second, the clip at 24"):
        in_movie(path, wanted(rate=Fraction(24)))
    assert in_movie(path, wanted(rate=Fraction(24000, 1001)))[0] == "clip"


def test_one_picture_has_no_rate(tmp_path):
    assert in_movie(movie(tmp_path / "m.mkv", 1, rate=Fraction(30), first=5), wanted()) == ("all", [5] * 24)


def test_stills_go_by_number_whatever_rate_is_written_into_them(tmp_path):
    for number in range(1025, 1049):
        header = {"framesPerSecond": Fraction(24)}
        write_exr(tmp_path / f"m.{number}.exr", {"A": np.full((H, W), number / 10000, np.float32)}, header)
    assert shown(tmp_path / "m.1030.exr", wanted())[1] == list(range(1025, 1049))


@pytest.mark.parametrize("size", [(96, 64), (24, 16), (144, 96)])
def test_another_size_of_the_same_shape_is_scaled(tmp_path, size):
    levels = np.zeros(size[::-1], np.float32)
    levels[:, size[0] // 2 :] = 1
    path = write_exr(tmp_path / "m.exr", {"A": levels})
    with open_mask(MaskSpec(path=path), wanted()) as mask:
        (level,) = mask.frames(FrameRange(30, 31))
        got = level()
    assert got.shape == (H, W)
    assert (got[:, : W // 2 - 1] == 0).all()
    assert (got[:, W // 2 + 1 :] == 1).all()
    assert (mask.record.width, mask.record.height) == size


def test_even_sides_of_what_was_scaled_are_the_same_shape(tmp_path):
    path = write_exr(tmp_path / "m.exr", {"A": np.ones((480, 854), np.float32)})
    with open_mask(MaskSpec(path=path), wanted(size=(1920, 1080))) as mask:
        assert mask.record.belongs_to == "all"


@pytest.mark.parametrize("size", [(48, 48), (64, 32), (48, 36)])
def test_another_shape_is_refused(tmp_path, size):
    path = write_exr(tmp_path / "m.exr", {"A": np.ones(size[::-1], np.float32)})
    with pytest.raises(RequestError, match=rf"{size[0]}x{size[1]} .* shape of the clip \(48x32\)"):
        shown(path, wanted())


def test_1088_lines_are_not_1080(tmp_path):
    path = write_exr(tmp_path / "m.exr", {"A": np.ones((1088, 1920), np.float16)})
    with pytest.raises(RequestError, match="1920x1088"):
        shown(path, wanted(size=(1920, 1080)))


# Channel, inversion, growing, softening


def rgba(path, alpha):
    light = np.full((H, W), 0.25, np.float32)
    return write_exr(path, {"R": light, "G": light, "B": light, "A": np.full((H, W), alpha, np.float32)})


def channel_of(path, channel="auto", want=None):
    with open_mask(MaskSpec(path=path, channel=channel), want or wanted()) as mask:
        return mask.record.channel, [float(level()[0, 0]) for level in mask.frames(mask._wanted.lifted)]


def test_an_alpha_is_taken_where_it_tells_anything(tmp_path):
    assert channel_of(rgba(tmp_path / "a.exr", 0.5)) == ("alpha", [0.5] * 24)
    assert channel_of(rgba(tmp_path / "b.exr", 1)) == ("luma", [0.25] * 24)
    assert channel_of(rgba(tmp_path / "c.exr", 0.5), "luma") == ("luma", [0.25] * 24)
    assert channel_of(rgba(tmp_path / "d.exr", 1), "alpha") == ("alpha", [1.0] * 24)


def test_the_last_frame_may_be_the_one_that_is_not_opaque(tmp_path):
    for number in range(1, 25):
        rgba(tmp_path / f"m.{number:03d}.exr", 1 if number < 24 else 0)
    assert channel_of(tmp_path / "m.001.exr") == ("alpha", [1.0] * 23 + [0.0])


def test_an_alpha_that_is_not_there(tmp_path):
    path = write_png(tmp_path / "m.png", np.full((3, H, W), 255, np.uint8))
    with pytest.raises(RequestError, match=r"“m\.png” has no alpha"):
        shown(MaskSpec(path=path, channel="alpha"), wanted())


def test_the_order_is_invert_grow_feather(tmp_path):
    levels = (np.random.default_rng(5).random((H, W)) > 0.9).astype(np.float32)
    path = write_exr(tmp_path / "m.exr", {"A": levels})

    def made(**spec):
        with open_mask(MaskSpec(path=path, **spec), wanted()) as mask:
            return next(iter(mask.frames(FrameRange(24, 25))))()

    assert (made() == levels).all()
    assert (made(invert=True) == 1 - levels).all()
    assert (made(grow=2) == grown(levels, 2)).all()
    assert (made(invert=True, grow=-3, feather=1.5) == feathered(grown(1 - levels, -3), 1.5)).all()


def test_pixels_are_those_of_the_clip(tmp_path):
    """A matte of half the size grows by as much as one of the clip's own."""
    dot = np.zeros((H, W), np.float32)
    dot[14:18, 20:24] = 1
    large, small = (
        write_exr(tmp_path / f"{name}.exr", {"A": picture})
        for name, picture in (("large", dot), ("small", np.ascontiguousarray(dot[::2, ::2])))
    )
    areas = []
    for path in (large, small):
        with open_mask(MaskSpec(path=path, grow=6), wanted()) as mask:
            areas.append(next(iter(mask.frames(FrameRange(24, 25))))().sum())
    assert areas[1] == pytest.approx(areas[0], rel=0.2)


@pytest.mark.parametrize(
    "given",
    [{"grow": 201}, {"grow": -201}, {"grow": 1.5}, {"feather": -0.1}, {"feather": 200.5}, {"feather": "nan"},
     {"feather": "inf"}, {"channel": "red"}, {"blur": 1}],
)  # fmt: skip
def test_what_a_mask_spec_refuses(given):
    with pytest.raises(ValueError, match="validation error"):
        MaskSpec.model_validate({"path": "m.exr", **given})


# Files that are not as they should be


def test_no_file(tmp_path):
    with pytest.raises(MediaMissing, match=r"nowhere\.mov"):
        shown(tmp_path / "nowhere.mov", wanted())


def test_no_picture(tmp_path):
    (tmp_path / "m.png").write_text("no picture")
    with pytest.raises(MediaUnreadable, match=r"m\.png"):
        shown(tmp_path / "m.png", wanted())


def test_a_movie_that_is_cut_off(tmp_path):
    path = write_movie(
        tmp_path / "m.mov",
        [av.VideoFrame.from_ndarray(np.random.default_rng(n).integers(0, 256, (H, W, 3), np.uint8), "rgb24").reformat(
            format="yuv420p") for n in range(100)],
        container_options={"movflags": "faststart"},
    )  # fmt: skip
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(MediaTruncated, match=r"m\.mov"):
        open_mask(MaskSpec(path=path), wanted(60, 90))


def test_a_size_that_changes_in_the_middle(tmp_path):
    path = numbered(tmp_path, range(1001, 1101))
    write_exr(tmp_path / "matte.1030.exr", {"A": np.ones((2 * H, 2 * W), np.float32)})
    with pytest.raises(MediaUnreadable, match=r"matte\.1030\.exr” has 96x64 pixels, but the mask begins with 48x32"):
        shown(path, wanted(24, 48))


def test_damage_is_found_by_reading_through(tmp_path):
    path = numbered(tmp_path, range(1001, 1101))
    spoilt = tmp_path / "matte.1045.exr"
    spoilt.write_bytes(spoilt.read_bytes()[:300])
    told = []
    with (
        pytest.raises(MediaUnreadable, match=r"matte\.1045\.exr"),
        open_mask(MaskSpec(path=path), wanted(24, 48)) as mask,
    ):
        mask.read_through(lambda: told.append(1))
    assert len(told) == 20
    with open_mask(MaskSpec(path=path), wanted(24, 40)) as mask:
        mask.read_through(lambda: None)


def test_marks_tell_of_every_file_that_is_read(tmp_path):
    path = numbered(tmp_path, range(1001, 1101))
    with open_mask(MaskSpec(path=path), wanted(24, 48)) as mask:
        before = mask.marks
        assert [mark.path.name for mark in before] == [f"matte.{n}.exr" for n in range(1025, 1049)]
        os.utime(tmp_path / "matte.1024.exr", ns=(0, 0))
        assert mask.marks == before
        os.utime(tmp_path / "matte.1048.exr", ns=(0, 0))
        assert mask.marks != before
        (tmp_path / "matte.1048.exr").unlink()
        assert (mask.marks[-1].size, mask.marks[-1].changed) == (0, 0)
