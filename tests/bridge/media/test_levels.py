"""The levels of mattes in every form in which they come: coded numbers over white, and nothing else."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import OpenEXR
import pytest

from bridge.domain.errors import MediaUnreadable
from bridge.domain.frames import FrameRange
from bridge.media.levels import StillLevels
from bridge.media.mattefiles import open_matte
from tests.clips import frame_of_planes, rgb_frame, write_exr, write_movie, write_png, write_still

H, W = 32, 48
RNG = np.random.default_rng(8)


def levels_in(path, channel="luma", frames=1):
    matte = open_matte(path)
    assert (matte.width, matte.height, matte.frames) == (W, H, frames)
    return [make() for make in matte.read(FrameRange(0, frames), channel)]


def samples(bits, low=0, high=None):
    return RNG.integers(low, (high if high is not None else 2**bits - 1) + 1, (H, W))


def planar(pixel_format, luma, alpha=None):
    """A frame with this luma and noise for chroma, which must not matter."""
    frame = av.VideoFrame(W, H, pixel_format)
    bits = max(part.bits for part in frame.format.components)
    planes = [luma]
    planes += [RNG.integers(0, 2**bits, (p.height, p.width)) for p in frame.planes[1:3]]
    if alpha is not None:
        planes.append(alpha)
    return frame_of_planes(planes, pixel_format, W, H)


@pytest.mark.parametrize(
    ("pixel_format", "full"),
    [
        ("yuv420p", False),
        ("yuv422p", False),
        ("yuv444p", True),
        ("yuv420p10le", False),
        ("yuv422p10le", True),
        ("yuv444p12le", False),
        ("yuv444p16le", True),
        ("gray", True),
        ("gray16le", True),
    ],
)
def test_the_luma_of_movies(tmp_path, pixel_format, full):
    """FFV1 keeps every sample, those below black and above white too."""
    bits = max(part.bits for part in av.VideoFormat(pixel_format, W, H).components)
    coded = samples(bits)
    frame = frame_of_planes([coded], pixel_format, W, H) if "gray" in pixel_format else planar(pixel_format, coded)
    path = write_movie(tmp_path / "m.mkv", [frame], codec="ffv1", tags={"color_range": 2 if full else 1})
    unit = 2 ** (bits - 8)
    wanted = coded / (2**bits - 1) if full else np.clip((coded - 16 * unit) / (219 * unit), 0, 1)
    np.testing.assert_allclose(levels_in(path)[0], wanted, atol=1e-6)


def test_h264_white_and_black_are_1_and_0(tmp_path):
    luma = np.full((H, W), 16)
    luma[:, W // 2 :] = 235
    path = write_movie(tmp_path / "m.mp4", [planar("yuv420p", luma)] * 3, tags={"color_range": 1})
    for levels in levels_in(path, frames=3):
        assert set(np.unique(levels)) == {0.0, 1.0}


@pytest.mark.parametrize("transfer", [16, 18])
def test_tags_of_hdr_change_nothing(tmp_path, transfer):
    coded = samples(8, 16, 235)
    tags = {"color_trc": transfer, "color_primaries": 9, "colorspace": 9, "color_range": 1}
    path = write_movie(tmp_path / "m.mkv", [planar("yuv420p", coded)], codec="ffv1", tags=tags)
    np.testing.assert_allclose(levels_in(path)[0], (coded - 16) / 219, atol=1e-6)


@pytest.mark.parametrize(
    ("pixel_format", "codec", "suffix"),
    [("yuva444p10le", "ffv1", "mkv"), ("yuva420p", "ffv1", "mkv"), ("argb", "qtrle", "mov"), ("rgba", "png", "mov")],
)
def test_the_alpha_of_movies(tmp_path, pixel_format, codec, suffix):
    bits = 10 if "10" in pixel_format else 8
    alpha = samples(bits)
    if pixel_format.startswith("yuva"):
        frame = planar(pixel_format, samples(bits), alpha)
    else:
        order = {"argb": 0, "rgba": 3}[pixel_format]
        packed = np.insert(RNG.integers(0, 256, (H, W, 3)), order, alpha, axis=2)
        frame = frame_of_planes([packed.reshape(H, -1)], "gray", W * 4, H)
        lines = av.VideoFrame(W, H, pixel_format)
        rows = np.zeros((H, lines.planes[0].line_size), np.uint8)
        rows[:, : W * 4] = packed.reshape(H, -1)
        lines.planes[0].update(rows.tobytes())
        frame = lines
    path = write_movie(tmp_path / f"m.{suffix}", [frame], codec=codec)
    assert open_matte(path).offers("alpha")
    np.testing.assert_allclose(levels_in(path, "alpha")[0], alpha / (2**bits - 1), atol=1e-6)


def test_prores_4444(tmp_path):
    alpha = np.zeros((H, W), int)
    alpha[:, 16:32] = 1023
    frame = planar("yuva444p10le", np.full((H, W), 512), alpha)
    path = write_movie(tmp_path / "m.mov", [frame] * 2, codec="prores_ks", options={"profile": "4444"})
    for levels in levels_in(path, "alpha", frames=2):
        assert (levels == alpha / 1023).all()


@pytest.mark.parametrize("wide", [False, True])
def test_stills_of_8_and_16_bits(tmp_path, wide):
    top = 65535 if wide else 255
    grey = RNG.integers(0, top + 1, (H, W)).astype(np.uint16 if wide else np.uint8)
    levels = levels_in(write_png(tmp_path / "m.png", np.stack([grey] * 3)))[0]
    np.testing.assert_allclose(levels, grey / top, atol=1e-7)
    # What is grey in the file is exactly as grey in the matte, its ends too.
    assert (levels[grey == top] == 1).all()
    assert (levels[grey == 0] == 0).all()


def test_colour_is_weighed_as_bt709_luma(tmp_path):
    codes = RNG.integers(0, 256, (3, H, W)).astype(np.uint8)
    levels = levels_in(write_png(tmp_path / "m.png", codes))[0]
    np.testing.assert_allclose(levels, np.tensordot([0.2126, 0.7152, 0.0722], codes / 255, 1), atol=1e-6)


@pytest.mark.parametrize(
    ("pixel_format", "codec", "top"),
    [("rgba", "png", 255), ("rgba64be", "png", 65535), ("ya8", "png", 255), ("rgba", "tiff", 255)],
)
def test_the_alpha_of_stills(tmp_path, pixel_format, codec, top):
    channels = 2 if pixel_format.startswith("ya") else 4
    kind = ">u2" if top > 255 else "u1"
    packed = RNG.integers(0, top + 1, (H, W, channels)).astype(kind)
    frame = av.VideoFrame(W, H, pixel_format)
    rows = np.zeros((H, frame.planes[0].line_size), np.uint8)
    rows[:, : packed.strides[0]] = packed.view(np.uint8).reshape(H, -1)
    frame.planes[0].update(rows.tobytes())
    path = write_still(tmp_path / f"m.{'tif' if codec == 'tiff' else codec}", frame, codec)
    np.testing.assert_allclose(levels_in(path, "alpha")[0], packed[..., -1].astype(float) / top, atol=1e-7)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
@pytest.mark.parametrize("name", ["A", "Y", "R", "matte.mask"])
def test_a_channel_that_is_alone_is_the_matte(tmp_path, kind, name):
    levels = RNG.random((H, W)).astype(kind)
    path = write_exr(tmp_path / "m.exr", {name: levels})
    channel, other = ("alpha", "luma") if name == "A" else ("luma", "alpha")
    assert (levels_in(path, channel)[0] == levels.astype(np.float32)).all()
    assert not open_matte(path).offers(other)


def test_exr_with_alpha(tmp_path):
    planes = {name: RNG.random((H, W)).astype(np.float16) for name in "RGBA"}
    path = write_exr(tmp_path / "m.exr", planes)
    assert (levels_in(path, "alpha")[0] == planes["A"].astype(np.float32)).all()
    luma = sum(w * planes[c].astype(float) for c, w in zip("RGB", (0.2126, 0.7152, 0.0722), strict=True))
    np.testing.assert_allclose(levels_in(path)[0], luma, atol=1e-6)


def test_outside_its_data_an_exr_is_black(tmp_path):
    """Compositors write the bounding box of a roto alone, and it may reach beyond the picture."""
    levels = RNG.random((12, 20)).astype(np.float16)
    header = {
        "displayWindow": (np.array([0, 0], np.int32), np.array([W - 1, H - 1], np.int32)),
        "dataWindow": (np.array([-4, 10], np.int32), np.array([15, 21], np.int32)),
    }
    path = write_exr(tmp_path / "m.exr", {"A": levels}, header)
    wanted = np.zeros((H, W), np.float32)
    wanted[10:22, :16] = levels[:, 4:]
    assert (levels_in(path, "alpha")[0] == wanted).all()


def test_levels_beyond_black_and_white_are_cut_off(tmp_path):
    levels = np.linspace(-1, 3, W * H, dtype=np.float32).reshape(H, W)
    got = levels_in(write_exr(tmp_path / "m.exr", {"A": levels}), "alpha")[0]
    assert (got == np.clip(levels, 0, 1)).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(tmp_path, bad):
    levels = np.ones((H, W), np.float32)
    levels[7, 9] = bad
    with pytest.raises(MediaUnreadable, match="no numbers"):
        levels_in(write_exr(tmp_path / "m.exr", {"A": levels}), "alpha")


def test_ids_are_no_levels(tmp_path):
    path = write_exr(tmp_path / "m.exr", {"A": np.ones((H, W), np.uint32)})
    with pytest.raises(MediaUnreadable, match="whole numbers"):
        levels_in(path, "alpha")


def test_channels_that_are_missing_are_named(tmp_path):
    path = write_exr(tmp_path / "m.exr", {name: np.ones((H, W), np.float16) for name in ("Z", "id")})
    with pytest.raises(MediaUnreadable, match="no luma; its channels are Z, id"):
        StillLevels(path).read("luma")


@pytest.mark.parametrize("suffix", ["png", "exr"])
def test_a_damaged_still_is_refused(tmp_path, suffix):
    levels = RNG.random((H, W)).astype(np.float16)
    path = tmp_path / f"m.{suffix}"
    if suffix == "exr":
        write_exr(path, {"A": levels}, {"compression": OpenEXR.PIZ_COMPRESSION})
    else:
        write_png(path, RNG.integers(0, 256, (3, H, W)).astype(np.uint8))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(MediaUnreadable, match="damaged"):
        levels_in(path, "alpha" if suffix == "exr" else "luma")


def test_a_turned_movie_stands_upright(tmp_path):
    coded = samples(8, 16, 235)
    frame = frame_of_planes([coded.T, *[np.full((W // 2, H // 2), 128)] * 2], "yuv420p", H, W)
    path = write_movie(tmp_path / "m.mov", [frame], rotation=90, rate=Fraction(25))
    np.testing.assert_allclose(levels_in(path)[0], (coded.T[:, ::-1].T - 16) / 219, atol=1e-6)


def test_rgb_movies_have_their_levels_whole(tmp_path):
    codes = np.stack([RNG.integers(0, 1024, (H, W))] * 3)
    path = write_movie(tmp_path / "m.mkv", [rgb_frame(codes, "gbrp10le")], codec="ffv1")
    np.testing.assert_allclose(levels_in(path)[0], codes[0] / 1023, atol=1e-7)
