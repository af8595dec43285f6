"""Where results go: the user's pattern, filled in."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from PySide6.QtCore import QCoreApplication

PLACEHOLDERS = ("project", "clip", "date")

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
"""Names of devices in Windows, with whatever ending."""

_LONGEST_NAME = 200
"""Bytes: file systems take 255, and results add to the name."""


def expand_folder(pattern: str, project: Path, clip: str, day: date) -> Path:
    """The folder that `pattern` means: `{project}` is a folder, `{clip}` a name, `{date}` a day as 2026-11-21.

    Raises `ValueError`, with a sentence for the user, for a pattern that cannot be meant.
    """
    text = pattern.strip()
    if not text:
        raise ValueError(QCoreApplication.translate("Folder", "The output folder is empty."))
    values = {"project": str(project), "clip": _name(clip), "date": day.isoformat()}
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in values:
            raise ValueError(
                QCoreApplication.translate(
                    "Folder", "The output folder holds {name}, which means nothing here."
                ).format(name=f"{{{name}}}")
            )
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise ValueError(QCoreApplication.translate("Folder", "The output folder has a brace without its partner."))
    try:
        path = Path(re.sub(r"\{([^{}]*)\}", lambda match: values[match[1]], text)).expanduser()
    except RuntimeError as error:  # “~someone” whom this system does not know
        raise ValueError(
            QCoreApplication.translate("Folder", "The output folder begins with the home of an unknown user.")
        ) from error
    if not path.is_absolute():
        raise ValueError(
            QCoreApplication.translate(
                "Folder", "The output folder must be a full path, or begin with {start}."
            ).format(start="{project}")
        )
    return path


def _name(clip: str) -> str:
    """`clip` as the name of one folder on every system."""
    name = _UNSAFE.sub("_", clip).encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore").strip(". ")
    return f"_{name}" if _RESERVED.match(name) else name or "clip"
