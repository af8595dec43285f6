"""Clips that lie on no timeline: movies and image sequences, as they are found in what a person opens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bridge.domain.errors import MediaMissing, MediaUnreadable, RequestError
from bridge.domain.host import HostClip

MOVIES = frozenset(
    {".mov", ".mp4", ".m4v", ".mxf", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".mpg", ".mpeg", ".ts", ".wmv"}
)
STILLS = frozenset({".png", ".tif", ".tiff", ".dpx", ".jpg", ".jpeg", ".exr"})
TIMELINES = frozenset({".otio", ".fcpxml", ".xml", ".edl"})

_NUMBERED = re.compile(r"(?P<head>(?:.*\D)?)\d{1,12}(?P<tail>\.[^.]+)", re.DOTALL)
_DIGITS = re.compile(r"(\d+)")


def loose_clips(paths: Iterable[Path]) -> tuple[HostClip, ...]:
    """The clips that `paths` name: movies and stills themselves, of folders what lies directly in them.

    The files of one image sequence are one clip, named by the first of them that was met. Raises `MediaMissing`,
    `MediaUnreadable`, and `RequestError` for a path that no text can hold.
    """
    found: dict[tuple[Path, str, str], Path] = {}
    for path in paths:
        check_text(path)
        for file in _files_in(path) if path.is_dir() else [path]:
            if not file.is_file():
                raise MediaMissing(
                    QCoreApplication.translate("StandaloneHost", "There is no file {path}.").format(path=file)
                )
            if file.suffix.lower() not in MOVIES | STILLS:
                text = QCoreApplication.translate(
                    "StandaloneHost", "“{name}” is neither a timeline nor a clip that Superwhite reads."
                )
                raise MediaUnreadable(
                    text.format(name=file.name),
                    remedy=QCoreApplication.translate(
                        "StandaloneHost",
                        "Open a timeline (.otio, .fcpxml, .xml, .edl), a movie or a frame of an image sequence.",
                    ),
                )
            found.setdefault(_identity(file), file)
    return tuple(
        HostClip(id=str(file), name=_name(file), media=str(file), on_timeline=False) for file in found.values()
    )


def check_text(path: Path) -> None:
    """Raises `RequestError` for a path that is not valid Unicode, which no request can carry."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        shown = str(path).encode(errors="replace").decode()
        raise RequestError(
            QCoreApplication.translate("StandaloneHost", "The path {path} is not valid Unicode.").format(path=shown),
            remedy=QCoreApplication.translate("StandaloneHost", "Rename the file or folder, or reach it by a link."),
        ) from error


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sorting key by which take2 comes before take10."""
    parts = enumerate(_DIGITS.split(text.casefold()))
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in parts)


def _files_in(folder: Path) -> Sequence[Path]:
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".") and entry.is_file()]
    except OSError as error:
        text = QCoreApplication.translate("StandaloneHost", "The folder {path} cannot be listed.")
        raise MediaMissing(text.format(path=folder), detail=str(error)) from error
    media = [Path(entry) for entry in entries if Path(entry).suffix.lower() in MOVIES | STILLS]
    if not media:
        text = QCoreApplication.translate(
            "StandaloneHost", "The folder “{name}” holds no movies and no image sequences."
        )
        raise MediaMissing(
            text.format(name=folder.name),
            remedy=QCoreApplication.translate(
                "StandaloneHost", "Open the folder that the clips lie in: folders inside are left out."
            ),
        )
    return sorted(media, key=lambda path: natural(path.name))


def _identity(file: Path) -> tuple[Path, str, str]:
    """What the files of one sequence have in common."""
    match = _NUMBERED.fullmatch(file.name) if file.suffix.lower() in STILLS else None
    return (file.parent, match["head"], match["tail"]) if match else (file.parent, file.name, "")


def file_label(file: Path) -> str:
    """`plate.####.exr` for a frame of a sequence, else the name of the file."""
    match = _NUMBERED.fullmatch(file.name) if file.suffix.lower() in STILLS else None
    return f"{match['head']}####{match['tail']}" if match else file.name


def _name(file: Path) -> str:
    match = _NUMBERED.fullmatch(file.name) if file.suffix.lower() in STILLS else None
    return (match["head"].rstrip("._- ") if match else "") or file.stem
