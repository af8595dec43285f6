"""Archives as honest programs write them, unpacked while they arrive and afterwards."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from bridge.domain.errors import JobCancelled, ResultUnusable
from bridge.media.archive import NotStreamable, check_whole, members_as_they_come, members_of, natural_key
from tests.archives import LIMITS, Feed, Raw, build, exr, frames

NAMES = [f"frame_{number:05d}.exr" for number in range(1, 6)]
PICTURES = {name: exr(number) for number, name in enumerate(NAMES, 1)}


class Pipe(io.RawIOBase):
    """Where nobody can go back: zipfile writes sizes and sums behind the bytes then."""

    def __init__(self):
        self.written = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.written += data
        return len(data)


def zipped(method=zipfile.ZIP_STORED, *, names=NAMES, others=(), seekable=True, zip64=False, comment=b""):
    """What Python's zipfile makes of the pictures, which stand under `names` in that order."""
    target = io.BytesIO() if seekable else Pipe()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name in others:
            archive.writestr(name, b"" if name.endswith("/") else b"not a picture")
        for name in names:
            with archive.open(name, "w", force_zip64=zip64) as member:
                member.write(PICTURES.get(name.rpartition("/")[2]) or exr(len(name)))
        archive.comment = comment
    return target.getvalue() if seekable else bytes(target.written)


def streamed(tmp_path, whole):
    """Name and bytes of each frame while the archive grows, looked over at its end."""
    path = tmp_path / "frames.zip"
    members = list(members_as_they_come(path, Feed(path, whole), LIMITS))
    check_whole(path, [member.seen for member in members])
    return {member.name: member.data for member in members}


def afterwards(tmp_path, whole):
    path = tmp_path / "whole.zip"
    path.write_bytes(whole)
    return {member.name: member.data for member in members_of(path, LIMITS)}


@pytest.mark.parametrize("zip64", [False, True])
@pytest.mark.parametrize(
    ("method", "seekable"),
    [(zipfile.ZIP_STORED, True), (zipfile.ZIP_DEFLATED, True), (zipfile.ZIP_DEFLATED, False)],
)
def test_what_zipfile_writes_is_read_both_ways(tmp_path, method, seekable, zip64):
    whole = zipped(method, seekable=seekable, zip64=zip64)
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
    for read in (streamed, afterwards):
        found = read(tmp_path, whole)
        assert found == PICTURES
        assert list(found) == NAMES


def test_stored_frames_of_unknown_size_wait_for_the_end(tmp_path):
    whole = zipped(zipfile.ZIP_STORED, seekable=False)
    path = tmp_path / "frames.zip"
    feed = Feed(path, whole)
    with pytest.raises(NotStreamable):
        list(members_as_they_come(path, feed, LIMITS))
    assert feed.there == len(whole)
    assert afterwards(tmp_path, whole) == PICTURES


@pytest.mark.parametrize("method", [0, 8])
def test_a_frame_is_there_as_soon_as_its_last_byte(tmp_path, method):
    members = frames(5, method=method)
    path = tmp_path / "frames.zip"
    feed = Feed(path, build(members))
    coming = members_as_they_come(path, feed, LIMITS)
    for count in range(1, 6):
        next(coming)
        # The bytes up to here, as an archive would have them without its list of contents.
        length = len(build([*members[:count]])) - len(build([])) - sum(46 + len(m.name) for m in members[:count])
        assert feed.there == length
    assert list(coming) == []


def test_a_described_frame_needs_no_more_than_its_descriptor(tmp_path):
    path = tmp_path / "frames.zip"
    whole = zipped(zipfile.ZIP_DEFLATED, seekable=False)
    feed = Feed(path, whole)
    coming = members_as_they_come(path, feed, LIMITS)
    infos = zipfile.ZipFile(io.BytesIO(whole)).infolist()
    for following in infos[1:]:
        next(coming)
        assert feed.there <= following.header_offset + 28


@pytest.mark.skipif(not shutil.which("zip"), reason="no Info-ZIP here")
@pytest.mark.parametrize("flags", [["-0"], ["-9"], ["-fd", "-9"], ["-fz", "-9"], ["-r", "-D"], ["-r"]])
def test_what_info_zip_writes_is_read_both_ways(tmp_path, flags):
    folder = tmp_path / "out"
    folder.mkdir()
    for name, data in PICTURES.items():
        (folder / name).write_bytes(data)
    if "-r" in flags:
        subprocess.run(["zip", "-q", *flags, "made.zip", "out"], cwd=tmp_path, check=True)
    else:
        subprocess.run(["zip", "-q", *flags, tmp_path / "made.zip", *NAMES], cwd=folder, check=True)
    whole = (tmp_path / "made.zip").read_bytes()
    assert afterwards(tmp_path, whole) == PICTURES
    if "-r" in flags:  # in the folder's own order, which is any
        path = tmp_path / "frames.zip"
        try:
            assert streamed(tmp_path, whole) == PICTURES
        except NotStreamable:
            assert path.read_bytes() == whole
    else:
        assert streamed(tmp_path, whole) == PICTURES


@pytest.mark.skipif(not shutil.which("zip"), reason="no Info-ZIP here")
def test_an_archive_from_a_pipe_is_read_while_it_comes(tmp_path):
    for name, data in PICTURES.items():
        (tmp_path / name).write_bytes(data)
    made = subprocess.run(["zip", "-q", "-", *NAMES], cwd=tmp_path, check=True, stdout=subprocess.PIPE).stdout
    assert streamed(tmp_path, made) == PICTURES


@pytest.mark.skipif(not shutil.which("jar"), reason="no Java here")
def test_what_java_writes_is_read_both_ways(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in PICTURES.items():
        (folder / name).write_bytes(data)
    subprocess.run(["jar", "cf", tmp_path / "made.zip", *NAMES], cwd=folder, check=True)
    whole = (tmp_path / "made.zip").read_bytes()
    assert streamed(tmp_path, whole) == afterwards(tmp_path, whole) == PICTURES


APPENDER = """
import sys, time
source, target, step = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(source, "rb") as whole, open(target, "ab", buffering=0) as part:
    while piece := whole.read(step):
        part.write(piece)
        print(part.tell(), flush=True)
"""


def test_another_process_appends_while_this_one_reads(tmp_path):
    """The file grows by 1000 bytes at a time, and the writer says how far it is, as a downloader does."""
    whole, path = zipped(zipfile.ZIP_DEFLATED), tmp_path / "growing.zip"
    (tmp_path / "whole.zip").write_bytes(whole)
    path.touch()
    arguments = [sys.executable, "-c", APPENDER, tmp_path / "whole.zip", path, "1000"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as writer:

        class Told:
            there = 0

            def wait_for(self, size):
                while self.there < size and (line := writer.stdout.readline()):
                    self.there = int(line)
                return self.there

        members = list(members_as_they_come(path, Told(), LIMITS))
    assert writer.returncode == 0
    assert {member.name: member.data for member in members} == PICTURES
    check_whole(path, [member.seen for member in members])


def test_a_cancelled_wait_ends_the_reading(tmp_path):
    path = tmp_path / "frames.zip"
    feed = Feed(path, zipped())
    stop = threading.Event()

    class Cancelled:
        def wait_for(self, size):
            if stop.is_set():
                raise JobCancelled("The job was cancelled.")
            return feed.wait_for(size)

    coming = members_as_they_come(path, Cancelled(), LIMITS)
    assert next(coming).name == NAMES[0]
    stop.set()
    with pytest.raises(JobCancelled):
        next(coming)


OTHERS = ["out/", "out/preview.mp4", "info.json", "README", "__MACOSX/out/._frame_00001.exr", "out/._frame_00001.exr"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_lies_beside_the_frames_is_passed_over(tmp_path, method):
    whole = zipped(method, names=[f"out/{name}" for name in NAMES], others=OTHERS, comment=b"made with care")
    assert streamed(tmp_path, whole) == afterwards(tmp_path, whole) == PICTURES


def test_names_are_read_as_people_count():
    names = ["f10.exr", "F9.exr", "f09_b.exr", "f2.exr", "f.exr", "f100.exr"]
    assert sorted(names, key=natural_key) == ["f2.exr", "F9.exr", "f09_b.exr", "f10.exr", "f100.exr", "f.exr"]
    long = "7" * 1000 + ".exr"
    assert natural_key(long) == ("", int("7" * 1000), ".exr")


@pytest.mark.parametrize(
    "names",
    [
        ["frame_8.exr", "frame_9.exr", "frame_10.exr", "frame_11.exr"],
        ["ltx_2.3_hdr_00001_.exr", "ltx_2.3_hdr_00002_.exr"],
        ["frame_00000.exr", "frame_00001.exr"],
        ["shot1_frame1.exr", "shot1_frame2.exr", "shot2_frame1.exr"],
        ["alpha.exr", "beta.exr", "omega.exr"],
        ["only.exr"],
        ["1.EXR", "2.EXR"],
        ["Größe_1.exr", "Größe_2.exr"],
        ["d/frame_1.exr", "c/frame_2.exr", "b/frame_3.exr"],
    ],
)
def test_frames_in_the_order_of_their_names(tmp_path, names):
    whole = zipped(names=names)
    wanted = [name.rpartition("/")[2] for name in names]
    assert list(streamed(tmp_path, whole)) == list(afterwards(tmp_path, whole)) == wanted


@pytest.mark.parametrize("names", [NAMES[::-1], [*NAMES[1:], NAMES[0]], ["f10.exr", "f8.exr", "f9.exr"]])
def test_frames_out_of_order_are_sorted_when_all_are_there(tmp_path, names):
    whole, path = zipped(names=names), tmp_path / "frames.zip"
    feed = Feed(path, whole)
    with pytest.raises(NotStreamable):
        list(members_as_they_come(path, feed, LIMITS))
    assert feed.there == len(whole)
    assert [member.name for member in members_of(path, LIMITS)] == sorted(names, key=natural_key)


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [((6, 8), "frame_00007.exr"), ((1, 2, 5), "frame_00003.exr"), ((99998, 99999, 100001), "frame_100000.exr")],
)
def test_a_missing_frame_is_named_and_nothing_after_it_is_taken(tmp_path, numbers, missing):
    whole, path = zipped(names=[f"frame_{number:05d}.exr" for number in numbers]), tmp_path / "frames.zip"
    coming = members_as_they_come(path, Feed(path, whole), LIMITS)
    for _ in numbers[:-1]:
        next(coming)
    with pytest.raises(NotStreamable):
        next(coming)
    with pytest.raises(ResultUnusable, match=f"lacks {missing}, which comes after"):
        next(members_of(path, LIMITS))


def test_memory_holds_a_few_frames_of_many(tmp_path):
    """60 frames of 1 MiB, half of them packed: this one, its pieces, and the one before."""
    big = exr(1) + bytes(1 << 20)
    path = tmp_path / "frames.zip"
    path.write_bytes(build([Raw(f"{n:02d}.exr", big, method=n % 2 * 8) for n in range(60)]))
    limits = replace(LIMITS, member_bytes=2 << 20, total_bytes=100 << 20)

    class There:
        def wait_for(self, size):
            return path.stat().st_size

    tracemalloc.start()
    try:
        for _ in members_as_they_come(path, There(), limits):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5 << 20
