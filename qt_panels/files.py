"""Choosing a file, without stopping the panel meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_SUFFIXES = {
    "image": "*.png *.jpg *.jpeg *.webp *.tif *.tiff *.exr",
    "video": "*.mov *.mp4 *.m4v *.mkv *.webm *.mxf",
    "audio": "*.wav *.mp3 *.m4a *.aac *.flac *.ogg *.mov *.mp4",
}


def choose_file(parent: QWidget, title: str, media: str, then: Callable[[Path], None]) -> None:
    """Ask for one file that is there; `then` gets it. `media` is image, video, audio, or something else."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    every = QCoreApplication.translate("Files", "All files (*)")
    dialog.setNameFilters([*_filters(media), every])

    def selected(name: str) -> None:
        then(Path(name))

    dialog.fileSelected.connect(selected)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _filters(media: str) -> tuple[str, ...]:
    names = {
        "image": QCoreApplication.translate("Files", "Pictures ({suffixes})"),
        "video": QCoreApplication.translate("Files", "Movies ({suffixes})"),
        "audio": QCoreApplication.translate("Files", "Sound ({suffixes})"),
        "mask": QCoreApplication.translate("Files", "Masks ({suffixes})"),
    }
    if media not in names:
        return ()
    suffixes = _SUFFIXES.get(media) or f"{_SUFFIXES['video']} {_SUFFIXES['image']}"
    return (names[media].format(suffixes=suffixes),)
