"""Image sequences: names, holes, formats and headers."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bridge.domain.color import Primaries
from bridge.domain.errors import (
    FramesMissing,
    MediaEmpty,
    MediaMissing,
    MediaUnreadable,
    RangeOutside,
    SourceNotSdr,
)
from bridge.domain.frames import FrameRange
from bridge.media.clip import open_clip
from tests.clips import (
    frame_of_planes,
    number_of,
    rgb_frame,
    write_exr,
    write_numbered_pngs,
    write_png,
    write_still,
    yuv_frame,
)


def read_numbers(path: Path, **how: Any) -> list[int]:
    with open_clip(path, **how) as clip:
        return [number_of(frame) for frame in clip.frames(clip.facts.range)]


@pytest.mark.parametrize(
    "name", ["shot.1003.png", "shot.%04d.png", "shot.####.png", "shot.[1001-1008].png", "shot.%d.png", "shot.#.png"]
)
def test_every_way_to_name_a_sequence(tmp_path: Path, name: str) -> None:
    write_numbered_pngs(tmp_path / "shot.%04d.png", range(1001, 1009))
    write_numbered_pngs(tmp_path / "other.%04d.png", range(1, 4))
    with open_clip(tmp_path / name) as clip:
        assert (clip.facts.kind, clip.facts.frames, clip.facts.first_number) == ("sequence", 8, 1001)
        assert (clip.facts.width, clip.facts.height, clip.facts.bits) == (96, 64, 8)
        found = [(frame.index, number_of(frame)) for frame in clip.frames(FrameRange(2, 5))]
        assert found == [(2, 1003), (3, 1004), (4, 1005)]
        again = clip.facts.path
    assert read_numbers(again) == list(range(1001, 1009))


def test_folder_with_one_sequence(tmp_path: Path) -> None:
    folder = tmp_path / "plates"
    folder.mkdir()
    with pytest.raises(MediaUnreadable, match="no image sequences"):
        open_clip(folder)
    write_numbered_pngs(folder / "a_%03d.png", range(8, 12))
    (folder / "notes.txt").write_text("")
    (folder / "._a_008.png").write_bytes(b"left by another system")
    assert read_numbers(folder) == [8, 9, 10, 11]
    write_numbered_pngs(folder / "b_%03d.png", range(1, 3))
    with pytest.raises(MediaUnreadable, match="2 image sequences") as caught:
        open_clip(folder)
    assert "Name" in caught.value.remedy


def test_bracket_bounds_the_clip(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "shot.%04d.png", range(1, 11))
    assert read_numbers(tmp_path / "shot.[0003-0006].png") == [3, 4, 5, 6]
    with open_clip(tmp_path / "shot.[0008-0012].png") as clip:
        assert clip.facts.frames == 5
        with pytest.raises(FramesMissing, match="11-12"):
            clip.frames(clip.facts.range)
        assert [number_of(frame) for frame in clip.frames(FrameRange(0, 3))] == [8, 9, 10]
    with pytest.raises(MediaMissing):
        open_clip(tmp_path / "shot.[0006-0003].png")
    with pytest.raises(MediaMissing):
        open_clip(tmp_path / "shot.[0020-0030].png")


def test_padding_tells_sequences_apart(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "p.%02d.png", [98, 99, 100, 101])
    write_numbered_pngs(tmp_path / "p.%04d.png", [98, 99, 100, 101, 102])
    assert read_numbers(tmp_path / "p.98.png") == [98, 99, 100, 101]
    assert read_numbers(tmp_path / "p.0099.png") == [98, 99, 100, 101, 102]
    write_numbered_pngs(tmp_path / "q.%d.png", range(8, 13))
    assert read_numbers(tmp_path / "q.10.png") == [8, 9, 10, 11, 12]
    assert read_numbers(tmp_path / "q.8.png") == [8, 9, 10, 11, 12]
    write_numbered_pngs(tmp_path / "r.%04d.png", [999, 1000, 1001])
    assert read_numbers(tmp_path / "r.1001.png") == [999, 1000, 1001]
    assert read_numbers(tmp_path / "r.0999.png") == [999, 1000, 1001]
    write_numbered_pngs(tmp_path / "v002.%02d.png", range(1, 4))
    assert read_numbers(tmp_path / "v002.02.png") == [1, 2, 3]
    write_numbered_pngs(tmp_path / "%d.png", range(41, 44))
    assert read_numbers(tmp_path / "42.png") == [41, 42, 43]


def test_percent_signs_in_names(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "100%%.%04d.png", range(1, 4))
    assert (tmp_path / "100%.0001.png").exists()
    with open_clip(tmp_path / "100%.0002.png") as clip:
        assert clip.facts.frames == 3
    assert read_numbers(clip.facts.path) == [1, 2, 3]


def test_one_still(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "%d.png", [7])
    (tmp_path / "7.png").rename(tmp_path / "50% grey.png")
    with open_clip(tmp_path / "50% grey.png") as clip:
        assert (clip.facts.frames, clip.facts.first_number, clip.facts.kind) == (1, 0, "sequence")
        assert clip.facts.path == tmp_path / "50% grey.png"
        assert [number_of(frame) for frame in clip.frames(clip.facts.range)] == [7]


def test_holes(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%04d.png", [1, 2, 3, 6, 7, 9, 10])
    with open_clip(tmp_path / "s.0001.png") as clip:
        assert clip.facts.frames == 10
        assert [number_of(frame) for frame in clip.frames(FrameRange(0, 3))] == [1, 2, 3]
        assert [number_of(frame) for frame in clip.frames(FrameRange(8, 10))] == [9, 10]
        with pytest.raises(FramesMissing, match=r"3 frames: 4-5, 8\."):
            clip.frames(clip.facts.range)
        with pytest.raises(FramesMissing, match=r"lacks frame: 8\."):
            clip.frames(FrameRange(6, 8))
        with pytest.raises(FramesMissing):
            clip.sample(clip.facts.range, 2)
        with pytest.raises(RangeOutside, match="0-10"):
            clip.frames(FrameRange(0, 11))


def test_a_hole_as_wide_as_the_sea_is_named_at_once(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%d.png", [1, 999_999_999_999])
    with (
        open_clip(tmp_path / "s.1.png") as clip,
        pytest.raises(FramesMissing, match=r"999999999997 frames: 2-999999999998\."),
    ):
        clip.frames(clip.facts.range)


def test_sample(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%04d.png", range(20))
    with open_clip(tmp_path / "s.0000.png", threads=2) as clip:
        assert [(frame.index, number_of(frame)) for frame in clip.sample(clip.facts.range, 4)] == [
            (2, 2),
            (7, 7),
            (12, 12),
            (17, 17),
        ]
        iteration = clip.frames(clip.facts.range)
        next(iteration)
    assert list(iteration) == []


def test_rate(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%04d.png", range(3))
    with open_clip(tmp_path / "s.0000.png") as clip:
        assert clip.facts.rate == 24
        assert any("24 frames per second" in warning for warning in clip.facts.warnings)
    with open_clip(tmp_path / "s.0000.png", rate=Fraction(30000, 1001)) as clip:
        assert clip.facts.rate == Fraction(30000, 1001)
        assert clip.facts.warnings == ()


def test_frames_of_another_size(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%04d.png", range(1, 4))
    write_png(tmp_path / "s.0002.png", np.zeros((3, 8, 8), np.uint8))
    with open_clip(tmp_path / "s.0001.png") as clip, pytest.raises(MediaUnreadable, match=r"s\.0002\.png.*8 x 8"):
        list(clip.frames(clip.facts.range))


def test_damaged_and_empty_frames_are_named(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%04d.png", range(1, 6))
    whole = (tmp_path / "s.0003.png").read_bytes()
    for data, error in ((b"", MediaEmpty), (whole[: len(whole) // 2], MediaUnreadable), (b"x" * 99, MediaUnreadable)):
        (tmp_path / "s.0003.png").write_bytes(data)
        with open_clip(tmp_path / "s.0001.png") as clip:
            frames = clip.frames(clip.facts.range)
            assert [number_of(next(frames)), number_of(next(frames))] == [1, 2]
            with pytest.raises(error, match=r"s\.0003\.png"):
                next(frames)


PNG_FORMATS = [
    ("rgb24", 8),
    ("rgba", 8),
    ("rgb48be", 16),
    ("rgba64be", 16),
    ("gray", 8),
    ("gray16be", 16),
    ("pal8", 8),
]


@pytest.mark.parametrize(("pixel_format", "bits"), PNG_FORMATS)
def test_png(tmp_path: Path, pixel_format: str, bits: int) -> None:
    random = np.random.default_rng(2)
    top = 2**bits
    kind = np.uint16 if bits == 16 else np.uint8
    if pixel_format.startswith("gray"):
        grey = random.integers(0, top, (9, 13))
        frame, codes = frame_of_planes([grey], pixel_format, 13, 9), np.stack([grey] * 3)
    elif pixel_format == "pal8":
        colors = random.integers(0, 256, (256, 3))
        indices = random.integers(0, 256, (9, 13))
        frame = av.VideoFrame(13, 9, "pal8")
        lines = np.zeros((9, frame.planes[0].line_size), np.uint8)
        lines[:, :13] = indices
        frame.planes[0].update(lines.tobytes())
        argb = 0xFF000000 + colors[:, 0] * 65536 + colors[:, 1] * 256 + colors[:, 2]
        frame.planes[1].update(argb.astype("<u4").tobytes())
        codes = colors[indices].transpose(2, 0, 1)
    else:
        packed = random.integers(0, top, (9, 13, 4 if "a" in pixel_format else 3)).astype(kind)
        frame, codes = av.VideoFrame.from_ndarray(packed, pixel_format), packed[..., :3].transpose(2, 0, 1)
    with open_clip(write_still(tmp_path / "still.png", frame, "png")) as clip:
        (found,) = clip.frames(clip.facts.range)
        assert (clip.facts.bits, clip.facts.color.transfer, clip.facts.color.full_range) == (bits, "srgb", True)
        assert clip.facts.color.primaries is Primaries.REC709
        assert (found.codes == codes).all()


@pytest.mark.parametrize(("pixel_format", "bits"), [("rgb24", 8), ("rgb48le", 16)])
def test_tiff(tmp_path: Path, pixel_format: str, bits: int) -> None:
    kind = np.uint16 if bits == 16 else np.uint8
    packed = np.random.default_rng(2).integers(0, 2**bits, (9, 13, 3)).astype(kind)
    path = write_still(tmp_path / "scan.0001.tif", av.VideoFrame.from_ndarray(packed, pixel_format), "tiff")
    with open_clip(path) as clip:
        (found,) = clip.frames(clip.facts.range)
        assert (clip.facts.bits, clip.facts.color.transfer, clip.facts.first_number) == (bits, "srgb", 1)
        assert (found.codes == packed.transpose(2, 0, 1)).all()


def test_jpeg_is_bt601_and_full_range_at_any_size(tmp_path: Path) -> None:
    for height in (64, 768):
        rgb = np.empty((3, height, 96))
        rgb[:] = np.reshape([200, 40, 40], (3, 1, 1)) / 255
        frame = yuv_frame(rgb, "yuvj420p", "bt601", full_range=True)
        path = write_still(tmp_path / f"{height} lines.jpg", frame, "mjpeg", color_range=2)
        with open_clip(path) as clip:
            (found,) = clip.frames(clip.facts.range)
            assert (clip.facts.color.matrix, clip.facts.color.transfer) == ("bt601", "srgb")
            assert clip.facts.color.primaries is Primaries.REC709
        assert np.abs(found.codes[:, height // 2, 40] - np.array([200, 40, 40])).max() <= 3


@pytest.mark.parametrize(
    ("orientation", "turn", "corners"), [(1, 0, "RGBK"), (3, 180, "KBGR"), (6, 90, "BRKG"), (8, 270, "GKRB")]
)
def test_exif_orientation(tmp_path: Path, orientation: int, turn: int, corners: str) -> None:
    """EXIF 2.32, tag 0x0112: 6 is a photograph that has to be turned clockwise."""
    rgb = np.zeros((3, 32, 48))
    rgb[0, :16, :24], rgb[1, :16, 24:], rgb[2, 16:, :24] = 1, 1, 1
    path = write_still(tmp_path / "a.jpg", yuv_frame(rgb, "yuvj444p", "bt601", True), "mjpeg", color_range=2)
    tag = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    segment = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + tag + bytes(4)
    whole = path.read_bytes()
    path.write_bytes(whole[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + whole[2:])
    with open_clip(path) as clip:
        assert clip.facts.rotation == turn
        (frame,) = clip.frames(clip.facts.range)
    seen = ""
    for row in (2, -3):
        for column in (2, -3):
            corner = frame.codes[:, row, column]
            seen += "RGB"[int(corner.argmax())] if corner.max() > 128 else "K"
    assert seen == corners


def patch(path: Path, offset: int, data: bytes) -> Path:
    whole = bytearray(path.read_bytes())
    whole[offset : offset + len(data)] = data
    path.write_bytes(whole)
    return path


def with_full_header(path: Path) -> Path:
    """A DPX file of FFmpeg's, whose picture follows the image headers, given the film and television headers too.

    Their frame rates are undefined, all bits set; the transfer characteristic is ITU-R 709 (SMPTE ST 268-1).
    """
    whole = path.read_bytes()
    order = ">" if whole.startswith(b"SDPX") else "<"
    start = struct.unpack_from(f"{order}I", whole, 4)[0]
    path.write_bytes(whole[:start] + bytes(2048 - start) + whole[start:])
    patch(path, 4, struct.pack(f"{order}I", 2048))
    patch(path, 801, b"\x06\x06")
    return patch(patch(path, 1724, b"\xff" * 4), 1940, b"\xff" * 4)


@pytest.mark.parametrize(
    ("pixel_format", "depth", "bits"),
    [("gbrp10be", 10, 10), ("gbrp12be", 12, 16), ("rgb48be", 16, 16), ("rgb24", 8, 8)],
)
def test_dpx(tmp_path: Path, pixel_format: str, depth: int, bits: int) -> None:
    codes = np.random.default_rng(2).integers(0, 2**depth, (3, 10, 16))
    if pixel_format.startswith("gb"):
        frame = rgb_frame(codes, pixel_format)
    else:
        kind = np.uint16 if depth == 16 else np.uint8
        packed = np.ascontiguousarray(codes.transpose(1, 2, 0).astype(kind))
        frame = av.VideoFrame.from_ndarray(packed, pixel_format)
    path = write_still(tmp_path / "scan.00086400.dpx", frame, "dpx")
    for _ in range(2):
        with open_clip(path) as clip:
            (found,) = clip.frames(clip.facts.range)
            facts = clip.facts
        assert (facts.bits, facts.first_number, facts.color.transfer, facts.rate) == (bits, 86400, "bt1886", 24)
        assert (found.codes == np.rint(codes / (2**depth - 1) * (2**bits - 1))).all()
        with_full_header(path)


def test_dpx_header(tmp_path: Path) -> None:
    path = write_still(tmp_path / "s.0001.dpx", rgb_frame(np.zeros((3, 8, 8), int), "gbrp10be"), "dpx")
    with_full_header(path)
    for offset in (1724, 1940):
        for rate, exact in ((23.976, Fraction(24000, 1001)), (25.0, Fraction(25)), (29.97, Fraction(30000, 1001))):
            patch(patch(path, 1724, b"\xff" * 4), 1940, b"\xff" * 4)
            patch(path, offset, struct.pack(">f", rate))
            assert open_clip(path).facts.rate == exact
            assert open_clip(path, rate=Fraction(50)).facts.rate == 50
    for transfer, words in ((1, "printing density"), (3, "logarithmic")):
        patch(path, 801, bytes([transfer]))
        with pytest.raises(SourceNotSdr, match=words):
            open_clip(path)


def test_hdr_stills_are_refused(tmp_path: Path) -> None:
    frame = av.VideoFrame.from_ndarray(np.zeros((8, 8, 3), np.uint16), "rgb48be")
    path = write_still(tmp_path / "pq.png", frame, "png", color_primaries=9, color_trc=16)
    with pytest.raises(SourceNotSdr, match="PQ"):
        open_clip(path)


def test_suffix_that_lies(tmp_path: Path) -> None:
    write_numbered_pngs(tmp_path / "s.%d.png", [5])
    (tmp_path / "s.5.png").rename(tmp_path / "s.5.tif")
    assert read_numbers(tmp_path / "s.5.tif") == [5]
    write_exr(tmp_path / "e.exr", {name: np.zeros((4, 4), np.float16) for name in "RGB"})
    (tmp_path / "e.exr").rename(tmp_path / "e.png")
    with open_clip(tmp_path / "e.png") as clip:
        assert clip.facts.codec == "exr"
