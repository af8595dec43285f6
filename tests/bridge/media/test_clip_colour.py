"""Codes against the equations of H.273 in float64, and what tags mean."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from bridge.domain.color import Primaries
from bridge.domain.errors import MediaUnreadable, SourceNotSdr
from bridge.media.clip import open_clip
from bridge.media.frame import CodeFrame
from tests.clips import (
    LUMA_WEIGHTS,
    MATRIX_CODES,
    frame_of_planes,
    numbered_frames,
    rgb_frame,
    write_movie,
    write_numbered,
    write_png,
    ycbcr_planes,
    yuv_frame,
)

PATCH = 16
LIMITED, FULL = 1, 2


def patches(seed: int = 7) -> NDArray[np.float64]:
    """R'G'B' (3, 64, 96) of flat 16 x 16 patches: black, white, grey, the primaries and random colours."""
    random = np.random.default_rng(seed)
    small = random.random((3, 4, 6))
    small[:, 0, :5] = np.transpose([(0, 0, 0), (1, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0), (0, 0, 1)])
    return np.kron(small, np.ones((PATCH, PATCH)))


def patch_middles(frame: CodeFrame) -> NDArray[np.float64]:
    return frame.codes[:, PATCH // 2 :: PATCH, PATCH // 2 :: PATCH].astype(np.float64)


def read_one(path: Path) -> CodeFrame:
    with open_clip(path) as clip:
        (frame,) = clip.frames(clip.facts.range)
        return frame


def rgb_of_ycbcr(planes: list[NDArray[np.float64]], matrix: str, bits: int, full_range: bool) -> NDArray[np.float64]:
    """R'G'B' of quantised Y', Cb, Cr: the inverse equations of H.273, in float64."""
    kr, kb = LUMA_WEIGHTS[matrix]
    top, unit = 2**bits - 1, 2 ** (bits - 8)
    y, cb, cr = planes
    if full_range:
        y, cb, cr = y / top, (cb - 128 * unit) / top, (cr - 128 * unit) / top
    else:
        y, cb, cr = (y / unit - 16) / 219, (cb / unit - 128) / 224, (cr / unit - 128) / 224
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.clip(np.stack([red, green, blue]), 0, 1)


@pytest.mark.parametrize("full_range", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("matrix", LUMA_WEIGHTS)
@pytest.mark.parametrize("sampling", ["420", "422", "444"])
@pytest.mark.parametrize(("depth", "bits"), [("", 8), ("9le", 10), ("10le", 10), ("12le", 16), ("16le", 16)])
def test_ycbcr_within_half_a_code(
    tmp_path: Path, sampling: str, depth: str, bits: int, matrix: str, full_range: bool
) -> None:
    name = f"yuv{sampling}p{depth}"
    rgb = patches()
    path = write_movie(
        tmp_path / "patches.mkv",
        [yuv_frame(rgb, name, matrix, full_range)],
        codec="ffv1",
        tags={"colorspace": MATRIX_CODES[matrix], "color_range": FULL if full_range else LIMITED},
    )
    frame = read_one(path)
    source_bits = int(depth.removesuffix("le") or 8)
    exact = rgb_of_ycbcr(ycbcr_planes(rgb, matrix, source_bits, full_range), matrix, source_bits, full_range)
    codes = exact[:, PATCH // 2 :: PATCH, PATCH // 2 :: PATCH] * (2**bits - 1)
    assert frame.bits == bits
    assert np.abs(patch_middles(frame) - codes).max() <= 0.52


@pytest.mark.parametrize(
    ("pixel_format", "bits"),
    [("gbrp9le", 10), ("gbrp10le", 10), ("gbrap10le", 10), ("gbrp12le", 16), ("gbrap12le", 16), ("gbrp16le", 16)],
)
def test_rgb_passes_through(tmp_path: Path, pixel_format: str, bits: int) -> None:
    depth = int("".join(filter(str.isdigit, pixel_format)))
    codes = np.random.default_rng(3).integers(0, 2**depth, (3, 47, 63))
    codes[:, 0, 0], codes[:, 0, 1] = 0, 2**depth - 1
    frame = read_one(write_movie(tmp_path / "rgb.mkv", [rgb_frame(codes, pixel_format)], codec="ffv1"))
    assert frame.bits == bits
    assert (frame.codes == np.rint(codes / (2**depth - 1) * (2**bits - 1))).all()


@pytest.mark.parametrize(
    ("codec", "pixel_format"),
    [("rawvideo", "bgr24"), ("rawvideo", "rgb24"), ("png", "rgb24"), ("png", "rgba"), ("png", "rgb48be")],
)
def test_packed_rgb_passes_through(tmp_path: Path, codec: str, pixel_format: str) -> None:
    wide = "48" in pixel_format
    codes = np.random.default_rng(3).integers(0, 65536 if wide else 256, (3, 46, 62))
    order = [2, 1, 0] if pixel_format == "bgr24" else [0, 1, 2]
    packed = codes[order].transpose(1, 2, 0).astype(np.uint16 if wide else np.uint8)
    if pixel_format == "rgba":
        packed = np.dstack([packed, np.full(packed.shape[:2], 7, np.uint8)])
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(packed), pixel_format)
    found = read_one(write_movie(tmp_path / "rgb.mov", [frame], codec=codec))
    assert found.bits == (16 if wide else 8)
    assert (found.codes == codes).all()


def test_limited_rgb_is_expanded(tmp_path: Path) -> None:
    codes = np.array([[[64, 502, 940]]] * 3)
    path = write_movie(
        tmp_path / "rgb.mkv", [rgb_frame(codes, "gbrp10le")], codec="ffv1", tags={"color_range": LIMITED}
    )
    assert read_one(path).codes[0, 0].tolist() == [0, 512, 1023]


@pytest.mark.parametrize(("pixel_format", "black", "white"), [("gray", 16, 235), ("gray10le", 64, 940)])
def test_grey_has_a_range_too(tmp_path: Path, pixel_format: str, black: int, white: int) -> None:
    samples = np.tile([black, white], (4, 8))
    frame = frame_of_planes([samples], pixel_format, 16, 4)
    for tag, expected in ((LIMITED, [0, 1]), (FULL, [black / 1023, white / 1023])):
        path = write_movie(tmp_path / f"{tag}.mkv", [frame], codec="ffv1", tags={"color_range": tag})
        found = read_one(path)
        top = 2**found.bits - 1
        scale = 1023 / 255 if pixel_format == "gray" and tag == FULL else 1
        assert found.codes[:, 0, :2].tolist() == [[round(value * scale * top) for value in expected]] * 3


def test_alpha_is_ignored(tmp_path: Path) -> None:
    rgb = patches()
    plain = read_one(write_movie(tmp_path / "plain.mkv", [yuv_frame(rgb, "yuv444p")], codec="ffv1"))
    alpha = read_one(write_movie(tmp_path / "alpha.mkv", [yuv_frame(rgb, "yuva444p")], codec="ffv1"))
    assert (plain.codes == alpha.codes).all()


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"])
def test_odd_sizes(tmp_path: Path, pixel_format: str) -> None:
    (frame,) = numbered_frames(1, pixel_format, 63, 47)
    found = read_one(write_movie(tmp_path / "odd.mkv", [frame], codec="ffv1"))
    assert found.codes.shape == (3, 47, 63)
    luma = np.frombuffer(frame.planes[0], np.uint8 if found.bits == 8 else "<u2")
    y = luma.reshape(47, -1)[:, :63] / 2 ** (found.bits - 8)
    assert np.abs(found.codes[1] - np.clip((y - 16) / 219, 0, 1) * (2**found.bits - 1)).max() <= 0.52


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "options"),
    [
        ("ffv1.mkv", "ffv1", "yuv420p", None),
        ("ffv1.mkv", "ffv1", "yuv422p10le", None),
        ("prores.mov", "prores_ks", "yuv422p10le", {"qscale": "1"}),
        ("x264.mp4", "libx264", "yuv422p", None),
        ("x265.mkv", "libx265", "yuv422p10le", None),
        ("vp9.webm", "libvpx-vp9", "yuv420p", {"lossless": "1"}),
    ],
)
def test_chroma_is_cosited(
    tmp_path: Path, name: str, codec: str, pixel_format: str, options: dict[str, str] | None
) -> None:
    """Chroma sample `i` of a line belongs to luma sample `2 i`: so a ramp comes back in step with the luma grid."""
    blank = yuv_frame(np.zeros((3, 64, 64)), pixel_format)
    bits = 10 if "10" in pixel_format else 8
    unit = 2 ** (bits - 8)
    chroma = np.tile((np.arange(32) * 2 + 96) * unit, (blank.planes[1].height, 1))
    planes = [np.full((64, 64), 128 * unit), np.full(chroma.shape, 128 * unit), chroma]
    frame = frame_of_planes(planes, pixel_format, 64, 64)
    path = write_movie(tmp_path / name, [frame], codec=codec, options=options, tags={"colorspace": 1})
    full_size = [np.full(64, 128.0 * unit), np.full(64, 128.0 * unit), (np.arange(64) + 96.0) * unit]
    exact = rgb_of_ycbcr(full_size, "bt709", bits, False)[0] * (2**bits - 1)
    # Half a sample of displacement would be 0.9 codes of red at 8 bits.
    error = (read_one(path).codes[0, 32, 8:56] - exact[8:56]) / unit
    assert abs(error.mean()) < 0.25


@pytest.mark.parametrize(("height", "matrix"), [(720, "bt709"), (1080, "bt709"), (704, "bt601"), (64, "bt601")])
def test_untagged_red(tmp_path: Path, height: int, matrix: str) -> None:
    red = np.empty((3, height, 64))
    red[:] = np.reshape([200, 40, 40], (3, 1, 1)) / 255
    path = write_movie(tmp_path / "red.mp4", [yuv_frame(red, "yuv420p", matrix)])
    with open_clip(path) as clip:
        assert clip.facts.color.matrix == matrix
        assert {"matrix", "range", "primaries", "transfer"} == set(clip.facts.color.assumed)
    assert np.abs(read_one(path).codes[:, height // 2, 32] - np.array([200, 40, 40])).max() <= 2


def test_jpeg_movies_are_full_range(tmp_path: Path) -> None:
    rgb = patches()
    path = write_movie(
        tmp_path / "jpeg.avi", [yuv_frame(rgb, "yuvj444p", "bt601", True)], codec="mjpeg", options={"qscale": "1"}
    )
    with open_clip(path) as clip:
        assert clip.facts.color.full_range
        assert clip.facts.color.matrix == "bt601"
        assert clip.facts.color.primaries is Primaries.REC709
    codes = rgb[:, PATCH // 2 :: PATCH, PATCH // 2 :: PATCH] * 255
    assert np.abs(patch_middles(read_one(path)) - codes).max() <= 4


@pytest.mark.parametrize(
    ("tags", "height", "primaries", "transfer", "assumed"),
    [
        ({"color_primaries": 1, "color_trc": 1}, 64, Primaries.REC709, "bt1886", set[str]()),
        ({"color_primaries": 9, "color_trc": 14}, 64, Primaries.REC2020, "bt1886", set[str]()),
        ({"color_primaries": 6, "color_trc": 6}, 64, Primaries.SMPTE170M, "bt1886", set[str]()),
        ({"color_primaries": 5, "color_trc": 6}, 64, Primaries.BT470BG, "bt1886", set[str]()),
        ({"color_primaries": 12, "color_trc": 13}, 64, Primaries.P3D65, "srgb", set[str]()),
        ({"color_primaries": 1, "color_trc": 13}, 64, Primaries.REC709, "srgb", set[str]()),
        ({"colorspace": 6}, 64, Primaries.SMPTE170M, "bt1886", {"primaries", "transfer"}),
        ({"colorspace": 5}, 64, Primaries.BT470BG, "bt1886", {"primaries", "transfer"}),
        ({"colorspace": 6}, 720, Primaries.REC709, "bt1886", {"primaries", "transfer"}),
        ({"colorspace": 9}, 720, Primaries.REC2020, "bt1886", {"primaries", "transfer"}),
        ({"colorspace": 1}, 64, Primaries.REC709, "bt1886", {"primaries", "transfer"}),
    ],
)
def test_tags_and_silence(
    tmp_path: Path,
    tags: dict[str, int],
    height: int,
    primaries: Primaries,
    transfer: str,
    assumed: set[str],
) -> None:
    full = {"colorspace": 1, "color_range": LIMITED, **tags}
    path = write_movie(tmp_path / "tagged.mp4", [yuv_frame(np.zeros((3, height, 64)), "yuv420p")], tags=full)
    with open_clip(path) as clip:
        color = clip.facts.color
    assert (color.primaries, color.transfer, set(color.assumed)) == (primaries, transfer, assumed)


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"color_trc": 18, "color_primaries": 9, "colorspace": 9}, "HLG"),
        ({"color_trc": 16, "color_primaries": 9, "colorspace": 9}, "PQ"),
        ({"color_trc": 9}, "log"),
        ({"color_trc": 10}, "log"),
        ({"colorspace": 14}, "ICtCp"),
    ],
)
def test_hdr_and_log_are_refused(tmp_path: Path, tags: dict[str, int], words: str) -> None:
    for codec, suffix in (("libx264", "mp4"), ("libx265", "mkv")):
        path = write_numbered(tmp_path / f"not_sdr.{suffix}", 1, codec=codec, pixel_format="yuv420p10le", tags=tags)
        with pytest.raises(SourceNotSdr, match=words) as caught:
            open_clip(path)
        assert "not_sdr" in caught.value.sentence
        assert caught.value.remedy


@pytest.mark.parametrize("tags", [{"colorspace": 8}, {"colorspace": 10}, {"color_primaries": 11}, {"color_trc": 17}])
def test_foreign_colour_is_refused(tmp_path: Path, tags: dict[str, int]) -> None:
    path = write_numbered(tmp_path / "foreign.mp4", 1, tags=tags)
    with pytest.raises(MediaUnreadable, match="is not read"):
        open_clip(path)


@pytest.mark.parametrize(
    ("key", "value", "refused"),
    [
        ("com.sony.gamma", "S-Log3", True),
        ("com.arri.camera.ColorGammaSxS", "LOG-C", True),
        ("com.panasonic.gamma", "V-Log", True),
        ("com.canon.gamma", "Canon Log 3", True),
        ("com.nikon.tone", "N-Log", True),
        ("com.fujifilm.curve", "F-Log2", True),
        ("com.apple.log", "Apple Log", True),
        ("com.sony.gamma", "Rec.709", False),
        ("title", "My vlog, s-log and all", False),
        ("comment", "graded from LogC", False),
        ("com.maker.model", "Catalog 3 blog", False),
    ],
)
def test_camera_log_by_its_maker_s_tag(tmp_path: Path, key: str, value: str, refused: bool) -> None:
    places: list[dict[str, Any]] = [{"metadata": {key: value}}]
    if not key.startswith("com."):
        places.append({"stream_metadata": {key: value}})
    for number, place in enumerate(places):
        for suffix, options in (("mkv", {}), ("mov", {"movflags": "use_metadata_tags"})):
            path = write_numbered(tmp_path / f"log{number}.{suffix}", 1, container_options=options, **place)
            if refused:
                with pytest.raises(SourceNotSdr, match="camera log"):
                    open_clip(path)
            else:
                assert open_clip(path).facts.frames == 1


@pytest.mark.parametrize(
    ("chunk", "transfer"),
    [
        (b"", "srgb"),
        (b"cICP\x01\x01\x00\x01", "bt1886"),
        (b"cICP\x01\x06\x00\x01", "bt1886"),
        (b"cICP\x01\x0e\x00\x01", "bt1886"),
        (b"cICP\x01\x0f\x00\x01", "bt1886"),
        (b"cICP\x01\x0d\x00\x01", "srgb"),
        (b"gAMA" + struct.pack(">I", 45455), "srgb"),
    ],
)
def test_a_png_that_says_it_is_video_is_read_as_video(tmp_path, chunk, transfer):
    path = write_png(tmp_path / "frame.png", np.full((3, 8, 8), 128, np.uint8))
    data = path.read_bytes()
    tag = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) if chunk else b""
    path.write_bytes(data[:33] + tag + data[33:])  # behind the signature and IHDR
    with open_clip(path) as clip:
        assert clip.facts.color.transfer == transfer
