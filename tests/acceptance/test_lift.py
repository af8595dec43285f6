"""The command line, as a user types it, on real files; results read back with OpenEXR and PyAV."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import OpenEXR
import pytest

from tests.acceptance.terminal import SAMPLE, Terminal
from tests.oracles import inverse_tone_mapping as oracle


def read(path):
    with OpenEXR.File(str(path)) as file:
        return np.array(file.channels()["RGB"].pixels), dict(file.header())


def lossless(path, frames, bits):
    """An FFV1 movie of the codes (3, H, W) of each frame, bit by bit."""
    pixel_format = {8: "bgr0", 10: "gbrp10le", 16: "gbrp16le"}[bits]
    with av.open(str(path), "w") as movie:
        stream = movie.add_stream("ffv1", rate=Fraction(24000, 1001), options={"level": "3"})
        stream.height, stream.width = frames[0].shape[1:]
        stream.pix_fmt = pixel_format
        for codes in frames:
            if bits == 8:
                packed = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.moveaxis(codes, 0, -1)), format="rgb24")
                movie.mux(stream.encode(packed.reformat(format=pixel_format)))
                continue
            picture = av.VideoFrame(stream.width, stream.height, pixel_format)
            for plane, component in zip(picture.planes, (1, 2, 0), strict=True):  # G, B, R
                rows = np.zeros((plane.height, plane.line_size // codes.itemsize), codes.dtype)
                rows[:, : stream.width] = codes[component]
                plane.update(rows)
            movie.mux(stream.encode(picture))
        movie.mux(stream.encode(None))
    return path


def pictures(count, bits, size=(20, 32)):
    rng = np.random.default_rng(bits)
    top = 2**bits - 1
    frames = []
    for n in range(count):
        codes = rng.integers(0, top + 1, (3, *size))
        codes[:, 0] = np.linspace(0, top, size[1]).astype(int)
        codes[:, 1:4] = top - rng.integers(0, 1 + top // 12, (3, 3, size[1])) * (n % 2)
        frames.append(codes.astype(np.uint8 if bits == 8 else np.uint16))
    return frames


def assert_formula(got, codes, bits, gains, *, steps, back=None):
    """Every number of `got` (H, W, 3) is the reference's, within `steps` half-float steps."""
    flat = codes.reshape(3, -1).T
    values = got.reshape(-1, 3).astype(np.float64)
    if back is not None:
        values = values @ back.T
    for value, rgb in zip(values, flat, strict=True):
        want = oracle.curve_pixel([int(v) for v in rgb], bits, gains)
        spread = steps * oracle.half_steps(max(want)) if back is not None else None
        for a, b in zip(value, want, strict=True):
            assert abs(a - b) <= (spread or steps * oracle.half_steps(b)), (rgb, value, want)


@pytest.mark.parametrize("bits", [8, 10, 16])
def test_every_number_of_every_frame_is_the_formula_s(terminal: Terminal, tmp_path, bits):
    frames = pictures(5, bits)
    clip = lossless(tmp_path / "exact clip ü.mkv", frames, bits)
    result = terminal.lift(clip, "--out", tmp_path / "out dir 日本")
    _, c, r, cy = oracle.statistics(frames, bits)
    gains = oracle.c4_gains(c, r, cy)
    sidecar = json.loads(Path(result["sidecar"]).read_text())
    assert sidecar["engine"]["gains"] == pytest.approx(gains, abs=1e-9)
    for number, codes in zip(range(result["first"], result["last"] + 1), frames, strict=True):
        got, header = read(Path(result["directory"]) / (result["pattern"] % number))
        assert header["framesPerSecond"] == Fraction(24000, 1001)
        assert_formula(got, codes, bits, gains, steps=1)


# Linear Rec.709 from each space: the inverse of the matrices that OpenColorIO's ACES studio configuration has.
@pytest.mark.parametrize("color", ["lin_rec2020", "acescg", "aces2065-1"])
def test_other_primaries_hold_the_same_light(terminal: Terminal, tmp_path, color):
    import PyOpenColorIO as ocio

    frames = pictures(2, 8)
    result = terminal.lift(lossless(tmp_path / "c.mkv", frames, 8), "--out", tmp_path / "out", "--color", color)
    config = ocio.Config.CreateFromFile("ocio://studio-config-v2.2.0_aces-v1.3_ocio-v2.4")
    names = {"lin_rec2020": "Linear Rec.2020", "acescg": "ACEScg", "aces2065-1": "ACES2065-1"}
    processor = config.getProcessor(names[color], "Linear Rec.709 (sRGB)").getDefaultCPUProcessor()
    back = np.array([processor.applyRGB(list(axis)) for axis in np.eye(3)]).T
    _, c, r, cy = oracle.statistics(frames, 8)
    gains = oracle.c4_gains(c, r, cy)
    assert result["color"] == color
    for number, codes in enumerate(frames):
        got, header = read(Path(result["directory"]) / (result["pattern"] % number))
        assert header.get("acesImageContainerFlag") == (1 if color == "aces2065-1" else None)
        assert_formula(got, codes, 8, gains, steps=4, back=back)


def test_the_sample_becomes_hdr(terminal: Terminal, tmp_path):
    result = terminal.lift(SAMPLE, "--out", tmp_path / "out", "--range", "96-108", "--handles", "2")
    assert result["state"] == "ready"
    assert (result["first"], result["last"], result["frames"]) == (94, 109, 16)
    assert (result["width"], result["height"], result["color"]) == (1280, 720, "lin_rec709")
    folder = Path(result["directory"])
    assert folder == tmp_path / "out" / "bigbuckbunny_hdr_v001"
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        [f"bigbuckbunny_hdr_v001.{n:08d}.exr" for n in range(94, 110)]
        + ["bigbuckbunny_hdr_v001.json", "review.mp4", "poster.jpg"]
    )
    pixels, header = read(folder / (result["pattern"] % 96))
    assert pixels.dtype == np.float16
    assert header["colorInteropID"] == "lin_rec709_scene"
    assert header["whiteLuminance"] == 203.0
    assert header["framesPerSecond"] == Fraction(25)
    assert (header["timeCode"].seconds, header["timeCode"].frame) == (3, 21)
    assert "not generative" in header["comments"]
    measures = result["measures"]
    assert measures["fidelity_stops"] <= measures["fidelity_limit_stops"]
    assert measures["peak"] > 2
    assert measures["flicker_stops"] < 0.05
    with av.open(result["review"]) as review:
        assert [s.type for s in review.streams] == ["video", "audio"]
        assert sum(1 for _ in review.decode(video=0)) == 16


def test_an_hdr10_master(terminal: Terminal, tmp_path):
    result = terminal.lift(SAMPLE, "--out", tmp_path / "out", "--range", "0-6", "--master", "hdr10")
    with av.open(result["master"]) as movie:
        video = movie.streams.video[0].codec_context
        assert (video.name, video.profile, video.pix_fmt) == ("hevc", "Main 10", "yuv420p10le")
        assert (video.color_primaries, video.color_trc, video.colorspace, video.color_range) == (9, 16, 9, 1)
        frames = list(movie.decode(video=0))
        assert len(frames) == 6
        assert {str(kind.type) for kind in frames[0].side_data} >= {
            "Type.MASTERING_DISPLAY_METADATA",
            "Type.CONTENT_LIGHT_LEVEL",
        }


def test_an_image_sequence_keeps_its_numbers(terminal: Terminal, tmp_path):
    for number in range(1001, 1006):
        with av.open(str(tmp_path / f"shot.{number}.png"), "w", format="image2") as out:
            stream = out.add_stream("png", rate=1)
            stream.width, stream.height, stream.pix_fmt = 32, 18, "rgb24"
            picture = np.full((18, 32, 3), number - 900, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            out.mux(stream.encode(None))
    result = terminal.lift(tmp_path / "shot.1003.png", "--out", tmp_path / "out", "--range", "1-4", "--fps", "24")
    assert (result["first"], result["last"]) == (1002, 1004)
    assert Path(result["directory"]).name == "shot_hdr_v001"
    got, header = read(Path(result["directory"]) / (result["pattern"] % 1002))
    assert header["framesPerSecond"] == Fraction(24)
    value = 102 / 255
    assert got[0, 0] == pytest.approx([((value + 0.055) / 1.055) ** 2.4] * 3, rel=1e-3)


def test_an_exr_sequence_of_sdr_light_is_a_clip_too(terminal: Terminal, tmp_path):
    light = np.random.default_rng(5).uniform(0, 0.2, (9, 16, 3)).astype(np.float16)
    with OpenEXR.File({"type": OpenEXR.scanlineimage}, {"RGB": light}) as file:
        file.write(str(tmp_path / "plate.0007.exr"))
    result = terminal.lift(tmp_path / "plate.0007.exr", "--out", tmp_path / "out")
    got, _ = read(Path(result["directory"]) / (result["pattern"] % 7))
    np.testing.assert_allclose(got.astype(float), light.astype(float), rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("method", ["bt2446a", "bt2446c"])
def test_the_methods_of_bt2446(terminal: Terminal, tmp_path, method):
    frames = pictures(1, 8, size=(4, 32))
    result = terminal.lift(lossless(tmp_path / "c.mkv", frames, 8), "--out", tmp_path / "out", "--method", method)
    got, _ = read(Path(result["directory"]) / (result["pattern"] % 0))
    assert got[0, -1].astype(float) == pytest.approx(
        [{"bt2446a": 1000, "bt2446c": 332.6}[method] / 203] * 3, rel=4e-3
    )
    assert result["measures"]["fidelity_limit_stops"] is None


def test_a_person_sees_where_things_are(terminal: Terminal, tmp_path):
    outcome = terminal.run("lift", SAMPLE, "--out", tmp_path / "out", "--range", "0-2")
    assert outcome.code == 0
    assert str(tmp_path / "out" / "bigbuckbunny_hdr_v001") in outcome.out
    assert "review.mp4" in outcome.out
    assert "Lifting" in outcome.err
