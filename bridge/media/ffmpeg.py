"""The one door to FFmpeg: quiet, kept to local files, its errors put into words."""

from __future__ import annotations

import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import av
import av.error
import av.logging
from av.container import InputContainer

from bridge.domain.errors import MediaEmpty, MediaMissing, MediaUnreadable

# Without this FFmpeg writes to the terminal, and its log callback takes the interpreter lock on every decoder thread.
av.logging.set_level(None)

MAX_SIDE = 16384
MAX_PIXELS = 2**28

# Demuxers that draw text files as if they were pictures.
_TEXT_ART = frozenset({"tty", "bin", "xbin", "adf", "idf"})


def check_file(path: Path) -> int:
    """The size in bytes of a regular file with something in it.

    Raises `MediaMissing`, `MediaEmpty`, or `MediaUnreadable` for what is not a file.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise MediaMissing(f"“{path.name}” was not found in {path.parent}.", detail=str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise MediaUnreadable(f"“{path.name}” is not a file.", remedy="Name a movie or a frame of an image sequence.")
    if status.st_size == 0:
        raise MediaEmpty(f"“{path.name}” is empty: it has 0 bytes.")
    return status.st_size


def check_size(path: Path, width: int, height: int) -> None:
    """Raises `MediaUnreadable` for pictures beyond what memory can be trusted to hold."""
    if width < 1 or height < 1:
        raise MediaUnreadable(f"“{path.name}” does not say how large its picture is.")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise MediaUnreadable(
            f"“{path.name}” is {width} x {height} pixels; the largest side that can be read is {MAX_SIDE}.",
            remedy="Scale the clip down first.",
        )


@contextmanager
def in_words(path: Path) -> Generator[None]:
    """Turns FFmpeg's errors inside the block into `MediaError`s about `path`."""
    try:
        yield
    except av.error.FileNotFoundError as error:
        raise MediaMissing(f"“{path.name}” was not found in {path.parent}.", detail=str(error)) from error
    except av.error.PermissionError as error:
        raise MediaUnreadable(
            f"“{path.name}” may not be read by this user.", detail=str(error), remedy="Change the file's permissions."
        ) from error
    except av.error.LookupError as error:
        raise MediaUnreadable(
            f"“{path.name}” uses a codec or container that is not known here.",
            detail=str(error),
            remedy="Export the clip as ProRes, H.264 or HEVC.",
        ) from error
    except (av.error.FFmpegError, MemoryError) as error:
        raise MediaUnreadable(f"“{path.name}” is damaged, or is not a movie.", detail=str(error)) from error


def open_container(path: Path) -> InputContainer:
    """Opens a movie; the caller closes it. Raises `MediaError`s."""
    with in_words(path):
        # `file:` keeps names with colons from being read as addresses; the whitelist keeps playlists off the network.
        container = av.open(
            f"file:{path.absolute()}",
            mode="r",
            options={"protocol_whitelist": "file", "max_pixels": str(MAX_PIXELS)},
            metadata_errors="replace",
        )
    if container.format.name in _TEXT_ART:
        container.close()
        raise MediaUnreadable(f"“{path.name}” is a text file, not a movie.")
    return container
