"""Bad input: one clear sentence, a code of its own, and nothing left behind."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from tests.acceptance.terminal import SAMPLE


def movie(path, *, frames=3, size=(64, 48), codec="ffv1", options=None, pixel_format="yuv420p", tags=None):
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=Fraction(25), options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        for name, value in (tags or {}).items():
            setattr(stream.codec_context, name, value)
        for n in range(frames):
            picture = np.full((size[1], size[0], 3), 40 + 5 * n, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return path


def sound(path):
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), format="fltp", layout="stereo")
        frame.sample_rate = 48000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def refused(terminal, tmp_path, kind, code, *arguments):
    """The command fails as it must, in its sentence and in its JSON, and leaves nothing."""
    out = tmp_path / "out"
    outcome = terminal.run("lift", *arguments, "--out", out, "--json")
    assert outcome.code == code, outcome.err
    assert outcome.json["error"]["kind"] == kind
    assert outcome.json["state"] == "failed"
    sentence = outcome.json["error"]["sentence"]
    assert sentence in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err
    assert not out.exists() or list(out.iterdir()) == []
    return sentence


def test_missing(terminal, tmp_path):
    assert "nowhere.mp4" in refused(terminal, tmp_path, "MediaMissing", 20, tmp_path / "nowhere.mp4")


def test_empty(terminal, tmp_path):
    (tmp_path / "empty.mp4").touch()
    assert "empty.mp4" in refused(terminal, tmp_path, "MediaEmpty", 21, tmp_path / "empty.mp4")


def test_text_that_bears_a_movies_name(terminal, tmp_path):
    (tmp_path / "notes.mp4").write_text("not a movie at all\n" * 100)
    assert "notes.mp4" in refused(terminal, tmp_path, "MediaUnreadable", 22, tmp_path / "notes.mp4")


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_truncated(terminal, tmp_path, keep):
    """The index of this file stands at its end or its start; cut off, it is either unreadable or ends too early."""
    clip = movie(tmp_path / "whole.mkv", frames=40, options={"level": "3"})
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(clip.read_bytes()[: int(clip.stat().st_size * keep)])
    outcome = terminal.run("lift", cut, "--out", tmp_path / "out", "--json", "--range", "0-40")
    assert outcome.code in (22, 23, 25), outcome.err


def test_truncated_sample(terminal, tmp_path):
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(SAMPLE.read_bytes()[: SAMPLE.stat().st_size // 2])
    outcome = terminal.run("lift", cut, "--out", tmp_path / "out", "--json")
    assert outcome.json["error"]["kind"] in ("MediaUnreadable", "MediaTruncated")
    assert outcome.code in (22, 23)
    assert list((tmp_path / "out").iterdir()) == []


def test_sound_alone(terminal, tmp_path):
    assert "sound.m4a" in refused(terminal, tmp_path, "NoVideo", 24, sound(tmp_path / "sound.m4a"))


def test_a_range_outside_the_clip(terminal, tmp_path):
    sentence = refused(terminal, tmp_path, "RangeOutside", 25, SAMPLE, "--range", "100-133")
    assert "0-132" in sentence


@pytest.mark.parametrize(("trc", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_sources(terminal, tmp_path, trc, name):
    clip = movie(
        tmp_path / "hdr.mp4",
        codec="libx265",
        pixel_format="yuv420p10le",
        tags={"color_trc": trc, "color_primaries": 9, "colorspace": 9},
        options={"x265-params": "log-level=none"},
    )
    assert name in refused(terminal, tmp_path, "SourceNotSdr", 27, clip)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--strength", "7"), "strength"),
        (("--method", "magic"), "method"),
        (("--white", "150"), "reference_white"),
        (("--color", "aces2065-1", "--compression", "piz"), "uncompressed"),
        (("--range", "9-3"), "9-3"),
        (("--fps", "fast"), "fast"),
    ],
)
def test_settings_that_cannot_be_used(terminal, tmp_path, arguments, named):
    assert named in refused(terminal, tmp_path, "RequestError", 10, SAMPLE, *arguments)


def test_an_unknown_backend(terminal, tmp_path):
    refused(terminal, tmp_path, "BackendUnknown", 12, SAMPLE, "--backend", "cloud9")


def test_a_command_that_is_typed_wrongly(terminal):
    assert terminal.run("lift", "--nonsense").code == 2
    assert terminal.run("lift").code == 2


@pytest.mark.parametrize("size", [(1, 1), (63, 47), (2, 3)])
def test_odd_sizes(terminal, tmp_path, size):
    clip = movie(tmp_path / "odd.mkv", frames=2, size=size, pixel_format="bgr0")
    result = terminal.lift(clip, "--out", tmp_path / "out")
    assert (result["width"], result["height"], result["frames"]) == (*size, 2)


@pytest.mark.parametrize("frames", [1, 12])
def test_short_clips(terminal, tmp_path, frames):
    result = terminal.lift(movie(tmp_path / "short.mkv", frames=frames), "--out", tmp_path / "out")
    assert result["frames"] == frames
    with av.open(result["review"]) as review:
        assert sum(1 for _ in review.decode(video=0)) == frames


def test_a_read_only_drive(terminal, tmp_path, drive):
    locked = drive("size=1m,ro")
    outcome = terminal.run("lift", SAMPLE, "--out", locked / "out", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (30, "OutputNotWritable")


def test_a_file_where_a_folder_is_wanted(terminal, tmp_path):
    (tmp_path / "file").touch()
    outcome = terminal.run("lift", SAMPLE, "--out", tmp_path / "file", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (30, "OutputNotWritable")


def test_a_drive_that_is_too_small_is_found_before_the_work(terminal, tmp_path, drive):
    small = drive("size=8m")
    outcome = terminal.run("lift", SAMPLE, "--out", small, "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (31, "DiskFull")
    assert "free" in outcome.json["error"]["sentence"]
    assert not list(small.rglob("*.exr"))


def test_a_drive_that_fills_up_in_the_middle_keeps_whole_frames_and_goes_on(terminal, tmp_path, drive):
    small = drive("size=140m")
    ballast = small / "ballast"
    outcome = terminal.run("lift", SAMPLE, "--out", small, "--json", "--range", "0-24", "--no-review")
    size = sum(p.stat().st_size for p in small.rglob("*.exr"))
    assert outcome.code == 0, outcome.err
    ballast.write_bytes(b"\0" * max(0, 140 * 2**20 - size - size // 2))
    outcome = terminal.run("lift", SAMPLE, "--out", small, "--json", "--range", "0-24", "--no-review")
    assert (outcome.code, outcome.json["error"]["kind"]) == (31, "DiskFull")
    assert not (small / "bigbuckbunny_hdr_v002").exists()
    kept = sorted((small / ".bigbuckbunny_hdr_v002.partial").glob("*.exr"))
    assert kept
    ballast.unlink()
    again = terminal.run("jobs", "retry", outcome.json["job"], "--json")
    assert again.code == 0, again.err
    assert again.json["frames"] == 24
    assert len(list((small / "bigbuckbunny_hdr_v002").glob("*.exr"))) == 24
