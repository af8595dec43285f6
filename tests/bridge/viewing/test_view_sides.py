"""Before and after: the right frames of sources and results, also when files change or are not what they were."""

from __future__ import annotations

import os
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest

from bridge.domain.color import Primaries
from bridge.domain.cut import TimelineClip
from bridge.domain.errors import (
    MediaEmpty,
    MediaMissing,
    MediaUnreadable,
    OutputVanished,
    RangeOutside,
    RequestError,
    SuperwhiteError,
)
from bridge.domain.frames import FrameRange
from bridge.domain.view import ClipReport, SubjectFacts
from bridge.media.clip import open_clip
from bridge.viewing.gallery import Gallery
from bridge.viewing.protocol import SeenClip
from tests.clips import number_of, write_exr, write_movie, write_numbered, write_png, yuv_frame
from tests.sequences import frame_file, picture_of, write_result

SAMPLE = Path(__file__).parents[2] / "data" / "bigbuckbunny.mp4"


def clip(path: Path) -> SeenClip:
    return SeenClip(source=path, rate=None)


def grey(*levels: float, size: tuple[int, int] = (24, 32)):
    return [np.full((*size, 3), level, np.float16) for level in levels]


def shade(picture: bytes) -> int:
    """The one code of an even grey picture."""
    (only,) = {tuple(pixel) for pixel in picture_of(picture).reshape(-1, 3).tolist()}
    assert len(set(only)) == 1
    return only[0]


def code(light: float) -> int:
    return round(min(1.0, float(np.float16(light))) ** (1 / 2.4) * 255)


def through_srgb(still: int) -> int:
    """The code of a display with BT.1886 that gives the light of a still's code."""
    return round((((still / 255 + 0.055) / 1.055) ** 2.4) ** (1 / 2.4) * 255)


# Before


def test_a_source_is_shown_as_it_is(ask):
    with open_clip(SAMPLE) as opened:
        codes = {frame.index: frame.codes for frame in opened.frames(FrameRange(70, 73))}
    for frame in (72, 70, 71):
        shown = picture_of(ask("picture", clip(SAMPLE), side="before", frame=frame))
        # Half floats hold light finely enough that every 8-bit code comes back.
        assert (shown == codes[frame].transpose(1, 2, 0)).all()


def test_a_source_is_light_by_its_transfer(ask, made, tmp_path):
    ramp = np.broadcast_to(np.linspace(0, 255, 64).round().astype(np.uint8), (3, 48, 64))
    path = write_png(tmp_path / "still.png", np.ascontiguousarray(ramp))
    exact = ramp[0] / 255
    srgb = np.where(exact <= 0.04045, exact / 12.92, ((exact + 0.055) / 1.055) ** 2.4)
    gallery = Gallery()
    assert (gallery.light(clip(path), "before", 0).frame[..., 1] == srgb.astype(np.float16)).all()
    seen = made(grey(1.0, size=(48, 64)), source=path, first=0, transfer="bt1886")
    read = gallery.light(seen, "before", 0)
    assert (read.frame[..., 1] == (exact**2.4).astype(np.float16)).all()
    assert (read.white, read.primaries) == (203, Primaries.REC709)


def test_the_frames_of_a_job_are_those_that_it_lifted(ask, made, tmp_path):
    source = write_numbered(tmp_path / "clip.mov", 20, metadata={"timecode": "00:00:40:00"})
    seen = made(grey(1, 2, 3, size=(64, 96)), source=source, first=1007)
    gallery = Gallery()
    with open_clip(source) as opened:
        assert opened.facts.first_number == 1000
        for frame in range(3):
            expected = opened.frame(7 + frame)
            assert number_of(expected) == 7 + frame
            light = gallery.light(seen, "before", frame).frame
            assert (light == ((expected.codes / 255) ** 2.4).astype(np.float16).transpose(1, 2, 0)).all()
    facts = SubjectFacts.model_validate_json(ask("subject", seen))
    assert facts == SubjectFacts(
        frames=3,
        first_number=1007,
        rate=Fraction(25),
        width=96,
        height=64,
        pixel_aspect=Fraction(1),
        sides=("before", "after"),
    )


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("frame", [3, 10**12])
def test_frames_outside_a_job_are_refused(ask, made, side, frame):
    with pytest.raises(RangeOutside):
        ask("picture", made(grey(1, 2, 3), source=SAMPLE), side=side, frame=frame)


def test_frames_outside_a_clip_are_refused(ask):
    with pytest.raises(RangeOutside):
        ask("picture", clip(SAMPLE), side="before", frame=132)


def test_a_clip_that_was_not_lifted_has_no_after(ask):
    with pytest.raises(RequestError, match="not been lifted"):
        ask("picture", clip(SAMPLE), side="after")
    assert SubjectFacts.model_validate_json(ask("subject", clip(SAMPLE))).sides == ("before",)


def test_a_result_can_be_seen_without_its_source(ask, made):
    seen = made(grey(0.5))
    assert SubjectFacts.model_validate_json(ask("subject", seen)).sides == ("after",)
    assert shade(ask("picture", seen)) == code(0.5)
    with pytest.raises(MediaMissing):
        ask("picture", seen, side="before")


def test_a_source_that_was_cut_shorter_is_no_before(ask, made, tmp_path):
    source = write_numbered(tmp_path / "clip.mov", 5)
    seen = made(grey(1, 2, 3, size=(64, 96)), source=source, first=4)
    assert SubjectFacts.model_validate_json(ask("subject", seen)).sides == ("after",)
    with pytest.raises(RangeOutside):
        ask("picture", seen, side="before", frame=2)


# Files that change


def later(path: Path) -> None:
    """As if it had been written a second from now."""
    moment = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(moment, moment))


def test_a_result_that_was_made_anew_is_read_anew(ask, made, tmp_path):
    seen = made(grey(0.25))
    assert shade(ask("picture", seen)) == code(0.25)
    other = write_result(tmp_path / "other", grey(0.75))
    shutil.copy(frame_file(other), frame_file(seen.result))
    later(frame_file(seen.result))
    assert shade(ask("picture", seen)) == code(0.75)


def test_a_movie_that_was_exported_anew_is_read_anew(ask, tmp_path):
    path = tmp_path / "clip.mkv"
    for level, frames in ((0.2, 3), (0.8, 5)):
        picture = yuv_frame(np.full((3, 48, 64), level), "yuv420p")
        write_movie(path, [picture] * frames)
        later(path)
        report = ClipReport.model_validate_json(ask("clip", path=str(path)))
        assert report.frames == frames
        assert abs(shade(ask("picture", clip(path), side="before", frame=2)) - level * 255) <= 1


def test_a_sequence_that_changes_is_read_anew(ask, tmp_path):
    pattern = tmp_path / "stills" / "shot.%04d.png"
    pattern.parent.mkdir()
    for number in (1, 2):
        write_png(pattern.parent / f"shot.{number:04d}.png", np.full((3, 24, 32), 40, np.uint8))
    assert shade(ask("picture", clip(pattern), side="before", frame=1)) == through_srgb(40)
    changed = write_png(pattern.parent / "shot.0002.png", np.full((3, 24, 32), 90, np.uint8))
    later(changed)
    assert shade(ask("picture", clip(pattern), side="before", frame=1)) == through_srgb(90)
    write_png(pattern.parent / "shot.0003.png", np.full((3, 24, 32), 120, np.uint8))
    later(pattern.parent)
    assert ClipReport.model_validate_json(ask("clip", path=str(pattern))).frames == 3
    assert shade(ask("picture", clip(pattern), side="before", frame=2)) == through_srgb(120)


def test_a_frame_that_is_gone_is_not_shown_from_memory(ask, made):
    seen = made(grey(0.25, 0.5))
    ask("picture", seen)
    frame_file(seen.result).unlink()
    with pytest.raises(OutputVanished, match=r"shot_hdr_v001.00001001.exr is not in"):
        ask("picture", seen)
    assert shade(ask("picture", seen, frame=1)) == code(0.5)
    shutil.rmtree(seen.result.directory)
    for what, more in (("picture", {"frame": 1}), ("pixel", {"x": 0, "y": 0}), ("scopes", {}), ("subject", {})):
        with pytest.raises(OutputVanished, match="is gone, or its drive"):
            ask(what, seen, **more)


# Files that are not what they should be


def damaged(seen, how: str) -> None:
    path = frame_file(seen.result)
    whole = path.read_bytes()
    path.unlink()
    half = {name: np.zeros((24, 32), np.float16) for name in "RGB"}
    match how:
        case "garbage":
            path.write_bytes(os.urandom(4000))
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "header only":
            path.write_bytes(whole[:60])
        case "empty":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "endless":
            path.symlink_to("/dev/zero")
        case "another size":
            write_exr(path, {name: np.zeros((8, 8), np.float16) for name in "RGB"})
        case "huge":
            window = (np.zeros(2, np.int32), np.full(2, 99_999, np.int32))
            path.write_bytes(with_window(whole, *window))
        case "float":
            write_exr(path, {name: plane.astype(np.float32) for name, plane in half.items()})
        case "whole numbers":
            write_exr(path, {name: plane.astype(np.uint32) for name, plane in half.items()})
        case "more channels":
            write_exr(path, {**half, "A": half["R"]})
        case "no colour":
            write_exr(path, {"Y": half["R"]})


def with_window(file: bytes, low, high) -> bytes:
    """An OpenEXR file whose data window is said to be another."""
    at = file.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    return file[:at] + low.astype("<i4").tobytes() + high.astype("<i4").tobytes() + file[at + 16 :]


@pytest.mark.parametrize(
    "how",
    [
        "garbage",
        "cut",
        "header only",
        "empty",
        "folder",
        "pipe",
        "endless",
        "another size",
        "huge",
        "float",
        "whole numbers",
        "more channels",
        "no colour",
    ],
)
def test_a_damaged_frame_is_told(ask, made, how):
    seen = made(grey(0.25, 0.5))
    damaged(seen, how)
    with pytest.raises((MediaUnreadable, MediaEmpty)):
        ask("picture", seen)
    with pytest.raises((MediaUnreadable, MediaEmpty)):
        ask("subject", seen)
    assert shade(ask("picture", seen, frame=1)) == code(0.5)


def test_no_flipped_bits_are_more_than_an_error(ask, made):
    random = np.random.default_rng(11)
    noise = random.uniform(0, 4, (24, 32, 3)).astype(np.float16)
    seen = made([noise])
    path, whole = frame_file(seen.result), np.frombuffer(frame_file(seen.result).read_bytes(), np.uint8)
    outcomes = set()
    for turn in range(150):
        broken = whole.copy()
        places = random.integers(0, len(whole) if turn % 2 else 700, 3)
        broken[places] = random.integers(0, 256, 3)
        path.write_bytes(broken.tobytes())
        os.utime(path, ns=(turn + 1, turn + 1))
        try:
            assert picture_of(ask("picture", seen)).shape == (24, 32, 3)
            outcomes.add("shown")
        except SuperwhiteError as error:
            outcomes.add(error.kind())
    assert outcomes == {"shown", "MediaUnreadable"}


@pytest.mark.parametrize(
    "path", ["/dev/zero", "/dev/null", "/proc", "/", "/proc/self/mem", "/nowhere.mov", "/a\0b.mov"]
)
def test_a_clip_that_is_none_is_told_in_its_report(ask, path):
    report = ClipReport.model_validate_json(ask("clip", path=path))
    assert report.error
    assert report.error.kind.startswith("Media")
    assert (report.width, report.frames, report.rate) == (0, 0, None)
    with pytest.raises(SuperwhiteError):
        ask("picture", clip(Path(path)), side="before")


# Reports


def test_a_report_says_what_is_known(ask):
    report = ClipReport.model_validate_json(ask("clip", path=str(SAMPLE)))
    assert (report.width, report.height, report.rate, report.frames) == (1280, 720, Fraction(25), 132)
    assert (report.start, report.end, report.codec, report.error) == (0, 132, "h264", None)


def cut(start: int, end: int) -> TimelineClip:
    return TimelineClip(
        id="V1/1",
        name="clip",
        track=1,
        track_name="V1",
        media=Path("/clip.mov"),
        rate=Fraction(25),
        record_start=0,
        record_end=end - start,
        source_rate=Fraction(25),
        source_start=start,
        source_end=end,
        media_start_known=True,
        liftable=True,
    )


def test_a_report_of_a_cut_says_what_a_lift_would_make(ask, tmp_path):
    path = write_numbered(tmp_path / "clip.mov", 30, metadata={"timecode": "00:00:40:00"})
    inside = cut(10, 20).model_dump(mode="json")
    report = ClipReport.model_validate_json(ask("clip", path=str(path), cut=inside, handles=4))
    assert (report.start, report.end, report.frames, report.first_number) == (6, 24, 30, 1000)
    assert report.timecode == "00:00:40:06"
    outside = cut(25, 40).model_dump(mode="json")
    report = ClipReport.model_validate_json(ask("clip", path=str(path), cut=outside))
    assert report.error
    assert report.error.kind == "RangeOutside"
    assert (report.width, report.frames) == (96, 30)


def test_many_clips_are_looked_at_with_few_files_open(tmp_path):
    gallery = Gallery()
    paths = [write_numbered(tmp_path / f"clip{n}.mkv", 2) for n in range(12)]
    for path in paths * 2:
        gallery.light(clip(path), "before", 1)
    held = [file.path for file in psutil.Process().open_files()]
    assert 1 <= sum(name.startswith(str(tmp_path)) for name in held) <= 4
