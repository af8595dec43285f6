"""Where weights lie, and what is there."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import filelock
from platformdirs import user_data_path

from bridge.domain.errors import DiskFull, RequestError
from bridge.domain.settings import BridgeSettings
from bridge.engines.ltx.weights import MANIFEST
from bridge.media.storage import os_error_to_output_error

from .catalogue import HDR, SETS, WeightFile, WeightSet

HOME_VARIABLE = "SUPERWHITE_MODELS"
HDR_VARIABLE = "SUPERWHITE_LTX_WEIGHTS"

PARTS = ".parts"
"""The folder of files that are not whole yet, within that of their set."""

SPARE = 2 * 10**9
"""Bytes that are left free on the drive."""


def models_home(settings: BridgeSettings) -> Path:
    """The folder of all sets: that of the environment, else the user's choice, else where the system keeps data."""
    if given := os.environ.get(HOME_VARIABLE, "").strip():
        return Path(given).expanduser().absolute()
    return settings.models_folder or user_data_path("superwhite", appauthor=False) / "models"


def find_set(settings: BridgeSettings, name: str) -> Path:
    """The folder of a set, which need not be there. The environment can name another place for the HDR set."""
    if name == HDR.name and (given := os.environ.get(HDR_VARIABLE, "").strip()):
        return Path(given).expanduser().absolute()
    return models_home(settings) / name


def known_set(name: str) -> WeightSet:
    """Raises `RequestError`."""
    if name not in SETS:
        raise RequestError(f"There is no set “{name}”.", remedy=f"There are {', '.join(SETS)}.")
    return SETS[name]


def part_of(folder: Path, file: WeightFile) -> Path:
    """Where the beginning of a file waits. Named for what it is the beginning of: it is never continued as another."""
    return folder / PARTS / f"{(file.sha256 or file.blob)[:40]}.part"


def bytes_there(folder: Path, wanted: WeightSet) -> dict[str, int]:
    """What is there of each file of a set, by its path, also where it is not whole yet."""
    return {
        each.path: min(each.size, size_of(folder / each.path) or size_of(part_of(folder, each)))
        for each in wanted.files
    }


def size_of(path: Path) -> int:
    """0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def free_space(folder: Path) -> int:
    """Bytes on the drive of a folder, which need not be there yet."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free


def demand_space(folder: Path, needed: int) -> None:
    """Raises `DiskFull` where `needed` bytes would not leave enough free."""
    if not needed:
        return
    free = free_space(folder)
    if free < needed + SPARE:
        raise DiskFull(
            f"{folder} needs {(needed + SPARE) / 1e9:.1f} GB of free space, but its drive has {free / 1e9:.1f} GB.",
            remedy="Free some space, or choose a folder on another drive with --folder.",
        )


@contextmanager
def changing(folder: Path) -> Generator[None]:
    """Make `folder` and hold it for oneself. Raises `RequestError` while another does, and `OutputError`s, also for the
    `OSError`s of the caller.
    """
    try:
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / PARTS / "lock", timeout=0):
            yield
    except filelock.Timeout:
        raise RequestError(
            f"{folder} is being fetched or changed by another command.", remedy="Wait until that has ended."
        ) from None
    except OSError as error:
        failure = os_error_to_output_error(error, folder)
        if isinstance(failure, DiskFull):
            failure.remedy = "Free some space, then give the same command again: it goes on where it was."
        raise failure from error


def take_place(part: Path, path: Path) -> None:
    """`part` is whole and checked: it becomes `path`. Raises `OSError`."""
    # One that may only be read is a link to what has long been on the drive.
    with contextlib.suppress(PermissionError), part.open("rb+") as file:
        os.fsync(file.fileno())
    path.parent.mkdir(parents=True, exist_ok=True)
    part.replace(path)


def remove_parts(folder: Path) -> None:
    shutil.rmtree(folder / PARTS, ignore_errors=True)


def remove_files(folder: Path, wanted: WeightSet) -> None:
    """Remove a set's files, what is not whole yet, and the folders that are empty then: nothing that is another's.

    Raises `OSError`.
    """
    (folder / MANIFEST).unlink(missing_ok=True)
    for each in wanted.files:
        (folder / each.path).unlink(missing_ok=True)
        (folder / f"{each.path}.damaged").unlink(missing_ok=True)
    remove_parts(folder)
    for inside in sorted((each for each in folder.rglob("*") if each.is_dir()), reverse=True):
        _remove_empty(inside)
    _remove_empty(folder)


def _remove_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
