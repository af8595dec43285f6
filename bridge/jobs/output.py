"""The versioned folder of a job: claimed before the work, delivered by one rename after it."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

from bridge.backends.base import WORK_FOLDER
from bridge.domain.errors import OutputNotWritable, OutputVanished
from bridge.domain.job import Reservation
from bridge.domain.workflow import LiftRequest
from bridge.media.storage import fsync_dir, os_error_to_output_error, remove_parts, write_atomic

from .names import clip_name, safe_name


def reserve_for(request: LiftRequest) -> Reservation:
    """The next version of the output that `request` asks for. Raises `OutputError`s."""
    name = request.output.name or clip_name(request.source.path)
    return reserve(request.output.folder, name, _LABELS.get(request.workflow, "hdr"))


_LABELS = {"inpaint": "inpaint", "reference_video_to_video": "video", "audio_to_video": "video"}
"""What a result is called beside its clip's name; all others are HDR."""


def reserve(folder: Path, name: str, label: str = "hdr") -> Reservation:
    """Claim the next free `<name>_<label>_vNNN` in `folder`, which is made where it is missing.

    The claim is the hidden staging folder: making it either succeeds or fails, so no two commands, processes or
    machines ever share a version. A real file is written and removed in it. Raises `OutputError`s.
    """
    stem = f"{safe_name(name)}_{label}_v"
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputNotWritable(f"{folder} is a file, not a folder.")
        folder.mkdir(parents=True, exist_ok=True)
        version = _last_version(folder, stem) + 1
        while not _claim(reservation := _reservation(folder, f"{stem}{version:03}")):
            version += 1
        try:
            _try_to_write(reservation.staging)
        except BaseException:
            discard(reservation)
            raise
    except OSError as error:
        raise os_error_to_output_error(error, folder) from error
    return reservation


def is_claimed(reservation: Reservation) -> bool:
    """Whether an earlier attempt's staging folder is there, and can still be delivered."""
    return reservation.staging.is_dir() and not reservation.final.exists()


def deliver(reservation: Reservation) -> None:
    """Make the staging folder the final one. Raises `OutputNotWritable` when something bears that name already."""
    staging, final = reservation.staging, reservation.final
    try:
        if not staging.is_dir():
            raise OutputVanished(f"The folder {staging} went away before it was delivered.")
        if final.exists():
            raise OutputNotWritable(
                f"{final} exists already, and is not replaced.", remedy="Retry the job: it takes the next version."
            )
        remove_parts(staging)
        shutil.rmtree(staging / WORK_FOLDER, ignore_errors=True)
        fsync_dir(staging)
        staging.rename(final)
        fsync_dir(final.parent)
    except OSError as error:
        raise os_error_to_output_error(error, final) from error


def discard(reservation: Reservation) -> None:
    """Remove the staging folder with all that is in it; fine when it is gone. Raises `OutputError`s."""
    try:
        shutil.rmtree(reservation.staging)
    except FileNotFoundError:
        return
    except OSError as error:
        raise os_error_to_output_error(error, reservation.staging) from error


def discard_empty(reservation: Reservation) -> bool:
    """Give the version back when nothing was made under it; whether it was given back."""
    try:
        reservation.staging.rmdir()
    except OSError:  # it holds frames, or is out of reach
        return False
    return True


def _reservation(folder: Path, name: str) -> Reservation:
    return Reservation(name=name, staging=folder / f".{name}.partial", final=folder / name)


def _claim(reservation: Reservation) -> bool:
    try:
        reservation.staging.mkdir()
    except FileExistsError:
        return False
    # Another command may have delivered this very version after the folder was listed.
    if reservation.final.exists():
        reservation.staging.rmdir()
        return False
    return True


def _last_version(folder: Path, stem: str) -> int:
    """The highest version in `folder`, delivered or claimed; compared as macOS and Windows compare names."""
    pattern = re.compile(rf"\.?{re.escape(_folded(stem))}(\d{{3,}})(\.partial)?")
    matches = (pattern.fullmatch(_folded(entry.name)) for entry in folder.iterdir())
    return max((int(match[1]) for match in matches if match), default=0)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _try_to_write(staging: Path) -> None:
    probe = staging / "probe"
    write_atomic(probe, bytes(4096))
    probe.unlink()
