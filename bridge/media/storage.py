"""Files that appear whole or not at all, and what an operating system's refusal to write means to a user."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bridge.domain.errors import DiskFull, OutputError, OutputNotWritable, OutputVanished

_PART = ".part-"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_GONE = frozenset({errno.ENOENT, errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN})


def os_error_to_output_error(error: OSError, path: Path) -> OutputError:
    """The error of the tree for an `OSError` met while writing `path`."""
    detail = f"{path}: {error}"
    if error.errno in _FULL:
        return DiskFull(f"{path} cannot be written: the drive is full, or your quota on it.", detail=detail)
    if error.errno in _GONE:
        return OutputVanished(f"{path} cannot be written: its folder or drive went away.", detail=detail)
    reason = error.strerror or type(error).__name__
    return OutputNotWritable(f"{path} cannot be written: {reason}.", detail=detail)


@contextmanager
def replacing(path: Path, *, mode: int = 0o666) -> Generator[Path]:
    """Yield the path of a new empty file beside `path`, with the same suffix, for the caller to write.

    On success it is flushed to the drive and takes the place of `path`; on failure it is removed and `path` is as it
    was. `OSError`s, the caller's own included, are raised as `OutputError`s. `mode` is before the umask.
    """
    part = path.with_name(f"{_PART}{secrets.token_hex(4)}-{path.name}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
        try:
            yield part
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise os_error_to_output_error(error, path) from error


def write_atomic(path: Path, data: bytes | bytearray | memoryview, *, mode: int = 0o666) -> None:
    """Write `data` under `path`, whole or not at all; `mode` is before the umask. Raises `OutputError`s."""
    with replacing(path, mode=mode) as part:
        part.write_bytes(data)


def remove_parts(folder: Path) -> None:
    """Remove from `folder` what writers that were killed have left of `replacing`."""
    for part in folder.glob(f"{_PART}*"):
        part.unlink(missing_ok=True)


def fsync_dir(folder: Path) -> None:
    """Make renames inside `folder` last through a power cut, where the file system can."""
    if os.name == "nt":  # Windows has no handle for it; NTFS journals renames by itself.
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # network and FUSE mounts that do not offer it
            raise
    finally:
        os.close(descriptor)
