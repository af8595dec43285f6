"""Versioned folders: claimed once, delivered whole, never replaced."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.domain.errors import DiskFull, OutputNotWritable, OutputVanished
from bridge.jobs.output import deliver, discard, is_claimed, reserve
from bridge.media.storage import os_error_to_output_error, replacing, write_atomic


def test_the_first_version_is_claimed_in_a_folder_that_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    reservation = reserve(folder, "shot")
    assert reservation.name == "shot_hdr_v001"
    assert reservation.staging == folder / ".shot_hdr_v001.partial"
    assert reservation.final == folder / "shot_hdr_v001"
    assert [p.name for p in folder.iterdir()] == [".shot_hdr_v001.partial"]
    assert not list(reservation.staging.iterdir())


def test_versions_grow_past_what_is_delivered_and_what_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "shot_hdr_v001").mkdir()
    (tmp_path / "shot_hdr_v004").mkdir()
    (tmp_path / "shotgun_hdr_v030").mkdir()
    (tmp_path / "shot_hdr_v017_old").mkdir()
    names = [reserve(tmp_path, "shot").name for _ in range(3)]
    assert names == ["shot_hdr_v005", "shot_hdr_v006", "shot_hdr_v007"]


def test_a_name_that_differs_only_in_case_or_composition_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "Cafe\u0301_hdr_v002").mkdir()
    assert reserve(tmp_path, "CAFÉ").name == "CAFÉ_hdr_v003"


def test_versions_go_on_after_999(tmp_path: Path) -> None:
    (tmp_path / "shot_hdr_v999").mkdir()
    assert reserve(tmp_path, "shot").name == "shot_hdr_v1000"
    assert reserve(tmp_path, "shot").name == "shot_hdr_v1001"


def test_threads_never_share_a_version(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: reserve(tmp_path, "shot").name, range(40)))
    assert sorted(names) == [f"shot_hdr_v{n:03}" for n in range(1, 41)]


def test_processes_never_share_a_version(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from bridge.jobs.output import deliver, reserve\n"
        "for _ in range(15):\n"
        "    r = reserve(pathlib.Path(sys.argv[1]), 'shot')\n"
        "    (r.staging / 'mine').write_text(sys.argv[2])\n"
        "    deliver(r)\n"
        "    print(r.name)\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), str(n)], stdout=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    names = [process.communicate()[0].split() for process in processes]
    assert all(process.returncode == 0 for process in processes)
    assert len({name for mine in names for name in mine}) == 45
    for number, mine in enumerate(names):
        assert {(tmp_path / name / "mine").read_text() for name in mine} == {str(number)}


def test_delivery_renames_the_folder_and_sweeps_half_written_files(tmp_path: Path) -> None:
    reservation = reserve(tmp_path, "shot")
    (reservation.staging / "shot.exr").write_bytes(b"light")
    (reservation.staging / ".part-0a0b0c0d-shot.exr").write_bytes(b"lig")
    assert is_claimed(reservation)
    deliver(reservation)
    assert [p.name for p in tmp_path.iterdir()] == ["shot_hdr_v001"]
    assert [p.name for p in reservation.final.iterdir()] == ["shot.exr"]
    assert not is_claimed(reservation)


def test_delivery_never_replaces_a_folder_even_an_empty_one(tmp_path: Path) -> None:
    reservation = reserve(tmp_path, "shot")
    reservation.final.mkdir()
    with pytest.raises(OutputNotWritable, match="exists already"):
        deliver(reservation)
    assert reservation.staging.is_dir()
    assert not is_claimed(reservation)


def test_delivery_of_a_folder_that_went_away(tmp_path: Path) -> None:
    reservation = reserve(tmp_path, "shot")
    discard(reservation)
    discard(reservation)
    with pytest.raises(OutputVanished):
        deliver(reservation)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputNotWritable, match="is a file"):
        reserve(tmp_path / "out", "shot")
    with pytest.raises(OutputNotWritable):
        reserve(tmp_path / "out" / "below", "shot")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system that refuses even root")
def test_a_folder_that_cannot_be_written() -> None:
    with pytest.raises((OutputNotWritable, OutputVanished)):
        reserve(Path("/proc/self"), "shot")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputNotWritable):
        reserve(tmp_path, "shot")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_drive_is_told_apart(tmp_path: Path) -> None:
    target = tmp_path / "frame.exr"
    with pytest.raises(DiskFull), replacing(target), Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"light")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, OutputNotWritable),
        (errno.EACCES, OutputNotWritable),
        (errno.EFBIG, OutputNotWritable),
        (errno.ENOENT, OutputVanished),
        (errno.EIO, OutputVanished),
    ],
)
def test_what_the_system_refuses_is_told_in_the_words_of_the_tree(code: int, kind: type[Exception]) -> None:
    error = os_error_to_output_error(OSError(code, os.strerror(code)), Path("/out/shot.exr"))
    assert type(error) is kind
    assert "/out/shot.exr" in error.sentence


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "notes.json"
    write_atomic(target, b"first")
    with pytest.raises(ZeroDivisionError), replacing(target) as part:
        part.write_bytes(bytes(1 // 0))
    assert target.read_bytes() == b"first"
    with replacing(target) as part:
        assert part.suffix == ".json"
        part.write_bytes(b"second")
        assert target.read_bytes() == b"first"
    assert target.read_bytes() == b"second"
    assert [p.name for p in tmp_path.iterdir()] == ["notes.json"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_mode_is_that_of_the_caller(tmp_path: Path) -> None:
    write_atomic(tmp_path / "secret", b"", mode=0o600)
    write_atomic(tmp_path / "frame", b"")
    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "frame").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_folder_that_is_not_there_cannot_be_written_into(tmp_path: Path) -> None:
    with pytest.raises(OutputVanished):
        write_atomic(tmp_path / "gone" / "frame.exr", b"light")
