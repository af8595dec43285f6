"""Where results go: the user's pattern, filled in."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

PLACEHOLDERS = ("project", "clip", "date")

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def expand_folder(pattern: str, project: Path, clip: str, day: date) -> Path:
    """The folder that `pattern` means: `{project}` is a folder, `{clip}` a name, `{date}` a day as 2026-11-21.

    Raises `ValueError`, with a sentence for the user, for a pattern that cannot be meant.
    """
    text = pattern.strip()
    if not text:
        raise ValueError("The output folder is empty.")
    values = {"project": str(project), "clip": _name(clip), "date": day.isoformat()}
    for name in re.findall(r"\{([^{}]*)\}", text):
        if name not in values:
            raise ValueError(f"The output folder holds {{{name}}}, which means nothing here.")
    filled = re.sub(r"\{([^{}]*)\}", lambda match: values[match[1]], text)
    if "{" in filled.replace(str(project), "") or "}" in filled.replace(str(project), ""):
        raise ValueError("The output folder has a brace without its partner.")
    path = Path(filled).expanduser()
    if not path.is_absolute():
        raise ValueError("The output folder must be a full path, or begin with {project}.")
    return path


def _name(clip: str) -> str:
    """`clip` as the name of one folder on every system."""
    return _UNSAFE.sub("_", clip).strip(". ") or "clip"
