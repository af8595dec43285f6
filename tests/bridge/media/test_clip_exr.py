"""OpenEXR sources: linear light into codes, windows, colour names and refusals."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray

from bridge.domain.color import Primaries
from bridge.domain.errors import MediaError, MediaUnreadable, SourceNotSdr
from bridge.domain.frames import FrameRange
from bridge.media.clip import open_clip
from tests.clips import write_exr


def light(kind: Any = np.float16, height: int = 12, width: int = 20) -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(9)
    return {name: random.random((height, width)).astype(kind) for name in "RGB"}


def window(left: int, top: int, width: int, height: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return np.array([left, top], np.int32), np.array([left + width - 1, top + height - 1], np.int32)


def read_codes(path: Path) -> NDArray[Any]:
    with open_clip(path) as clip:
        (frame,) = clip.frames(FrameRange(0, 1))
        assert frame.bits == 16
        return frame.codes


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_bt1886_leads_back_to_the_light(tmp_path: Path, kind: Any) -> None:
    channels = light(kind)
    channels["R"][0, :4] = [0, 1, -0.25, 1 + 1 / 1024]
    with open_clip(write_exr(tmp_path / "a.exr", channels)) as clip:
        color = clip.facts.color
        assert (clip.facts.bits, color.transfer, color.matrix, color.full_range) == (16, "bt1886", "rgb", True)
    codes = read_codes(tmp_path / "a.exr")
    assert codes.dtype == np.uint16
    assert codes.flags.c_contiguous
    back = (codes / 65535.0) ** 2.4
    exact = np.clip(np.stack([channels[name].astype(np.float64) for name in "RGB"]), 0, 1)
    assert np.abs(codes - 65535 * exact ** (1 / 2.4)).max() <= 0.52
    assert np.abs(back - exact).max() < 2e-5
    assert codes[0, 0, :4].tolist() == [0, 65535, 0, 65535]


@pytest.mark.parametrize(
    ("header", "primaries", "assumed"),
    [
        ({}, Primaries.REC709, True),
        ({"colorInteropID": "unknown"}, Primaries.REC709, True),
        ({"colorInteropID": "lin_rec709_scene"}, Primaries.REC709, False),
        ({"colorInteropID": "lin_rec2020_scene"}, Primaries.REC2020, False),
        ({"colorInteropID": "lin_p3d65_display"}, Primaries.P3D65, False),
        ({"colorInteropID": "lin_ap1_scene"}, Primaries.AP1, False),
        ({"colorInteropID": "lin_ap0_scene"}, Primaries.AP0, False),
        ({"chromaticities": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)}, Primaries.REC709, False),
        ({"chromaticities": (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)}, Primaries.AP1, False),
    ],
)
def test_primaries(tmp_path: Path, header: dict[str, Any], primaries: Primaries, assumed: bool) -> None:
    with open_clip(write_exr(tmp_path / "a.exr", light(), header)) as clip:
        assert clip.facts.color.primaries is primaries
        assert ("primaries" in clip.facts.color.assumed) is assumed


@pytest.mark.parametrize(
    "header",
    [
        {"colorInteropID": "data"},
        {"colorInteropID": "srgb_rec709_scene"},
        {"colorInteropID": "something else"},
        {"chromaticities": (0.7, 0.3, 0.2, 0.7, 0.1, 0.1, 0.3, 0.3)},
    ],
)
def test_colour_that_is_not_known(tmp_path: Path, header: dict[str, Any]) -> None:
    with pytest.raises(MediaUnreadable, match=r"a\.exr"):
        open_clip(write_exr(tmp_path / "a.exr", light(), header))


@pytest.mark.parametrize("value", [1.002, 2.0, 60000.0])
def test_light_above_white_is_hdr(tmp_path: Path, value: float) -> None:
    for number in range(1, 4):
        write_exr(tmp_path / f"s.{number:04}.exr", light())
    bright = light()
    bright["G"][3, 3] = value
    write_exr(tmp_path / "s.0003.exr", bright)
    with open_clip(tmp_path / "s.0001.exr") as clip:
        assert len(list(clip.frames(FrameRange(0, 2)))) == 2
        with pytest.raises(SourceNotSdr, match=r"s\.0003\.exr"):
            list(clip.frames(clip.facts.range))
    with pytest.raises(SourceNotSdr, match=r"s\.0003\.exr"):
        open_clip(tmp_path / "s.[0003-0003].exr")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers(tmp_path: Path, value: float) -> None:
    channels = light()
    channels["B"][0, 0] = value
    with pytest.raises(MediaUnreadable, match=r"a\.exr.*no numbers"):
        open_clip(write_exr(tmp_path / "a.exr", channels))


@pytest.mark.parametrize(
    ("data", "display"),
    [
        (window(0, 0, 20, 12), window(0, 0, 20, 12)),
        (window(5, 3, 20, 12), window(5, 3, 20, 12)),
        (window(2, 1, 20, 12), window(0, 0, 32, 24)),
        (window(-4, -2, 20, 12), window(0, 0, 10, 8)),
        (window(-4, 6, 20, 12), window(0, 0, 10, 8)),
        (window(40, 40, 20, 12), window(0, 0, 10, 8)),
        (window(-40, -40, 20, 12), window(0, 0, 10, 8)),
    ],
)
def test_windows(tmp_path: Path, data: Any, display: Any) -> None:
    channels = light()
    codes = read_codes(write_exr(tmp_path / "a.exr", channels, {"dataWindow": data, "displayWindow": display}))
    width, height = (int(last - first + 1) for first, last in zip(*display, strict=True))
    assert codes.shape == (3, height, width)
    for y in range(height):
        for x in range(width):
            row, column = y + display[0][1] - data[0][1], x + display[0][0] - data[0][0]
            inside = 0 <= row < 12 and 0 <= column < 20
            value = float(channels["G"][row, column]) if inside else 0.0
            assert abs(codes[1, y, x] - 65535 * value ** (1 / 2.4)) <= 0.52


def test_grey_and_layers(tmp_path: Path) -> None:
    grey = light()["R"]
    codes = read_codes(write_exr(tmp_path / "grey.exr", {"Y": grey}))
    assert (codes[0] == codes[1]).all()
    assert (codes[0] == codes[2]).all()
    layered = {**light(), "A": np.full((12, 20), 9, np.float16), "depth.Z": np.full((12, 20), 1e6, np.float32)}
    plain = read_codes(write_exr(tmp_path / "plain.exr", light()))
    assert (read_codes(write_exr(tmp_path / "layered.exr", layered)) == plain).all()
    with pytest.raises(MediaUnreadable, match=r"no channels R, G and B; it has beauty\.R"):
        open_clip(write_exr(tmp_path / "layer.exr", {"beauty.R": grey}))
    with pytest.raises(MediaUnreadable, match="no channels R, G and B"):
        open_clip(write_exr(tmp_path / "two.exr", {"R": grey, "G": grey}))
    whole = np.ones((12, 20), np.uint32)
    with pytest.raises(MediaUnreadable, match="whole numbers"):
        open_clip(write_exr(tmp_path / "ids.exr", {"R": whole, "G": whole, "B": whole}))


@pytest.mark.parametrize("compression", [OpenEXR.PIZ_COMPRESSION, OpenEXR.ZIP_COMPRESSION, OpenEXR.NO_COMPRESSION])
def test_header(tmp_path: Path, compression: Any) -> None:
    header = {
        "framesPerSecond": Fraction(24000, 1001),
        "pixelAspectRatio": 2.0,
        "compression": compression,
    }
    with open_clip(write_exr(tmp_path / "a.0042.exr", light(), header)) as clip:
        facts = clip.facts
        assert (facts.rate, facts.pixel_aspect, facts.first_number) == (Fraction(24000, 1001), Fraction(2), 42)
        assert facts.warnings == ()
    with open_clip(tmp_path / "a.0042.exr", rate=Fraction(25)) as clip:
        assert clip.facts.rate == 25


def test_huge_windows_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = write_exr(tmp_path / "a.exr", light(), {"displayWindow": window(0, 0, 100_000, 4)})
    with pytest.raises(MediaUnreadable, match="100000 x 4"):
        open_clip(path)
    data = bytearray(write_exr(tmp_path / "b.exr", light()).read_bytes())
    box = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    data[box + 8 : box + 16] = np.array([2**30, 2**30], "<i4").tobytes()
    (tmp_path / "b.exr").write_bytes(data)
    with pytest.raises(MediaUnreadable, match=r"b\.exr"):
        open_clip(tmp_path / "b.exr")


def test_cut_off_and_damaged(tmp_path: Path) -> None:
    whole = write_exr(tmp_path / "a.exr", light()).read_bytes()
    random = np.random.default_rng(4)
    for number in range(60):
        data = bytearray(whole)
        if number % 2:
            del data[int(random.integers(1, len(whole))) :]
        else:
            for position in random.integers(4, 600, 3):
                data[position] = random.integers(256)
        (tmp_path / "a.exr").write_bytes(data)
        try:
            codes = read_codes(tmp_path / "a.exr")
        except MediaError as error:
            refused = error.sentence
        else:
            refused = ""
            assert codes.shape[0] == 3
        assert not number % 2 or "a.exr" in refused
