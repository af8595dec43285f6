"""Frames from outside, read from memory: what is light comes bit for bit, all else is refused with a sentence."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from bridge.domain.errors import ResultUnusable
from bridge.media.received import MAX_SIDE, read_light
from tests.archives import exr_of

ROOT = Path(__file__).resolve().parents[3]
ROOM = 64 * 48
LOSSLESS = [OpenEXR.NO_COMPRESSION, OpenEXR.RLE_COMPRESSION, OpenEXR.ZIPS_COMPRESSION, OpenEXR.ZIP_COMPRESSION]
LOSSLESS += [OpenEXR.PIZ_COMPRESSION]
TILED = {"type": OpenEXR.tiledimage, "tiles": OpenEXR.TileDescription()}


def light(dtype=np.float16, channels=3):
    return np.random.default_rng(5).uniform(-0.5, 40, (48, 64, channels)).astype(dtype)


def refused(data, match, max_pixels=ROOM):
    with pytest.raises(ResultUnusable, match=match) as caught:
        read_light(data, "frame_00003.exr", max_pixels)
    assert "frame_00003.exr" in caught.value.sentence


def test_half_comes_bit_for_bit():
    frame = light()
    frame[0, :4, 0] = [65504, -65504, 6e-8, -0.0]
    for compression in LOSSLESS:
        for layout in ({}, TILED):
            found = read_light(exr_of({"RGB": frame}, compression=compression, **layout), "a.exr", ROOM)
            assert found.dtype == np.float16
            np.testing.assert_array_equal(found.view(np.uint16), frame.view(np.uint16))


def test_float_is_clamped_to_the_range_of_half():
    frame = light(np.float32)
    frame[0, :6, 1] = [1e30, -1e30, 65519, 65520, 1e-30, np.float32(1) / 3]
    found = read_light(exr_of({"RGB": frame}), "a.exr", ROOM)
    # 65519 rounds down to the largest half, 65520 would round to infinity (IEEE 754, ties to even).
    np.testing.assert_array_equal(found[0, :6, 1], np.float16([65504, -65504, 65504, 65504, 0, 0.33325195]))
    np.testing.assert_array_equal(found[1:], frame[1:].astype(np.float16))


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_alpha_is_left_out(dtype):
    frame = light(dtype, channels=4)
    found = read_light(exr_of({"RGBA": frame}), "a.exr", ROOM)
    np.testing.assert_array_equal(found, frame[..., :3].astype(np.float16))


def test_channels_of_two_kinds():
    planes = {
        name: light(kind)[..., 0] for name, kind in zip("RGB", (np.float16, np.float32, np.float16), strict=True)
    }
    planes["G"] = planes["G"] * 2
    found = read_light(exr_of(planes), "a.exr", ROOM)
    np.testing.assert_array_equal(found, np.stack([planes[name] for name in "RGB"], -1).astype(np.float16))


def test_decreasing_lines_stand_upright():
    frame = light()
    found = read_light(exr_of({"RGB": frame}, lineOrder=OpenEXR.DECREASING_Y), "a.exr", ROOM)
    np.testing.assert_array_equal(found, frame)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_what_is_no_number(value, dtype, channel):
    frame = light(dtype)
    frame[47, 63, channel] = value
    refused(exr_of({"RGB": frame}), "no numbers")


@pytest.mark.parametrize(
    ("names", "match"),
    [
        ("R", "the channels R"),
        ("RG", "the channels G, R"),
        ("Y", "the channels Y"),
        ("RGBZ", "the channels B, G, R, Z"),
        ("XYZ", "the channels X, Y, Z"),
    ],
)
def test_other_channels(names, match):
    refused(exr_of({name: light()[..., 0] for name in names}), match)


def test_whole_numbers_are_no_light():
    refused(exr_of({name: np.ones((48, 64), np.uint32) for name in "RGB"}), "uint32")


def test_subsampled_channels():
    made = exr_of({"RGB": light()}, compression=OpenEXR.NO_COMPRESSION)
    entry = b"B\0" + struct.pack("<iB3xii", 1, 0, 1, 1)
    assert made.count(entry) == 1
    refused(made.replace(entry, b"B\0" + struct.pack("<iB3xii", 1, 0, 2, 2)), "no RGB picture|damaged")


def test_several_parts(tmp_path):
    path = tmp_path / "a.exr"
    parts = [OpenEXR.Part({"type": OpenEXR.scanlineimage, "name": name}, {"RGB": light()}) for name in "ab"]
    with OpenEXR.File(parts) as file:
        file.write(str(path))
    refused(path.read_bytes(), "several pictures")


def windowed(data, display):
    """A picture with these windows in its header, as (x0, y0, x1, y1)."""
    made = exr_of({"RGB": light()}, compression=OpenEXR.NO_COMPRESSION)
    for name, window in ((b"dataWindow", data), (b"displayWindow", display)):
        at = made.index(name + b"\0box2i\0") + len(name) + 7 + 4
        made = made[:at] + struct.pack("<4i", *window) + made[at + 16 :]
    return made


def test_windows_must_be_one():
    whole = (0, 0, 63, 47)
    assert read_light(windowed(whole, whole), "a.exr", ROOM).shape == (48, 64, 3)
    refused(windowed(whole, (0, 0, 99, 99)), "does not fill its picture")
    refused(windowed(whole, (1, 1, 64, 48)), "does not fill its picture")


@pytest.mark.parametrize(
    "window",
    [
        (0, 0, MAX_SIDE, 0),
        (0, 0, 0, MAX_SIDE),
        (0, 0, 63, 48),
        (0, 0, 2**31 - 2, 2**31 - 2),
        (-(2**31), -(2**31), 2**31 - 1, 2**31 - 1),
        (5, 5, 4, 4),
        (0, 0, 65535, 65535),
    ],
)
def test_sizes_beyond_the_limit_are_refused_by_the_header(window):
    refused(windowed(window, window), "not what was asked for|damaged")


def test_the_limit_is_the_callers_and_our_own():
    refused(exr_of({"RGB": light()}), "64 x 48 pixels, which is not what was asked for", max_pixels=ROOM - 1)
    for window in ((0, 0, MAX_SIDE, 0), (0, 0, 0, MAX_SIDE)):
        refused(windowed(window, window), "pixels, which is not what was asked for", max_pixels=2**40)


def test_no_memory_is_taken_for_a_size_beyond_the_limit(tmp_path):
    """A header of 8192 x 8192 in a file of 20 kB, against a limit of 64 x 48."""
    code = """
    import sys
    from bridge.domain.errors import ResultUnusable
    from bridge.media.received import read_light

    def peak():
        # Not getrusage, whose peak counts what the parent held when it forked.
        return int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])

    data = open(sys.argv[1], "rb").read()
    before = peak()
    for _ in range(50):
        try:
            read_light(data, "a.exr", 64 * 48)
        except ResultUnusable as error:
            assert "8192 x 8192" in error.sentence
        else:
            raise AssertionError
    print(peak() - before)
    """
    if sys.platform != "linux":
        pytest.skip("only Linux tells a process its peak in this way")
    window = (0, 0, 8191, 8191)
    path = tmp_path / "large.exr"
    path.write_bytes(windowed(window, window))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) < 8 * 1024


@pytest.mark.parametrize("size", [(32, 2**24), (2**24, 32), (2**15, 2**15), (1025, 1024)])
def test_tiles_far_larger_than_the_picture(size):
    """Each would take gigabytes for a file of a few kilobytes."""
    made = exr_of({"RGB": light()}, **TILED)
    at = made.index(b"tiles\0tiledesc\0") + 15 + 4
    refused(made[:at] + struct.pack("<II", *size) + made[at + 8 :], "tiles far larger than itself")


@pytest.mark.parametrize("data", [b"", b"\x76\x2f\x31\x01", b"\x76\x2f\x31\x01\2\0\0\0", b"\x89PNG" + bytes(100)])
def test_what_is_no_picture(data):
    refused(data, "damaged")


FUZZ = """
import json, random, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
except ImportError:  # Windows has no such limit
    resource = None
from bridge.domain.errors import ResultUnusable
from bridge.media.received import read_light
import numpy as np

seeds = [open(path, "rb").read() for path in sys.argv[3:]]
chance = random.Random(int(sys.argv[1]))
read = refused = 0
for _ in range(int(sys.argv[2])):
    data = bytearray(chance.choice(seeds))
    if chance.random() < 0.3:
        del data[chance.randrange(len(data)):]
    for _ in range(chance.choice((0, 1, 1, 2, 8)) if data else 0):
        at = chance.randrange(min(len(data), chance.choice((400, len(data)))))
        data[at] = chance.choice((0, 1, 127, 128, 255, data[at] ^ 1 << chance.randrange(8)))
    try:
        found = read_light(bytes(data), "a.exr", 64 * 48)
    except ResultUnusable:
        refused += 1
    else:
        assert found.ndim == 3 and found.shape[2] == 3 and found.size <= 3 * 64 * 48 and found.dtype == np.float16
        assert np.isfinite(found).all()
        read += 1
# Not getrusage: on Linux its peak counts what the parent held when it forked.
status = open("/proc/self/status").read() if sys.platform == "linux" else "VmHWM: 0 kB"
most = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps([read, refused, most]))
"""


def test_damage_ends_in_light_or_a_sentence(tmp_path):
    """Flipped and cut pictures of all kinds, in a process of their own: it would show if the library fell over."""
    kinds = [{"compression": compression} for compression in (*LOSSLESS, OpenEXR.DWAA_COMPRESSION)] + [TILED]
    seeds = []
    for number, kind in enumerate(kinds):
        seeds.append(tmp_path / f"{number}.exr")
        seeds[-1].write_bytes(exr_of({"RGB": light()[:16, :24]}, **kind))
    done = subprocess.run(
        [sys.executable, "-c", FUZZ, "1", "1500", *map(str, seeds)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
    read, refused, most = json.loads(done.stdout.splitlines()[-1])
    assert read > 100
    assert refused > 300
    assert most < 300  # MiB
