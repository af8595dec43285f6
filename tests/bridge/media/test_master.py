from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.sidedata.sidedata import Type

from bridge.colorimetry.primaries import conversion
from bridge.domain.color import OutputColor, Primaries
from bridge.domain.errors import RequestError
from bridge.media.master import Hdr10Light, Hdr10Writer
from bridge.media.soundtrack import AudioRange

BUNNY = Path(__file__).parents[2] / "data" / "bigbuckbunny.mp4"
# Scene-linear in BT.2020: reference white, black, mid grey, highlights, strong colours, the end of PQ.
LIGHT = np.array(
    [[1, 1, 1], [0, 0, 0], [0.18] * 3, [4.926] * 3, [2, 0.1, 0.05], [0.1, 1.5, 0.2], [0.05, 0.1, 3], [49.2] * 3]
)


def pq(nits):
    y = (np.clip(nits, 0, 10_000) / 10_000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


def patches(light, size=80):
    return np.ascontiguousarray(
        np.broadcast_to(light.repeat(size, 0)[None], (size, size * len(light), 3)), np.float16
    )


def write(path, frames, **settings):
    height, width, _ = frames[0].shape
    defaults = {
        "width": width,
        "height": height,
        "rate": Fraction(24),
        "color": OutputColor.LIN_REC2020,
        "reference_white": 203,
        "max_cll": 1000,
        "max_fall": 400,
        "audio": None,
        "threads": 1,
    }
    with Hdr10Writer(path, **(defaults | settings)) as writer:
        for frame in frames:
            writer.write(frame)
    return writer


def read(path):
    with av.open(path) as container:
        return list(container.decode(video=0))


def plane(frame, index):
    p = frame.planes[index]
    return np.frombuffer(p, np.uint16).reshape(p.height, -1)[:, : p.width].astype(float)


def expected_codes(light, white):
    """10-bit limited Y'CbCr by ITU-R BT.2100 table 6 and 9, of BT.2020 light."""
    r, g, b = pq(light * white).T
    luma = 0.2627 * r + 0.6780 * g + 0.0593 * b
    return 64 + 876 * luma, 512 + 896 * (b - luma) / 1.8814, 512 + 896 * (r - luma) / 1.4746


@pytest.mark.parametrize("white", [100, 203])
@pytest.mark.parametrize("color", OutputColor)
def test_codes_are_those_of_the_standards(tmp_path, color, white):
    frames: list[np.ndarray] = []
    # One flat picture per colour: the encoder has nothing to spend on but the colour itself.
    for light in LIGHT @ conversion(Primaries.REC2020, color.primaries).T:
        frames.append(np.broadcast_to(light, (96, 96, 3)).astype(np.float16))
    write(tmp_path / "master.mp4", frames, color=color, reference_white=white)
    decoded = read(tmp_path / "master.mp4")
    # Where the file is in other primaries, the dark components of a strong colour lose more to the half float.
    limit = 1.01 if color is OutputColor.LIN_REC2020 else 3
    for index, wanted in enumerate(expected_codes(LIGHT, white)):
        got = [plane(frame, index)[8, 8] for frame in decoded]
        np.testing.assert_allclose(got, wanted, atol=limit)


def test_reference_white_is_58_percent_pq(tmp_path):
    # ITU-R BT.2408 table 1: 203 cd/m2 is 58 % PQ, 10-bit narrow-range code 64 + 0.5807 * 876.
    write(tmp_path / "master.mp4", [np.ones((80, 96, 3), np.float16)] * 2, color=OutputColor.LIN_REC709)
    luma = plane(read(tmp_path / "master.mp4")[0], 0)
    assert np.abs(luma - 573).max() <= 1


def test_negative_light_is_black(tmp_path):
    write(tmp_path / "master.mp4", [np.full((80, 96, 3), -0.5, np.float16)] * 2)
    assert (plane(read(tmp_path / "master.mp4")[0], 0) == 64).all()


def test_stream_says_what_it_is(tmp_path):
    rate = Fraction(30_000, 1001)
    write(tmp_path / "master.mp4", [patches(LIGHT)] * 4, rate=rate, pixel_aspect=Fraction(2))
    with av.open(tmp_path / "master.mp4") as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("hevc", "Main 10", "yuv420p10le")
        # H.273: BT.2020 primaries, ST 2084, BT.2020 non-constant luminance, limited range.
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (9, 16, 9, 1)
        assert (context.codec_tag, stream.average_rate) == ("hvc1", rate)
        assert stream.sample_aspect_ratio == 2
        assert len(list(container.decode(video=0))) == 4
    data = (tmp_path / "master.mp4").read_bytes()
    assert b"colrnclx" + struct.pack(">HHHB", 9, 16, 9, 0) in data


def test_static_metadata_is_declared(tmp_path):
    write(tmp_path / "master.mp4", [patches(LIGHT)] * 2, max_cll=1234, max_fall=321)
    side = read(tmp_path / "master.mp4")[0].side_data
    # FFmpeg's AVContentLightMetadata: two unsigned integers.
    assert struct.unpack("2I", bytes(side[Type.CONTENT_LIGHT_LEVEL])) == (1234, 321)
    # AVMasteringDisplayMetadata: red, green, blue and white x, y, darkest, brightest, as rationals; then two flags.
    numbers = struct.unpack("22i", bytes(side[Type.MASTERING_DISPLAY_METADATA]))
    display = [n / d for n, d in zip(numbers[0:20:2], numbers[1:20:2], strict=True)]
    p3_d65 = [value for point in Primaries.P3D65.chromaticities for value in point]
    assert display == pytest.approx([*p3_d65, 0.005, 1000])


def test_light_is_measured_in_bt2020():
    # Rec.709 green at white is 0.92 of BT.2020's green (ITU-R BT.2087), so it declares less than its own 203 cd/m2.
    green = np.zeros((8, 8, 3), np.float16)
    green[..., 1] = 1
    light = Hdr10Light(OutputColor.LIN_REC709, 203)
    light.add(green)
    light.add(np.zeros_like(green))
    assert (light.max_cll, light.max_fall) == (round(0.9195 * 203), round(0.9195 * 203))


def test_light_of_a_clip_in_any_space():
    frames = [np.full((4, 4, 3), level, np.float16) for level in (0.5, 4, 1)]
    frames[1][:2] = 0
    for color in OutputColor:
        light = Hdr10Light(color, 100)
        for frame in frames:
            light.add(frame)
        assert (light.max_cll, light.max_fall) == (400, 200)


def test_sound_of_the_source_goes_along(tmp_path):
    audio = AudioRange(BUNNY, Fraction(1), Fraction(10, 24))
    writer = write(tmp_path / "master.mp4", [patches(LIGHT)] * 10, audio=audio)
    with av.open(tmp_path / "master.mp4") as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.layout.name) == ("aac", "5.1")
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / 48_000 == pytest.approx(10 / 24, abs=0.022)
    assert writer.warnings == ()


def test_odd_frame_grows_by_its_edge(tmp_path):
    write(tmp_path / "master.mp4", [np.ones((73, 95, 3), np.float16)] * 2)
    luma = plane(read(tmp_path / "master.mp4")[0], 0)
    assert luma.shape == (74, 96)
    assert np.abs(luma - 573).max() <= 1


@pytest.mark.parametrize("shape", [(64, 320, 3), (320, 64, 3)])
def test_picture_that_the_encoder_cannot_hold_is_refused(tmp_path, shape):
    with pytest.raises(RequestError, match="too small for an HDR10 master"):
        write(tmp_path / "master.mp4", [np.ones(shape, np.float16)])
    assert list(tmp_path.iterdir()) == []
