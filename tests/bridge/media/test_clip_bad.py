"""Files that are missing, empty, damaged, cut off, or no video at all."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition

from bridge.domain.errors import (
    MediaEmpty,
    MediaError,
    MediaMissing,
    MediaTruncated,
    MediaUnreadable,
    NoVideo,
)
from bridge.domain.frames import FrameRange
from bridge.media.clip import open_clip
from tests.clips import (
    OPEN_GOP_264,
    number_of,
    numbered_frames,
    write_movie,
    write_numbered,
    write_png,
)


def write_sound(path: Path, cover: bool = False) -> Path:
    with av.open(str(path), "w") as container:
        codec = {".m4a": "aac", ".mp3": "libmp3lame"}.get(path.suffix, "pcm_s16le")
        sound: Any = container.add_stream(codec, rate=8000, layout="mono")
        if cover:
            picture = container.add_mux_stream("png", width=16, height=16)
            picture.disposition = Disposition.attached_pic
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), "s16", "mono")
        silence.rate = 8000
        container.mux(sound.encode(silence))
        container.mux(sound.encode(None))
        if cover:
            art = write_png(path.with_suffix(".png"), np.zeros((3, 16, 16), np.uint8)).read_bytes()
            packet = av.Packet(art)
            packet.stream = picture
            packet.pts = packet.dts = 0
            packet.is_keyframe = True
            container.mux(packet)
    return path


def test_missing(tmp_path: Path) -> None:
    for name in ("gone.mp4", "gone.png", "gone.%04d.png", "gone.####.exr", "gone.[1-9].dpx", "no/such/folder.mov"):
        with pytest.raises(MediaMissing):
            open_clip(tmp_path / name)


@pytest.mark.parametrize("name", ["empty.mp4", "empty.mov", "empty.png", "empty.exr", "empty.0001.dpx"])
def test_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(MediaEmpty, match=name.split(".")[0]):
        open_clip(tmp_path / name)


@pytest.mark.parametrize(
    "name",
    ["text.mp4", "notes.txt", "text.mov", "text.mkv", "text.avi", "text.png", "text.exr", "text.dpx", "t.tif"],
)
def test_text_is_no_movie(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("To be, or not to be, that is the question.\n" * 200)
    with pytest.raises(MediaUnreadable, match=name):
        open_clip(path)


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi", "ts", "mxf", "png", "jpg", "dpx", "tif", "exr"])
def test_garbage(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"garbage.{suffix}"
    path.write_bytes(np.random.default_rng(1).bytes(50_000))
    with pytest.raises((MediaUnreadable, NoVideo), match="garbage"):
        open_clip(path)


@pytest.mark.parametrize("name", ["sound.wav", "sound.m4a", "sound.mkv"])
def test_sound_alone(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoVideo, match="no video track"):
        open_clip(write_sound(tmp_path / name))


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "song.mp3", cover=True)
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1, "the file must have a picture for this to mean anything"
    with pytest.raises(NoVideo, match="no video track"):
        open_clip(path)


@pytest.mark.skipif(sys.platform == "win32", reason="needs named pipes in folders")
def test_devices_and_pipes_are_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    with pytest.raises(MediaUnreadable, match="not a file"):
        open_clip(pipe)


CUT: dict[str, dict[str, Any]] = {
    "cut.mp4": {"options": OPEN_GOP_264, "container_options": {"movflags": "faststart"}},
    "cut.mov": {"codec": "prores_ks", "pixel_format": "yuv422p10le", "container_options": {"movflags": "faststart"}},
    "cut.mkv": {"options": OPEN_GOP_264},
    "sound.mov": {"options": OPEN_GOP_264, "audio": True, "container_options": {"movflags": "faststart"}},
    "cut.avi": {"codec": "ffv1"},
    "open.avi": {"options": OPEN_GOP_264},
    "cut.mxf": {"codec": "mpeg2video", "options": {"bf": "2", "g": "12", "qscale": "2"}},
    "cut.webm": {"codec": "libvpx-vp9", "options": {"lossless": "1", "deadline": "realtime", "cpu-used": "8"}},
}


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("name", CUT)
def test_cut_off_files_say_so(tmp_path: Path, name: str, share: float) -> None:
    path = write_numbered(tmp_path / name, 50, **CUT[name])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    try:
        clip = open_clip(path)
    except (MediaUnreadable, MediaTruncated):
        return
    with clip:
        assert 48 <= clip.facts.frames <= 50
        assert not clip.facts.variable_rate
        assert any("cut off" in warning for warning in clip.facts.warnings)
        with pytest.raises(MediaTruncated, match=r"frame \d+"):
            list(clip.frames(clip.facts.range))
        with pytest.raises(MediaTruncated):
            list(clip.sample(clip.facts.range, 4))
        # What lies before the damage can still be had; the last frame or two may be cut through.
        there = int(clip.facts.warnings[-1].split()[-3])
        whole = FrameRange(0, max(0, there - 2))
        assert [number_of(frame) for frame in clip.frames(whole)] == list(range(whole.end))


def test_no_moov_at_all(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "late_moov.mp4", 50, options=OPEN_GOP_264)
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(MediaUnreadable, match="damaged"):
        open_clip(path)


def payload_of(path: Path, number: int) -> tuple[int, int]:
    """Position and size of the `number`th packet in decoding order."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        packet = packets[number]
        assert packet.pos is not None
        return packet.pos, packet.size


@pytest.mark.parametrize(
    ("codec", "suffix"), [("libx264", "mp4"), ("libx265", "mp4"), ("ffv1", "avi"), ("prores_ks", "mov")]
)
def test_damage_in_the_middle_is_found(tmp_path: Path, codec: str, suffix: str) -> None:
    how: dict[str, Any] = {"codec": codec}
    if codec == "libx264":
        how["options"] = OPEN_GOP_264
    if codec == "ffv1":
        how["options"] = {"g": "1"}
    if codec == "prores_ks":
        how["pixel_format"] = "yuv422p10le"
    path = write_numbered(tmp_path / f"hurt.{suffix}", 40, **how)
    position, size = payload_of(path, 20)
    data = bytearray(path.read_bytes())
    data[position : position + size] = b"\xff" * size
    path.write_bytes(data)
    with open_clip(path) as clip:
        before = [number_of(frame) for frame in clip.frames(FrameRange(0, 10))]
        assert before == list(range(10))
        with pytest.raises(MediaTruncated, match=r"frame (1[5-9]|2[0-9])\b"):
            list(clip.frames(clip.facts.range))
        # The next random access point is whole again.
        assert [number_of(frame) for frame in clip.frames(FrameRange(36, 40))] == [36, 37, 38, 39]


def test_size_change_in_midstream(tmp_path: Path) -> None:
    small = write_numbered(tmp_path / "small.ts", 5, options={"crf": "5"})
    large = write_movie(
        tmp_path / "large.ts", numbered_frames(5, width=128), options={"crf": "5"}, times=range(5, 10)
    )
    both = tmp_path / "both.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    with open_clip(both) as clip, pytest.raises(MediaUnreadable, match="frame 5 from 96 x 64"):
        list(clip.frames(clip.facts.range))


def test_pictures_too_large(tmp_path: Path) -> None:
    path = write_png(tmp_path / "huge.png", np.zeros((3, 1, 16400), np.uint8))
    with pytest.raises(MediaUnreadable, match="16400 x 1"):
        open_clip(path)
    movie = write_movie(tmp_path / "huge.mov", [av.VideoFrame(16400, 2, "rgb24")], codec="png")
    with pytest.raises(MediaUnreadable, match="16400 x 2"):
        open_clip(movie)


def test_picture_bomb(tmp_path: Path) -> None:
    """A small file that claims 60000 x 40000 pixels is refused without room being made for them."""
    resource = pytest.importorskip("resource")
    path = write_png(tmp_path / "bomb.png", np.zeros((3, 8, 8), np.uint8))
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60000, 40000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("bomb.png", "bomb.mp4"):
        path = path.rename(tmp_path / name)
        with pytest.raises(MediaUnreadable, match="bomb"):
            open_clip(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000


@pytest.mark.parametrize("pixel_format", ["xyz12le", "gbrpf32le", "bayer_rggb8"])
def test_pixels_of_other_kinds_are_refused(tmp_path: Path, pixel_format: str) -> None:
    path = write_movie(tmp_path / "other.nut", [av.VideoFrame(16, 16, pixel_format)], codec="rawvideo")
    with pytest.raises(MediaUnreadable, match=pixel_format):
        open_clip(path)


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_is_an_error_or_frames(tmp_path: Path, seed: int) -> None:
    """Whatever bytes are wrong: frames in order, or a `MediaError`; never another exception, never a wrong count."""
    random = np.random.default_rng(seed)
    name = list(CUT)[seed % len(CUT)]
    path = write_numbered(tmp_path / name, 12, **CUT[name])
    data = bytearray(path.read_bytes())
    for position in random.integers(0, len(data), 20):
        data[position] = random.integers(256)
    path.write_bytes(data)
    with contextlib.suppress(MediaError), open_clip(path) as clip:
        wanted = FrameRange(0, min(clip.facts.frames, 40))
        for index, frame in zip(range(wanted.end), clip.frames(wanted), strict=True):
            assert frame.index == index


def test_nothing_is_printed(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "hurt.mp4", 40, options=OPEN_GOP_264)
    position, size = payload_of(path, 20)
    data = bytearray(path.read_bytes())
    data[position : position + size] = b"\xff" * size
    path.write_bytes(data)
    garbage = tmp_path / "garbage.mkv"
    garbage.write_bytes(np.random.default_rng(1).bytes(9000))
    script = (
        "import sys, pathlib\n"
        "from bridge.media.clip import open_clip\n"
        "from bridge.domain.errors import MediaError\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        clip = open_clip(pathlib.Path(name))\n"
        "        list(clip.frames(clip.facts.range))\n"
        "    except MediaError:\n"
        "        continue\n"
        "    sys.exit('no error')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(garbage)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
