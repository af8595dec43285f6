"""EXR frames, read back with the OpenEXR bindings and held against the standards that they follow."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import OpenEXR
import pytest

from bridge.domain.color import OutputColor
from bridge.domain.errors import MediaUnreadable, OutputError, RequestError
from bridge.media.exr import SequenceHeader, codec_for, read_frame, read_header, write_frame


def light(height=17, width=31):
    rng = np.random.default_rng(3)
    frame = rng.uniform(-0.1, 49, (height, width, 3)).astype(np.float16)
    frame[0, 0] = [0, 6e-8, 65504]
    return frame


def header(color=OutputColor.LIN_REC709, **kwargs):
    settings = {"reference_white": 203, "rate": Fraction(24000, 1001), "codec": codec_for("auto", color)} | kwargs
    return SequenceHeader(color=color, **settings)


@pytest.mark.parametrize("codec", ["piz", "zips", "zip", "none"])
def test_lossless_codecs_keep_every_bit(tmp_path, codec):
    frame, path = light(), tmp_path / "a.00001001.exr"
    size = write_frame(path, frame, header(codec=codec).for_frame(1001))
    assert size == path.stat().st_size
    np.testing.assert_array_equal(read_frame(path).view(np.uint16), frame.view(np.uint16))


def test_the_header_says_what_hosts_and_people_need(tmp_path):
    path = tmp_path / "a.exr"
    made = header(
        pixel_aspect=Fraction(4, 3), owner="Superwhite", comments="classical", provenance={"engine": "{}"}
    ).for_frame(86400)
    write_frame(path, light(), made)
    with OpenEXR.File(str(path)) as file:
        got = dict(file.header())
        channels = sorted(channel.name for channel in got["channels"])
    assert channels == ["B", "G", "R"]
    assert got["type"] == OpenEXR.scanlineimage
    assert got["compression"] == OpenEXR.PIZ_COMPRESSION
    assert got["colorInteropID"] == "lin_rec709_scene"
    assert got["whiteLuminance"] == 203.0
    assert got["framesPerSecond"] == Fraction(24000, 1001)
    code = got["timeCode"]
    assert (code.hours, code.minutes, code.seconds, code.frame, bool(code.dropFrame)) == (1, 0, 0, 0, False)
    assert got["imageCounter"] == 86400
    assert got["pixelAspectRatio"] == pytest.approx(4 / 3)
    assert (got["owner"], got["comments"], got["superwhite:engine"]) == ("Superwhite", "classical", "{}")
    assert "chromaticities" not in got
    assert "acesImageContainerFlag" not in got


@pytest.mark.parametrize("color", list(OutputColor))
def test_openexr_itself_finds_no_fault_with_the_colour_metadata(tmp_path, color):
    path = tmp_path / "a.exr"
    write_frame(path, light(), header(color).for_frame(1))
    found = read_header(path)
    # ST 2065-4 asks for chromaticities; the library notes that they stand beside an interop ID, as long as they agree.
    assert OpenEXR.checkColorMetadata(found) in (OpenEXR.OK, 0)


def test_aces2065_1_is_a_true_st_2065_4_file(tmp_path):
    path = tmp_path / "a.exr"
    write_frame(path, light(), header(OutputColor.ACES2065_1).for_frame(1))
    with OpenEXR.File(str(path)) as file:
        found = dict(file.header())
        kinds = {channel.name: channel.pixels.dtype for channel in file.parts[0].channels.values()}
    assert found["acesImageContainerFlag"] == 1
    assert found["compression"] == OpenEXR.NO_COMPRESSION
    assert found["type"] == OpenEXR.scanlineimage
    assert found["lineOrder"] == OpenEXR.INCREASING_Y
    assert set(kinds.values()) == {np.dtype(np.float16)}
    # SMPTE ST 2065-1, table 1.
    np.testing.assert_allclose(
        found["chromaticities"], [0.7347, 0.2653, 0, 1, 0.0001, -0.0770, 0.32168, 0.33767], atol=1e-6
    )


def test_st_2065_4_allows_no_compression():
    with pytest.raises(RequestError, match="uncompressed"):
        codec_for("piz", OutputColor.ACES2065_1)
    assert codec_for("none", OutputColor.ACES2065_1) == codec_for("auto", OutputColor.ACES2065_1) == "none"
    assert codec_for("auto", OutputColor.ACESCG) == "piz"


@pytest.mark.parametrize(
    ("rate", "number", "frame", "mark"),
    [(Fraction(30), 29, 29, 0), (Fraction(60), 58, 29, 0), (Fraction(60), 59, 29, 1), (Fraction(120), 119, 29, 1)],
)
def test_high_frame_rates_fit_the_timecode(tmp_path, rate, number, frame, mark):
    """SMPTE ST 12-1: above 30 frames/s two frames share an address, and the field mark tells them apart."""
    path = tmp_path / "a.exr"
    write_frame(path, light(), header(rate=rate).for_frame(number))
    code = read_header(path)["timeCode"]
    assert (code.frame, int(code.fieldPhase)) == (frame, mark)


def test_any_memory_layout_is_written_rightly(tmp_path):
    frame, path = light(), tmp_path / "a.exr"
    write_frame(path, np.asfortranarray(frame), header().for_frame(1))
    np.testing.assert_array_equal(read_frame(path).view(np.uint16), frame.view(np.uint16))


def test_drop_frame_is_carried(tmp_path):
    path = tmp_path / "a.exr"
    write_frame(path, light(), header(rate=Fraction(30000, 1001), drop_frame=True).for_frame(1800))
    code = read_header(path)["timeCode"]
    assert (code.minutes, code.seconds, code.frame, bool(code.dropFrame)) == (1, 0, 2, True)


def test_a_truncated_or_foreign_file_is_named(tmp_path):
    path = tmp_path / "broken.exr"
    write_frame(path, light(), header().for_frame(1))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(MediaUnreadable, match=r"broken\.exr"):
        read_frame(path)
    path.write_text("no picture")
    with pytest.raises(MediaUnreadable, match=r"broken\.exr"):
        read_header(path)


def test_nothing_is_left_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OutputError):
        write_frame(tmp_path / "gone" / "a.exr", light(), header().for_frame(1))
    assert list(tmp_path.iterdir()) == []
