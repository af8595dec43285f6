"""Exact frames out of every container: each frame bears its own number, so a wrong one shows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bridge.domain.errors import RangeOutside
from bridge.domain.frames import FrameRange
from bridge.media.clip import open_clip
from tests.clips import OPEN_GOP_264, number_of, numbered_frames, write_movie, write_numbered, yuv_frame

TOTAL = 40
MPEG2 = {"bf": "2", "g": "12", "qscale": "2"}

FORMATS: dict[str, dict[str, Any]] = {
    "open264.mp4": {"options": OPEN_GOP_264},
    "open264.mov": {"options": OPEN_GOP_264},
    "open264.mkv": {"options": OPEN_GOP_264},
    "open264.ts": {"options": OPEN_GOP_264},
    "open264.avi": {"options": OPEN_GOP_264},
    "open264.h264": {"options": OPEN_GOP_264},
    "fragmented.mp4": {"options": OPEN_GOP_264, "container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "open265.mp4": {"codec": "libx265"},
    "open265.ts": {"codec": "libx265"},
    "open265.mkv": {"codec": "libx265"},
    "open265.hevc": {"codec": "libx265"},
    "mpeg4.avi": {"codec": "mpeg4", "options": {"bf": "2", "qscale": "2"}},
    "mpeg4.mp4": {"codec": "mpeg4", "options": {"bf": "2", "qscale": "2"}},
    "mpeg2.mpg": {"codec": "mpeg2video", "options": MPEG2},
    "mpeg2.ts": {"codec": "mpeg2video", "options": MPEG2},
    "mpeg2.mxf": {"codec": "mpeg2video", "options": MPEG2},
    "mpeg2.m2v": {"codec": "mpeg2video", "options": MPEG2},
    "ffv1.mkv": {"codec": "ffv1"},
    "ffv1.avi": {"codec": "ffv1"},
    "prores.mov": {"codec": "prores_ks", "pixel_format": "yuv422p10le"},
    "vp9.webm": {"codec": "libvpx-vp9", "options": {"lossless": "1", "deadline": "realtime", "cpu-used": "8"}},
    "hidden.webm": {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "16", "b": "2M", "g": "20"}},
    "bottomup.avi": {"codec": "rawvideo", "pixel_format": "gbrp", "options": {}},
    "late.mp4": {"options": OPEN_GOP_264, "times": range(250, 250 + TOTAL)},
    "late.mkv": {"options": OPEN_GOP_264, "times": range(250, 250 + TOTAL)},
    "late.ts": {"options": OPEN_GOP_264, "times": range(250, 250 + TOTAL)},
    "interlaced.ts": {"options": {"crf": "6", "preset": "veryfast", "x264-params": "tff=1:keyint=12"}},
}


@pytest.fixture(scope="module", params=FORMATS)
def clip_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ranges") / request.param
    how = dict(FORMATS[request.param])
    if how.get("codec") == "rawvideo":
        # AVI stores packed RGB from the bottom line up.
        how.pop("pixel_format")
        frames = (frame.reformat(format="bgr24") for frame in numbered_frames(TOTAL, "gbrp"))
        return write_movie(path, frames, **how)
    return write_numbered(path, TOTAL, **how)


def numbers(path: Path, wanted: FrameRange) -> list[tuple[int, int]]:
    with open_clip(path, threads=2) as clip:
        return [(frame.index, number_of(frame)) for frame in clip.frames(wanted)]


def test_every_frame_in_order(clip_path: Path) -> None:
    with open_clip(clip_path, threads=2) as clip:
        assert clip.facts.frames == TOTAL
        assert clip.facts.rate == Fraction(25)
        assert not clip.facts.variable_rate
        assert [(frame.index, number_of(frame)) for frame in clip.frames(clip.facts.range)] == [
            (number, number) for number in range(TOTAL)
        ]


def test_every_start(clip_path: Path) -> None:
    with open_clip(clip_path, threads=2) as clip:
        for start in range(TOTAL):
            end = min(TOTAL, start + 3)
            found = [(frame.index, number_of(frame)) for frame in clip.frames(FrameRange(start, end))]
            assert found == [(number, number) for number in range(start, end)]


def test_sample_is_what_frames_are(clip_path: Path) -> None:
    with open_clip(clip_path, threads=2) as clip:
        for wanted, count in ((clip.facts.range, 6), (FrameRange(3, 37), 2), (FrameRange(5, 9), 30)):
            found = [(frame.index, number_of(frame)) for frame in clip.sample(wanted, count)]
            assert len(found) == min(count, len(wanted))
            assert all(index == number and index in wanted for index, number in found)
            assert found == sorted(found)


def test_every_range_of_open_groups(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "open.mp4", 30, options=OPEN_GOP_264)
    with av.open(str(path)) as container:
        packets = [(packet.is_keyframe, packet.pts) for packet in container.demux(video=0) if packet.pts is not None]
    second_key = [number for number, (key, _) in enumerate(packets) if key][1]
    assert packets[second_key + 1][1] < packets[second_key][1], "the clip must have frames that lead a key frame"
    with open_clip(path, threads=1) as clip:
        for start in range(30):
            for end in range(start, 31):
                found = [number_of(frame) for frame in clip.frames(FrameRange(start, end))]
                assert found == list(range(start, end))


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("refresh.mp4", "libx264", {"crf": "20", "x264-params": "intra-refresh=1:keyint=12:bframes=0"}),
        ("refresh.ts", "libx264", {"crf": "20", "x264-params": "intra-refresh=1:keyint=12"}),
        ("open.mp4", "libx264", {**OPEN_GOP_264, "crf": "24"}),
        ("open.ts", "libx265", {"x265-params": "open-gop=1:keyint=12:bframes=4:b-adapt=0:crf=24:log-level=none"}),
        ("predicted.webm", "libvpx-vp9", {"b": "300k", "g": "12", "deadline": "realtime", "cpu-used": "8"}),
    ],
)
def test_a_seek_gives_the_very_pixels(tmp_path: Path, name: str, codec: str, options: dict[str, str]) -> None:
    """Noise that every codec must predict: a frame decoded from a doubtful entry point would differ."""
    random = np.random.default_rng(0)
    frames = (yuv_frame(random.random((3, 48, 80)) * 0.4 + number / 100, "yuv420p") for number in range(36))
    path = write_movie(tmp_path / name, frames, codec=codec, options=options)
    with open_clip(path, threads=2) as clip:
        whole = [frame.codes.copy() for frame in clip.frames(clip.facts.range)]
        assert len(whole) == 36
        for start in range(36):
            (frame,) = clip.frames(FrameRange(start, start + 1))
            assert (frame.codes == whole[start]).all()


def test_cut_broadcast_starts_at_its_first_whole_frame(tmp_path: Path) -> None:
    for codec, options in (("libx264", OPEN_GOP_264), ("libx265", None), ("mpeg2video", MPEG2)):
        whole = write_numbered(tmp_path / f"{codec}.ts", TOTAL, codec=codec, options=options).read_bytes()
        cut = tmp_path / f"{codec}_cut.ts"
        cut.write_bytes(whole[len(whole) // 3 // 188 * 188 :])
        with open_clip(cut, threads=2) as clip:
            found = [number_of(frame) for frame in clip.frames(clip.facts.range)]
            assert found == list(range(found[0], TOTAL))
            assert 0 < found[0] <= 24
            for start in range(clip.facts.frames):
                (frame,) = clip.frames(FrameRange(start, start + 1))
                assert number_of(frame) == found[start]


def test_edit_list_hides_leading_frames(tmp_path: Path) -> None:
    for name, how in (("edit.mp4", {"options": OPEN_GOP_264}), ("edit.mov", FORMATS["prores.mov"])):
        path = write_numbered(
            tmp_path / name,
            20,
            times=range(-5, 15),
            container_options={"avoid_negative_ts": "disabled"},
            **how,
        )
        with open_clip(path) as clip:
            assert clip.facts.frames == 15
            assert [number_of(frame) for frame in clip.frames(clip.facts.range)] == list(range(5, 20))
            assert [number_of(frame) for frame in clip.frames(FrameRange(3, 5))] == [8, 9]


def test_two_iterations_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "shot.mp4", 20, options=OPEN_GOP_264)
    with open_clip(path) as clip:
        pairs = zip(clip.frames(FrameRange(0, 8)), clip.frames(FrameRange(10, 18)), strict=True)
        assert [(number_of(one), number_of(other)) for one, other in pairs] == [(i, i + 10) for i in range(8)]


def test_close_ends_an_iteration(tmp_path: Path) -> None:
    clip = open_clip(write_numbered(tmp_path / "shot.mp4", 10))
    frames = clip.frames(clip.facts.range)
    next(frames)
    clip.close()
    assert list(frames) == []


def test_range_outside_names_the_clip_s_range(tmp_path: Path) -> None:
    with open_clip(write_numbered(tmp_path / "shot.mp4", 10)) as clip:
        for wanted in (FrameRange(0, 11), FrameRange(10, 11), FrameRange(-1, 4)):
            with pytest.raises(RangeOutside, match="0-10"):
                clip.frames(wanted)
            with pytest.raises(RangeOutside, match="0-10"):
                clip.sample(wanted, 2)
        assert list(clip.frames(FrameRange(10, 10))) == []


def test_sample_spreads_evenly(tmp_path: Path) -> None:
    with open_clip(write_numbered(tmp_path / "shot.mp4", 40)) as clip:
        assert [frame.index for frame in clip.sample(clip.facts.range, 4)] == [5, 15, 25, 35]
        assert [frame.index for frame in clip.sample(FrameRange(10, 20), 3)] == [11, 15, 18]
        assert [frame.index for frame in clip.sample(FrameRange(10, 12), 3)] == [10, 11]


def test_codes_are_contiguous_planes(tmp_path: Path) -> None:
    for pixel_format, bits, kind in (("yuv420p", 8, "uint8"), ("yuv420p10le", 10, "uint16")):
        with open_clip(write_numbered(tmp_path / f"{bits}.mkv", 1, codec="ffv1", pixel_format=pixel_format)) as clip:
            (frame,) = clip.frames(clip.facts.range)
            assert (frame.bits, frame.codes.dtype.name, frame.codes.shape) == (bits, kind, (3, 64, 96))
            assert frame.codes.flags.c_contiguous
            assert clip.facts.bits == bits


def test_big_buck_bunny() -> None:
    path = Path(__file__).parents[2] / "data" / "bigbuckbunny.mp4"
    with open_clip(path) as clip:
        facts = clip.facts
        assert (facts.frames, facts.width, facts.height, facts.rate) == (132, 1280, 720, Fraction(25))
        assert (facts.bits, facts.pixel_format, facts.codec, facts.has_audio) == (8, "yuv420p", "h264", True)
        assert (facts.color.matrix, facts.color.transfer, facts.color.full_range) == ("bt709", "bt1886", False)
        assert "matrix" in facts.color.assumed
        middle = list(clip.frames(FrameRange(60, 64)))
        whole = {frame.index: frame.codes for frame in clip.frames(FrameRange(55, 65))}
        assert [frame.index for frame in middle] == [60, 61, 62, 63]
        assert all((frame.codes == whole[frame.index]).all() for frame in middle)
